"""Grows block-structured diagrams with every construct, and walks them: in the library's own engine and in ours."""

from sketch import (
    boundary,
    call,
    catch,
    contract,
    diagram,
    element,
    error,
    escalation,
    items,
    message,
    process,
    signal,
    sub,
    throw,
    timer,
    user,
)
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import EventBasedGateway
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

LISTS = (["A"], ["A", "B"], ["A", "B", "C"])
HOUR = '"PT1H"'
SIMPLE = ("task", "choice", "box", "again")
"""What may stand inside a loop: the library's joins fire early there from the second round on."""
BESIDE = ("task", "box", "called", "each", "cut")
"""What may stand in a branch of an inclusive gateway: the library's join does not see past another gateway."""
PLAIN = (*SIMPLE, "fork", "some", "race", "called", "each", "guarded", "cut")
"""What the library does right, tasks and data."""
THROWN = (*PLAIN, "failing", "ringing")
"""Here it goes the right way, but hands all variables of the thrower to whoever catches."""
OURS = (*THROWN, "offered", "condition", "terminated")
"""And what it does wrong: branches beside a host, completion conditions, terminating ends."""


class Grower:
    """Draws blocks one after the other; branches of a split write variables of their own, as the library needs."""

    def __init__(self, rnd, kinds, parent=None):
        self.rnd, self.kinds = rnd, kinds
        self.flows, self.parts = [], {}
        self.root = parent.root if parent else self
        if parent is None:
            self.count, self.processes = 0, []

    def name(self, prefix):
        self.root.count += 1
        return f"{prefix}{self.root.count}"

    def arrow(self, source, target, mark=""):
        self.flows.append(f"{source} -> {target} {mark}")

    def drawn(self):
        return "; ".join(self.flows)

    def grow(self, source, depth, *, loops=True):
        """Draw something after `source` and return where it ends; loops is False in a loop, None beside others."""
        for _ in range(self.rnd.randint(1, 2)):
            kinds = SIMPLE if loops is False else self.kinds
            if loops is None:
                kinds = [kind for kind in kinds if kind in BESIDE]
            kind = self.rnd.choice(kinds) if depth else "task"
            source = getattr(self, kind)(source, depth, loops)
        return source

    def inside(self, depth, loops, last=None):
        """Draw the inside of a sub-process or process; returns its grower and its last task."""
        inner = Grower(self.rnd, self.kinds, self)
        end = inner.grow(inner.name("start_"), depth - 1, loops=loops)
        task = inner.task(end)
        inner.arrow(task, last or inner.name("end_"))
        return inner, task

    # ------------------------------------------------------------ plain

    def task(self, source, depth=0, loops=True):
        task = self.name("t")
        self.arrow(source, task)
        return task

    def choice(self, source, depth, loops):
        decide, split, merge = self.task(source), self.name("x_"), self.name("x_")
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

    def some(self, source, depth, loops):
        """An inclusive gateway: any of three branches, or the default."""
        within = loops if self.kinds is OURS else None
        decide, split, join = self.task(source), self.name("o_"), self.name("o_")
        self.arrow(decide, split)
        for mark in (f"[c_{decide}]", f"[d_{decide}]", "*"):
            first = self.name("t")
            self.arrow(split, first, mark)
            self.arrow(self.grow(first, depth - 1, loops=within), join)
        return join

    def again(self, source, depth, loops):
        merge, split, after = self.name("x_"), self.name("x_"), self.name("t")
        self.arrow(source, merge)
        decide = self.task(self.grow(merge, depth - 1, loops=False))
        self.arrow(decide, split)
        self.arrow(split, merge, f"[c_{decide}]")
        self.arrow(split, after, "*")
        return after

    def box(self, source, depth, loops):
        inner, _ = self.inside(depth, loops)
        box = self.name("box")
        self.arrow(source, box)
        self.parts[box] = sub(box, inner.drawn(), **inner.parts)
        return box

    # ------------------------------------------------------------ events

    def race(self, source, depth, loops):
        """An event gateway: a message or an hour, whatever comes first."""
        gateway, merge, heard, late = self.name("e_"), self.name("x_"), self.name("m"), self.name("w")
        self.arrow(source, gateway)
        self.parts[heard] = catch(heard, message(heard))
        self.parts[late] = catch(late, timer(HOUR, "timeDuration"))
        for event in (heard, late):
            self.arrow(gateway, event)
            self.arrow(self.grow(event, depth - 1, loops=loops), merge)
        return merge

    def guarded(self, source, depth, loops):
        """A sub-process that a message or an hour interrupts."""
        inner, _ = self.inside(depth, loops)
        box, merge, event = self.name("box"), self.name("x_"), self.name("b")
        self.arrow(source, box)
        self.parts[box] = sub(box, inner.drawn(), **inner.parts)
        comes = message(event) if self.rnd.random() < 0.5 else timer(HOUR, "timeDuration")
        self.parts[event] = boundary(event, box, comes, interrupts=True)
        self.arrow(box, merge)
        self.arrow(self.task(event), merge)
        return merge

    def failing(self, source, depth, loops):
        """A sub-process that may end in an error or escalation, caught on its edge."""
        inner, last = self.inside(depth, loops, last="x_out")
        box, merge, event, failed = self.name("box"), self.name("x_"), self.name("b"), self.name("end_")
        inner.flows[-1] = f"{last} -> x_{failed}; x_{failed} -> {failed} [c_{last}]; x_{failed} -> {failed}0 *"
        comes = error("broken") if self.rnd.random() < 0.5 else escalation("up")
        inner.parts[failed] = element("endEvent", failed, comes)
        self.arrow(source, box)
        self.parts[box] = sub(box, inner.drawn(), **inner.parts)
        self.parts[event] = boundary(event, box, comes, interrupts=True)
        self.arrow(box, merge)
        self.arrow(self.task(event), merge)
        return merge

    def ringing(self, source, depth, loops):
        """Two branches, one of which waits for the signal of the other."""
        split, join, ring, hear, name = (self.name(prefix) for prefix in ("p_", "p_", "r", "h", "s"))
        self.root.processes.append(f'<bpmn:signal id="{name}" name="{name}"/>')
        self.arrow(source, split)
        self.parts[hear], self.parts[ring] = catch(hear, signal(name)), throw(ring, signal(name))
        self.arrow(split, hear)
        self.arrow(self.task(hear), join)
        self.arrow(self.task(split), ring)
        self.arrow(ring, join)
        return join

    # ------------------------------------------------------------ activities

    def called(self, source, depth, loops):
        """A call that takes one variable and gives one."""
        before, name = self.task(source), self.name("call")
        inner, last = self.inside(depth, loops)
        io = contract(takes=[f"o_{before}"], gives=[f"o_{last}"])
        io = (
            io.replace('"in_', '"').replace(">in_", ">").replace('"out_', '"').replace(">out_", ">")
        )  # the library reads ids
        self.root.processes.append(process(f"proc_{name}", inner.drawn(), io, **inner.parts))
        self.parts[name] = call(name, f"proc_{name}")
        self.arrow(before, name)
        return name

    def each(self, source, depth, loops, condition=None):
        """A task for each entry of a list, at once or in turn."""
        before, task = self.task(source), self.name("i")
        loop = items(
            f"l_{before}", f"v_{task}", sequential=self.rnd.random() < 0.5, output=f"g_{task}", result=f"o_{task}",
            condition=condition and condition.format(task),
        )  # fmt: skip
        self.parts[task] = user(task, loop)
        self.arrow(before, task)
        return task

    def cut(self, source, depth, loops):
        """A loop of a task that goes on while its condition is true."""
        task = self.name("u")
        loop = (
            f'<bpmn:standardLoopCharacteristics loopMaximum="3" testBefore="false"><bpmn:loopCondition>c_{task}'
            "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
        )
        self.parts[task] = user(task, loop)
        self.arrow(source, task)
        return task

    # ------------------------------------------------------------ what the library does otherwise

    def condition(self, source, depth, loops):
        return self.each(source, depth, loops, "c_{}")

    def offered(self, source, depth, loops):
        """A task with a branch beside it that a message or an hour begins, as often as it comes."""
        task, event = self.task(source), self.name("b")
        comes = message(event) if self.rnd.random() < 0.5 else timer(HOUR, "timeDuration")
        stays = {} if self.rnd.random() < 0.7 else {"with_host": "false"}
        self.parts[event] = boundary(event, task, comes, **stays)
        self.arrow(self.task(event), self.name("end_"))
        return task

    def terminated(self, source, depth, loops):
        """A sub-process one of whose branches ends all of it."""
        inner, last = self.inside(depth, loops)
        box, end = self.name("box"), self.name("end_")
        split = inner.name("p_")
        inner.flows[-1] = f"{last} -> {split}; {split} -> {last}a -> {end}; {split} -> {last}b -> {end}0"
        inner.parts[end] = element("endEvent", end, "<bpmn:terminateEventDefinition/>")
        self.arrow(source, box)
        self.parts[box] = sub(box, inner.drawn(), **inner.parts)
        return box


def grown(rnd, kinds, depth=3):
    """Return a diagram and the names of the processes it calls."""
    grower = Grower(rnd, kinds)
    grower.arrow(grower.task(grower.grow("start", depth)), "end")
    text = diagram(*grower.processes, process("p", grower.drawn(), **grower.parts)).decode()
    used = {part.split('"')[0] for part in text.split('messageRef="')[1:]}
    drawn = "".join(f'<bpmn:message id="{name}" name="{name}"/>' for name in sorted(used))
    text = text.replace("<bpmn:signal ", f"{drawn}<bpmn:signal ", 1)
    return text.encode(), sorted({part.split('"')[0] for part in text.split('calledElement="')[1:]})


def written(rnd, name, step):
    """Return what a task is completed with; it depends on the walk only."""
    return {
        f"o_{name}": step, f"c_{name}": rnd.random() < 0.4, f"d_{name}": rnd.random() < 0.5,
        f"l_{name}": list(rnd.choice(LISTS)),
    }  # fmt: skip


class Stock:
    """The library's own engine under the same hands."""

    def __init__(self, xml):
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self.workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"))
        self.go()

    def go(self):
        self.workflow.do_engine_steps()
        self.workflow.refresh_timers()
        self.workflow.do_engine_steps()

    @property
    def finished(self):
        return bool(self.workflow.completed)

    def humans(self, seen):
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        return sorted((task.task_spec.bpmn_id, seen(task.data)) for task in ready)

    def events(self):
        return sorted(name for _, name, _ in self._waiting())

    def _waiting(self):
        """Yield task, element and event of everything that waits for a message, a signal or an instant."""
        for task in self.workflow.get_tasks(state=TaskState.WAITING):
            spec, event = task.task_spec, getattr(task.task_spec, "event_definition", None)
            if isinstance(spec, EventBasedGateway):
                names = [output.bpmn_id for output in spec.outputs]
                yield from ((task, name, one) for name, one in zip(names, event.event_definitions, strict=True))
            elif isinstance(event, (MessageEventDefinition, SignalEventDefinition, TimerEventDefinition)):
                yield task, spec.bpmn_id, event

    def do(self, name, wanted, values):
        ready = self.workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(t for t in ready if t.task_spec.bpmn_id == name and wanted(t.data))
        task.data.update(values)
        task.run()
        self.go()

    def happen(self, name):
        task, event = next((task, event) for task, element_id, event in self._waiting() if element_id == name)
        if isinstance(event, TimerEventDefinition):
            task.internal_data["event_value"] = "2020-01-01T00:00:00+00:00"
        else:
            self.workflow.send_event(BpmnEvent(event, {}))
        self.go()


def happens(case, name):
    """Let an event come to a case of ours."""
    found = [waiter for waiter in case.all("messages") if waiter.element_id == name]
    if found:
        case.run.deliver(found[0].task_id, None)
    else:
        waiter = case.one("timers", name)
        case.desk.instant = max(case.desk.instant, waiter.due)
        case.run.fire(waiter.task_id)
    case.go()
