from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from case import Case, Desk
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
    message,
    process,
    signal,
    sub,
    throw,
    timer,
    user,
)

from gridflow.engine.runtime import specs
from gridflow.engine.runtime.faults import TaskNotWaiting
from gridflow.engine.runtime.run import Run


def test_a_message_waits_with_its_key_and_brings_its_payload(stored):
    wait = catch("wait", message("reply"), inputs(key='"case " + number'))
    case = Case(diagram(process("p", "start -> wait -> read -> end", wait=wait)), stored=stored, data={"number": "7"})
    waiter = case.one("messages", "wait")
    assert (waiter.name, waiter.key, waiter.kind, waiter.host_task_id) == ("reply", "case 7", "message", None)
    case.send("wait", {"text": "好"})
    assert case.data("read") == {"number": "7", "wait": {"text": "好"}}
    with pytest.raises(TaskNotWaiting):
        case.run.deliver(waiter.task_id, {})


def test_send_and_receive_tasks_speak_in_one_case(stored):
    main = process(
        "p",
        "start -> p_out; p_out -> hear -> p_in; p_out -> ask -> tell -> p_in; p_in -> show -> end",
        hear=element("receiveTask", "hear", messageRef="reply"),
        tell=element("sendTask", "tell", inputs(text="answer"), messageRef="reply"),
    )
    case = Case(diagram(main), stored=stored)
    case.do("ask", answer="yes")
    assert case.data("show") == {"answer": "yes", "hear": {"text": "yes"}}
    assert case.thrown == []


def test_a_signal_reaches_everybody_here_and_leaves(stored):
    main = process(
        "p",
        "start -> p_out; p_out -> a -> after_a -> end_a; p_out -> b -> after_b -> end_b; p_out -> ask -> ring -> end_c",
        a=catch("a", signal("alarm")),
        b=catch("b", signal("alarm")),
        ring=throw("ring", signal("alarm")),
    )
    case = Case(diagram(main), stored=stored)
    case.do("ask")
    assert case.names == ["after_a", "after_b"]
    assert [thrown.name for thrown in case.thrown] == ["alarm"]


def test_a_signal_at_an_end_is_thrown_too(stored):
    case = Case(diagram(process("p", "start -> end", end=element("endEvent", "end", signal("alarm")))), stored=stored)
    assert case.run.finished
    assert [thrown.element_id for thrown in case.thrown] == ["end"]


def test_an_escalation_is_caught_by_the_innermost_activity_that_listens(stored):
    inner = sub("inner", "start_i -> ask -> t -> rest -> end_i", t=throw("t", escalation("up")))
    middle = sub("middle", "start_m -> inner -> end_m", inner=inner)
    outer = sub(
        "outer",
        "start_o -> middle -> end_o; near -> a -> end_a",
        middle=middle,
        near=boundary("near", "middle", escalation("up")),
    )
    main = process(
        "p", "start -> outer -> end; far -> b -> end_b", outer=outer, far=boundary("far", "outer", escalation("up"))
    )
    case = Case(diagram(main), stored=stored)
    case.do("ask")
    assert case.names == ["a", "rest"]


def test_a_condition_is_looked_at_when_something_happens(stored):
    wait = catch("wait", element("conditionalEventDefinition", "d", "<bpmn:condition>ready</bpmn:condition>"))
    case = Case(diagram(process("p", "start -> ask -> wait -> end", wait=wait)), stored=stored)
    case.do("ask", ready=True)
    assert case.run.finished


def test_an_interrupting_timer_takes_the_task_away(stored):
    late = boundary("late", "host", timer("PT1H", "timeDuration"), interrupts=True)
    case = Case(diagram(process("p", "start -> host -> end; late -> other -> end_l", late=late)), stored=stored)
    host = case.one("humans").task_id
    case.later(hours=1)
    assert case.names == ["other"]
    with pytest.raises(TaskNotWaiting):
        case.run.complete(host, {})


def test_a_service_may_have_boundary_events(stored):
    main = process(
        "p",
        "start -> do_it -> after -> end; late -> look -> end_l; bad -> repair -> end_b",
        late=boundary("late", "do_it", timer("PT1H", "timeDuration")),
        bad=boundary("bad", "do_it", error("broken"), interrupts=True),
    )
    case = Case(diagram(main), stored=stored)
    case.later(hours=1)
    case.serve("do_it", n=1)
    assert case.names == ["after"]
    case = Case(diagram(main), stored=stored)
    case.run.service_failed(case.one("services").task_id, "拒绝", "B1")
    case.go()
    assert case.data("repair") == {"bad": {"cause": "拒绝"}}
    case = Case(diagram(main), stored=stored)
    case.run.service_failed(case.one("services").task_id, "拒绝", "other")
    case.go()
    assert case.causes == ["拒绝"]


def looping(inner):
    characteristics = f"<bpmn:standardLoopCharacteristics {inner}</bpmn:standardLoopCharacteristics>"
    return diagram(process("p", "start -> ask -> each -> after -> end", each=user("each", characteristics)))


def test_a_standard_loop_goes_on_while_its_condition_is_true(stored):
    case = Case(looping("><bpmn:loopCondition>more</bpmn:loopCondition>"), stored=stored)
    case.do("ask", more=True)
    case.do("each", n=1)
    assert case.data("each")["n"] == 1
    case.do("each", more=False)
    assert case.names == ["after"]
    case = Case(looping('testBefore="true"><bpmn:loopCondition>more</bpmn:loopCondition>'), stored=stored)
    case.do("ask", more=False)
    assert case.names == ["after"]
    case = Case(looping('loopMaximum="2">'), stored=stored)
    case.do("ask")
    case.do("each")
    case.do("each")
    assert case.names == ["after"]


def test_an_undecided_loop_condition_is_an_incident_that_can_be_mended(stored):
    case = Case(looping("><bpmn:loopCondition>more</bpmn:loopCondition>"), stored=stored)
    case.do("ask")
    case.do("each")
    assert len(case.causes) == 1
    case.retry(more=True)
    assert case.names == ["each"]


def test_two_diagrams_may_use_the_same_ids_inside(stored):
    box = sub("box", "start_b -> work -> end_b")
    main = diagram(process("p", "start -> box -> it -> end", box=box, it=call("it", "c")))
    other = diagram(process("c", "start -> box -> end", box=box, io=contract()))
    built = specs.build({"p": main, "c": other}, "p")
    assert dict(built.owners) == {"p": "p", "p/box": "p", "c": "c", "c/box": "c"}
    run = Run.start(built, {}, Desk())
    run.advance()
    seen = []
    while not run.finished:
        (human,) = run.waiting().humans
        seen.append((human.process_id, human.element_id))
        run.complete(human.task_id, {})
        run.advance()
        run = Run.restore(built, run.encode(), Desk())
    assert seen == [("p", "work"), ("c", "work")]


def test_many_threads_share_one_built_diagram():
    xml = diagram(
        process(
            "p",
            "start -> x_m -> host -> x_g; x_g -> x_m [n < 20]; x_g -> end *; offer -> b -> end_b",
            offer=boundary("offer", "host", message("objection")),
        )
    )
    built = specs.build({"p": xml}, "p")

    def drive(number):
        run = Run.start(built, {"n": 0, "number": number}, Desk())
        run.advance()
        for count in range(20):
            run.deliver(run.waiting().messages[0].task_id, {"c": count})
            run.advance()
            host = next(w for w in run.waiting().humans if w.element_id == "host")
            run.complete(host.task_id, {"n": count + 1})
            run.advance()
            run = Run.restore(built, run.encode(), Desk())
        return run.finished, run.data["number"]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drive, range(24))) == [(True, number) for number in range(24)]


def test_the_variables_of_a_case_are_those_of_its_main_flow(stored):
    box = sub(
        "box",
        "start_b -> work -> rest -> end_b; offer -> branch -> end_o",
        offer=boundary("offer", "rest", message("objection")),
    )
    main = process("p", "start -> ask -> box -> it -> end", box=box, it=call("it", "c"))
    inside = process("c", "start_c -> other -> last -> end_c", io=contract(may_give=["z"]))
    case = Case(diagram(main, inside), stored=stored, called=["c"], data={"x": 0})
    assert case.run.data == {"x": 0}
    case.do("ask", x=1)
    case.do("work", y=2)
    assert case.run.data == {"x": 1, "y": 2}
    case.send("offer")
    case.do("branch", y=3)
    assert case.run.data == {"x": 1, "y": 2}, "a branch counts when its host ends"
    case.do("rest")
    assert case.run.data == {"x": 1, "y": 3, "offer": {}}
    case.do("other", z=9)
    assert case.run.data == {"x": 1, "y": 3, "offer": {}}
    case.do("last")
    assert case.run.data == {"x": 1, "y": 3, "offer": {}, "z": 9}


def test_the_data_of_a_waiting_task_are_read_only(stored):
    case = Case(diagram(process("p", "start -> ask -> end")), stored=stored)
    with pytest.raises(TypeError):
        case.one("humans").data["x"] = 1


def test_a_timer_and_a_message_fired_in_one_command_each_do_their_part(stored):
    main = process(
        "p",
        "start -> host -> end; late -> look -> end_l; offer -> b -> end_b",
        late=boundary("late", "host", timer("PT1H", "timeDuration")),
        offer=boundary("offer", "host", message("objection")),
    )
    case = Case(diagram(main), stored=stored)
    case.desk.instant += timedelta(hours=1)
    case.run.fire(case.one("timers").task_id)
    case.run.deliver(case.one("messages").task_id, {})
    case.go()
    assert case.names == ["b", "host", "look"]


def test_a_signal_that_two_events_of_one_gateway_wait_for_goes_one_way(stored):
    drawn = "start -> p_s; p_s -> ask -> shout -> end; p_s -> e_g; e_g -> one -> a -> end; e_g -> two -> b -> end"
    xml = diagram(
        process(
            "p", drawn, one=catch("one", signal("alarm")), two=catch("two", signal("alarm")),
            shout=throw("shout", signal("alarm")),
        )
    )  # fmt: skip
    case = Case(xml, stored=stored).do("ask")
    assert len(case.names) == 1
    case.do(*case.names)
    assert case.run.finished
