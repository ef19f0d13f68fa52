"""Open the instances an `open_each` asks for, a batch in each transaction, and tell how many are open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.cases.errors import JobLost
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.db import table, touched, writing
from gridflow.engine.directory import Actor, CaseFacts
from gridflow.engine.jobs import LEASE
from gridflow.engine.models import Instance, Job
from gridflow.engine.runtime.values import unpack

KIND = "open_each"
BATCH = 20
"""Instances opened in one transaction: what other commands on the case wait for, a few tenths of a second."""
JOBS = table(Job)
INSTANCES = table(Instance)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the opening of many instances is."""

    title: str
    done: int
    total: int
    stuck: bool
    """Whether it was given up after several attempts."""


def open_each(office: Office, job: Job) -> Callable[[Session], Mapping[str, Any]]:
    """Open what is not open yet, and return what reports the end: no variables.

    A worker that is killed has opened whole batches only, each together with the count of what is done; the next one
    goes on from there. Raises JobLost when another worker has taken over.
    """
    done = int(job.payload["done"])
    while done < len(job.payload["items"]):
        with writing() as session:
            done = next_batch(session, office, job)
    return lambda _: {}


def next_batch(session: Session, office: Office, job: Job) -> int:
    """Open the next batch and return how many are open now; raises JobLost."""
    lock(session, str(job.case_id), job.city)
    facts = CaseFacts(**session.scalars(select(Instance.facts).where(Instance.id == job.instance_id)).one())
    payload = session.execute(select(JOBS.c.payload).where(JOBS.c.id == job.id, *_mine(job))).scalar_one_or_none()
    if payload is None:
        raise JobLost(job.kind)
    done, values = int(payload["done"]), unpack(payload["values"])
    batch: Sequence[str] = payload["items"][done : done + BATCH]
    for item in batch:
        given = {**values, payload["name"]: item}
        opened = office.engine.open(session, facts, payload["slug"], given, Actor.system(job.city))
        session.execute(update(INSTANCES).where(INSTANCES.c.id == opened).values(item=item))
    done += len(batch)
    kept = update(JOBS).where(JOBS.c.id == job.id, *_mine(job))
    if touched(session, kept.values(payload={**payload, "done": done}, claimed_until=clock.now() + LEASE)) != 1:
        raise JobLost(job.kind)
    return done


def _mine(job: Job) -> tuple[Any, ...]:
    return (JOBS.c.state == "claimed", JOBS.c.attempts == job.attempts)


def progress_of(session: Session, case: Case) -> list[Progress]:
    """Return the openings of a case that are not over, in one statement."""
    rows = session.execute(
        select(JOBS.c.payload, JOBS.c.state)
        .where(JOBS.c.case_id == case.id, JOBS.c.kind == KIND, JOBS.c.state.in_(("waiting", "claimed", "failed")))
        .order_by(JOBS.c.id)
    )
    return [
        Progress(row.payload["title"], int(row.payload["done"]), len(row.payload["items"]), row.state == "failed")
        for row in rows
    ]
