"""Random walks: ours against the library's own engine where that is right, and live against stored."""

import random
from datetime import timedelta

import pytest
from case import Case, Desk
from sketch import boundary, call, contract, diagram, items, message, process, sub, throw, timer
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

WALKS = 120


class Grower:
    """Grows a block-structured diagram; branches of a split write variables of their own, as the library needs."""

    def __init__(self, rnd):
        self.rnd, self.count, self.flows, self.parts = rnd, 0, [], {}

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def arrow(self, source, target, mark=""):
        self.flows.append(f"{source} -> {target} {mark}")

    def grow(self, source, depth, *, loops=True):
        """Draw something after `source` and return where it ends."""
        for _ in range(self.rnd.randint(1, 2)):
            kinds = [self.task, self.choice, self.box] + ([self.fork] if loops else []) + [self.again]
            kind = self.rnd.choice(kinds) if depth else self.task
            source = kind(source, depth, loops)
        return source

    def task(self, source, depth, loops):
        task = self.name("t")
        self.arrow(source, task)
        return task

    def choice(self, source, depth, loops):
        decide, split, merge = self.task(source, depth, loops), self.name("x_"), self.name("x_")
        self.arrow(decide, split)
        for branch in range(2):
            first = self.name("t")
            self.arrow(split, first, f"[c_{decide}]" if branch else "*")
            self.arrow(self.grow(first, depth - 1, loops=loops), merge)
        return merge

    def fork(self, source, depth, loops):
        split, join = self.name("p_"), self.name("p_")
        self.arrow(source, split)
        for _ in range(self.rnd.randint(2, 3)):
            self.arrow(self.grow(split, depth - 1, loops=loops), join)
        return join

    def again(self, source, depth, loops):
        merge, split = self.name("x_"), self.name("x_")
        self.arrow(source, merge)
        decide = self.task(self.grow(merge, depth - 1, loops=False), depth, loops)
        self.arrow(decide, split)
        after = self.name("t")
        self.arrow(split, merge, f"[c_{decide}]")
        self.arrow(split, after, "*")
        return after

    def box(self, source, depth, loops):
        inner = Grower(self.rnd)
        inner.count = self.count + 1000 * depth
        end = inner.grow("start_" + inner.name("s"), depth - 1, loops=loops)
        inner.arrow(end, "end_" + inner.name("s"))
        self.count = inner.count
        box = self.name("box")
        self.arrow(source, box)
        self.parts[box] = sub(box, "; ".join(inner.flows), **inner.parts)
        return box


def grown(seed):
    grower = Grower(random.Random(seed))  # noqa: S311
    grower.arrow(grower.grow("start", 3), "end")
    return diagram(process("p", "; ".join(grower.flows), **grower.parts))


class Stock:
    """The library's own engine under the same hands."""

    def __init__(self, xml):
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.workflow.do_engine_steps()

    def open(self):
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted((task.task_spec.name, tuple(sorted(task.data.items()))) for task in ready)

    def do(self, name, **values):
        task = next(t for t in self.workflow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == name)
        task.data.update(values)
        task.run()
        self.workflow.do_engine_steps()


@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_goes_the_way_of_the_library(seed):
    xml = grown(seed)
    stock, case, rnd = Stock(xml), Case(xml), random.Random(seed)  # noqa: S311
    for step in range(120):
        mine = sorted((w.element_id, tuple(sorted(w.data.items()))) for w in case.all("humans"))
        assert mine == stock.open(), f"seed {seed}, step {step}"
        if case.run.finished:
            break
        name = rnd.choice(mine)[0]
        values = {f"o_{name}": step, f"c_{name}": rnd.random() < 0.4}
        stock.do(name, **values)
        case.do(name, **values)
    assert case.run.finished == bool(stock.workflow.completed)


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
        lim=boundary("lim", "handling", timer("x"), limit="handling"),
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
    rnd, desk = random.Random(seed), Desk()  # noqa: S311
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
