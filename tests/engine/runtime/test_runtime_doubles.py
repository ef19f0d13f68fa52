"""Two flows from one gateway to one node are two ways: the record names the one that was taken."""

import pytest
from case import Case
from sketch import boundary, diagram, process, timer

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
