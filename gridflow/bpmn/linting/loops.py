"""Loops that would run without anybody or any time in them."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, reached, reversed_graph
from gridflow.bpmn.model import Node
from gridflow.bpmn.names import HUMAN_TASKS, SUB_PROCESSES

WAITING = HUMAN_TASKS | {"receiveTask", "intermediateCatchEvent", "eventBasedGateway", "boundaryEvent"}


def loop_without_wait(scope: Scope) -> Iterator[Finding]:
    """A loop of automatic steps alone never gives the engine back."""
    known: dict[str, bool] = {}
    automatic = {key: node for key, node in scope.nodes.items() if not waits(node, scope, known)}
    graph = {key: tuple(t for t in scope.after[key] if t in automatic) for key in automatic}
    back = reversed_graph(graph)
    told: set[str] = set()
    for key, node in automatic.items():
        if key in told:
            continue
        beyond = reached(graph, graph[key])
        if key in beyond:
            told |= beyond & reached(back, [key])
            message = "这个循环里全是自动步骤，没有人办理也没有等待，会一直空转。"
            yield error("loop-without-wait", node, message, "在循环里放一个用户任务或定时、消息事件。")


def waits(node: Node, scope: Scope, known: dict[str, bool]) -> bool:
    """Tell whether a token that comes here always stops; what is repeated over a list may be done no times at all."""
    if node.loop is not None and (node.loop.kind != "standard" or node.loop.test_before):
        return False
    if node.kind in SUB_PROCESSES:
        return not _passes(Scope(node.id, scope.process, scope.diagram, scope.knowledge), known)
    if node.kind == "callActivity":
        called = scope.called(node.called)
        return called is None or not _passes(Scope(called.id, called, scope.diagram, scope.knowledge), known)
    return node.kind in WAITING


def _passes(scope: Scope, known: dict[str, bool]) -> bool:
    """Tell whether some way leads from the start to an end without a stop; looked at once, a circle of calls stops."""
    key = f"{scope.process.id}/{scope.id}"
    if key not in known:
        known[key] = False
        stops = [one for one, node in scope.nodes.items() if waits(node, scope, known)]
        found = reached(scope.after, (node.id for node in scope.starts), without=stops)
        known[key] = any(node.kind == "endEvent" and node.id in found for node in scope.nodes.values())
    return known[key]


RULES = Rules(scope=(loop_without_wait,))
