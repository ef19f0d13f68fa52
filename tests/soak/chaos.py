"""Processes that work on one database while they are killed at random, and a clock they share."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from random import Random
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import OperationalError

from gridflow import clock
from gridflow.db import db, table
from gridflow.errors import GridflowError

FORK = get_context("fork")
FASTER = 60
"""A second of the machine is a minute of the cases: timers of minutes and the leases of workers lapse in seconds."""
DAY_EVERY = 15
"""Kills after which a day passes at once."""
BETWEEN = 1_000
"""Bytes of diary, about ten lines, between two kills: on a busy machine nothing would ever be done otherwise."""
AT_ONCE = 80
"""Cases that are open at once: enough to meet in, few enough that each comes to its end."""
Say = Callable[..., None]


class World(Protocol):
    """What happens in a database: people who work on cases, and workers."""

    app: Flask
    begins: datetime

    def clerk(self, rng: Random, say: Say) -> None:
        """Let somebody do one thing."""

    def worker(self) -> int:
        """Do what is due and return how much."""

    def going_on(self) -> int:
        """Return how many cases are not over, on a connection that is closed again: processes are forked."""


@dataclass
class Shared:
    """What the processes have in common."""

    begins: datetime
    diary: Path
    days: Any = field(default_factory=lambda: FORK.Value("d", 0.0))
    opened: Any = field(default_factory=lambda: FORK.Value("i", 0))
    over: Any = field(default_factory=lambda: FORK.Value("b", 0))
    since: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """Return the instant of the cases."""
        return self.begins + timedelta(days=self.days.value, seconds=(time.monotonic() - self.since) * FASTER)

    def written(self) -> int:
        """Return how long the diary is, in bytes."""
        return self.diary.stat().st_size if self.diary.exists() else 0

    def told(self) -> Iterator[dict[str, Any]]:
        """Yield what the processes wrote into the diary; the line of one that was killed may be cut."""
        for line in self.diary.read_text().splitlines() if self.diary.exists() else ():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue


@dataclass(frozen=True)
class Storm:
    """How many processes work, for how long, and how often one is killed."""

    clerks: int
    workers: int
    seconds: float
    seed: int

    def blow(self, world: World, shared: Shared, enough: Callable[[], bool]) -> int:
        """Let everybody work until enough is done or the time is over, killing all the while; returns the kills."""
        db.session.remove()
        db.engine.dispose()  # a connection must not be shared by a fork
        rng, kills = Random(self.seed), 0  # noqa: S311  -- not a secret
        roles = ["clerk"] * self.clerks + ["worker"] * self.workers
        running = [self._begin(world, shared, role, number) for number, role in enumerate(roles)]
        until, told = time.monotonic() + self.seconds, 0
        while time.monotonic() < until and not enough():
            time.sleep(rng.uniform(0.2, 0.6))
            if shared.written() < told + BETWEEN:
                continue
            told = shared.written()
            victim = rng.randrange(len(roles))
            os.kill(running[victim].pid or 0, signal.SIGKILL)
            running[victim].join()
            kills += 1
            running[victim] = self._begin(world, shared, roles[victim], len(roles) + kills)
            if kills % DAY_EVERY == 0:
                shared.days.value += 1
        shared.over.value = 1
        for process in running:
            process.join(60)
            if process.exitcode is None:
                process.kill()
                process.join()
                _tell(shared, what="error", error=f"a {process.name} did not stop")
        return kills

    def _begin(self, world: World, shared: Shared, role: str, number: int) -> ForkProcess:
        process = FORK.Process(target=_work, args=(world, shared, role, f"{self.seed}/{number}"), name=role)
        process.start()
        return process


def count(model: Any, fits: Any) -> int:
    """Count rows on a connection of its own, which a fork cannot inherit."""
    engine = create_engine(db.engine.url, poolclass=NullPool)
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table(model)).where(fits)) or 0


def _work(world: World, shared: Shared, role: str, seed: str) -> None:
    """Work as one process until all is over, or until killed."""
    rng = Random(seed)  # noqa: S311  -- not a secret

    def say(what: str, **more: object) -> None:
        _tell(shared, what=what, **more)

    with world.app.app_context(), clock.set_to(shared.now()) as hand:
        while not shared.over.value:
            hand.move_to(max(shared.now(), hand.instant))
            try:
                if role == "clerk":
                    world.clerk(rng, say)
                elif not world.worker():
                    time.sleep(0.1)
            except GridflowError as error:
                say("refused", error=type(error).__name__, message=str(getattr(error, "errors", error.message)))
            except OperationalError as error:
                say("busy" if "locked" in str(error) else "error", error=str(error.orig))
            except Exception as error:
                say("error", error=repr(error))
    os._exit(0)


def _tell(shared: Shared, **line: object) -> None:
    file = os.open(shared.diary, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    os.write(file, json.dumps(line, ensure_ascii=False).encode() + b"\n")
    os.close(file)
