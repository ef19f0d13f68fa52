"""Which tasks are counted: those that came up in a period, in the places somebody answers for."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Column, ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.cases.viewer import Viewer
from gridflow.db import first_id, table
from gridflow.engine.models import Instance, Limit, WorkItem
from gridflow.people.permissions import Permission

DAYS, MOST_DAYS = 90, 366
WHOLE_CITY = frozenset(
    {
        Permission.PROCEDURE_DRAW, Permission.PROCEDURE_APPROVE, Permission.AUDIT_VIEW, Permission.CASE_INSPECT,
        Permission.INSTANCE_OPERATE,
    }
)  # fmt: skip
"""Whoever has one of these sees figures of the whole city, others those of their places."""
_ITEMS, _LIMITS, _INSTANCES = (table(each).c for each in (WorkItem, Limit, Instance))


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of China, the last one included."""

    first: date
    last: date
    since: datetime | None = None
    """From when on tasks are counted where there are more than can be counted while somebody waits."""

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """When it begins, and when it is over."""
        midnight = time(tzinfo=clock.SHANGHAI)
        ends = datetime.combine(self.last + timedelta(days=1), midnight)
        return self.since or datetime.combine(self.first, midnight), ends

    @property
    def began(self) -> tuple[str, str]:
        """The least id made in it, and the least made after it: rows of a time are found by their ids."""
        first, ends = self.instants
        return first_id(first), first_id(ends)

    def bounded(self, session: Session, most: int) -> "Period":
        """Return as much of it, from its end, as holds so many tasks."""
        least, after = self.began
        there = select(_ITEMS.created_at).where(_ITEMS.id >= least, _ITEMS.id < after)
        since = session.scalar(there.order_by(_ITEMS.id.desc()).offset(most).limit(1))
        return replace(self, since=since) if since else self


def period_of(first: str, last: str) -> Period:
    """Read a period as a form sends it; what is no date, or the wrong way round, becomes the last three months."""
    today = clock.today()
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        begins, ends = today - timedelta(days=DAYS), today
    if begins > ends:
        begins, ends = ends, begins
    return Period(max(begins, ends - timedelta(days=MOST_DAYS)), ends)


def among(viewer: Viewer, slug: str, period: Period) -> ColumnElement[bool]:
    """Return the condition of the tasks that count; the statement joins the instances."""
    least, after = period.began
    mine = and_(_ITEMS.city == viewer.city.code, _ITEMS.id >= least, _ITEMS.id < after, _INSTANCES.slug == slug)
    return and_(mine, answered_for(viewer, _ITEMS.case_id))


def answered_for(viewer: Viewer, case_id: Column[str]) -> ColumnElement[bool]:
    """Return the condition that a case lies in the places somebody answers for."""
    if viewer.permissions & WHOLE_CITY:
        return true()
    return case_id.in_(select(Case.id).where(viewer.scope.within(Case.city, Case.place_code)))


def is_late() -> ColumnElement[bool]:
    """Return the condition that a limit was missed, or runs and is overdue."""
    running = and_(_LIMITS.outcome.is_(None), _LIMITS.paused_at.is_(None), _LIMITS.due < clock.now())
    return or_(_LIMITS.outcome == "late", running)
