"""Branches that call themselves up: thrown by the branch is what begins it, or begins another that begins it."""

from collections.abc import Iterator, Mapping

from gridflow.bpmn.linting.findings import Finding, clipped, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.loops import waits
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, is_branch, reached, scopes
from gridflow.bpmn.linting.vocabulary import EVENT_KINDS
from gridflow.bpmn.model import Diagram, Node
from gridflow.bpmn.names import SUB_PROCESSES

HEARD = frozenset({"message", "signal"})
"""What wakes every event of its name; an escalation only goes outwards."""
THROWING = frozenset({"intermediateThrowEvent", "endEvent", "sendTask"})
Call = tuple[str, str, bool]
"""message or signal, its name, and whether a key tells it from others of the name."""


def branch_rouses_itself(diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """Nothing stops such a branch: each one that begins throws for the next before anybody is asked."""
    begun: dict[str, Call] = {}
    thrown: dict[str, set[Call]] = {}
    nodes: dict[str, Node] = {}
    for scope in scopes(diagram, knowledge):
        for node in filter(is_branch, scope.nodes.values()):
            for call in _calls(node):
                begun[node.id], nodes[node.id] = call, node
                thrown[node.id] = set(_thrown(scope, [node], set()))
    rouses = {key: tuple(other for other, call in begun.items() if call in thrown[key]) for key in begun}
    for key, node in nodes.items():
        if key in reached(rouses, rouses[key]):
            yield _finding(node, begun[key], rouses, key)


def _finding(node: Node, call: Call, rouses: Mapping[str, tuple[str, ...]], key: str) -> Finding:
    kind, name, _ = call
    by = "这条分支自己" if key in rouses[key] else "它引起的另一条分支"
    message = f"{by}抛出{EVENT_KINDS[kind]}“{clipped(name)}”，又引起这条分支，没有人办理也没有等待，会一直空转。"
    return error("branch-rouses-itself", node, message, "抛出别的消息，或在抛出之前先调用一张有人办理的流程图。")


def _calls(node: Node) -> Iterator[Call]:
    for event in node.events:
        if event.kind in HEARD and event.name:
            yield event.kind, event.name, "key" in node.inputs


def _thrown(scope: Scope, begin: list[Node], seen: set[tuple[str, str]]) -> Iterator[Call]:
    """Yield what is thrown from some nodes on before anything waits, also inside what they call."""
    first = {node.id for node in begin}
    stops = [key for key, node in scope.nodes.items() if key not in first and waits(node, scope, {})]
    passed = reached(scope.after, first, without=stops)
    for key in passed.union(*(scope.after[one] for one in passed)):
        node = scope.nodes[key]
        if node.kind in THROWING and key in passed:
            yield from _calls(node)
        inner = _inside(node, scope)
        if inner is not None and (inner.process.id, inner.id) not in seen:
            seen.add((inner.process.id, inner.id))
            yield from _thrown(inner, list(inner.starts), seen)


def _inside(node: Node, scope: Scope) -> Scope | None:
    if node.kind in SUB_PROCESSES:
        return Scope(node.id, scope.process, scope.diagram, scope.knowledge)
    called = scope.called(node.called) if node.kind == "callActivity" else None
    return None if called is None else Scope(called.id, called, scope.diagram, scope.knowledge)


RULES = Rules(diagram=(branch_rouses_itself,))
