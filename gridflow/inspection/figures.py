"""What was done lately under each paragraph of an ordinance, counted over a whole city."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, String, and_, case, column, distinct, func, select, values
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import first_id, table
from gridflow.engine.models import Limit, WorkItem

DAYS = 30
_ITEMS, _LIMITS = table(WorkItem).c, table(Limit).c


@dataclass(frozen=True, slots=True)
class Figure:
    """Of the tasks that came up under a paragraph in the last 30 days."""

    cases: int
    open: int
    """Cases with such a task still waiting."""
    met: int
    """Tasks done within their limit; those without a limit are in neither number."""
    late: int

    @property
    def kept(self) -> int | None:
        """Percent done in time, None while none was done under a limit."""
        return round(100 * self.met / (self.met + self.late)) if self.met + self.late else None


def figures_of(session: Session, city: str, elements: Mapping[str, Iterable[tuple[str, str]]]) -> dict[str, Figure]:
    """Count for each code the tasks of its (process, element) pairs; a code none of which is a task is left out.

    One statement, which reads the tasks of the last 30 days.
    """
    rows = [(code, process, element) for code, pairs in elements.items() for process, element in pairs]
    if not rows:
        return {}
    named = values(
        column("code", String), column("process", String), column("element", String), name="named"
    ).data(rows).cte()  # fmt: skip
    task = and_(_ITEMS.process_id == named.c.process, _ITEMS.element_id == named.c.element)
    counted = (
        select(
            named.c.code,
            _cases_where(_ITEMS.id.is_not(None)).label("cases"),
            _cases_where(_ITEMS.status == "open").label("open"),
            _limits_where("met").label("met"),
            _limits_where("late").label("late"),
        )
        .join_from(named, table(WorkItem), task)
        .outerjoin(table(Limit), _LIMITS.id == _ITEMS.limit_id)
        .where(_ITEMS.city == city, _ITEMS.id >= first_id(clock.now() - timedelta(days=DAYS)))
        .group_by(named.c.code)
    )
    return {row.code: Figure(row.cases, row.open, row.met, row.late) for row in session.execute(counted)}


def _cases_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(distinct(case((condition, _ITEMS.case_id))))


def _limits_where(outcome: str) -> ColumnElement[int]:
    return func.count(distinct(case((_LIMITS.outcome == outcome, _LIMITS.id))))
