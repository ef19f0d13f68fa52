"""What a reader reads of what was typed: his own words at once; what is covered when asked, each view logged.

Handlers ask for personal values, inspectors for narrative. Source: domain 6.3.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.errors import CaseUnknown, NotYourCase
from gridflow.cases.models import Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, case_of, field_values, handles
from gridflow.cases.story import Told
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import empty
from gridflow.people.permissions import Permission
from gridflow.vault.masking import HIDDEN, Kind, kind_of, mask

PERSONAL, TEXT = "personal", "text"
ASK, REASON = "ask", "reason"
"""What uncovers a value: asking for it, or for an identity number a reason too."""


def readable(session: Session, office: Office, viewer: Viewer, case: Case, steps: Sequence[Told]) -> list[Told]:
    """Return the steps of a case as the viewer may read them; steps of a case somebody else handles come masked."""
    own = own_values(session, office, viewer, case)
    handling, inspects = handles(session, viewer, case), viewer.may(Permission.CASE_INSPECT)
    found = []
    for step in steps:
        submission = step.values[0].submission if step.values else ""
        if submission in own:
            found.append(replace(step, values=own[submission]))
        elif handling:
            found.append(covered(step, viewer))
        else:
            found.append(replace(step, values=[_offer(value) for value in step.values]) if inspects else step)
    return found


def own_values(session: Session, office: Office, viewer: Viewer, case: Case) -> dict[str, list[FieldValue]]:
    """Return what the viewer handed in to a case, in full, by submission."""
    mine = select(Submission).where(Submission.case_id == case.id, Submission.actor_id == viewer.user.id)
    rows = session.scalars(mine.order_by(Submission.id)).all()
    return field_values(session, office, case, rows, masked=False) if rows else {}


def covered(step: Told, viewer: Viewer) -> Told:
    """Return a step whose personal values show no more than that they exist."""
    may = viewer.may(Permission.PERSONAL_REVEAL)
    return replace(step, values=[cover(value, may=may) for value in step.values])


def uncovered(
    session: Session, office: Office, viewer: Viewer, case_id: str, submission_id: str, key: str
) -> FieldValue:
    """Return a value that the caller logs before showing it: a personal one to handlers, narrative to inspectors."""
    case = case_of(session, viewer, case_id)
    handling = handles(session, viewer, case)
    if not handling and not viewer.may(Permission.CASE_INSPECT):
        raise NotYourCase
    kind = PERSONAL if handling else TEXT
    row = session.scalar(select(Submission).where(Submission.id == submission_id, Submission.case_id == case.id))
    values = field_values(session, office, case, [row], masked=False)[row.id] if row else []
    for value in values:
        if value.key == key and value.kind == kind:
            return replace(value, covered=_uncovered_by(value.value) if handling else ASK)
        if value.key == key and value.kind == PERSONAL:
            raise NotYourCase
    raise CaseUnknown


def cover(value: FieldValue, *, may: bool) -> FieldValue:
    """Return a value that shows no more than that it exists where it is personal; `may` offers to uncover it."""
    if value.kind != PERSONAL or value.value == empty():
        return value
    return replace(value, value=mask(PERSONAL, value.value), covered=_uncovered_by(value.value) if may else "")


def _offer(value: FieldValue) -> FieldValue:
    """Offer narrative that is masked to whoever inspects."""
    return replace(value, covered=ASK) if value.kind == TEXT and value.value == HIDDEN else value


def _uncovered_by(text: str) -> str:
    return REASON if kind_of(text) is Kind.IDENTITY else ASK
