"""What a worker asks every second stays with its index on PostgreSQL, also once a prepared plan knows no values."""

import re
from datetime import timedelta

import pytest
from sketch import boundary, timer
from sqlalchemy import event, text
from toy_parts import town_tasks

from gridflow.db import db, writing
from gridflow.engine.due import any_timer_due, claim_timers
from gridflow.engine.jobs import any_due, claim_jobs
from gridflow.engine.models import TimerDue

ROWS = 50_000
KINDS = ("mail", "tell")
PARAMETER = re.compile(r"%\((\w+)\)s")
ASKED = {
    "any_timer_due": lambda session: any_timer_due(session, "here"),
    "claim_timers": lambda session: claim_timers(session, "here", 10),
    "any_due": lambda session: any_due(session, KINDS, "here"),
    "claim_jobs": lambda session: claim_jobs(session, 1, KINDS, "here"),
}


def many(session, case):
    """Let so many timers and jobs wait: one in a thousand timers is due, as are most of the jobs that are done."""
    timer = session.query(TimerDue).filter_by(case_id=case).one()
    of = {"city": "here", "case": case, "instance": timer.instance_id, "due": timer.due_at}
    session.execute(
        text(
            "INSERT INTO timer_due (id, city, case_id, instance_id, task_id, kind, due_at, attempts) "
            "SELECT 'x' || n, :city, :case, :instance, 't' || n, 'timer',"
            " :due + (n % 1000) * interval '1 day', 0 FROM generate_series(1, :rows) n"
        ),
        {**of, "rows": ROWS},
    )
    session.execute(
        text(
            "INSERT INTO job (id, city, kind, payload, state, attempts, next_at, created_at) "
            "SELECT 'x' || n, :city, 'mail', '{}', CASE WHEN n % 1000 = 0 THEN 'waiting' ELSE 'done' END, 1, "
            ":due, :due FROM generate_series(1, :rows) n"
        ),
        {**of, "rows": ROWS},
    )
    session.execute(text("ANALYZE timer_due"))
    session.execute(text("ANALYZE job"))


def selects(ask):
    """Return the SELECT statements a question sends."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with writing() as session:
            ask(session)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sent


def generic_plan(session, statement):
    """Return the plan of a statement that was prepared without looking at its values."""
    names = list(dict.fromkeys(PARAMETER.findall(statement)))
    numbered = PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", statement)
    cursor = session.connection().connection.cursor()
    cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE asked AS {numbered}")
    cursor.execute(f"EXPLAIN EXECUTE asked ({', '.join(['NULL'] * len(names))})")
    plan = "\n".join(row[0] for row in cursor.fetchall())
    cursor.execute("DEALLOCATE asked")
    return plan


@pytest.mark.parametrize("town", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_looking_for_due_work_reads_an_index_whatever_the_values_are(town):
    town.draw("waits", "start -> ask -> end; late -> note -> end_n", **town_tasks("ask", "note"),
              late=boundary("late", "ask", timer('duration("P1D")', "timeDuration")))  # fmt: skip
    case = town.open("waits")
    with writing() as session:
        many(session, case)
    town.hand.advance(timedelta(days=1))
    plans = {}
    for name, ask in ASKED.items():
        for statement in selects(ask):
            with writing() as session:
                plans[name, statement] = generic_plan(session, statement)
    assert {name for name, _ in plans} == ASKED.keys()
    for (name, statement), plan in plans.items():
        assert "Seq Scan" not in plan, (name, statement, plan)
        assert re.search(r"Index (Only )?Scan|Bitmap Index Scan", plan), (name, plan)
