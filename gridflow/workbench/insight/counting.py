"""Figures of tasks, counted and timed by the database; the same statements on SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, case, distinct, func, literal, or_, select
from sqlalchemy.orm import Session

from gridflow.calendars import Calendar
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import Instance, Limit, WorkItem
from gridflow.workbench.insight.period import Period, among, is_late

HALF, NINETY = 50, 90
_ITEMS, _LIMITS, _INSTANCES = (table(each).c for each in (WorkItem, Limit, Instance))
Key = tuple[str, str]
"""A diagram and an element of it; an empty element for the diagram as a whole."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long the one in the middle took, or the one that nine in ten do not outlast."""

    hours: float
    working: float
    """Of the same one, within the opening hours."""


def counts(viewer: Viewer, slug: str, period: Period) -> Select[Any]:
    """Count tasks, cases and limits by step; of a limit that several tasks share, once."""
    ended = or_(_LIMITS.outcome.in_(("met", "late")), is_late())
    return (
        select(
            _ITEMS.process_id,
            _ITEMS.element_id,
            func.max(_ITEMS.step).label("step"),
            func.count().label("tasks"),
            func.count(distinct(_ITEMS.case_id)).label("cases"),
            func.count(case((_ITEMS.status == "open", 1))).label("open"),
            func.count(distinct(case((ended, _LIMITS.id)))).label("limited"),
            func.count(distinct(case((is_late(), _LIMITS.id)))).label("late"),
            func.count(case((_ITEMS.returned, 1))).label("returned"),
        )
        .join_from(table(WorkItem), table(Instance), _INSTANCES.id == _ITEMS.instance_id)
        .outerjoin(table(Limit), _LIMITS.id == _ITEMS.limit_id)
        .where(among(viewer, slug, period))
        .group_by(_ITEMS.process_id, _ITEMS.element_id)
    )


def steps_by_time(viewer: Viewer, slug: str, period: Period) -> Select[Any]:
    """From when a task came up to when it was done."""
    return (
        select(
            _ITEMS.process_id.label("process"),
            _ITEMS.element_id.label("element"),
            _ITEMS.created_at.label("began"),
            _ITEMS.done_at.label("ended"),
        )
        .join_from(table(WorkItem), table(Instance), _INSTANCES.id == _ITEMS.instance_id)
        .where(among(viewer, slug, period), _ITEMS.status == "done")
    )


def cases_by_time(viewer: Viewer, slug: str, period: Period) -> Select[Any]:
    """From the first task of a diagram to the last one done, case by case, where none is open."""
    return (
        select(
            _ITEMS.process_id.label("process"),
            literal("").label("element"),
            func.min(_ITEMS.created_at).label("began"),
            func.max(_ITEMS.done_at).label("ended"),
        )
        .join_from(table(WorkItem), table(Instance), _INSTANCES.id == _ITEMS.instance_id)
        .where(among(viewer, slug, period))
        .group_by(_ITEMS.process_id, _ITEMS.instance_id)
        .having(func.count(case((_ITEMS.status == "open", 1))) == 0, func.max(_ITEMS.done_at).is_not(None))
    )


def lasting_of(session: Session, timed: Select[Any], calendar: Calendar) -> dict[Key, dict[int, Lasting]]:
    """Return the time in the middle and of nine in ten: two rows a step, numbered by the database."""
    rows = timed.subquery()
    here = (rows.c.process, rows.c.element)
    numbered = select(
        *rows.c,
        func.row_number().over(partition_by=here, order_by=rows.c.ended - rows.c.began).label("number"),
        func.count().over(partition_by=here).label("many"),
    ).subquery()
    number, many = numbered.c.number, numbered.c.many
    wanted = select(*numbered.c).where(or_(*(number == (many * each + 99) // 100 for each in (HALF, NINETY))))
    found: dict[Key, dict[int, Lasting]] = {}
    for row in session.execute(wanted):
        hours = (row.ended - row.began) / timedelta(hours=1)
        lasting = Lasting(hours, calendar.working_minutes(row.began, row.ended) / 60)
        for percent in (HALF, NINETY):
            if row.number == (row.many * percent + 99) // 100:
                found.setdefault((row.process, row.element), {})[percent] = lasting
    return found
