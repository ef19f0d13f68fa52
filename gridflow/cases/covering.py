"""Personal values inside one's own case: covered until they are asked for, each view logged. Source: domain 6.3."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.errors import CaseUnknown, NotYourCase
from gridflow.cases.models import Submission
from gridflow.cases.office import Office
from gridflow.cases.queries import FieldValue, case_of, field_values, handles
from gridflow.cases.story import Told
from gridflow.cases.viewer import Viewer
from gridflow.cases.wording import empty
from gridflow.people.permissions import Permission
from gridflow.vault.masking import Kind, kind_of, mask

PERSONAL = "personal"
ASK, REASON = "ask", "reason"
"""What uncovers a value: asking for it, or for an identity number a reason too."""


def covered(step: Told, viewer: Viewer) -> Told:
    """Return a step whose personal values show no more than that they exist."""
    may = viewer.may(Permission.PERSONAL_REVEAL)
    return replace(step, values=[cover(value, may=may) for value in step.values])


def uncovered(
    session: Session, office: Office, viewer: Viewer, case_id: str, submission_id: str, key: str
) -> FieldValue:
    """Return one personal value of the viewer's own case, which the caller logs before showing it."""
    case = case_of(session, viewer, case_id)
    if not handles(session, viewer, case):
        raise NotYourCase
    row = session.scalar(select(Submission).where(Submission.id == submission_id, Submission.case_id == case.id))
    values = field_values(session, office, case, [row], masked=False)[row.id] if row else []
    for value in values:
        if value.key == key and value.kind == PERSONAL:
            return replace(value, covered=_uncovered_by(value.value))
    raise CaseUnknown


def cover(value: FieldValue, *, may: bool) -> FieldValue:
    """Return a value that shows no more than that it exists where it is personal; `may` offers to uncover it."""
    if value.kind != PERSONAL or value.value == empty():
        return value
    return replace(value, value=mask(PERSONAL, value.value), covered=_uncovered_by(value.value) if may else "")


def _uncovered_by(text: str) -> str:
    return REASON if kind_of(text) is Kind.IDENTITY else ASK
