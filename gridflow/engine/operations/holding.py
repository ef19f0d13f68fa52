"""The rows of an instance while it is suspended: nobody sees its tasks, no worker finds its timers and jobs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import table
from gridflow.engine.models import Incident, Instance, Job, MessageWait, TimerDue, WorkItem
from gridflow.engine.runtime.values import own, pack, unpack

NEVER = datetime(9000, 1, 1, tzinfo=UTC)
"""Where the timers of a suspended instance stand: no worker looks so far."""
RETURNED = "~returned"
"""The key of a held job's payload with the result its worker came back with."""
ITEMS, TIMERS, JOBS, WAITS, INCIDENTS = map(table, (WorkItem, TimerDue, Job, MessageWait, Incident))
INSTANCES = table(Instance)


def hold(session: Session, instance_id: str) -> None:
    """Put away what people and workers could take up."""
    session.execute(
        update(ITEMS).where(ITEMS.c.instance_id == instance_id, ITEMS.c.status == "open").values(status="held")
    )
    session.execute(
        update(TIMERS).where(TIMERS.c.instance_id == instance_id).values(held_due_at=TIMERS.c.due_at, due_at=NEVER)
    )
    session.execute(
        update(JOBS).where(JOBS.c.instance_id == instance_id, JOBS.c.state == "waiting").values(state="held")
    )


def release(session: Session, instance_id: str) -> None:
    """Bring everything back as it was; what fell due meanwhile happens now."""
    session.execute(
        update(ITEMS).where(ITEMS.c.instance_id == instance_id, ITEMS.c.status == "held").values(status="open")
    )
    held = update(TIMERS).where(TIMERS.c.instance_id == instance_id, TIMERS.c.held_due_at.is_not(None))
    session.execute(held.values(due_at=TIMERS.c.held_due_at, held_due_at=None))
    session.execute(
        update(JOBS).where(JOBS.c.instance_id == instance_id, JOBS.c.state == "held").values(state="waiting")
    )
    case = select(INSTANCES.c.case_id).where(INSTANCES.c.id == instance_id).scalar_subquery()
    letters = update(JOBS).where(JOBS.c.case_id == case, JOBS.c.kind == "receive", JOBS.c.state == "waiting")
    session.execute(letters.values(next_at=clock.now()))


def withdraw(session: Session, instance_id: str) -> None:
    """Withdraw everything, because the instance is cancelled."""
    now = clock.now()
    session.execute(
        update(ITEMS)
        .where(ITEMS.c.instance_id == instance_id, ITEMS.c.status.in_(("open", "held")))
        .values(status="withdrawn", done_at=now)
    )
    for waits in (TIMERS, WAITS):
        session.execute(delete(waits).where(waits.c.instance_id == instance_id))
    session.execute(
        update(JOBS)
        .where(JOBS.c.instance_id == instance_id, JOBS.c.task_id.is_not(None), JOBS.c.ended_at.is_(None))
        .values(state="withdrawn", ended_at=now)
    )
    session.execute(
        update(INCIDENTS)
        .where(INCIDENTS.c.instance_id == instance_id, INCIDENTS.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    session.execute(
        update(JOBS).where(JOBS.c.instance_id == instance_id, JOBS.c.state == "held").values(state="waiting")
    )


def hold_job(session: Session, job: Job, result: Mapping[str, Any] | None) -> None:
    """Let a job wait that a worker had begun when its instance was suspended.

    Its result waits with it, so that it is not done twice; one that was given up begins anew.
    """
    back = {"state": "held", "attempts": 0, "ended_at": None, "claimed_until": None}
    if result is not None:
        back["payload"] = {**job.payload, RETURNED: pack(own(dict(result)))}
    session.execute(update(JOBS).where(JOBS.c.id == job.id).values(back))


def returned(job: Job) -> dict[str, Any] | None:
    """Return the result that waited with a held job, None for one that has still to be done."""
    return unpack(job.payload[RETURNED]) if RETURNED in job.payload else None
