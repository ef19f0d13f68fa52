"""What the other tests of the runtime leave open, construct by construct; each also with storage between all steps."""

import time
from statistics import median

import pytest
from case import Case
from sketch import (
    boundary,
    call,
    catch,
    contract,
    diagram,
    element,
    error,
    escalation,
    inputs,
    items,
    message,
    process,
    signal,
    sub,
    throw,
    user,
)

KEYS = (
    "start -> p_b; p_b -> one -> look_one -> p_j; p_b -> two -> look_two -> p_j; p_b -> ask -> say -> p_j; p_j -> end"
)


def hearing(key):
    return {"key": f'"{key}"'}


def test_a_message_inside_an_instance_goes_to_who_waits_for_its_key(stored):
    one, two = (catch(name, message("reply"), inputs(**hearing(key))) for name, key in (("one", "a"), ("two", "b")))
    say = throw("say", message("reply"), inputs(key="which", n="1"))
    case = Case(diagram(process("p", KEYS, one=one, two=two, say=say)), stored=stored)
    case.do("ask", which="b")
    assert case.names == ["look_two"]
    assert case.data("look_two")["two"] == {"n": 1}
    assert [w.element_id for w in case.all("messages")] == ["one"]
    assert case.thrown == []


def test_a_message_without_the_key_that_is_waited_for_leaves_the_instance(stored):
    one, two = (catch(name, message("reply"), inputs(**hearing(key))) for name, key in (("one", "a"), ("two", "b")))
    say = throw("say", message("reply"), inputs(key="which", n="1"))
    case = Case(diagram(process("p", KEYS, one=one, two=two, say=say)), stored=stored)
    case.do("ask", which="c")
    assert case.names == []
    assert [(thrown.name, thrown.key) for thrown in case.thrown] == [("reply", "c")]


def test_a_message_goes_to_one_of_those_who_wait_inside_the_instance(stored):
    case = Case(diagram(process("p", KEYS, one=catch("one", message("reply")),
                                two=catch("two", message("reply")), say=throw("say", message("reply")))),
                stored=stored)  # fmt: skip
    case.do("ask")
    assert case.names == ["look_one"]


def test_sequential_instances_end_when_the_condition_holds(stored):
    loop = items("units", "unit", sequential=True, output="all", result="said", condition="said = 2")
    case = Case(diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", loop))), stored=stored)
    case.do("ask", units=["A", "B", "C"])
    case.do("each", said=1)
    assert case.names == ["each"]
    case.do("each", said=2)
    assert case.names == ["after"]
    assert case.data("after")["all"] == [1, 2]


def test_an_error_of_a_called_process_is_caught_on_the_call(stored):
    broken = element("endEvent", "end_x", error("broken"))
    called = process("c", "start_c -> try_it -> end_x", io=contract(), end_x=broken)
    main = process("p", "start -> x -> end; b -> mend -> end_b", x=call("x", "c"),
                   b=boundary("b", "x", error("broken"), interrupts=True))  # fmt: skip
    case = Case(diagram(main, called), stored=stored, called=["c"])
    case.do("try_it")
    assert case.names == ["mend"]
    case.do("mend")
    assert case.run.finished


def test_an_escalation_of_a_called_process_starts_a_branch_and_the_call_goes_on(stored):
    called = process("c", "start_c -> first -> up -> second -> end_c", io=contract(), up=throw("up", escalation("up")))
    main = process("p", "start -> x -> end; b -> told -> end_b", x=call("x", "c"),
                   b=boundary("b", "x", escalation("up")))  # fmt: skip
    case = Case(diagram(main, called), stored=stored, called=["c"])
    case.do("first")
    assert case.names == ["second", "told"]
    case.do("second")
    assert case.run.finished


def test_a_terminating_end_of_a_sub_process_ends_only_that(stored):
    stop = element("endEvent", "end_all", "<bpmn:terminateEventDefinition/>")
    box = sub("box", "start_b -> p_o; p_o -> a -> end_all; p_o -> b -> end_b", end_all=stop)
    flows = "start -> p_out; p_out -> box -> after -> p_in; p_out -> beside -> p_in; p_in -> last -> end"
    case = Case(diagram(process("p", flows, box=box)), stored=stored)
    case.do("a", x=1)
    assert case.names == ["after", "beside"]
    case.do("after")
    case.do("beside", y=2)
    assert case.data("last") == {"x": 1, "y": 2}


def test_one_signal_ends_the_race_of_two_event_gateways(stored):
    flows = "start -> p_o; p_o -> e_a; p_o -> e_b; e_a -> s_a -> got_a -> p_j; e_a -> m_a -> p_j; "
    flows += "e_b -> s_b -> got_b -> p_j; e_b -> m_b -> p_j; p_o -> ring_it -> ring -> p_j; p_j -> end"
    heard = {name: catch(name, signal("alarm")) for name in ("s_a", "s_b")}
    others = {name: catch(name, message(kind)) for name, kind in (("m_a", "more"), ("m_b", "reply"))}
    case = Case(diagram(process("p", flows, **heard, **others, ring=throw("ring", signal("alarm")))), stored=stored)
    case.do("ring_it")
    assert case.names == ["got_a", "got_b"]
    assert case.all("messages") == []


@pytest.mark.parametrize("chosen", [("a",), ("b", "c"), ("a", "b", "c")])
def test_an_inclusive_gateway_in_a_loop_waits_in_every_round_for_just_what_was_chosen(stored, chosen):
    flows = "start -> x_m -> ask -> o_s; o_s -> a [in_a]; a -> o_j; o_s -> box [in_b]; box -> o_j; o_s -> c [in_c]; "
    flows += "c -> o_j; o_s -> none *; none -> o_j; o_j -> check -> x_g; x_g -> x_m [again]; x_g -> end *"
    case = Case(diagram(process("p", flows, box=sub("box", "start_b -> b -> end_b"))), stored=stored)
    for number in range(4):
        case.do("ask", **{f"in_{name}": name in chosen for name in "abc"})
        for left, name in enumerate(reversed(chosen), 1):
            assert case.names == sorted(chosen[: len(chosen) - left + 1])
            case.do(name, **{f"done_{name}": number})
        assert case.data("check").items() >= {f"done_{name}": number for name in chosen}.items()
        case.do("check", again=number < 3)
    assert case.run.finished


def test_two_hundred_instances_cost_the_same_from_first_to_last():
    loop = items("units", "unit", output="all", result="said")
    case = Case(diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", loop))))
    case.do("ask", units=[str(number) for number in range(200)])
    took, sizes = [], []
    for number in range(200):
        begun = time.process_time()
        case.do("each", where={"unit": str(number)}, said=number)
        took.append(time.process_time() - begun)
        sizes.append(len(case.blob))
    assert case.data("after")["all"] == list(range(200))
    assert max(sizes) < 12_000
    assert median(took[:20]) < 0.1
    assert median(took[-20:]) < median(took[:20]) * 1.5


def test_a_loop_takes_as_long_in_round_1500_as_at_first():
    xml = diagram(process("p", "start -> x_m -> p_s; p_s -> a -> p_j; p_s -> b -> p_j; p_j -> x_g; "
                               "x_g -> x_m [again]; x_g -> end *"))  # fmt: skip
    case = Case(xml)
    took = []
    for number in range(1500):
        begun = time.process_time()
        case.do("a", n=number)
        case.do("b", again=True)
        took.append(time.process_time() - begun)
    assert median(took[-300:]) < median(took[100:400]) * 1.3
