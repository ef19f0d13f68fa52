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
from gridflow.cases.queries import FieldValue, case_of, field_values, handles, unnamed
from gridflow.cases.story import Told
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import empty
from gridflow.formats import gettext as _
from gridflow.people.models import UnitKind
from gridflow.people.permissions import Permission
from gridflow.vault.masking import HIDDEN, Kind, kind_of, mask

PERSONAL, TEXT = "personal", "text"
ASK, REASON = "ask", "reason"
"""What uncovers a value: asking for it, or for an identity number a reason too."""


def veiled(viewer: Viewer, *, unnamed: bool) -> bool:
    """Tell whether a viewer may not learn whose case it is: a handling unit may not where the reporter is hidden.

    Source: B15-3, N17-3, domain 2.2 keep_secret.
    """
    own = {post.unit_id for post in viewer.posts if post.user_id == viewer.user.id}
    return unnamed and all(unit.kind == UnitKind.HANDLING for unit in viewer.units.values() if unit.id in own)


def veil(value: FieldValue) -> FieldValue:
    """Return a personal value that says nothing but that it is kept secret."""
    return replace(value, value=_("（按要求保密）"), covered="") if value.kind == PERSONAL else value


def readable(session: Session, office: Office, viewer: Viewer, case: Case, steps: Sequence[Told]) -> list[Told]:
    """Return the steps of a case as the viewer may read them; steps of a case somebody else handles come masked."""
    own = own_values(session, office, viewer, case)
    handling, inspects = handles(session, viewer, case), viewer.may(Permission.CASE_INSPECT)
    secret = opening_form(session, case) if veiled(viewer, unnamed=unnamed(case)) else None
    found = []
    for step in steps:
        submission = step.values[0].submission if step.values else ""
        if submission in own:
            found.append(replace(step, values=own[submission]))
        elif submission and submission == secret:
            found.append(replace(step, values=[veil(value) for value in step.values]))
        elif handling:
            found.append(covered(step, viewer))
        else:
            found.append(replace(step, values=[_offer(value) for value in step.values]) if inspects else step)
    return found


def opening_form(session: Session, case: Case) -> str | None:
    """Return the id of the form that opened a case."""
    return session.scalar(select(Submission.id).where(Submission.case_id == case.id, Submission.instance_id.is_(None)))


def own_values(session: Session, office: Office, viewer: Viewer, case: Case) -> dict[str, list[FieldValue]]:
    """Return what the viewer handed in to a case, in full, by submission."""
    mine = select(Submission).where(Submission.case_id == case.id, Submission.actor_id == viewer.user.id)
    rows = session.scalars(mine.order_by(Submission.id)).all()
    return field_values(session, office, case, rows, masked=False) if rows else {}


def around_form(session: Session, viewer: Viewer, case: Case, steps: Sequence[Told]) -> list[Told]:
    """Return the steps of a case as they stand beside the form of a task of the viewer's."""
    secret = opening_form(session, case) if veiled(viewer, unnamed=unnamed(case)) else None
    return [
        replace(step, values=[veil(value) for value in step.values])
        if secret and step.values and step.values[0].submission == secret
        else covered(step, viewer)
        for step in steps
    ]


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
    if veiled(viewer, unnamed=unnamed(case)) and submission_id == opening_form(session, case):
        raise NotYourCase
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
