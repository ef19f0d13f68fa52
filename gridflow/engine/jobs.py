"""The job table: side effects are written here inside the command and done by a worker afterwards."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import new_id, table
from gridflow.engine.models import Job

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=10)


def job_row(kind: str, city: str, payload: Mapping[str, Any], **where: str | None) -> dict[str, Any]:
    """Return the row of a new job; `where` may name case_id, instance_id and the waiting task_id."""
    now = clock.now()
    return {
        "id": new_id(), "kind": kind, "city": city, "payload": dict(payload), "state": "waiting", "attempts": 0,
        "next_at": now, "created_at": now, "case_id": None, "instance_id": None, "task_id": None,
    } | where  # fmt: skip


def add_job(session: Session, kind: str, city: str, payload: Mapping[str, Any], **where: str | None) -> str:
    """Write one job and return its id."""
    row = job_row(kind, city, payload, **where)
    session.execute(insert(table(Job)), [row])
    return str(row["id"])


def claim_jobs(session: Session, most: int, kinds: Collection[str]) -> list[Job]:
    """Take up to `most` due jobs of some kinds for LEASE; one whose worker died is due again when its lease is over."""
    now = clock.now()
    due = (
        select(Job)
        .where(
            Job.kind.in_(kinds),
            or_(
                (Job.state == "waiting") & (Job.next_at <= now),
                (Job.state == "claimed") & (Job.claimed_until < now),
            ),
        )
        .order_by(Job.next_at, Job.task_id.is_not(None), Job.id)  # what an instance waits for rests on the others
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    jobs = list(session.scalars(due))
    for job in jobs:
        job.state, job.claimed_until, job.attempts = "claimed", now + LEASE, job.attempts + 1
    session.flush()
    return jobs


def finish_job(session: Session, job: Job) -> bool:
    """Mark a job done; returns False when its lease was over and another worker has taken it."""
    return _leave(session, job, {"state": "done", "ended_at": clock.now()})


def fail_job(session: Session, job: Job, error: str) -> bool:
    """Note a failure; the job is tried again later with a doubling pause. Returns whether it was given up."""
    values: dict[str, Any] = {"error": error[:2000]}
    if job.attempts >= MOST_ATTEMPTS:
        return _leave(session, job, values | {"state": "failed", "ended_at": clock.now()})
    pause = FIRST_PAUSE * 2 ** (job.attempts - 1)
    _leave(session, job, values | {"state": "waiting", "next_at": clock.now() + pause})
    return False


def _leave(session: Session, job: Job, values: Mapping[str, Any]) -> bool:
    mine = update(table(Job)).where(Job.id == job.id, Job.state == "claimed", Job.attempts == job.attempts)
    left = session.execute(mine.values({**values, "claimed_until": None}))
    return bool(left.rowcount == 1)  # type: ignore[attr-defined]


def next_job_at(session: Session, kinds: Collection[str]) -> datetime | None:
    """Return the instant of the next waiting job of some kinds, None when nothing waits."""
    waiting = select(Job.next_at).where(Job.state == "waiting", Job.kind.in_(kinds))
    return session.scalar(waiting.order_by(Job.next_at).limit(1))
