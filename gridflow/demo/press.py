"""Processes that set documents and seal case files while the story goes on, on every core."""

import os
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from sqlalchemy import func, select, update

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases.jobs import HANDLERS, prepare_rendering
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.config import Settings
from gridflow.db import db, writing
from gridflow.demo.hurry import hurry
from gridflow.engine.jobs import FIRST_PAUSE, claim_jobs
from gridflow.engine.models import Job
from gridflow.jobs.tick import do_job

PRINTED = frozenset({"render", "archive"})
"""Jobs that set pages: a few tenths of a second for a document, one or two seconds for a case file."""
QUICK = frozenset(HANDLERS) - PRINTED
AHEAD = 2
"""Jobs that lie ready at each process."""
POLITENESS = 10
"""The story goes first: pages are set with what is left of the cores."""


@dataclass(frozen=True, slots=True)
class _HandedOut:
    done: Future[None]
    case_id: str
    process: int


class Press:
    """One process a core. What lies ready of one case lies at one process: its documents come before its file."""

    def __init__(self, settings: Settings, leased_from: datetime) -> None:
        """Take the settings of the installation; leases count from an instant that the story never passes."""
        self._settings = settings
        self._leased_from = leased_from
        self._processes: list[ProcessPoolExecutor] = []
        self._open = ExitStack()
        self._out: list[_HandedOut] = []

    def __enter__(self) -> Self:
        spawned = get_context("spawn")  # a forked child would share the open database
        self._processes = [
            self._open.enter_context(
                ProcessPoolExecutor(1, mp_context=spawned, initializer=_begin, initargs=(self._settings,))
            )
            for _ in range(os.cpu_count() or 1)
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes if error else ():
            process.shutdown(cancel_futures=True)
        self._open.close()

    def feed(self) -> None:
        """Hand out waiting jobs until AHEAD lie ready at each process; each is done as at the instant it was made."""
        self.collect()
        room = AHEAD * len(self._processes) - len(self._out)
        if room <= 0:
            return
        with clock.set_to(self._leased_from), writing() as session:
            jobs = [(job.id, job.case_id or job.id, job.next_at) for job in claim_jobs(session, room, PRINTED)]
        for job_id, case_id, instant in jobs:
            process = self._process_for(case_id)
            self._out.append(
                _HandedOut(self._processes[process].submit(_do, job_id, instant, self._leased_from), case_id, process)
            )

    def _process_for(self, case_id: str) -> int:
        same = next((out.process for out in self._out if out.case_id == case_id), None)
        if same is not None:
            return same
        return min(range(len(self._processes)), key=lambda process: sum(out.process == process for out in self._out))

    def collect(self, *, wait: bool = False) -> int:
        """Take back what is done, waiting for at least one job if asked; returns how many; raises what stopped one."""
        if wait and self._out:
            self._out[0].done.result()
        done = [out for out in self._out if out.done.done()]
        for out in done:
            out.done.result()
        self._out = [out for out in self._out if out not in done]
        return len(done)

    @property
    def busy(self) -> bool:
        """Whether jobs handed out have not been taken back."""
        return bool(self._out)


def waiting() -> int:
    """Count the documents and case files to be begun by now; one that failed waits longer."""
    db.session.commit()
    count = select(func.count()).where(Job.state == "waiting", Job.kind.in_(PRINTED), Job.next_at <= clock.now())
    return db.session.scalar(count) or 0


def _begin(settings: Settings) -> None:
    os.nice(POLITENESS)
    make_app(settings).app_context().push()
    hurry(db.engine)
    prepare_rendering(office())


def _do(job_id: str, instant: datetime, again: datetime) -> None:
    """Do a job as at an instant; if it fails, the installation's own worker tries it again."""
    quiet = replace(office(), mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
    job = db.session.get_one(Job, job_id)
    db.session.expunge(job)
    with clock.set_to(instant):
        do_job(quiet, job)
    with writing() as session:
        failed = update(Job).where(Job.id == job_id, Job.state == "waiting")
        session.execute(failed.values(next_at=again + FIRST_PAUSE))
    db.session.remove()
