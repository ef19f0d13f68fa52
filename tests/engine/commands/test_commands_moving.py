"""A token is moved with everything it has, or not at all."""

import pytest
from sketch import contract, element, process, timer
from toy_parts import offer, service, task, town_tasks

from gridflow.db import writing
from gridflow.engine.errors import OperationRefused
from gridflow.engine.models import MessageWait, WorkItem

WHY = {"reason": "流程图走错", "asked_by": "x"}


def where(town, case, step):
    with writing() as session:
        turn = town.engine.view(session, town.instance(case).id, town.who("cora"))
        waiting = turn.run.waiting()
    every = (*waiting.humans, *waiting.services, *waiting.timers, *waiting.messages, *waiting.incidents)
    return next(waiter.task_id for waiter in every if waiter.element_id == step)


def move(town, case, step, to):
    task_id = where(town, case, step)
    with writing() as session:
        town.engine.move(session, town.instance(case).id, town.who("cora"), task_id, to, WHY)


def refused(town, case, step, to):
    before = town.instance(case).row_version
    with pytest.raises(OperationRefused) as error:
        move(town, case, step, to)
    assert town.instance(case).row_version == before
    return " ".join(error.value.reasons)


def test_a_moved_token_keeps_every_datum(town):
    town.draw("long", "start -> ask -> look -> reply -> end", **town_tasks("ask", "look", "reply"))
    case = town.open("long", level="2")
    town.do(case, "ask", "tom", answer="yes", many=[1, 2])
    before = town.data(case)
    move(town, case, "look", "reply")

    assert town.open_steps(case) == ["reply"]
    assert town.data(case) == before
    assert town.only(WorkItem, case_id=case, element_id="look").status == "withdrawn"
    (entry,) = town.entries(case, "move_token")
    assert entry.changes["moved"] == [{"from": "look", "to": "reply"}]
    assert entry.changes["reason"] == "流程图走错"
    assert "long/look" not in entry.elements
    town.do(case, "reply", "tom")
    assert town.result(case)["answer"] == "yes"
    town.audit_is_sound()


def test_a_token_may_go_back_and_its_step_is_done_again(town):
    town.draw("long", "start -> ask -> look -> end", **town_tasks("ask", "look"))
    case = town.open("long")
    town.do(case, "ask", "tom", answer="no")
    move(town, case, "look", "ask")
    assert town.item(case, "ask").returned
    town.do(case, "ask", "tom", answer="yes")
    town.do(case, "look", "tom")
    assert town.result(case)["answer"] == "yes"


def test_what_a_finished_branch_brought_stays_when_its_host_is_left(town):
    town.draw("offering", "start -> ask -> look -> end; object -> note -> end_it", **town_tasks("ask", "look", "note"),
              object=offer("object", "ask", role="town", unit='"990101001"'))  # fmt: skip
    case = town.open("offering", ruling="none")
    town.offer(case, "object", "tom", text="late")
    town.do(case, "note", "tom", ruling="upheld")
    move(town, case, "ask", "look")

    assert town.open_steps(case) == ["look"]
    assert town.data(case)["ruling"] == "upheld"
    assert town.all(MessageWait, case_id=case) == []


@pytest.mark.parametrize("to", ["look", "wait"])
def test_a_limit_of_the_step_that_is_left_is_dropped_and_not_met(town, to):
    """Also where another limit begins the moment it is left."""
    wait = element("intermediateCatchEvent", "wait", timer("limit.quick.due"), gridflow__limit="quick")
    town.draw("limited", "start -> ask -> wait -> look -> end", wait=wait, **town_tasks("look"),
              ask=task("ask", role="town", limit="hour"))  # fmt: skip
    case = town.open("limited")
    move(town, case, "ask", to)
    assert [row.outcome for row in town.limits(case, "hour")] == ["dropped"]


def test_a_parallel_branch_is_not_left_and_a_whole_region_may_be(town):
    town.draw("split", "start -> ask -> p_two -> one -> p_join -> look -> end; p_two -> two -> three -> p_join",
              **town_tasks("ask", "one", "two", "three", "look"))  # fmt: skip
    case = town.open("split")
    assert "并行汇合" in refused(town, case, "ask", "one")
    town.do(case, "ask", "tom")
    assert "并行汇合" in refused(town, case, "one", "look")
    assert "并行汇合" in refused(town, case, "one", "two")
    assert "并行汇合" in refused(town, case, "one", "ask")
    assert "后面的环节" in refused(town, case, "one", "p_join")
    move(town, case, "two", "three")
    town.do(case, "one", "tom", a=1)
    town.do(case, "three", "tom", b=2)
    assert town.open_steps(case) == ["look"]
    assert {"a": 1, "b": 2}.items() <= town.data(case).items()
    other = town.open("split")
    move(town, other, "ask", "look")
    assert town.open_steps(other) == ["look"]


def test_a_token_does_not_enter_or_leave_a_multi_instance_a_call_or_a_sub_process(town):
    inner = process(
        "inside", "begin -> errand -> over", contract(takes=()), begin='<bpmn:startEvent id="begin"/>',
        over='<bpmn:endEvent id="over"/>', errand=task("errand", role="town"),
    )  # fmt: skip
    twice = "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
    many = f"<bpmn:multiInstanceLoopCharacteristics>{twice}</bpmn:multiInstanceLoopCharacteristics>"
    town.draw(
        "nested", "start -> ask -> many -> call_it -> end", inner=(inner,), **town_tasks("ask"),
        many=task("many", many, role="town"),
        call_it='<bpmn:callActivity id="call_it" calledElement="inside"/>',
    )  # fmt: skip
    case = town.open("nested")
    assert "多实例" in refused(town, case, "ask", "many")
    assert "调用" in refused(town, case, "ask", "call_it")
    assert "同一层" in refused(town, case, "ask", "errand")
    assert "开始事件" in refused(town, case, "ask", "start")
    town.do(case, "ask", "tom")
    assert "多实例" in refused(town, case, "many", "ask")
    town.do(case, "many", "tom")
    town.do(case, "many", "tom")
    assert "同一层" in refused(town, case, "errand", "ask")


def test_a_token_waiting_for_a_service_or_an_event_may_be_moved(town):
    hear = element("intermediateCatchEvent", "hear", '<bpmn:messageEventDefinition messageRef="reply"/>')
    town.draw("waiting", "start -> do_it -> hear -> ask -> end", hear=hear, **town_tasks("ask"),
              do_it=service("do_it", "archive_case"))  # fmt: skip
    case = town.open("waiting", x=1)
    move(town, case, "do_it", "hear")
    assert len(town.all(MessageWait, case_id=case)) == 1
    move(town, case, "hear", "ask")
    assert town.all(MessageWait, case_id=case) == []
    assert town.data(case)["x"] == 1
    town.do(case, "ask", "tom")
    assert town.instance(case).status == "finished"


def test_a_token_waiting_with_others_for_the_first_event_stays(town):
    hear = element("intermediateCatchEvent", "hear", '<bpmn:messageEventDefinition messageRef="reply"/>')
    town.draw("racing", "start -> e_first -> hear -> ask -> end; e_first -> more -> end_b", hear=hear,
              more=element("intermediateCatchEvent", "more", '<bpmn:messageEventDefinition messageRef="more"/>'),
              **town_tasks("ask"))  # fmt: skip
    case = town.open("racing")
    assert "其他事件" in refused(town, case, "hear", "ask")


def test_only_what_a_later_step_sent_back_is_marked_as_returned(town):
    town.draw(
        "work", "start -> fill -> sign -> x_good; x_good -> end [good]; x_good -> fill *", **town_tasks("fill", "sign")
    )
    case = town.open("work")
    town.do(case, "fill", "tom")
    first = town.item(case, "sign").returned
    town.do(case, "sign", "tom", good=False)
    back = town.item(case, "fill").returned
    town.do(case, "fill", "tom")

    assert (first, back, town.item(case, "sign").returned) == (False, True, False)
