"""Measure what a million waiting timers cost a worker that finds none of them due."""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from sqlalchemy import func, insert, select, text

from bench.figures import Figure
from bench.installation import REPORTER, Store, open_case, person
from gridflow import clock
from gridflow.application import office
from gridflow.db import db, table, writing
from gridflow.engine.due import TIMERS
from gridflow.engine.models import Instance
from gridflow.jobs.tick import fire_due

MANY = 1_000_000
AT_ONCE = 50_000


def measure(store: Store, times: int) -> Iterator[Figure]:
    """Time the look for due timers with none in the table and with a million."""
    with store.copy("timers"):
        open_case(person(REPORTER), "event")
        _wait(0)
        empty = _looked(times)
        _wait(MANY)
        full = _looked(times)
        yield Figure(
            f"a worker's look for due timers, {MANY:,} waiting", f"{full * 1000:.2f} ms", full / empty, "1.5x",
            full <= empty * 1.5,
        )  # fmt: skip
        yield Figure("… its plan", _plan())


def _wait(many: int) -> None:
    """Let exactly so many timers wait, spread over the year to come."""
    with writing() as session:
        session.execute(TIMERS.delete())
        instance = session.execute(select(table(Instance)).limit(1)).one()
    now = clock.now()
    for begin in range(0, many, AT_ONCE):
        with writing() as session:
            rows = [
                {
                    "id": f"bench{number:x}", "city": instance.city, "case_id": instance.case_id, "kind": "timer",
                    "instance_id": instance.id, "task_id": "t", "due_at": now + timedelta(hours=1, seconds=30 * number),
                }
                for number in range(begin, min(begin + AT_ONCE, many))
            ]  # fmt: skip
            session.execute(insert(TIMERS), rows)
    if db.engine.dialect.name == "postgresql":
        with writing() as session:
            session.execute(text("ANALYZE timer_due"))
    assert db.session.scalar(select(func.count()).select_from(TIMERS)) == many


def _looked(times: int) -> float:
    """Return the median seconds of a look that finds nothing."""
    took = []
    for _ in range(times):
        begun = perf_counter()
        assert fire_due(office()) == 0
        took.append(perf_counter() - begun)
    return sorted(took)[times // 2]


def _plan() -> str:
    """Return how the database looks for due timers, in its own words."""
    with db.engine.connect() as connection:
        explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        look = text(f"{explain} SELECT id FROM timer_due WHERE city = 'a' AND due_at <= CURRENT_TIMESTAMP LIMIT 1")
        rows = [str(row[-1]).strip() for row in connection.execute(look)]
    return "; ".join(row for row in rows if "timer_due" in row)
