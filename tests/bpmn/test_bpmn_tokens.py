"""The proof of joins against a plain search through every marking, without any shortcut."""

import random

import bpmn_builder as b
import pytest

from gridflow.bpmn import Knowledge, read
from gridflow.bpmn.linting.scope import Scope, scopes
from gridflow.bpmn.linting.tokens import Net
from gridflow.bpmn.model import Node

Marking = frozenset[str]
KINDS = ("userTask", "exclusiveGateway", "parallelGateway", "inclusiveGateway")


def scope_of(content: bytes) -> Scope:
    return next(iter(scopes(read(content), Knowledge())))


def a_random_diagram(seed: int) -> bytes:
    """A few nodes of random kinds, mostly flowing forward, with an odd flow back and an odd interruption."""
    chance = random.Random(seed)  # noqa: S311  -- a diagram, not a secret
    keys = [f"n{n}" for n in range(chance.randint(2, 7))]
    kinds = {key: chance.choice(KINDS) for key in keys}
    order = ["start", *keys, "done"]
    flows = set()
    for at, key in enumerate(order[1:], 1):
        flows.add((order[chance.randrange(at)], key))
        if key != "done":
            flows.add((key, chance.choice(order[at + 1 :])))
    for key in keys:
        if kinds[key] != "userTask" and chance.random() < 0.5:
            flows.add((key, chance.choice(order[1:])))
    parts = [b.element(kinds[key], key) for key in keys]
    for key in keys:
        if kinds[key] == "userTask" and chance.random() < 0.3:
            parts.append(b.boundary(f"{key}_late", key, b.timer("x")))
            flows.add((f"{key}_late", chance.choice(order[1:])))
    return b.file(b.process(b.start(), *parts, b.end(), *(b.flow(s, t) for s, t in sorted(flows))))


class Search:
    """Every marking, one flow a place, breadth first."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.stuck = False
        self.crowded = False
        (start,) = scope.starts
        waiting = [frozenset(f.id for f in scope.leaving(start))]
        seen = set(waiting)
        while waiting:
            for after in self.steps(waiting.pop()):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)

    def steps(self, marking: Marking) -> list[Marking]:
        moves = [(n, taken) for n in self.scope.nodes.values() for taken in self.taken(n, marking)]
        found = [after for node, taken in moves for after in self.put(node, marking - taken)]
        self.stuck |= bool(marking) and not moves
        return found

    def taken(self, node: Node, marking: Marking) -> list[Marking]:
        incoming = frozenset(f.id for f in self.scope.entering(node))
        if node.kind == "parallelGateway":
            return [incoming] if incoming and incoming <= marking else []
        if node.kind == "inclusiveGateway":
            here = incoming & marking
            elsewhere = marking - incoming
            return [here] if here and not any(self.comes(flow, node, incoming - marking) for flow in elsewhere) else []
        return [frozenset({flow}) for flow in incoming & marking]

    def comes(self, flow: str, join: Node, wanted: Marking) -> bool:
        """Whether a token on a flow could reach one of the wanted flows without passing the join."""
        seen, waiting = {flow}, [flow]
        while waiting:
            node = self.scope.nodes[self.scope.flows[waiting.pop()].target]
            if node.id == join.id:
                continue
            leaving = [
                *self.scope.leaving(node),
                *(f for e in self.scope.boundaries(node) for f in self.scope.leaving(e)),
            ]
            for found in leaving:
                if found.id in wanted:
                    return True
                if found.id not in seen:
                    seen.add(found.id)
                    waiting.append(found.id)
        return False

    def put(self, node: Node, rest: Marking) -> list[Marking]:
        out = [f.id for f in self.scope.leaving(node)]
        if node.kind == "exclusiveGateway" and out:
            choices = [[flow] for flow in out]
        elif node.kind == "inclusiveGateway" and out:
            choices = [[f for i, f in enumerate(out) if bits >> i & 1] for bits in range(1, 2 ** len(out))]
        else:
            choices = [out]
        choices += [[f.id for f in self.scope.leaving(event)] for event in self.scope.boundaries(node)]
        self.crowded |= any(rest & set(choice) for choice in choices)
        return [rest | frozenset(choice) for choice in choices if not rest & set(choice)]


@pytest.mark.parametrize("first", [0, 100])
def test_the_proof_agrees_with_a_search_without_shortcuts(first: int) -> None:
    told = {"sound": 0, "stuck": 0, "crowded": 0}
    for seed in range(first, first + 60):
        scope = scope_of(a_random_diagram(seed))
        played, searched = Net(scope).play(), Search(scope)
        if not played.complete:
            continue
        # A diagram that puts two tokens in one place is refused for that; what else is wrong with it is not compared.
        assert bool(played.crowded) == searched.crowded, seed
        if not searched.crowded:
            assert bool(played.stuck) == searched.stuck, seed
        told["crowded" if searched.crowded else "stuck" if searched.stuck else "sound"] += 1
    assert min(told.values()) > 3
