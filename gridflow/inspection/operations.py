"""The operation log in words: who signed in, looked at what, and was refused. Source: design 9."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.models import OperationEntry
from gridflow.audit.queries import operations
from gridflow.cases.models import Case
from gridflow.cases.viewer import Viewer
from gridflow.people.models import User
from gridflow.people.permissions import Permission

PAGE = 50


@dataclass(frozen=True, slots=True)
class OperationLine:
    """One operation."""

    at: datetime
    action: str
    """The code; pages say it in words."""
    who: str
    """Empty where nobody was recognised."""
    refused: bool
    number: str
    """What the error page told the person to quote; empty for what was not refused."""
    reason: str
    account: str
    """Whose account was changed; empty for everything else."""
    case_id: str
    case_number: str


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
    """Return the operations of the viewer's city before an instant, of one case if asked, in three statements."""
    rows = operations(session, viewer.city.code, before, case_id=case_id, limit=PAGE + 1)
    shown = rows[:PAGE]
    people = _people(session, {row.actor for row in shown if row.actor})
    cases = _cases(session, {row.case_id for row in shown if row.case_id})
    return OperationPage(
        items=[_line(row, people, cases) for row in shown],
        case_number=cases.get(case_id or "", ""),
        earlier=shown[-1].at if len(rows) > PAGE else None,
        opens_cases=viewer.may(Permission.CASE_INSPECT),
    )


def _line(row: OperationEntry, people: dict[str, str], cases: dict[str, str]) -> OperationLine:
    return OperationLine(
        at=row.at,
        action=row.action,
        who=people.get(row.actor or "", ""),
        refused=row.outcome == "refused",
        number=str(row.detail.get("number", "")),
        reason=str(row.detail.get("reason", "")),
        account=str(row.detail.get("account", "")),
        case_id=row.case_id or "",
        case_number=cases.get(row.case_id or "", ""),
    )


def _people(session: Session, ids: set[str]) -> dict[str, str]:
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(ids)))}


def _cases(session: Session, ids: set[str]) -> dict[str, str]:
    return {row.id: row.number for row in session.execute(select(Case.id, Case.number).where(Case.id.in_(ids)))}
