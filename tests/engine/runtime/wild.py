"""Draws diagrams of every kind of element at random, then bends them at random; the linter says which may run."""

from dataclasses import dataclass, field
from itertools import count, pairwise

from sketch import boundary, contract, diagram, element, error, escalation, items, message, signal, timer

HOUR = 'duration("PT1H")'
COIN = "coin"
"""The variable every condition asks; whoever completes something throws it again."""
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
BASIS = {"gridflow__article": "N18-2"}
ROLE = {"gridflow__role": "village", **BASIS}


@dataclass
class Scope:
    """What stands side by side in a process or sub-process."""

    nodes: dict = field(default_factory=dict)
    """Id to (tag, attributes, inner XML or scope)."""
    flows: list = field(default_factory=list)
    """[source, target]; conditions and defaults are written when drawn."""


class Wild:
    def __init__(self, rnd):
        self.rnd, self.numbers = rnd, count(1)

    # ------------------------------------------------------------ growing

    def name(self, prefix):
        return f"{prefix}{next(self.numbers)}"

    def add(self, scope, tag, prefix, inner="", **attributes):
        name = self.name(prefix)
        scope.nodes[name] = (tag, attributes, inner)
        return name

    def scope(self, depth):
        scope = Scope()
        start = self.add(scope, "startEvent", "begin")
        end = self.grow(scope, start, depth)
        self.join(scope, end, self.end(scope, "finish"))
        return scope

    def join(self, scope, *names):
        scope.flows += [[a, b] for a, b in pairwise(names)]
        return names[-1]

    def end(self, scope, prefix="own"):
        return self.add(scope, "endEvent", prefix)

    def grow(self, scope, source, depth):
        for _ in range(self.rnd.randint(1, 3)):
            plain = [self.task, self.task, self.service, self.rule, self.wait, self.throw, self.receive]
            deep = [self.split, self.split, self.again, self.box, self.race, self.called, self.several, self.standard]
            source = self.rnd.choice(plain + deep * 2 if depth else plain)(scope, source, depth - 1)
        return source

    def task(self, scope, source, depth):
        task = self.join(scope, source, self.add(scope, "userTask", "task", **ROLE))
        return self.with_boundaries(scope, task)

    def service(self, scope, source, depth):
        return self.join(
            scope, source, self.add(scope, "serviceTask", "serve", gridflow__action="archive_case", **BASIS)
        )

    def rule(self, scope, source, depth):
        inner = "<spiffworkflow:calledDecisionId>d</spiffworkflow:calledDecisionId>"
        inner = f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"
        return self.join(scope, source, self.add(scope, "businessRuleTask", "rule", inner, **BASIS))

    def wait(self, scope, source, depth):
        inner = self.rnd.choice([timer(HOUR, "timeDuration"), message("more"), signal("alarm")])
        return self.join(scope, source, self.add(scope, "intermediateCatchEvent", "wait", inner))

    def receive(self, scope, source, depth):
        return self.join(scope, source, self.add(scope, "receiveTask", "receive", messageRef="reply"))

    def throw(self, scope, source, depth):
        inner = self.rnd.choice([message("more"), signal("alarm"), message("redispatch"), escalation("up")])
        return self.join(scope, source, self.add(scope, "intermediateThrowEvent", "say", inner))

    def split(self, scope, source, depth):
        kind = self.rnd.choice(GATEWAYS)
        first, last = self.add(scope, kind, "fork"), self.add(scope, kind, "join")
        self.join(scope, source, first)
        for _ in range(self.rnd.randint(2, 3)):
            self.join(scope, self.grow(scope, first, depth), last)
        return last

    def again(self, scope, source, depth):
        merge, ask = self.add(scope, "exclusiveGateway", "merge"), self.add(scope, "exclusiveGateway", "ask")
        self.join(scope, source, merge)
        self.join(scope, self.task(scope, self.grow(scope, merge, depth), depth), ask, merge)
        return ask

    def race(self, scope, source, depth):
        gate, last = self.add(scope, "eventBasedGateway", "race"), self.add(scope, "exclusiveGateway", "won")
        self.join(scope, source, gate)
        for inner in (timer(HOUR, "timeDuration"), message("reply")):
            self.join(
                scope,
                self.grow(scope, self.join(scope, gate, self.add(scope, "intermediateCatchEvent", "wait", inner)), 0),
                last,
            )
        return last

    def box(self, scope, source, depth):
        loop = self.rnd.choice(["", "", "", items("units", self.name("unit"), sequential=self.rnd.random() < 0.5)])
        box = self.name("box")
        scope.nodes[box] = ("subProcess", {"loop": loop}, self.scope(depth))
        return self.with_boundaries(scope, self.join(scope, source, box), inside=True)

    def called(self, scope, source, depth):
        loop = self.rnd.choice(["", "", items("units", self.name("unit"), sequential=self.rnd.random() < 0.5)])
        task = self.add(scope, "callActivity", "call", loop, calledElement="c", **BASIS)
        return self.with_boundaries(scope, self.join(scope, source, task), inside=True)

    def several(self, scope, source, depth):
        done = self.rnd.choice([None, COIN])
        loop = items("units", self.name("unit"), sequential=self.rnd.random() < 0.5, condition=done)
        return self.with_boundaries(scope, self.join(scope, source, self.add(scope, "userTask", "many", loop, **ROLE)))

    def standard(self, scope, source, depth):
        until = self.rnd.choice(['loopMaximum="3"', 'loopMaximum="2" testBefore="true"'])
        loop = f"<bpmn:loopCondition>{COIN}</bpmn:loopCondition>"
        loop = f"<bpmn:standardLoopCharacteristics {until}>{loop}</bpmn:standardLoopCharacteristics>"
        return self.with_boundaries(scope, self.join(scope, source, self.add(scope, "userTask", "round", loop, **ROLE)))

    def with_boundaries(self, scope, host, *, inside=False):
        """Put up to three events on a host; interrupting ones flow to where the host flows to, or end."""
        after = None
        for _ in range(self.rnd.choice([0, 0, 0, 1, 1, 2, 3])):
            kinds = [timer(HOUR, "timeDuration"), message("objection"), signal("alarm")]
            inner = self.rnd.choice(kinds + [escalation("up"), error("broken")] * inside)
            interrupts = "error" in inner or self.rnd.random() < 0.5
            event = self.name("edge")
            scope.nodes[event] = ("boundaryEvent", {"host": host, "interrupts": interrupts}, inner)
            if not interrupts or self.rnd.random() < 0.3:
                self.join(scope, event, self.branch(scope, event) if not interrupts else event, self.end(scope))
                scope.flows = [flow for flow in scope.flows if flow[0] != flow[1]]
            else:
                if after is None:
                    after = self.join(scope, host, self.add(scope, "exclusiveGateway", "merge"))
                self.join(scope, event, after)
        return after or host

    def branch(self, scope, event):
        """What a branch beside its host may hold: a call, a throw, nothing."""
        return self.rnd.choice([
            lambda: event,
            lambda: self.add(scope, "callActivity", "call", calledElement="c", **BASIS),
            lambda: self.add(scope, "intermediateThrowEvent", "say", message("redispatch")),
        ])()  # fmt: skip

    # ------------------------------------------------------------ bending

    def bend(self, scope):
        """Change one thing somewhere: a gateway's kind, where a flow ends, one flow more or less."""
        inner = [node[2] for node in scope.nodes.values() if isinstance(node[2], Scope)]
        if inner and self.rnd.random() < 0.5:
            self.bend(self.rnd.choice(inner))
            return
        gates = [name for name, node in scope.nodes.items() if node[0] in GATEWAYS]
        how = self.rnd.randrange(4)
        if how == 0 and gates:
            name = self.rnd.choice(gates)
            scope.nodes[name] = (self.rnd.choice(GATEWAYS), *scope.nodes[name][1:])
        elif how == 1:
            self.rnd.choice(scope.flows)[1] = self.rnd.choice(list(scope.nodes))
        elif how == 2 and gates:
            scope.flows.append([self.rnd.choice(gates), self.rnd.choice(list(scope.nodes))])
        elif len(scope.flows) > 1:
            scope.flows.pop(self.rnd.randrange(len(scope.flows)))

    # ------------------------------------------------------------ drawing

    def draw(self, scope):
        outgoing = {name: [i for i, flow in enumerate(scope.flows) if flow[0] == name] for name in scope.nodes}
        parts = [self.node(scope, name, outgoing[name]) for name in scope.nodes]
        for number, (source, target) in enumerate(scope.flows):
            asked = self.decides(scope, source, outgoing[source]) and number != outgoing[source][-1]
            inner = f"<bpmn:conditionExpression>{COIN}</bpmn:conditionExpression>" if asked else ""
            parts.append(element("sequenceFlow", flow_id(scope, number), inner, sourceRef=source, targetRef=target))
        return "".join(parts)

    def decides(self, scope, name, outgoing):
        return scope.nodes[name][0] in ("exclusiveGateway", "inclusiveGateway") and len(outgoing) > 1

    def node(self, scope, name, outgoing):
        tag, attributes, inner = scope.nodes[name]
        if tag == "boundaryEvent":
            return boundary(
                name, attributes["host"], inner, interrupts=attributes["interrupts"], article="N18-2", role="village"
            ).replace("<bpmn:boundaryEvent ", f'<bpmn:boundaryEvent name="{name}" ', 1)
        if tag == "subProcess":
            return element(tag, name, self.draw(inner) + attributes["loop"], name=name)
        if self.decides(scope, name, outgoing):
            attributes = {**attributes, "default": flow_id(scope, outgoing[-1])}
        return element(tag, name, inner, name=name, **attributes)


def flow_id(scope, number):
    return f"f{number}_{'_'.join(scope.flows[number])}"


CALLED = Scope(
    {"begin0": ("startEvent", {}, ""), "task0": ("userTask", ROLE, ""), "finish0": ("endEvent", {}, "")},
    [["begin0", "task0"], ["task0", "finish0"]],
)


def wild(rnd, *, bent):
    """Return the file of a process `p` and of the process `c` that it calls."""
    drawer = Wild(rnd)
    scope = drawer.scope(2)
    for _ in range(bent):
        drawer.bend(scope)
    return diagram(
        element("process", "p", drawer.draw(scope), isExecutable="true", name="流程"),
        element("process", "c", contract(takes=[COIN]) + drawer.draw(CALLED), isExecutable="true", name="被调用"),
    )
