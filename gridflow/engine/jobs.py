"""The job table: side effects are written here inside the command and done by a worker afterwards.

An attempt is counted when a job is taken, before the work: one that kills its worker uses its tries up as well.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from sqlalchemy import Select, insert, select, true, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.db import new_id, table, touched
from gridflow.engine.models import Job

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
JITTER = 0.5
"""The largest share of a pause added to it, so that what failed together does not come back together."""


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


def claim_jobs(session: Session, most: int, kinds: Collection[str], city: str | None = None) -> list[Job]:
    """Take up to `most` due jobs of some kinds for LEASE; one whose worker died is due again when its lease is over."""
    now, jobs = clock.now(), list[Job]()
    for due in _due(now, kinds, city):
        # what an instance waits for rests on the others
        due = due.order_by(Job.next_at, Job.task_id.is_not(None), Job.id).limit(most - len(jobs))
        jobs += session.scalars(due.with_for_update(skip_locked=True)).all() if len(jobs) < most else []
    for job in jobs:
        job.state, job.claimed_until, job.attempts = "claimed", now + LEASE, job.attempts + 1
    session.flush()
    return jobs


def any_due(session: Session, kinds: Collection[str], city: str) -> bool:
    """Tell whether a job of some kinds is due in a city; reads a few rows of an index and locks nothing."""
    return any(
        session.scalars(due.order_by(Job.next_at).limit(1)).first() is not None
        for due in _due(clock.now(), kinds, city)
    )


def _due(now: datetime, kinds: Collection[str], city: str | None) -> Iterator[Select[Job]]:
    """Yield what asks for the jobs whose worker is lost, then what asks for those that wait: each one index."""
    due = select(Job).where(
        Job.ended_at.is_(None), Job.kind.in_(kinds), Job.next_at <= now, true() if city is None else Job.city == city
    )
    yield due.where(Job.state == "claimed", Job.claimed_until < now)
    yield due.where(Job.state == "waiting")


def finish_job(session: Session, job: Job) -> bool:
    """Mark a job done; returns False when its lease was over and another worker has taken it."""
    return _leave(session, job, {"state": "done", "ended_at": clock.now()})


def fail_job(session: Session, job: Job, error: str) -> bool:
    """Note a failure; the job is tried again after a pause that doubles. Returns whether it was given up."""
    values: dict[str, Any] = {"error": error[:2000]}
    if job.attempts >= MOST_ATTEMPTS:
        return _leave(session, job, values | {"state": "failed", "ended_at": clock.now()})
    _leave(session, job, values | {"state": "waiting", "next_at": clock.now() + pause_after(job.attempts, job.id)})
    return False


def put_off(session: Session, job: Job, why: str) -> bool:
    """Let a job wait for something else; that uses up no try. Returns False when another worker has taken it."""
    again = {"state": "waiting", "attempts": job.attempts - 1, "next_at": clock.now() + LONGEST_PAUSE}
    return _leave(session, job, again | {"error": why[:2000]})


def rest(session: Session, job: Job, why: str) -> None:
    """Let a job wait that could not even be given up, because its instance cannot be read: it is not done again."""
    _leave(session, job, {"state": "waiting", "error": why[:2000], "next_at": clock.now() + LONGEST_PAUSE})


def pause_after(attempts: int, id: str) -> timedelta:
    """Return how long what has failed so often rests; its id, drawn by lot, says how much is added."""
    doubled = min(
        attempts - 1, MOST_ATTEMPTS + MOST_ATTEMPTS
    )  # longer than the longest by then, and never out of range
    pause = min(FIRST_PAUSE * 2.0**doubled, LONGEST_PAUSE)
    return pause * (1 + JITTER * crc32(id.encode()) / 2**32)


def withdraw_jobs(session: Session, case_id: str, tasks: Collection[str]) -> None:
    """Withdraw what service tasks wait for no more; a worker that has it in hand finds it lost. The case is locked."""
    unfinished = (Job.case_id == case_id, Job.task_id.in_(tasks), Job.ended_at.is_(None))
    session.execute(update(table(Job)).where(*unfinished).values(state="withdrawn", ended_at=clock.now()))


def _leave(session: Session, job: Job, values: Mapping[str, Any]) -> bool:
    if job.task_id is not None:
        lock(session, str(job.case_id), job.city)  # first, as everywhere: a command may withdraw the job
    mine = update(table(Job)).where(Job.id == job.id, Job.state == "claimed", Job.attempts == job.attempts)
    return touched(session, mine.values({**values, "claimed_until": None})) == 1


def next_job_at(session: Session, kinds: Collection[str]) -> datetime | None:
    """Return the instant of the next waiting job of some kinds, None when nothing waits."""
    waiting = select(Job.next_at).where(Job.ended_at.is_(None), Job.state == "waiting", Job.kind.in_(kinds))
    return session.scalar(waiting.order_by(Job.next_at).limit(1))
