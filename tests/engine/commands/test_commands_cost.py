"""What one completion costs the database."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event
from toy_parts import limit_timer, service, task, town_tasks

from gridflow.db import db


@contextmanager
def counted():
    """Count the statements and the commits of the connections inside."""
    statements, commits = [], []

    def said(_connection, _cursor, statement, *_):
        statements.append(statement)

    def committed(connection):
        if connection.get_execution_options().get("gridflow_writes"):
            commits.append(connection)

    event.listen(db.engine, "before_cursor_execute", said)
    event.listen(db.engine, "commit", committed)
    try:
        yield statements, commits
    finally:
        event.remove(db.engine, "before_cursor_execute", said)
        event.remove(db.engine, "commit", committed)


@pytest.mark.parametrize(("drawn", "most"), [("plain", 12), ("limited", 15)])
def test_a_completion_takes_few_statements_and_one_commit(town, drawn, most):
    """A limit costs three more: the calendar's version, the row and its timers."""
    town.draw("plain", "start -> ask -> reply -> end", **town_tasks("ask", "reply"))
    town.draw(
        "limited", "start -> ask -> reply -> end; late -> do_note -> end_b", ask=task("ask", role="town"),
        reply=task("reply", role="town", limit="handling", remind="50 80"),
        late=limit_timer("late", "reply", "handling"), do_note=service("do_note", "set_values", {"n": "1"}),
    )  # fmt: skip
    town.do(town.open(drawn), "ask", "tom")  # parses the procedure and reads the calendar
    case = town.open(drawn)
    item, actor = town.item(case, "ask").id, town.who("tom")
    with counted() as (statements, commits):
        town.complete_as(actor, item, n=1)
    said = [statement for statement in statements if not statement.startswith(("BEGIN", "SELECT CURRENT"))]
    assert len(commits) == 1
    assert len(said) <= most, "\n".join(said)
