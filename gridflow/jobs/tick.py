"""One tick of a worker: let due timers happen, do waiting jobs. Any number of workers may tick at once.

The cities take turns, so that ten thousand timers of one do not hold up the next one's.
"""

import logging
from collections import deque
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from gridflow import clock
from gridflow.administration import jobs as administration
from gridflow.cases import jobs as cases
from gridflow.cases.jobs import Finish, Handler
from gridflow.cases.office import Office
from gridflow.db import db, writing
from gridflow.engine.due import MOST_TRIES, any_timer_due, claim_timers, rest
from gridflow.engine.errors import NotYet
from gridflow.engine.jobs import MOST_ATTEMPTS, any_due, claim_jobs, fail_job, finish_job, next_job_at, put_off
from gridflow.engine.jobs import rest as rest_job
from gridflow.engine.models import Job, TimerDue
from gridflow.engine.operations.holding import returned
from gridflow.errors import GridflowError
from gridflow.inspection import jobs as inspection
from gridflow.workbench import jobs as workbench

MOST = 50
"""Jobs, and about as many timers, that one tick does before it looks at what else is due."""
BATCH = 10
"""Timers taken at once: what a worker that is killed leaves to its lease."""
HANDLERS = {**cases.HANDLERS, **administration.HANDLERS, **inspection.HANDLERS, **workbench.HANDLERS}
EVERY_KIND = frozenset(HANDLERS)
Guard = Callable[[], AbstractContextManager[None]]
"""Stands around the work on one timer or job and ends a process that hangs."""
log = logging.getLogger("gridflow.jobs")


class WorkerLost(GridflowError):
    """A job or timer took down every worker that tried it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"办理“{what}”的工作进程多次中断，已停止重试。请查看工作进程的日志，排除后再重试。")


def tick(office: Office, kinds: Collection[str] = EVERY_KIND, guard: Guard = nullcontext) -> int:
    """Do what is due now, about MOST timers and MOST jobs of some kinds, and return how much was begun.

    A database that is locked for too long, or away, ends the tick: what was taken comes back when its lease is over.
    """
    try:
        return fire_due(office, guard) + do_jobs(office, kinds, guard)
    except OperationalError as error:
        log.warning("数据库忙或连接中断，稍后再做：%s", error.orig)
        db.session.remove()
        return 0


# ------------------------------------------------------------ timers


def fire_due(office: Office, guard: Guard = nullcontext) -> int:
    """Let due timers happen, each in a transaction of its own; returns how many were tried."""
    waiting, tried = deque(office.cities), 0
    while waiting and tried < MOST:
        taken = _take_timers(waiting[0])
        if taken:
            waiting.rotate(-1)
        else:
            waiting.popleft()
        for timer_id, attempts in taken:
            with guard():
                _fire(office, timer_id, attempts)
        tried += len(taken)
    return tried


def _take_timers(city: str) -> list[tuple[str, int]]:
    db.session.commit()
    if not any_timer_due(db.session(), city):
        return []
    with writing() as session:
        return claim_timers(session, city, BATCH)


def _fire(office: Office, timer_id: str, attempts: int) -> None:
    if attempts > MOST_TRIES:
        _put_aside(office, timer_id, attempts, WorkerLost("到期事件").message)
        return
    try:
        with writing() as session:
            office.engine.fire_timer(session, timer_id)
    except OperationalError:  # no fault of the timer
        raise
    except Exception as error:  # whatever one timer does wrong must not hold up the others
        log.exception("定时 %s 第 %s 次未能触发", timer_id, attempts)
        _put_aside(office, timer_id, attempts, _why(error))


def _put_aside(office: Office, timer_id: str, attempts: int, why: str) -> None:
    """Let a timer rest, or park it after its last try; one that cannot even be parked rests as well."""
    if attempts >= MOST_TRIES:
        try:
            with writing() as session:
                office.engine.park_timer(session, timer_id, why)
        except Exception:  # the instance cannot be read at all
            log.exception("定时 %s 未能转为流程故障", timer_id)
        else:
            return
    with writing() as session:
        rest(session, timer_id, attempts)


# ------------------------------------------------------------ jobs


def do_jobs(office: Office, kinds: Collection[str] = EVERY_KIND, guard: Guard = nullcontext) -> int:
    """Take waiting jobs of some kinds one by one and do them; returns how many were tried.

    One at a time: a job that ends its worker has then taken no other with it.
    """
    waiting, tried = deque(office.cities), 0
    while waiting and tried < MOST:
        job = _take_job(waiting[0], kinds)
        if job is None:
            waiting.popleft()
            continue
        waiting.rotate(-1)
        with guard():
            do_job(office, job)
        tried += 1
    return tried


def _take_job(city: str, kinds: Collection[str]) -> Job | None:
    db.session.commit()
    if not any_due(db.session(), kinds, city):
        return None
    with writing() as session:
        jobs = claim_jobs(session, 1, kinds, city)
        session.expunge_all()
    return jobs[0] if jobs else None


def do_job(office: Office, job: Job) -> None:
    """Do one claimed job: the outside work first, then its result in one transaction."""
    db.session.remove()  # a worker lives long: every job reads the present rows, not those an earlier one kept
    try:
        finish = _kept(job) or _handler(job)(office, job)
        with writing() as session:
            if finish_job(session, job):
                office.engine.service_done(session, job, finish(session))
    except NotYet as waits:
        with writing() as session:
            put_off(session, job, waits.message)
    except OperationalError:  # no fault of the job
        raise
    except Exception as error:  # whatever one job does wrong must not hold up the others
        log.warning("任务 %s（%s）第 %s 次没有办成：%s", job.id, job.kind, job.attempts, error)
        _fail(office, job, _why(error))


def _fail(office: Office, job: Job, why: str) -> None:
    """Let a job be tried again, or give it up after its last try; one that cannot even be given up rests."""
    try:
        with writing() as session:
            if fail_job(session, job, why):
                office.engine.service_failed(session, job, why)
    except OperationalError:
        raise
    except Exception:  # the instance cannot be read at all
        log.exception("任务 %s 未能转为流程故障", job.id)
        with writing() as session:
            rest_job(session, job, why)


def _why(error: Exception) -> str:
    return error.message if isinstance(error, GridflowError) else f"{type(error).__name__}: {error}"


def _kept(job: Job) -> Finish | None:
    """Return how to report what was done before the instance was suspended, None for a job that is still to be done."""
    result = returned(job)
    return None if result is None else lambda _session: result


def _handler(job: Job) -> Handler:
    if job.attempts > MOST_ATTEMPTS:
        raise WorkerLost(job.kind)
    return HANDLERS[job.kind]


# ------------------------------------------------------------ under a stopped clock


def next_due(kinds: Collection[str] = EVERY_KIND) -> datetime | None:
    """Return the instant of the next timer or job of some kinds, None when nothing waits."""
    db.session.commit()
    timer = db.session.scalar(select(func.min(func.coalesce(TimerDue.not_before, TimerDue.due_at))))
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
