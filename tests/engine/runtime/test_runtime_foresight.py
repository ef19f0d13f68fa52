"""How far the engine looks ahead: a diagram's cost grows with what is drawn, not with the ways through it."""

import time

import pytest
from case import Case
from counting import calls_in
from sketch import boundary, catch, diagram, element, items, message, process, signal, sub, throw, timer, user

from gridflow.bpmn import lint, read
from gridflow.engine.errors import RunawayLoop

SECONDS = 2.0


def diamonds(count):
    """One parallel split and join after the other: two ways through each, 2 to the power of `count` in all."""
    row = ["start", *(f"p_join{n}" for n in range(count)), "end"]
    flows = [
        f"{row[n]} -> p_fork{n}; p_fork{n} -> left{n} -> p_join{n}; p_fork{n} -> right{n} -> p_join{n}"
        for n in range(count)
    ]
    return diagram(process("p", "; ".join([*flows, f"{row[-2]} -> end"])))


def test_forty_joins_in_a_row_cost_no_more_than_they_are():
    begun = time.process_time()
    case = Case(diamonds(40))
    for n in range(40):
        case.do(f"left{n}", **{f"l{n}": n}).do(f"right{n}", **{f"r{n}": n})
    assert case.run.finished
    assert case.run.data == {f"{side}{n}": n for side in "lr" for n in range(40)}
    assert max(len(case.blob), 1) < 4_000
    assert time.process_time() - begun < SECONDS * 5


def test_what_is_drawn_behind_a_join_is_kept_small_while_its_branches_run():
    assert len(Case(diamonds(40)).blob) < 2 * len(Case(diamonds(4)).blob)


WAYS_ROUND = {
    "a task": ("start -> ask -> more -> ask", {}),
    "a task with an event on its edge": (
        "start -> ask -> more -> ask; out -> end", {"out": boundary("out", "ask", message("reply"), interrupts=True)}
    ),
    "a sub-process with an event on its edge": (
        "start -> work -> more -> work; out -> end",
        {"work": sub("work", "begin -> ask -> over", begin='<bpmn:startEvent id="begin"/>',
                     over='<bpmn:endEvent id="over"/>'),
         "out": boundary("out", "work", message("reply"), interrupts=True)},
    ),
    "a message": ("start -> hear -> ask -> more -> hear", {"hear": catch("hear", message("reply"))}),
    "a fork": ("start -> ask -> p_f; p_f -> more -> ask; p_f -> other -> end", {}),
    "an event gateway": (
        "start -> e_g; e_g -> hear -> ask -> more -> e_g; e_g -> late -> end",
        {"hear": catch("hear", message("reply")), "late": catch("late", timer('duration("P1D")', "timeDuration"))},
    ),
    "parallel items": ("start -> each -> ask -> more -> each", {"each": user("each", items("units", "unit"))}),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_a_loop_in_which_nothing_decides_runs_round_after_round(way):
    flows, parts = WAYS_ROUND[way]
    case, sizes = Case(diagram(process("p", flows, **parts)), data={"units": [1]}), []
    for _ in range(30):
        for step in ("hear", "each", "ask", "other", "more"):
            if step in case.names:
                case.do(step)
            elif case.all("messages", step):
                case.send(step)
        sizes.append(len(case.blob))
    assert [step.what for step in case.trail if step.element_id == "more"].count("completed") == 30
    assert max(sizes) < 1.2 * max(sizes[:5])


def test_a_catch_and_a_throw_answer_each_other_without_a_gateway_and_the_linter_lets_them():
    stop = element("endEvent", "end_all", "<bpmn:terminateEventDefinition/>")
    xml = diagram(process("p", "start -> p_f; p_f -> hear -> say -> hear; p_f -> ask -> end_all", end_all=stop,
                          hear=catch("hear", message("more")), say=throw("say", message("reply"))))  # fmt: skip
    assert not {found.rule for found in lint(read(xml))} & {"loop-without-wait", "join-incomplete", "joins-unproved"}
    case, sizes = Case(xml), []
    for _ in range(30):
        case.send("hear")
        sizes.append(len(case.blob))
    assert [thrown.name for thrown in case.thrown] == ["reply"] * 30
    assert max(sizes) < 1.2 * max(sizes[:5])
    assert case.do("ask").run.finished


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_the_linter_lets_every_loop_through_that_waits_somewhere(way):
    flows, parts = WAYS_ROUND[way]
    xml = diagram(process("p", flows, **parts)).replace(b'<bpmn:message id="more" name="more"/>', b"")  # a task's id
    rules = {found.rule for found in lint(read(xml))}
    assert "id-repeated" not in rules
    assert not {rule for rule in rules if rule.startswith("loop-")} - {"loop-without-item"}


ALARMS = {f"ring{n}": throw(f"ring{n}", signal("alarm")) for n in range(20)}
GROWING = {
    "a fork": ("start -> ask -> x_m -> p_f; p_f -> x_m; p_f -> end", {}),
    "a fork into itself": ("start -> ask -> x_m -> p_f; p_f -> x_m; p_f -> x_two -> x_m; p_f -> end", {}),
    "a fork before a join": ("start -> ask -> x_m -> p_f; p_f -> x_m; p_f -> p_j; p_f -> other -> p_j; p_j -> end", {}),
    "a fork of twenty": ("start -> ask -> x_m -> p_f" + "".join(f"; p_f -> {ring} -> x_m" for ring in ALARMS), ALARMS),
    "branches that call themselves up": (
        "start -> ask -> look -> end; on -> again -> end_on; too -> say -> end_too",
        {"on": boundary("on", "look", signal("alarm")), "again": throw("again", signal("alarm")),
         "too": boundary("too", "look", signal("alarm")), "say": throw("say", signal("alarm"))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", GROWING)
def test_what_grows_without_end_is_stopped_before_it_costs_much(way):
    flows, parts = GROWING[way]
    case = Case(diagram(process("p", flows, **parts)), stored=False)

    def go():
        case.do("ask")
        case.send("on")

    def refused():
        with pytest.raises(RunawayLoop):
            go()

    calls_in(refused, most=20_000_000)
