"""Loops that would run without anybody or any time in them."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, reached, reversed_graph
from gridflow.bpmn.model import Node, Process
from gridflow.bpmn.names import HUMAN_TASKS, SUB_PROCESSES

WAITING = HUMAN_TASKS | {"receiveTask", "intermediateCatchEvent", "eventBasedGateway", "boundaryEvent"}
DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def loop_without_wait(scope: Scope) -> Iterator[Finding]:
    """A loop of automatic steps alone never gives the engine back."""
    automatic = {key: node for key, node in scope.nodes.items() if not _waits(node, scope)}
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


def loop_without_gateway(scope: Scope) -> Iterator[Finding]:
    """Where nothing decides whether to go round again, the engine looks ahead for ever."""
    going_on = {key: node for key, node in scope.nodes.items() if node.kind not in DECIDING}
    graph = {
        key: tuple(flow.target for flow in scope.leaving(node) if flow.target in going_on)
        for key, node in going_on.items()
    }
    back = reversed_graph(graph)
    told: set[str] = set()
    for key, node in going_on.items():
        if key not in told and key in (beyond := reached(graph, graph[key])):
            told |= beyond & reached(back, [key])
            message = "循环里没有排他网关或包容网关，引擎无法执行。"
            yield error("loop-without-gateway", node, message, "在流回来的地方放一个排他网关。")


def _waits(node: Node, scope: Scope) -> bool:
    if node.kind == "callActivity":
        called = scope.called(node.called)
        return called is None or _any_wait(called, None)
    return node.kind in WAITING or (node.kind in SUB_PROCESSES and _any_wait(scope.process, node.id))


def _any_wait(process: Process, parent: str | None) -> bool:
    """Look in a whole process, or directly in one of its sub-processes; a call in it may wait."""
    nodes = process.nodes.values() if parent is None else process.inside(parent)
    return any(node.kind in WAITING or node.kind in {"callActivity", *SUB_PROCESSES} for node in nodes)


RULES = Rules(scope=(loop_without_wait, loop_without_gateway))
