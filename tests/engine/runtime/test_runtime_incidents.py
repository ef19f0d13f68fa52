import pytest
from case import Case, Desk
from sketch import boundary, call, contract, diagram, items, message, process, sub, timer, user

from gridflow.engine.runtime.faults import TaskNotWaiting
from gridflow.engine.runtime.leaving import leave
from gridflow.errors import GridflowError

OTHERS = "start -> p_out; p_out -> a; p_out -> c -> p_in; p_in -> z -> end; "
BROKEN = {
    "gateway": process("p", OTHERS + "a -> x_it; x_it -> alt [amount > 3]; x_it -> p_in *; alt -> end_a"),
    "timer": process(
        "p",
        OTHERS + "a -> host -> p_in; x_it -> alt -> end_a",
        x_it=boundary("x_it", "host", timer('if amount = null then null else @"2026-03-09T00:00:00Z"')),
    ),
    "call": process("p", OTHERS + "a -> x_it -> p_in", x_it=call("x_it", "c1")),
    "decision": process("p", OTHERS + "a -> rule_x -> p_in"),
}
CALLED = process("c1", "start_c -> inner -> end_c", io=contract(takes=["amount"]))


class Missing(GridflowError):
    """Said by the decision of the test."""


def decide(data):
    if data.get("amount") is None:
        raise Missing("缺少金额。请补充。")
    return {"level": 1}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_failing_node_parks_alone_and_goes_on_after_a_correction(stored, kind):
    case = Case(diagram(BROKEN[kind], CALLED), stored=stored, called=["c1"], desk=Desk(decisions={"x": decide}))
    case.do("a")
    (cause,) = case.causes
    assert "请" in cause
    element = "rule_x" if kind == "decision" else "x_it"
    assert case.one("incidents").element_id == element
    case.do("c", seen=1)
    assert "z" not in case.names
    case.retry()
    assert case.causes == [cause], "still failing, still parked"
    case.retry(amount=2)
    assert case.causes == []
    if kind == "timer":
        assert case.one("timers").due is not None
        case.do("host", amount=2)
    if kind == "call":
        case.do("inner")
    case.do("z")
    assert case.run.finished
    assert case.run.data["seen"] == 1
    assert case.run.data["amount"] == 2


@pytest.mark.parametrize("value", [None, "true", 1, [True]])
def test_a_condition_that_is_neither_true_nor_false_never_falls_through(stored, value):
    xml = diagram(process("p", "start -> ask -> x_g; x_g -> a [ok]; x_g -> b *; a -> end; b -> end_b"))
    case = Case(xml, stored=stored)
    case.do("ask", ok=value)
    assert case.names == []
    assert "应为真或假" in case.causes[0]
    case.retry(ok=False)
    assert case.names == ["b"]


def test_a_gateway_without_a_way_out_is_an_incident(stored):
    xml = diagram(process("p", "start -> ask -> x_g; x_g -> a [n = 1]; x_g -> b [n = 2]; a -> end; b -> end_b"))
    case = Case(xml, stored=stored)
    case.do("ask", n=3)
    assert "没有默认流向" in case.causes[0]
    case.retry(n=2)
    assert case.names == ["b"]


def test_a_task_that_is_no_incident_cannot_be_retried(stored):
    case = Case(diagram(process("p", "start -> ask -> end")), stored=stored)
    with pytest.raises(TaskNotWaiting):
        case.run.retry(case.one("humans").task_id)


def test_a_failed_service_waits_for_its_retry(stored):
    case = Case(diagram(process("p", "start -> do_it -> show -> end")), stored=stored)
    case.run.service_failed(case.one("services").task_id, "平台没有应答")
    case.go()
    assert case.causes == ["平台没有应答"]
    assert case.all("services") == []
    case.retry()
    case.serve("do_it")
    assert case.names == ["show"]


def test_an_incident_is_withdrawn_with_the_sub_process_around_it(stored):
    box = sub("box", "start_b -> ask -> x_g; x_g -> a [ok]; x_g -> end_b *; a -> end_c")
    back = boundary("back", "box", message("withdraw"), interrupts=True)
    case = Case(diagram(process("p", "start -> box -> end; back -> tell -> end_t", box=box, back=back)), stored=stored)
    case.do("ask")
    assert len(case.causes) == 1
    case.send("back")
    assert case.causes == []
    case.do("tell")
    assert case.run.finished


def test_a_message_ends_the_host_of_a_broken_timer(stored):
    xml = diagram(
        process("p", "start -> host -> after -> end; t -> x -> end_x", t=boundary("t", "host", timer("missing")))
    )
    case = Case(xml, stored=stored)
    assert len(case.causes) == 1
    case.do("host")
    assert case.causes == []
    assert case.names == ["after"]


@pytest.mark.parametrize("result", [None, "answer"])
def test_a_loop_skipped_for_its_condition_takes_its_open_instances_along_and_keeps_what_others_brought(stored, result):
    output = "answers" if result else None
    many = user("many", items("people", "one", condition="enough", output=output, result=result))
    xml = diagram(process("p", "start -> ask -> many -> after -> end", many=many))
    case = Case(xml, stored=stored).do("ask", people=[1, 2, 3]).do("many", answer=5)
    leave(case.run, case.one("incidents", "many").task_id)
    case.go()
    assert case.names == ["after"]
    assert case.causes == []
    assert case.data("after") == {"people": [1, 2, 3], **({"answers": [5]} if result else {"answer": 5})}
    case.do("after")
    assert case.run.finished
