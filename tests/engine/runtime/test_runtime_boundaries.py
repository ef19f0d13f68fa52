import pytest
from case import BEGIN, Case
from sketch import (
    boundary,
    call,
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
    timer,
    user,
)

DEFINITIONS = {"message": message("objection"), "signal": signal("alarm")}


def hosted(host, definition=None, called_io="", **gridflow):
    """A case `start -> ask -> host -> after -> end` with a non-interrupting event `offer` and a branch `rule`."""
    parts = {
        "task": user("host"),
        "sub": sub("host", "start_h -> inner -> end_h"),
        "call": call("host", "c"),
    }
    main = process(
        "p",
        "start -> ask -> host -> after -> end; offer -> rule -> rule2 -> end_rule",
        host=parts[host],
        offer=boundary("offer", "host", definition or message("objection"), **gridflow),
    )
    inside = process("c", "start_c -> inner -> end_c", io=called_io)
    return diagram(main, inside)


HOSTS = ["task", "sub", "call"]
EVERY = ["x", "y", "k", "d", "gone", "z"]


def open_case(host, stored, **kwargs):
    io = contract(may_take=EVERY, may_give=EVERY)
    case = Case(hosted(host, called_io=io, **kwargs), stored=stored, called=["c"])
    case.host = "host" if host == "task" else "inner"
    return case


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_second_and_a_third_event_on_one_host_each_start_a_branch(stored, host, kind):
    case = open_case(host, stored, definition=DEFINITIONS[kind])
    case.do("ask")
    for count in (1, 2, 3):
        case.send("offer", {"no": count})
        assert case.names.count("rule") == count
    assert sorted(w.data["offer"]["no"] for w in case.all("humans", "rule")) == [1, 2, 3]
    assert len(case.all("messages", "offer")) == 1
    for count in (1, 2, 3):
        case.do("rule", where={"offer": {"no": count}})
        case.do("rule2", where={"offer": {"no": count}})
    assert case.names == [case.host]
    case.send("offer", {"no": 4})
    case.do(case.host)
    assert case.names == ["after"]
    assert case.all("messages") == []
    case.do("after")
    assert case.run.finished


def test_three_messages_in_one_command_are_three_branches(stored):
    case = open_case("task", stored)
    case.do("ask")
    for count in (1, 2, 3):
        case.run.deliver(case.one("messages", "offer").task_id, {"no": count})
    case.go()
    assert sorted(w.data["offer"]["no"] for w in case.all("humans", "rule")) == [1, 2, 3]


def test_two_hundred_messages_on_one_host_stay_flat():
    case = open_case("task", stored=True)
    case.do("ask")
    sizes = []
    for count in range(200):
        case.send("offer", {"no": count})
        case.do("rule")
        case.do("rule2")
        sizes.append(len(case.blob))
    assert max(sizes[5:]) - min(sizes[5:]) < 60
    case.do("host")
    assert case.data("after") == {"offer": {"no": 199}}


@pytest.mark.parametrize("host", HOSTS)
def test_what_branches_changed_reaches_the_main_flow_when_the_host_ends(stored, host):
    case = open_case(host, stored)
    case.do("ask", x=0, y=0, k="old", d={"p": 0, "q": 0})
    case.send("offer", {"no": 1})
    case.do("rule", x=1, k="branch", d={"p": 1, "q": 0})
    case.do("rule2", z="new")
    case.send("offer", {"no": 2})
    assert case.data("rule")["x"] == 1, "a later branch starts from what an earlier one left"
    case.do("rule", x=2)
    case.do("rule2")
    case.do(case.host, y=1, k="main", d={"p": 0, "q": 1})
    assert case.data("after") == {
        "x": 2,
        "y": 1,
        "k": "main",
        "d": {"p": 1, "q": 1},
        "z": "new",
        "offer": {"no": 2},
    }
    assert [tuple(c) for c in case.conflicts] == [("k", "branch", "main")]
    case.do("after", x=0)
    assert case.run.finished
    assert case.run.data["x"] == 0, "the end of the process does not apply a branch again"


@pytest.mark.parametrize("host", HOSTS)
def test_an_open_branch_is_withdrawn_with_its_host(stored, host):
    case = open_case(host, stored)
    case.do("ask", x=0)
    case.send("offer", {"no": 1})
    case.send("offer", {"no": 2})
    case.do("rule", x=1)
    assert case.names == sorted([case.host, "rule", "rule2"])
    case.do(case.host)
    assert case.names == ["after"]
    assert case.data("after")["x"] == 0
    assert sorted(s.element_id for s in case.trail if s.what == "cancelled" and s.element_id != "offer") == [
        "rule",
        "rule2",
    ]
    case.do("after")
    assert case.run.finished


def test_a_branch_may_outlive_its_host_and_loses_nothing(stored):
    case = open_case("task", stored, with_host="false")
    case.do("ask", x=0, y=0)
    case.send("offer", {"no": 1})
    case.do("rule", x=1)
    case.do("host", y=1)
    assert case.names == ["after", "rule2"]
    case.do("after", y=5)
    assert not case.run.finished
    case.do("rule2", z=3)
    assert case.run.finished
    assert case.run.data == {"x": 1, "y": 5, "z": 3, "offer": {"no": 1}}


def test_a_message_in_the_command_that_ends_the_host_is_withdrawn(stored):
    case = open_case("task", stored)
    case.do("ask")
    case.run.deliver(case.one("messages", "offer").task_id, {})
    case.run.complete(case.one("humans", "host").task_id, {})
    case.go()
    assert case.names == ["after"]
    case.do("after")
    assert case.run.finished


def test_a_message_reaches_only_the_task_it_is_delivered_to(stored):
    flows = "start_{0} -> task_{0} -> end_{0}; offer_{0} -> rule_it_{0} -> end_r_{0}"
    boxes = {
        f"box{n}": sub(
            f"box{n}",
            flows.format(n),
            **{
                f"offer_{n}": boundary(f"offer_{n}", f"task_{n}", message("objection")),
                f"rule_it_{n}": user(f"rule_it_{n}"),
            },
        )
        for n in (1, 2)
    }
    xml = diagram(process("p", "start -> p_out; p_out -> box1 -> p_in; p_out -> box2 -> p_in; p_in -> end", **boxes))
    case = Case(xml, stored=stored)
    assert len(case.all("messages", name="objection")) == 2
    waiter = case.one("messages", "offer_2")
    assert waiter.host_task_id == case.one("humans", "task_2").task_id
    case.send("offer_2")
    assert case.names == ["rule_it_2", "task_1", "task_2"]


HANDLING = {
    "handling": sub(
        "handling",
        "start_h -> handle -> end_h; objection -> rule -> x_upheld; x_upheld -> again [upheld];"
        "again -> end_up; x_upheld -> end_down *",
        rule=user("rule"),
        objection=boundary("objection", "handle", message("objection")),
        again=throw("again", message("redispatch", "{rounds: rounds + 1, why: reason}")),
    ),
    "redispatched": boundary("redispatched", "handling", message("redispatch"), interrupts=True),
}
EVENT = diagram(
    process(
        "p",
        "start -> report -> x_m -> dispatch -> handling -> verify -> end; redispatched -> count -> x_m",
        count=user("count"),
        **HANDLING,
    )
)


def test_an_upheld_objection_interrupts_the_handling_and_goes_back_to_dispatch(stored):
    case = Case(EVENT, stored=stored)
    case.do("report", rounds=0)
    for number in range(3):
        case.do("dispatch", unit=f"u{number}")
        case.send("objection", {"n": 1})
        case.do("rule", upheld=False, reason="no")
        assert case.names == ["handle"]
        case.send("objection", {"n": 2})
        case.do("rule", upheld=True, reason="yes")
        assert case.names == ["count"]
        kept = case.data("count")
        assert kept["redispatched"] == {"rounds": number + 1, "why": "yes"}
        assert "upheld" not in kept, "of an interrupted sub-process only the payload survives"
        assert case.all("messages") == []
        assert case.thrown == []
        case.do("count", rounds=number + 1)
    case.do("dispatch", unit="last")
    case.do("handle", result="done")
    assert case.data("verify")["result"] == "done"
    case.do("verify")
    assert case.run.finished


def test_sixty_redispatches_stay_flat():
    case = Case(EVENT)
    case.do("report", rounds=0)
    sizes = []
    for _ in range(60):
        case.do("dispatch")
        case.send("objection")
        case.do("rule", upheld=True, reason="y")
        case.do("count", rounds=1)
        sizes.append(len(case.blob))
    assert max(sizes[5:]) - min(sizes[5:]) < 40


def test_a_throw_as_the_last_step_of_the_host_still_interrupts_it(stored):
    box = sub("box", "start_b -> ask -> again -> end_b", again=throw("again", message("redispatch", "{a: 1}")))
    back = boundary("back", "box", message("redispatch"), interrupts=True)
    case = Case(
        diagram(process("p", "start -> box -> after -> end; back -> other -> end_o", box=box, back=back)), stored=stored
    )
    case.do("ask")
    assert case.names == ["other"]
    assert case.data("other") == {"back": {"a": 1}}
    case.do("other")
    assert case.run.finished


def test_withdrawal_from_outside_ends_calls_branches_and_timers_inside(stored):
    whole = sub(
        "whole",
        "start_w -> handle -> end_w; late -> late_call -> end_l; objection -> objection_call -> end_o",
        late=boundary("late", "handle", timer("PT1H", "timeDuration")),
        late_call=call("late_call", "c"),
        objection=boundary("objection", "handle", message("objection")),
        objection_call=call("objection_call", "c"),
    )
    withdrawn = boundary("withdrawn", "whole", message("withdraw"), interrupts=True)
    xml = diagram(
        process("p", "start -> whole -> end; withdrawn -> tell -> end_w2", whole=whole, withdrawn=withdrawn),
        process("c", "start_c -> work -> end_c"),
    )
    case = Case(xml, stored=stored, called=["c"])
    case.later(hours=2)
    case.send("objection")
    case.send("objection")
    assert case.names == ["handle", "work", "work", "work"]
    case.send("withdrawn", {"by": "applicant"})
    assert case.names == ["tell"]
    assert case.data("tell") == {"withdrawn": {"by": "applicant"}}
    assert [*case.all("timers"), *case.all("messages"), *case.all("loops")] == []
    case.do("tell")
    assert case.run.finished
    again = Case(xml, stored=stored, called=["c"])
    again.do("handle")
    assert again.run.finished, "another instance on the same diagram is untouched"


@pytest.mark.parametrize("kind", ["escalation", "signal", "message"])
def test_an_event_thrown_three_times_inside_the_host_starts_three_branches(stored, kind):
    definition = {"escalation": escalation("up"), "signal": signal("alarm"), "message": message("objection")}[kind]
    flows = "start_b -> h1 -> t1 -> h2 -> t2 -> h3 -> t3 -> h4 -> end_b"
    box = sub("box", flows, **{t: throw(t, definition) for t in ("t1", "t2", "t3")})
    event = boundary("event", "box", definition)
    case = Case(
        diagram(process("p", "start -> box -> after -> end; event -> branch -> end_b2", box=box, event=event)),
        stored=stored,
    )
    for count in (1, 2, 3):
        case.do(f"h{count}")
        assert case.names.count("branch") == count
    case.do("h4")
    assert case.names == ["after"]


def test_an_error_end_interrupts_the_sub_process_around_it(stored):
    box = sub(
        "box",
        "start_b -> ask -> x_g; x_g -> end_bad [bad]; x_g -> end_ok *",
        end_bad=element("endEvent", "end_bad", error("broken")),
    )
    caught = boundary("caught", "box", error("broken"), interrupts=True)
    xml = diagram(process("p", "start -> box -> after -> end; caught -> repair -> end_r", box=box, caught=caught))
    case = Case(xml, stored=stored)
    case.do("ask", bad=True)
    assert case.names == ["repair"]
    case = Case(xml, stored=stored)
    case.do("ask", bad=False)
    assert case.names == ["after"]


def test_an_error_nobody_catches_is_an_incident(stored):
    xml = diagram(process("p", "start -> ask -> end_bad", end_bad=element("endEvent", "end_bad", error("broken"))))
    case = Case(xml, stored=stored)
    case.do("ask")
    assert not case.run.finished
    assert "没有边界事件接收" in case.causes[0]


def test_a_throw_inside_one_co_unit_does_not_reach_the_others(stored):
    loop = items("units", "unit")
    box = sub(
        "box",
        "start_b -> inner -> end_b; back -> fix -> end_f",
        loop=loop,
        inner=sub(
            "inner", "start_i -> work -> again -> end_i", again=throw("again", message("redispatch", "{u: unit}"))
        ),
        back=boundary("back", "inner", message("redispatch"), interrupts=True),
    )
    case = Case(diagram(process("p", "start -> ask -> box -> after -> end", box=box)), stored=stored)
    case.do("ask", units=["A", "B"])
    case.do("work", where={"unit": "A"})
    assert case.names == ["fix", "work"]
    assert case.data("fix")["back"] == {"u": "A"}


def test_what_nobody_inside_waits_for_leaves_the_instance(stored):
    tell = throw("tell", message("reply"), inputs(key="number", text='"ok"'))
    ring = throw("ring", signal("alarm"))
    case = Case(
        diagram(process("p", "start -> ask -> tell -> ring -> show -> end", tell=tell, ring=ring)), stored=stored
    )
    case.do("ask", number="5")
    assert [(t.kind, t.name, t.payload, t.key, t.element_id) for t in case.thrown] == [
        ("message", "reply", {"text": "ok"}, "5", "tell"),
        ("signal", "alarm", None, None, "ring"),
    ]


# ------------------------------------------------------------ branches that outlive their host, in a loop

OUTLIVING = {
    "a branch of an event": (
        "start -> ask -> x_g; x_g -> ask [again]; x_g -> end *; aside -> note -> end_n",
        {"aside": boundary("aside", "ask", message("more"), with_host="false")},
    ),
    "a branch of a fork": (
        "start -> ask -> p_f; p_f -> note -> end_n; p_f -> x_g; x_g -> ask [again]; x_g -> end *",
        {},
    ),
}


def outliving(kind):
    flows, parts = OUTLIVING[kind]
    return Case(diagram(process("p", flows, **parts)))


def go_round(case, n, *, again=True, **noted):
    """Ask once more, and finish the branch of this round when the next one has begun."""
    if case.all("messages", "aside"):
        case.send("aside")
    case.do("ask", again=again, asked=n, **{f"a{n % 7}": n})
    case.do("note", **noted)


@pytest.mark.parametrize("kind", OUTLIVING)
def test_branches_that_outlive_the_rounds_of_a_loop_leave_no_trace_of_each(kind):
    case, sizes = outliving(kind), []
    for n in range(300):
        go_round(case, n, **{f"n{n % 5}": n, "last": n})
        sizes.append(sum(len(workflow.tasks) for workflow in case.run._top.workflows()))
    assert max(sizes[10:]) == min(sizes[10:]) < 20
    go_round(case, 300, again=False, over=True)
    assert case.run.finished
    assert case.run.data["last"] == 299
    assert {case.run.data[f"n{n}"] for n in range(5)} == set(range(295, 300))
    assert {case.run.data[f"a{n}"] for n in range(7)} == set(range(294, 301))
    assert (case.run.data["asked"], case.run.data["over"]) == (300, True)
    assert {conflict.path[0] for conflict in case.conflicts} == set("ln"), "branches differ from one another only"


@pytest.mark.parametrize("kind", OUTLIVING)
def test_of_branches_that_outlive_their_round_the_last_to_finish_wins(kind):
    case = outliving(kind)
    for n in range(3):
        if case.all("messages", "aside"):
            case.send("aside")
        case.do("ask", again=True, asked=n)
    first, second, third = (waiter.task_id for waiter in case.all("humans", "note"))
    for task_id, who in ((second, "second"), (third, "third"), (first, "first")):
        case.run.complete(task_id, {"told": who, who: True})
        case.go()
    case.do("ask", again=False, asked=3)
    for waiter in case.all("humans", "note"):
        case.run.complete(waiter.task_id, {})
        case.go()
    assert case.run.finished
    assert case.run.data | {"again": None} == {
        "again": None, "asked": 3, "told": "first", "first": True, "second": True, "third": True,
        **({"aside": {}} if kind == "a branch of an event" else {}),
    }  # fmt: skip


def test_a_correction_of_a_parked_event_holds_after_another_branch_was_folded_and_reaches_the_main_flow(stored):
    late = boundary("late", "ask", timer("start_at + duration(gap)"))
    flows = "start -> ask -> show -> end; on -> note -> end_on; late -> warn -> end_late"
    xml = diagram(process("p", flows, on=boundary("on", "ask", message("more")), late=late))
    case = Case(xml, stored=stored, data={"start_at": BEGIN})
    case.send("on", {"v": 1})
    case.do("note", n=1)
    case.retry(gap="PT1H")
    assert case.causes == []
    case.later(hours=1)
    assert case.names == ["ask", "warn"]
    case.do("warn")
    case.do("ask", a=1)
    assert {name: case.data("show").get(name) for name in ("gap", "n", "a")} == {"gap": "PT1H", "n": 1, "a": 1}


def test_a_branch_that_ends_everything_leaves_its_variables_as_the_result(stored):
    stop = element("endEvent", "end_all", "<bpmn:terminateEventDefinition/>")
    flows = "start -> ask -> end; on -> note -> end_on; off -> stop -> end_all"
    events = {name: boundary(name, "ask", message(word)) for name, word in (("on", "more"), ("off", "reply"))}
    case = Case(diagram(process("p", flows, end_all=stop, **events)), stored=stored, data={"n": 0})
    case.send("on", {"v": 1})
    case.do("note", n=1)
    case.send("off", {"w": 1})
    case.do("stop", stopped=True)
    assert case.run.finished
    assert dict(case.run.data) == {"n": 1, "on": {"v": 1}, "off": {"w": 1}, "stopped": True}
