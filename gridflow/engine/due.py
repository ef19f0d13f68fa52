"""The table of due timers: workers take a few of one city for a while, each timer once.

A try is counted when a timer is taken, before the work. The rows are locked only while they are taken, never together
with a case, so that a worker and a person's command cannot wait for each other.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import table
from gridflow.engine.jobs import pause_after
from gridflow.engine.models import TimerDue

LEASE = timedelta(minutes=1)
"""How long a worker has what it took; after that somebody else may."""
MOST_TRIES = 6
TIMERS = table(TimerDue)


def any_timer_due(session: Session, city: str) -> bool:
    """Tell whether a timer of a city is due; reads a few rows of an index and locks nothing.

    The order keeps PostgreSQL to the index: without it a prepared plan reads a million rows to find none.
    """
    return session.scalar(select(TIMERS.c.id).where(_due(city)).order_by(TIMERS.c.due_at).limit(1)) is not None


def claim_timers(session: Session, city: str, most: int) -> list[tuple[str, int]]:
    """Take up to `most` due timers of a city for LEASE, earliest first; returns their ids and how often each was taken.

    One that was tried before is taken alone: should it end its worker again, it holds up no other.
    """
    due = select(TIMERS.c.id, TIMERS.c.attempts).where(_due(city)).order_by(TIMERS.c.due_at, TIMERS.c.id)
    found = session.execute(due.limit(most).with_for_update(skip_locked=True)).all()
    tried = next((place for place, row in enumerate(found) if row.attempts), len(found))
    taken = found[: tried or 1]
    if taken:
        _set(session, [row.id for row in taken], attempts=TIMERS.c.attempts + 1, not_before=clock.now() + LEASE)
    return [(row.id, row.attempts + 1) for row in taken]


def rest(session: Session, timer_id: str, attempts: int) -> None:
    """Let a timer that failed wait before it is tried again."""
    _set(session, [timer_id], not_before=clock.now() + pause_after(attempts, timer_id))


def is_still_due(session: Session, timer_id: str) -> bool:
    """Tell whether a timer has neither happened nor been moved; ask with the case locked."""
    return (
        session.scalar(select(TIMERS.c.id).where(TIMERS.c.id == timer_id, TIMERS.c.due_at <= clock.now())) is not None
    )


def forget_timer(session: Session, timer_id: str) -> None:
    """Remove a timer."""
    session.execute(delete(TIMERS).where(TIMERS.c.id == timer_id))


def _due(city: str) -> ColumnElement[bool]:
    now = clock.now()
    free = or_(TIMERS.c.not_before.is_(None), TIMERS.c.not_before <= now)
    return and_(TIMERS.c.city == city, TIMERS.c.due_at <= now, free)


def _set(session: Session, ids: list[str], **values: object) -> None:
    session.execute(update(TIMERS).where(TIMERS.c.id.in_(ids)).values(**values))
