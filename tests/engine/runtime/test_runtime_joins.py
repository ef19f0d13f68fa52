import random

import pytest
from case import Case
from sketch import catch, diagram, element, items, message, process, sub, timer

FORK = diagram(process("p", "start -> ask -> p_out; p_out -> a -> p_in; p_out -> b -> p_in; p_in -> show -> end"))
LOOP = diagram(
    process(
        "p",
        "start -> ask -> x_m -> p_out; p_out -> a -> p_in; p_out -> b -> b2 -> p_in; p_in -> z -> x_g;"
        "x_g -> x_m [again]; x_g -> end *",
    )
)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_branches_merge_what_each_of_them_changed(stored, order):
    case = Case(FORK, stored=stored)
    case.do("ask", x=0, y=0, d={"p": 0, "q": 0}, gone=1)
    for branch in order:
        assert "show" not in case.names
        if branch == "a":
            case.do("a", x=1, d={"p": 1, "q": 0})
        else:
            case.do("b", y=1, d={"p": 0, "q": 1}, new=[1])
    assert case.data("show") == {"x": 1, "y": 1, "d": {"p": 1, "q": 1}, "gone": 1, "new": [1]}
    assert case.conflicts == []


def test_a_conflict_is_won_by_the_later_branch_and_told(stored):
    case = Case(FORK, stored=stored)
    case.do("ask", k="old")
    case.do("b", k="from b")
    case.do("a", k="from a")
    assert case.data("show")["k"] == "from a"
    assert [tuple(conflict) for conflict in case.conflicts] == [("k", "from b", "from a")]


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_a_split_inside_a_loop_waits_for_both_branches_in_every_round(stored, kind):
    xml = LOOP
    if kind == "inclusive":
        xml = LOOP.replace(
            b'<bpmn:parallelGateway id="p_in"></bpmn:parallelGateway>', element("inclusiveGateway", "p_in").encode()
        )
    case = Case(xml, stored=stored)
    case.do("ask", x=0, y=0)
    sizes = []
    for number in range(6):
        steps = ["a", "b", "b2"] if number % 2 else ["b", "a", "b2"]
        for step in steps:
            assert case.names != ["z"]
            case.do(step, **({"x": number} if step == "a" else {"y": number}))
        assert case.names == ["z"]
        assert case.data("z") == {"x": number, "y": number} | ({"again": True} if number else {})
        case.do("z", again=True)
        sizes.append(len(case.run.encode()))
    assert sizes[-1] - sizes[2] < 40


def test_an_inclusive_join_waits_for_exactly_the_branches_that_were_taken(stored):
    xml = diagram(
        process(
            "p",
            "start -> ask -> x_m -> o_out; o_out -> a [wa]; a -> o_in; o_out -> b [wb]; b -> o_in;"
            "o_out -> c [wc]; c -> c2 -> o_in; o_in -> z -> x_g; x_g -> x_m [again]; x_g -> end *",
        )
    )
    rnd = random.Random(7)  # noqa: S311  -- not a secret
    case = Case(xml, stored=stored)
    wanted = {"a", "b", "c"}
    case.do("ask", wa=True, wb=True, wc=True)
    for number in range(12):
        left = set(wanted)
        while left:
            name = rnd.choice(case.names)
            case.do(name, **{name: number})
            left.discard("c" if name == "c2" else name if name != "c" else "")
        assert case.names == ["z"]
        assert all(case.data("z")["c2" if name == "c" else name] == number for name in wanted)
        wanted = set(rnd.sample("abc", rnd.randint(1, 3)))
        case.do("z", wa="a" in wanted, wb="b" in wanted, wc="c" in wanted, again=number < 11)
    assert case.run.finished


def test_a_loop_of_3000_rounds_stays_flat():
    xml = diagram(process("p", "start -> x_m -> work -> x_g; x_g -> x_m [again]; x_g -> end *"))
    case = Case(xml)
    sizes = []
    for number in range(3000):
        case.do("work", again=True, round=number)
        sizes.append(len(case.blob))
    assert max(sizes[5:]) - min(sizes[5:]) < 80
    case.do("work", again=False)
    assert case.run.finished


def test_a_loop_beside_an_open_branch_stays_flat_too():
    xml = diagram(
        process(
            "p",
            "start -> p_out; p_out -> slow -> end_slow; p_out -> x_m -> work -> x_g; x_g -> x_m [again]; x_g -> end *",
        )
    )
    case = Case(xml)
    sizes = []
    for number in range(300):
        case.do("work", again=True, round=number)
        sizes.append(len(case.blob))
    assert max(sizes[5:]) - min(sizes[5:]) < 60
    case.do("work", again=False)
    case.do("slow", slow=1)
    assert case.run.finished
    assert case.run.data == {"again": False, "round": 299, "slow": 1}


def test_branches_with_their_own_ends_merge_at_the_end_of_the_process(stored):
    xml = diagram(process("p", "start -> ask -> p_out; p_out -> a -> end_a; p_out -> b -> end_b"))
    case = Case(xml, stored=stored)
    case.do("ask", x=0, y=0)
    case.do("b", y=5)
    assert not case.run.finished
    case.do("a", x=7)
    assert case.run.finished
    assert case.run.data == {"x": 7, "y": 5}
    assert set(case.run.ended_at) == {"end_a", "end_b"}


def test_a_terminating_end_cancels_everything_else(stored):
    stop = element("endEvent", "end_all", "<bpmn:terminateEventDefinition/>")
    xml = diagram(process("p", "start -> p_out; p_out -> a -> end_all; p_out -> b -> end_b", end_all=stop))
    case = Case(xml, stored=stored)
    case.do("a", x=1)
    assert case.run.finished
    assert case.run.data == {"x": 1}
    assert [s.element_id for s in case.trail if s.what == "cancelled"] == ["b"]
    assert case.names == []


@pytest.mark.parametrize("around", [None, "box", "each"])
def test_a_terminating_end_keeps_what_branches_brought_that_had_ended_before(stored, around):
    stop = element("endEvent", "end_all", "<bpmn:terminateEventDefinition/>")
    flows = "start{0} -> p_f{0}; p_f{0} -> ask -> end{0}; p_f{0} -> stop -> end_all; p_f{0} -> left -> endl{0}"
    if around is None:
        xml = diagram(process("p", flows.format(""), end_all=stop))
    else:
        loop = items("units", "unit") if around == "each" else ""
        xml = diagram(process("p", f"start -> {around} -> look -> end",
                              **{around: sub(around, flows.format("_in"), loop, end_all=stop)}))  # fmt: skip
    case = Case(xml, stored=stored, data={"n": 0, "units": ["a"]})
    case.do("ask", n=1, asked=True)
    case.do("stop", stopped=True)
    assert case.names == ([] if around is None else ["look"])
    assert dict(case.run.data) == {"n": 1, "units": ["a"], "asked": True, "stopped": True}


def test_tokens_in_excess_stay_for_the_next_activation(stored):
    # the branch of a comes round twice before b arrives: its second token waits for the second of b
    xml = diagram(
        process(
            "p",
            "start -> p_out; p_out -> x_a -> a -> p_twice -> p_in; p_twice -> x_again; x_again -> x_a [more];"
            "x_again -> end_a *;"
            "p_out -> x_b -> b -> p_twin -> p_in; p_twin -> x_back; x_back -> x_b [more]; x_back -> end_b *;"
            "p_in -> z -> end",
        )
    )
    case = Case(xml, stored=stored, data={"more": True})
    case.do("a", more=True)
    case.do("a", more=False)
    assert case.names == ["b"]
    case.do("b", more=True)
    assert case.names == ["b", "z"]
    case.do("b", more=False)
    assert case.names == ["z", "z"]
    case.do("z")
    case.do("z")
    assert case.run.finished


def test_an_event_gateway_takes_the_first_event_and_forgets_the_others(stored):
    xml = diagram(
        process(
            "p",
            "start -> e_wait; e_wait -> reply -> read -> end; e_wait -> late -> remind -> end_late",
            reply=catch("reply", message("reply")),
            late=catch("late", timer("PT1H", "timeDuration")),
        )
    )
    case = Case(xml, stored=stored)
    case.send("reply", {"text": "好"})
    assert case.names == ["read"]
    assert case.data("read") == {"reply": {"text": "好"}}
    assert case.all("timers") == []
    assert case.all("messages") == []
    case = Case(xml, stored=stored)
    case.later(minutes=59)
    assert case.names == []
    case.later(minutes=1)
    assert case.names == ["remind"]
    assert case.all("messages") == []
    case.do("remind")
    assert case.run.finished
