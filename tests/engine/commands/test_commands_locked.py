"""A worker before a database that somebody else holds for too long: it gives up the tick, and loses nothing."""

import sqlite3
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from toy_parts import limit_timer, service, task, town_tasks

from gridflow.db import db
from gridflow.engine.due import LEASE as TIMER_LEASE
from gridflow.engine.jobs import LEASE as JOB_LEASE
from gridflow.jobs.tick import tick


@pytest.fixture
def impatient(town):
    """A worker that waits for the lock of the database only for a moment."""
    town.draw("due", "start -> handle -> do_push -> end; late -> note -> end_n",
              handle=task("handle", role="town", limit="hour"), late=limit_timer("late", "handle", "hour"),
              do_push=service("do_push", "push_result", {"result": '"done"'}), **town_tasks("note"))  # fmt: skip
    db.session.remove()
    db.engine.dispose()

    def hurry(connection, _record):
        connection.execute("PRAGMA busy_timeout=20")

    event.listen(db.engine, "connect", hurry)
    yield town
    event.remove(db.engine, "connect", hurry)


@contextmanager
def held(town):
    """Hold the lock of the database, as another worker does that has much to write."""
    other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


on_sqlite = pytest.mark.parametrize("town", ["sqlite"], indirect=True)


@on_sqlite
def test_what_cannot_be_taken_because_the_database_is_locked_is_taken_at_the_next_tick(impatient):
    case = impatient.open("due")
    impatient.work()
    impatient.hand.advance(TIMER_LEASE * 60)
    with held(impatient):
        assert tick(impatient.office) == 0
    assert impatient.timers(case)[0].attempts == 0
    impatient.work()
    assert "note" in impatient.open_steps(case)


@on_sqlite
def test_a_timer_that_meets_a_locked_database_is_not_to_blame_and_comes_back(impatient):
    case = impatient.open("due")
    impatient.work()
    impatient.hand.advance(TIMER_LEASE * 60)
    assert tick(impatient.office, guard=lambda: held(impatient)) == 0
    assert "note" not in impatient.open_steps(case)
    impatient.hand.advance(TIMER_LEASE)
    impatient.work()
    assert "note" in impatient.open_steps(case)
    assert len(impatient.entries(case, "fire_timer")) == 1
    assert impatient.incidents(case) == []


@on_sqlite
def test_a_job_whose_result_meets_a_locked_database_is_not_to_blame_and_comes_back(impatient):
    case = impatient.open("due")
    impatient.work()
    impatient.do(case, "handle", "tom")
    assert tick(impatient.office, ["push"], guard=lambda: held(impatient)) == 0
    (job,) = impatient.jobs(kind="push")
    assert (job.state, job.error) == ("claimed", None)
    impatient.hand.advance(JOB_LEASE)
    impatient.hand.advance(TIMER_LEASE)
    impatient.work()
    assert impatient.instance(case).status == "finished"
    impatient.audit_is_sound()
