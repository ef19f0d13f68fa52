"""What one completion costs the database, and what many at once cost the machine."""

from contextlib import contextmanager

import pytest
from counting import calls_in
from sketch import items, sub
from sqlalchemy import event
from toy_parts import limit_timer, service, task, town_tasks

from gridflow.db import db
from gridflow.engine.errors import RunawayLoop


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


def test_many_parallel_items_with_a_limit_each_cost_not_many_times_as_much_apiece_as_a_few(town):
    town.draw(
        "units", "start -> helping -> end",
        helping=sub("helping", "begin -> help -> over; late -> end_late", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling", title="string(limit.handling.due)"),
                    late=limit_timer("late", "help", "handling")),
    )  # fmt: skip
    town.open("units", units=["a"])  # parses the procedure and reads the calendar
    few, many = (calls_in(lambda n=n: town.open("units", units=[str(i) for i in range(n)])) for n in (20, 160))
    assert many < 8 * few * 4


def test_a_service_or_task_in_one_of_many_sub_processes_costs_as_much_as_in_one_of_a_few(town):
    serves = {name: service(name, "set_values", {"n": "1"}) for name in ("do_a", "do_b", "do_c")}
    town.draw(
        "units", "start -> helping -> end",
        helping=sub("helping", "start_in -> do_a -> do_b -> do_c -> help -> end_in", items("units", "unit"),
                    help=task("help", role="town"), **serves),
    )  # fmt: skip
    town.open("units", units=["a"])  # parses the procedure
    actor, opened, done = town.who("tom"), [], []
    for n in (20, 160):
        units, cases = [f"unit {i}" for i in range(n)], []
        opened.append(calls_in(lambda units=units, cases=cases: cases.append(town.open("units", units=units))))
        item = town.item(cases[0], "help").id
        done.append(calls_in(lambda item=item: town.complete_as(actor, item)))
    assert opened[1] < 8 * opened[0] * 1.1
    assert done[1] < 8 * done[0] * 0.75  # it reads every open sub-process, but not the list of units in each


GROWING = {
    "doubling": ("start -> ask -> x_m -> do_a -> p_f; p_f -> x_m; p_f -> x_two -> x_m", {}),
    "adding": ("start -> ask -> x_m -> do_a -> p_f; p_f -> x_m; p_f -> x_two -> do_b -> x_two", {}),
    "items": (
        "start -> ask -> each -> x_m; x_m -> each [true]; x_m -> end *",
        {"each": sub("each", "start_in -> do_a -> end_in", items("units", "unit"),
                     do_a=service("do_a", "set_values", {"n": "1"}))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", GROWING)
def test_services_that_ask_for_more_and_more_are_stopped_before_they_cost_much(town, way):
    flows, parts = GROWING[way]
    town.draw(
        "growing",
        flows,
        **town_tasks("ask"),
        **{name: service(name, "set_values", {"n": "1"}) for name in ("do_a", "do_b") if name in flows} | parts,
    )
    case = town.open("growing", units=[str(n) for n in range(200)])

    def go():
        with pytest.raises(RunawayLoop):
            town.do(case, "ask", "tom")

    calls_in(go, most=8_000_000)
    assert town.open_steps(case) == ["ask"]
