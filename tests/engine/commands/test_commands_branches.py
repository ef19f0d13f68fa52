"""Branches, loops and what stands before people, through the commands."""

import time

import pytest
from sketch import call, contract, element, inputs, items, process
from toy_parts import limit_timer, offer, service, task, town_tasks

from gridflow.engine.errors import OfferGone, RunawayLoop, WorkItemGone
from gridflow.engine.models import Incident, Instance, MessageWait, WorkItem


@pytest.fixture
def objecting(town):
    """A host on which objections are made, each ruled on in a branch of its own."""
    town.draw(
        "objecting", "start -> host -> after -> end; objection -> call_rule -> end_branch",
        inner=(process("ruling", "begin -> rule -> over", contract(may_take=("objection",)),
                       begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                       rule=task("rule", role="county_office", limit="ruling", remind="50")),),
        **town_tasks("host", "after"), objection=offer("objection", "host"), call_rule=call("call_rule", "ruling"),
    )  # fmt: skip
    return town


def test_a_third_message_on_one_host_opens_a_third_branch(objecting):
    case = objecting.open("objecting")
    for n in (1, 2, 3):
        objecting.offer(case, "objection", "tom", n=n)
    assert objecting.open_steps(case) == ["host", "rule", "rule", "rule"]
    assert len(objecting.all(MessageWait, case_id=case)) == 1
    assert len(objecting.limits(case, "ruling")) == 3
    for item in objecting.all(WorkItem, case_id=case, element_id="rule"):
        objecting.do_item(item.id, "cora")
    assert objecting.open_steps(case) == ["host"]
    objecting.do(case, "host", "tom")
    assert objecting.open_steps(case) == ["after"]
    assert objecting.all(MessageWait, case_id=case) == []
    objecting.audit_is_sound()


def test_a_branch_that_outlives_its_host_is_withdrawn_with_its_task_limit_and_reminder(objecting):
    case = objecting.open("objecting")
    objecting.offer(case, "objection", "tom", n=1)
    rule = objecting.item(case, "rule")
    assert len(objecting.timers(case, "reminder")) == 1
    objecting.do(case, "host", "tom")
    assert objecting.only(WorkItem, id=rule.id).status == "withdrawn"
    assert [row.outcome for row in objecting.limits(case, "ruling")] == ["dropped"]
    assert objecting.timers(case, "reminder") == []
    assert objecting.entries(case)[-1].changes["withdrawn"] == [["rule"]]
    with pytest.raises(WorkItemGone):
        objecting.do_item(rule.id, "cora")
    assert objecting.open_steps(case) == ["after"]


def test_an_offer_goes_with_its_host(objecting):
    case = objecting.open("objecting")
    wait = objecting.only(MessageWait, case_id=case)
    objecting.do(case, "host", "tom")
    with pytest.raises(OfferGone):
        objecting.take(wait.id, "tom")


def test_what_a_finished_branch_changed_and_the_host_too_stands_in_the_record_as_a_conflict(town):
    town.draw(
        "both", "start -> host -> after -> end; objection -> do_set -> end_branch",
        **town_tasks("host", "after"), objection=offer("objection", "host"),
        do_set=service("do_set", "set_values", {"lead": '"branch"'}),
    )  # fmt: skip
    case = town.open("both", lead="nobody")
    town.offer(case, "objection", "tom")
    town.do(case, "host", "tom", lead="host")
    entry = town.entries(case, "complete_task")[-1]
    assert entry.changes["conflicts"] == [["lead", "branch", "host"]]
    assert town.data(case)["lead"] == "host"


def test_three_hundred_rounds_of_a_loop_stay_flat_in_bytes_and_time(town):
    town.draw(
        "rounds", "start -> ask -> do_count -> x_more; x_more -> ask [n < 1000]; x_more -> end *; "
        "late -> do_note -> end_late",
        ask=task("ask", role="town", limit="handling", remind="50"), late=limit_timer("late", "ask", "handling"),
        do_note=service("do_note", "set_values", {"late": "true"}),
        do_count=service("do_count", "set_values", {"n": "n + 1"}),
    )  # fmt: skip
    case = town.open("rounds", n=0)
    took, sizes = [], []
    for _ in range(300):
        began = time.process_time()
        town.do(case, "ask", "tom")
        took.append(time.process_time() - began)
        sizes.append(len(town.instance(case).blob))
    assert max(sizes) <= min(sizes) * 1.1
    assert sorted(took[250:])[25] < 2 * sorted(took[:50])[25]
    assert town.data(case)["n"] == 300
    assert len(town.limits(case, "handling")) == 301
    assert len(town.timers(case)) == len(town.timers(case, "reminder")) == 1
    assert town.audit_is_sound().entries == 301


def test_a_loop_that_never_waits_rolls_the_whole_command_back(town):
    town.draw(
        "runaway", "start -> ask -> do_a -> x_more; x_more -> do_a [true]; x_more -> end *", **town_tasks("ask"),
        do_a=service("do_a", "set_values", {"n": "1"}),
    )  # fmt: skip
    case = town.open("runaway")
    before = town.instance(case)
    with pytest.raises(RunawayLoop):
        town.do(case, "ask", "tom")
    after = town.instance(case)
    assert (after.row_version, after.blob) == (before.row_version, before.blob)
    assert town.open_steps(case) == ["ask"]
    assert len(town.entries(case)) == 1
    assert town.incidents(case) == []


def test_a_gateway_that_is_neither_true_nor_false_parks_and_the_task_before_it_is_done(town):
    town.draw(
        "torn", "start -> ask -> x_ok; x_ok -> look [level > 3] -> end; x_ok -> end *", **town_tasks("ask", "look")
    )
    case = town.open("torn")
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert (incident.element_id, incident.kind) == ("x_ok", "node")
    assert "应为真或假" in incident.cause
    assert town.only(WorkItem, case_id=case).status == "done"
    assert town.entries(case, "complete_task")[0].changes["incidents"][0]["element"] == "x_ok"
    town.retry(incident)
    (again,) = town.incidents(case)
    assert again.id != incident.id
    assert len(town.all(Incident, case_id=case)) == 2
    assert town.only(Instance, case_id=case).status == "running"
    town.audit_is_sound()


def test_a_service_its_loop_no_longer_wants_is_left_undone_and_holds_nobody_up(town):
    loop = items("units", "unit", condition="enough")
    serve = element(
        "serviceTask", "do_each", inputs(enough="true") + loop, name="do_each", gridflow__action="set_values"
    )
    town.draw("serving", "start -> ask -> do_each -> after -> end", **town_tasks("ask", "after"), do_each=serve)
    case = town.open("serving")
    town.do(case, "ask", "tom", units=["A", "B", "C"])
    assert town.open_steps(case) == ["after"]
    assert town.incidents(case) == []
    town.audit_is_sound()
