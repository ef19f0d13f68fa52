"""One tick of a worker: let due timers happen, do waiting jobs. Any number of workers may tick at once."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select, update

from gridflow import clock
from gridflow.cases.jobs import HANDLERS, Handler
from gridflow.cases.office import Office
from gridflow.db import db, writing
from gridflow.engine.jobs import MOST_ATTEMPTS, claim_jobs, fail_job, finish_job, next_job_at
from gridflow.engine.models import Job, TimerDue
from gridflow.errors import GridflowError

MOST = 50
POSTPONED = timedelta(minutes=1)
"""How long a timer waits that could not happen."""
EVERY_KIND = frozenset(HANDLERS)
log = logging.getLogger("gridflow.jobs")


class WorkerLost(GridflowError):
    """A job took down every worker that tried it."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"办理“{kind}”任务的工作进程多次中断，已停止重试。请查看工作进程的日志，排除后再重试。")


def tick(office: Office, kinds: Collection[str] = EVERY_KIND) -> int:
    """Do what is due now, at most MOST timers and MOST jobs of some kinds, and return how much was done."""
    return fire_due(office) + do_jobs(office, kinds)


def fire_due(office: Office) -> int:
    """Let due timers happen, each in a transaction of its own; one that fails does not stop the others."""
    due = select(TimerDue.id).where(TimerDue.due_at <= clock.now()).order_by(TimerDue.due_at).limit(MOST)
    db.session.commit()
    fired = 0
    for timer_id in db.session.scalars(due).all():
        try:
            with writing() as session:
                fired += office.engine.fire_timer(session, timer_id)
        except Exception:  # whatever one timer does wrong must not hold up the others
            log.exception("定时 %s 未能触发，%s 后再试", timer_id, POSTPONED)
            with writing() as session:
                session.execute(update(TimerDue).where(TimerDue.id == timer_id).values(due_at=clock.now() + POSTPONED))
    return fired


def do_jobs(office: Office, kinds: Collection[str] = EVERY_KIND) -> int:
    """Claim waiting jobs of some kinds and do them; returns how many were tried."""
    with writing() as session:
        jobs = claim_jobs(session, MOST, kinds)
        session.expunge_all()
    for job in jobs:
        do_job(office, job)
    return len(jobs)


def do_job(office: Office, job: Job) -> None:
    """Do one claimed job: the outside work first, then its result in one transaction."""
    db.session.remove()  # a worker lives long: every job reads the present rows, not those an earlier one kept
    try:
        finish = _handler(job)(office, job)
        with writing() as session:
            if finish_job(session, job):
                office.engine.service_done(session, job, finish(session))
    except Exception as error:  # whatever one job does wrong must not hold up the others
        log.warning("任务 %s（%s）第 %s 次失败：%s", job.id, job.kind, job.attempts, error)
        why = error.message if isinstance(error, GridflowError) else f"{type(error).__name__}: {error}"
        with writing() as session:
            if fail_job(session, job, why):
                office.engine.service_failed(session, job, why)


def _handler(job: Job) -> Handler:
    if job.attempts > MOST_ATTEMPTS:
        raise WorkerLost(job.kind)
    return HANDLERS[job.kind]


def next_due(kinds: Collection[str] = EVERY_KIND) -> datetime | None:
    """Return the instant of the next timer or job of some kinds, None when nothing waits."""
    db.session.commit()
    timer = db.session.scalar(select(TimerDue.due_at).order_by(TimerDue.due_at).limit(1))
    job = next_job_at(db.session(), kinds)
    return min((instant for instant in (timer, job) if instant), default=None)


def run_until(office: Office, hand: clock.Hand, instant: datetime, kinds: Collection[str] = EVERY_KIND) -> None:
    """Move a stopped clock forward to an instant, doing everything that falls due on the way in its order.

    Jobs of other kinds are left to other workers.
    """
    while True:
        due = next_due(kinds)
        if due is None or due > instant:
            break
        hand.move_to(max(due, hand.instant))
        if not tick(office, kinds):
            break
    hand.move_to(max(instant, hand.instant))
