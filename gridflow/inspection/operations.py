"""The operation log in words: who signed in, looked at what, and what was not done. Source: design 9."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.models import OperationEntry
from gridflow.audit.queries import operations
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case
from gridflow.cases.queries import hidden_name, unnamed
from gridflow.cases.viewer import Viewer
from gridflow.people.permissions import Permission
from gridflow.people.queries import names_of

PAGE = 50
FORBIDDEN = 403


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One operation."""

    at: datetime
    action: str
    """The code; pages say it in words."""
    who: str
    """Empty where nobody was recognised."""
    refused: bool
    status: int
    """What the page answered to what was refused: 422 to a form filled in wrongly; 0 for everything else."""
    number: str
    """What the error page told the person to quote; empty for what was not refused."""
    reason: str
    account: str
    """Whose account was changed; empty for everything else."""
    case_id: str
    case_number: str

    @property
    def barred(self) -> bool:
        """Whether somebody asked for what is not theirs; a mistake in a form or a password is none."""
        return self.status == FORBIDDEN


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Fifty operations, newest first."""

    items: Sequence[OperationLine]
    case_number: str
    """The case they are about; empty for the whole city."""
    earlier: datetime | None
    """Where the next page begins; None when there is none."""
    opens_cases: bool


def operation_page(session: Session, viewer: Viewer, before: datetime, case_id: str | None) -> OperationPage:
    """Return the operations of the viewer's city before an instant, in three statements.

    Of one case if asked; raises CaseUnknown where that is kept from the viewer.
    """
    rows = operations(session, viewer.city.code, before, case_id=case_id, limit=PAGE + 1)
    shown = rows[:PAGE]
    people = names_of(session, [row.actor for row in shown])
    cases = _cases(session, viewer, {row.case_id for row in shown if row.case_id})
    if case_id and shown and case_id not in cases:
        raise CaseUnknown
    return OperationPage(
        items=[_line(row, people, cases) for row in shown],
        case_number=cases[case_id].number if case_id in cases else "",
        earlier=shown[-1].at if len(rows) > PAGE else None,
        opens_cases=viewer.may(Permission.CASE_INSPECT),
    )


def _line(row: OperationEntry, people: Mapping[str | None, str], cases: dict[str, Case]) -> OperationLine:
    case = cases.get(row.case_id or "")
    of_reporter = case is not None and unnamed(case) and row.actor == case.reporter_id
    return OperationLine(
        at=row.at,
        action=row.action,
        who=hidden_name() if of_reporter else people.get(row.actor, ""),
        refused=row.outcome == "refused",
        status=int(row.detail.get("status", 0)),
        number=str(row.detail.get("number", "")),
        reason=str(row.detail.get("reason", "")),
        account=str(row.detail.get("account", "")),
        case_id=case.id if case else "",
        case_number=case.number if case else "",
    )


def _cases(session: Session, viewer: Viewer, ids: set[str]) -> dict[str, Case]:
    """Return the cases that operations were about, without those kept from the viewer."""
    return {row.id: row for row in session.scalars(select(Case).where(Case.id.in_(ids), not_kept(viewer)))}
