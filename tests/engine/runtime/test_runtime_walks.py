"""Random walks: ours against the library's own engine where that is right, and live against stored."""

import random
from datetime import timedelta

import pytest
from case import Case, Desk
from growing import OURS, PLAIN, THROWN, Stock, grown, happens, written
from sketch import boundary, call, contract, diagram, items, message, process, sub, throw, timer

WALKS = 500
"""Diagrams walked beside the library; the first part with data, the rest with thrown events."""
WITH_DATA = 300
BUNDLE = 25
"""Diagrams of one test, so that a run does not list a thousand."""
STEPS = 120


def everything_but_results(data):
    """Return the variables of a task; the library shows a multi-instance its result while it is empty."""
    return sorted((name, value) for name, value in data.items() if not name.startswith("g_"))


def items_only(data):
    return sorted((name, value) for name, value in data.items() if name.startswith("v_"))


def beside_the_library(seed, kinds, seen):
    """Walk one diagram in both engines, ours stored and restored at every step."""
    xml, called = grown(random.Random(seed), kinds)  # noqa: S311  -- not a secret
    stock, case, rnd = Stock(xml), Case(xml, called=called), random.Random(seed)  # noqa: S311  -- not a secret
    for step in range(STEPS):
        where = f"seed {seed}, step {step}"
        mine = sorted((waiter.element_id, seen(waiter.data)) for waiter in case.all("humans"))
        events = sorted(waiter.element_id for waiter in (*case.all("messages"), *case.all("timers")))
        assert mine == stock.humans(seen), where
        assert events == stock.events(), where
        assert case.causes == [], where
        assert case.run.finished == stock.finished, where
        if case.run.finished:
            return step
        if events and (not mine or rnd.random() < 0.2):
            name = rnd.choice(events)
            stock.happen(name)
            happens(case, name)
        else:
            name, data = rnd.choice(mine)
            values = written(rnd, name, step)
            stock.do(name, lambda theirs, data=data: seen(theirs) == data, values)
            task = next(w for w in case.all("humans") if w.element_id == name and seen(w.data) == data)
            case.run.complete(task.task_id, values)
            case.go()
    return STEPS


@pytest.mark.parametrize("first", range(0, WITH_DATA, BUNDLE))
def test_a_random_walk_goes_the_way_of_the_library(first):
    steps = [beside_the_library(seed, PLAIN, everything_but_results) for seed in range(first, first + BUNDLE)]
    assert sum(steps) > 5 * BUNDLE


@pytest.mark.parametrize("first", range(WITH_DATA, WALKS, BUNDLE))
def test_a_random_walk_with_thrown_events_passes_the_same_tasks(first):
    steps = [beside_the_library(seed, THROWN, items_only) for seed in range(first, first + BUNDLE)]
    assert sum(steps) > 5 * BUNDLE


def alone(seed, *, stored):
    """Walk one diagram with everything we support and return what was seen on the way."""
    xml, called = grown(random.Random(seed), OURS)  # noqa: S311  -- not a secret
    case, rnd, story = Case(xml, stored=stored, called=called), random.Random(seed), []  # noqa: S311  -- not a secret
    for step in range(STEPS):
        mine = sorted((waiter.element_id, sorted(waiter.data.items())) for waiter in case.all("humans"))
        events = sorted(waiter.element_id for waiter in (*case.all("messages"), *case.all("timers")))
        story.append((mine, events, case.causes))
        if case.run.finished:
            break
        assert mine or events, f"seed {seed}, step {step}: nothing waits and it has not ended"
        if events and (not mine or rnd.random() < 0.2):
            happens(case, rnd.choice(events))
            continue
        name, data = rnd.choice(mine)
        task = next(w for w in case.all("humans") if w.element_id == name and sorted(w.data.items()) == data)
        case.run.complete(task.task_id, written(rnd, name, step))
        case.go()
    return [*story, case.trail_of(), case.flows, [tuple(c) for c in case.conflicts]]


@pytest.mark.parametrize("first", range(0, WALKS // 2, BUNDLE))
def test_every_construct_goes_stored_as_it_goes_live_and_none_gets_stuck(first):
    for seed in range(first, first + BUNDLE):
        stored, live = alone(seed, stored=True), alone(seed, stored=False)
        assert stored == live, f"seed {seed}"
        assert not any(causes for _, _, causes in stored[:-3]), f"seed {seed}"


def everything():
    """One case with every kind of boundary, a loop back, co-units, a called objection and a limit."""
    handling = sub(
        "handling",
        "start_h -> handle -> co -> check -> end_h; ob -> objection -> x_g; x_g -> again [verdict]; again -> end_a;"
        "x_g -> end_b *; remind -> remember -> end_r",
        co=call("co", "w", items("units", "unit", output="results", result="result")),
        objection=call("objection", "c"),
        again=throw("again", message("redispatch", "{rounds: rounds + 1}")),
        ob=boundary("ob", "handle", message("objection")),
        remind=boundary("remind", "handle", timer('last + duration("P1D")', "timeCycle")),
    )
    whole = sub(
        "whole",
        "start_w -> begin -> x_m -> dispatch -> handling -> verify -> x_r; x_r -> x_m [redo]; x_r -> end_w *;"
        "back -> x_m; note -> jot -> end_n; lim -> late -> end_l",
        handling=handling,
        back=boundary("back", "handling", message("redispatch"), interrupts=True),
        note=boundary("note", "handling", message("more")),
        lim=boundary("lim", "handling", timer("limit.handling.due"), limit="handling"),
    )
    return diagram(
        process(
            "p",
            "start -> whole -> archive -> end; withdrawn -> tell -> end_t",
            whole=whole,
            withdrawn=boundary("withdrawn", "whole", message("withdraw"), interrupts=True),
        ),
        process(
            "c",
            "start_c -> hear -> panel -> end_c",
            io=contract(takes=["ob"], gives=["verdict"]),
            panel=sub("panel", "start_n -> vote -> end_n"),
        ),
        process("w", "start_w2 -> work -> end_w2", io=contract(takes=["unit"], may_give=["result"])),
    )


EVERYTHING = everything()


def walk(seed, *, stored):
    rnd, desk = random.Random(seed), Desk()  # noqa: S311  -- not a secret
    case, story = Case(EVERYTHING, stored=stored, desk=desk, called=["c", "w"]), []
    for step in range(70):
        waiting = case.run.waiting()
        assert waiting.incidents == ()
        story.append(
            [
                [(w.element_id, dict(w.data), w.name, w.due) for w in group]
                for group in (waiting.humans, waiting.messages, waiting.timers, waiting.loops)
            ]
        )
        if case.run.finished:
            break
        story.append(act(case, rnd, step, waiting))
    story += [case.trail_of(), case.flows, [tuple(c) for c in case.conflicts], case.run.finished]
    return story


def act(case, rnd, step, waiting):
    kind = rnd.choices(["human", "send", "time", "limit", "item", "withdraw"], [60, 25, 10, 4, 4, 0.5])[0]
    offers = [w for w in waiting.messages if w.element_id in ("ob", "note")]
    if kind == "send" and offers:
        case.run.deliver(rnd.choice(offers).task_id, {"step": step})
        case.go()
    elif kind == "time":
        case.later(hours=rnd.choice((5, 20, 60)))
    elif kind == "limit" and case.all("timers", "lim"):
        case.move_limit("handling", case.desk.instant + timedelta(days=rnd.choice((-1, 2, 4))))
    elif kind == "item" and waiting.loops:
        case.run.add_item(waiting.loops[0].task_id, f"late{step}")
        case.go()
    elif kind == "withdraw" and case.all("messages", "withdrawn"):
        case.send("withdrawn", {"step": step})
    else:
        weights = [6 if w.element_id in ("hear", "vote") else 1 for w in waiting.humans]
        human = rnd.choices(waiting.humans, weights)[0]
        case.run.complete(human.task_id, answer(human, rnd, step))
        case.go()
        return human.element_id
    return kind


def answer(human, rnd, step):
    common = {"d": {**human.data.get("d", {}), rnd.choice("pqr"): step}, "last": step}
    return common | {
        "begin": {"rounds": 0, "redo": False, "verdict": False},
        "dispatch": {"units": ["A", "B"][: rnd.randint(0, 2)]},
        "vote": {"verdict": rnd.random() < 0.4},
        "work": {"result": step},
        "verify": {"redo": rnd.random() < 0.7},
    }.get(human.element_id, {})


@pytest.mark.parametrize("seed", range(60))
def test_a_stored_case_goes_exactly_the_way_of_a_live_one(seed):
    assert walk(seed, stored=True) == walk(seed, stored=False)
