"""The cases that passed a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from gridflow.cases.keeping import open_to
from gridflow.cases.models import Case
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import Instance, Limit, WorkItem
from gridflow.workbench.insight.period import Period, among, is_late

PAGE = 50
_ITEMS, _LIMITS, _INSTANCES, _CASES = (table(each).c for each in (WorkItem, Limit, Instance, Case))


@dataclass(frozen=True, slots=True)
class Passed:
    """A case that passed a step."""

    case_id: str
    instance_id: str
    number: str
    at: datetime
    done_at: datetime | None
    late: bool
    returned: bool


def passed(
    session: Session, viewer: Viewer, slug: str, period: Period, process: str, element: str, page: int
) -> tuple[Sequence[Passed], bool]:
    """Return fifty tasks of a step, the newest first, without cases kept from the viewer; and whether more follow."""
    seen = select(_CASES.id).where(_CASES.city == viewer.city.code, open_to(viewer)).cte("seen")
    rows = session.execute(
        select(
            _ITEMS.case_id, _ITEMS.instance_id, _ITEMS.case_number, _ITEMS.created_at, _ITEMS.done_at, _ITEMS.returned,
            is_late().label("late"),
        )
        .join_from(table(WorkItem), table(Instance), _INSTANCES.id == _ITEMS.instance_id)
        .join(seen, seen.c.id == _ITEMS.case_id)
        .outerjoin(table(Limit), _LIMITS.id == _ITEMS.limit_id)
        .where(among(viewer, slug, period), _ITEMS.process_id == process)
        .where(_ITEMS.element_id == element if element else true())
        .order_by(_ITEMS.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()  # fmt: skip
    lines = [
        Passed(row.case_id, row.instance_id, row.case_number, row.created_at, row.done_at, bool(row.late), row.returned)
        for row in rows[:PAGE]
    ]
    return lines, len(rows) > PAGE
