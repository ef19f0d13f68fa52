"""Two flows from one gateway to one node are two ways: the record names the one that was taken."""

import re

import pytest
from case import Case
from sketch import boundary, catch, diagram, message, process, timer

from gridflow.engine.runtime import specs
from gridflow.engine.runtime.faults import DiagramRefused
from gridflow.engine.runtime.run import Run

ANSWERS = "x_ok -> handle [level = 3]; x_ok -> handle [level = 2]; x_ok -> handle [level = 1]; x_ok -> refuse *"
DOUBLED = diagram(process("p", f"start -> report -> x_ok; {ANSWERS}; handle -> end; refuse -> end_no"))
ANSWER = "x_ok -> handle [level > 0]; x_ok -> refuse *"
SINGLE = diagram(process("p", f"start -> report -> x_ok; {ANSWER}; handle -> end; refuse -> end_no"))
TAKEN = {3: "f2_x_ok_handle", 2: "f3_x_ok_handle", 1: "f4_x_ok_handle", 0: "f5_x_ok_refuse"}


@pytest.mark.parametrize("level", TAKEN)
def test_each_flow_keeps_its_condition_and_its_name(stored, level):
    case = Case(DOUBLED, stored=stored)
    case.do("report", level=level)
    assert case.flows == ["f0_start_report", "f1_report_x_ok", TAKEN[level]]
    assert case.names == (["handle"] if level else ["refuse"])
    assert [s.element_id for s in case.trail if s.what == "completed"] == ["start", "report", "x_ok"]
    case.do(*case.names)
    assert case.run.finished


def test_the_default_flow_beside_another_is_told_apart_too(stored):
    xml = diagram(process("p", "start -> ask -> x_ok; x_ok -> handle [good]; x_ok -> handle *; handle -> end"))
    said = {good: Case(xml, stored=stored).do("ask", good=good).flows[-1] for good in (True, False)}
    assert said == {True: "f2_x_ok_handle", False: "f3_x_ok_handle"}


def test_a_loop_may_go_back_two_ways(stored):
    xml = diagram(
        process("p", "start -> x_m -> ask -> x_g; x_g -> x_m [n = 1]; x_g -> x_m [n = 2]; x_g -> end *")
    )  # fmt: skip
    case = Case(xml, stored=stored)
    for number in (1, 2, 2, 1, 0):
        case.do("ask", n=number)
    assert [flow for flow in case.flows if flow.startswith(("f3", "f4"))] == [
        "f3_x_g_x_m", "f4_x_g_x_m", "f4_x_g_x_m", "f3_x_g_x_m",
    ]  # fmt: skip
    assert case.run.finished


def test_a_node_with_events_on_its_edge_is_reached_two_ways(stored):
    xml = diagram(
        process(
            "p", "start -> ask -> x_ok; x_ok -> handle [a]; x_ok -> handle *; handle -> end; late -> note -> end_late",
            late=boundary("late", "handle", timer("date and time(\"2026-03-03T09:00:00+08:00\")")),
        )
    )  # fmt: skip
    case = Case(xml, stored=stored)
    case.do("ask", a=False)
    assert case.flows[-1] == "f3_x_ok_handle"
    case.later(days=2)
    assert case.names == ["handle", "note"]
    case.do("note").do("handle")
    assert case.run.finished


def test_an_inclusive_gateway_takes_both_where_both_hold(stored):
    xml = diagram(process("p", "start -> ask -> o_out; o_out -> handle [a]; o_out -> handle [b]; handle -> end"))
    case = Case(xml, stored=stored)
    case.do("ask", a=True, b=True)
    assert case.flows[2:] == ["f2_o_out_handle", "f3_o_out_handle"]
    assert case.names == ["handle", "handle"]
    case.do("handle", x=1).do("handle", y=2)
    assert case.run.finished
    assert case.run.data == {"a": True, "b": True, "x": 1, "y": 2}


@pytest.mark.parametrize(("a", "b"), [(True, True), (True, False), (False, True)])
def test_an_inclusive_join_goes_on_once_however_many_flows_between_were_taken(stored, a, b):
    xml = diagram(process("p", "start -> ask -> o_out; o_out -> o_in [a]; o_out -> o_in [b]; o_in -> show -> end"))
    case = Case(xml, stored=stored)
    case.do("ask", a=a, b=b)
    assert case.names == ["show"]
    assert len(case.flows[2:-1]) == a + b
    case.do("show")
    assert case.run.finished


def test_a_token_that_the_gateway_had_led_there_directly_goes_on(stored):
    """Cases stored before the two were told apart hold such tokens."""
    before = Case(SINGLE, stored=stored)
    before.do("report", level=2)
    case = Case(DOUBLED, stored=stored)
    case.run = Run.restore(case.specs, before.run.encode(), case.desk)
    case.do("handle")
    assert case.run.finished


@pytest.mark.parametrize("join", ["p_in", "o_in"])
def test_a_parallel_gateway_takes_both_and_what_joins_them_goes_on_once(stored, join):
    xml = diagram(
        process(
            "p", f"start -> p_out; p_out -> {join}; p_out -> {join}; p_out -> slow -> {join}; {join} -> show -> end"
        )
    )  # fmt: skip
    case = Case(xml, stored=stored)
    assert case.flows == ["f0_start_p_out", f"f1_p_out_{join}", f"f2_p_out_{join}", "f3_p_out_slow"]
    assert case.names == ["slow"]
    case.do("slow", x=1)
    assert case.names == ["show"]
    case.do("show")
    assert case.run.finished
    assert case.run.data == {"x": 1}


def test_a_parallel_gateway_begins_one_task_twice_and_names_both_flows_in_every_round(stored):
    drawn = "start -> x_m -> p_out; p_out -> a; p_out -> a; p_out -> b; a -> end; b -> x_g; "
    drawn += "x_g -> x_m [again]; x_g -> end *"
    case = Case(diagram(process("p", drawn)), stored=stored)
    case.do("b", again=True)
    assert case.names == ["a", "a", "a", "a", "b"]
    assert [flow for flow in case.flows if flow.endswith("p_out_a")] == ["f2_p_out_a", "f3_p_out_a"] * 2
    case.do("b", again=False)
    for number in range(4):
        case.do("a", **{f"a{number}": number})
    assert case.run.finished
    assert case.run.data == {"again": False, "a0": 0, "a1": 1, "a2": 2, "a3": 3}


def test_a_join_counts_what_came_in_before_the_flows_were_told_apart():
    """Cases stored then hold tokens that all came directly from the gateway."""
    drawn = "start -> p_out; p_out -> p_in; p_out -> p_in; p_out -> slow -> p_in; p_in -> show -> end"
    case = Case(diagram(process("p", drawn)))
    assert b" [flow]" in case.blob
    case.run = Run.restore(case.specs, _as_stored_before(case.blob), case.desk)
    case.do("slow").do("show")
    assert case.run.finished


def _as_stored_before(blob):
    """Let every token that came over a node on a flow come directly from the gateway before it."""
    return re.sub(rb'"f\d_\w+ \[flow\]"', b'"p_out"', blob)


def test_an_event_gateway_may_not_wait_twice_for_the_same():
    drawn = "start -> e_first; e_first -> more; e_first -> more; e_first -> reply; more -> end; reply -> end"
    xml = diagram(
        process("p", drawn, more=catch("more", message("more")), reply=catch("reply", message("reply")))
    )  # fmt: skip
    with pytest.raises(DiagramRefused, match="两条流通到同一个事件") as refused:
        specs.build({"p": xml}, "p")
    assert refused.value.element == "e_first"
