"""Let eight processes work on many cases while they are killed at random, and see that nothing is lost or done twice.

`python -m tests.soak --cases 1000`: the small procedure and the real one, each on SQLite and PostgreSQL. A storm blows
until every case is over, or for the seconds given. Prints a line for each with its seed; the same seed makes the same
choices, though not the same timing.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import randbelow
from typing import Any

from postgres_server import URL, Server, programs
from sqlalchemy import create_engine, make_url, text

from gridflow.db import new_id
from gridflow.engine.jobs import LEASE
from gridflow.jobs.tick import run_until
from tests.soak.chaos import Storm
from tests.soak.checks import actions, faults
from tests.soak.real import real
from tests.soak.small import small

WORLDS: dict[str, Callable[[Path, str, int], AbstractContextManager[Any]]] = {"small": small, "real": real}
LONGEST = 4 * 3600
"""Seconds after which a storm is given up that does not bring its cases to their end."""


def main() -> int:
    """Run what was asked for and return how many storms left something wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=LONGEST, help="the longest a storm may last")
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--seed", type=int, default=randbelow(10**6))
    parser.add_argument("--world", choices=[*WORLDS], action="append")
    parser.add_argument("--store", choices=["sqlite", "postgres"], action="append")
    asked = parser.parse_args()
    wrong = 0
    with postgres() as server:
        for store in asked.store or ["sqlite", "postgres"]:
            if store == "postgres" and server is None:
                wrong += "postgres" in os.environ.get("GRIDFLOW_REQUIRE", "")
                say("soak postgres: no server on this machine")
                continue
            for name in asked.world or [*WORLDS]:
                with tempfile.TemporaryDirectory(prefix="gridflow-soak-") as folder:
                    wrong += storm(name, store, Path(folder), server, asked)
    return wrong


def storm(name: str, store: str, folder: Path, server: str | None, asked: Any) -> bool:
    """Let one storm blow, print its line and what is wrong afterwards; returns whether something is."""
    begun = time.monotonic()
    with database(store, folder, server) as url, WORLDS[name](folder, url, asked.cases) as world:
        shared = world.shared
        shared.since = time.monotonic()
        workers = max(asked.processes // 2, 1)
        kills = Storm(asked.processes - workers, workers, asked.seconds, asked.seed).blow(
            world, shared, lambda: shared.opened.value >= asked.cases and world.going_on() == 0
        )
        blew, going_on = time.monotonic() - shared.since, world.going_on()
        told = list(shared.told())
        world.hand.move_to(shared.now() + LEASE)
        late = world.repeat(told)
        run_until(world.office, world.hand, shared.now() + 2 * LEASE, world.kinds)
        found = list(faults(world.office, told))
        if going_on and asked.seconds >= LONGEST:
            found.append(f"{going_on} cases did not come to their end")
        steps = world.finish()
        found += [f"in the end: {fault}" for fault in faults(world.office, [])]
        did = " ".join(f"{action}={times}" for action, times in actions())
    counts = Counter(line["what"] for line in told)
    took = time.monotonic() - begun
    say(
        f"soak {name} {store} seed={asked.seed} cases={shared.opened.value} going-on={going_on} "
        f"processes={asked.processes} kills={kills} days={shared.days.value:.0f} {dict(sorted(counts.items()))} "
        f"entries: {did}; repeated-after={late} finished-by={steps} "
        f"storm={blew:.0f} s, all={took:.0f} s, "
        f"{'WRONG' if found else 'sound'}"
    )
    for fault in found[:20]:
        say(f"    {fault}")
    return bool(found)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def database(store: str, folder: Path, server: str | None) -> Iterator[str]:
    """Yield the address of an empty database."""
    if store == "sqlite" or server is None:
        yield f"sqlite:///{folder / 'soak.db'}"
        return
    name, owner = f"soak_{new_id()}", create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    owner.dispose()


@contextmanager
def postgres() -> Iterator[str | None]:
    """Yield the address of a server: the one named, else one of our own, else None."""
    if URL in os.environ or not programs():
        yield os.environ.get(URL)
        return
    server = Server.start()
    try:
        yield server.url
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
