"""Calls of other diagrams."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, clipped, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, process_of
from gridflow.bpmn.model import Diagram, Node, Process

DEEPEST = 30
"""Levels of calls."""


def call_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """A call names a process of the bundle."""
    if node.kind != "callActivity":
        return
    if not node.called:
        yield error("call-missing", node, "调用活动没有指定流程。", "在属性中选择要调用的流程。")
    elif scope.knowledge.processes is not None and scope.called(node.called) is None:
        message = f"要调用的流程 {clipped(node.called)} 不存在。"
        yield error("call-unknown", node, message, "重新选择流程，或先建好这张图。")


def call_undeclared(node: Node, scope: Scope) -> Iterator[Finding]:
    """A called diagram says what it takes and gives; what is not declared never passes."""
    called = scope.called(node.called) if node.kind == "callActivity" else None
    if called is not None and not called.declares_data:
        message = f"被调用的流程 {called.id} 没有声明输入输出，数据传不进去，也带不出来。"
        yield error("call-undeclared", node, message, "在被调用的流程上勾选“由别的图调用”，列出传入和带回的变量。")


def call_cycle(process: Process, diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """Diagrams that call each other in a circle never end."""
    for node in process.nodes.values():
        if node.kind == "callActivity" and node.called and process.id in _calls(node.called, diagram, knowledge):
            message = f"流程 {clipped(node.called)} 又调用回 {clipped(process.id)}，形成循环。"
            yield error("call-cycle", node, message, "去掉其中一处调用，循环画在同一张图内。")


def call_depth(process: Process, diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """The engine and people lose themselves in calls of calls of calls."""
    level, seen, depth = {process.id}, {process.id}, 0
    while level:
        level = {key for one in level for key in _called_by(one, diagram, knowledge)} - seen
        seen |= level
        depth += bool(level)
    if depth > DEEPEST:
        message = f"调用一层套一层，达 {depth} 层，最多 {DEEPEST} 层。"
        yield error("call-too-deep", process, message, "合并几张图，或用动作“为本案另开一个流程”。")


def _calls(process_id: str, diagram: Diagram, knowledge: Knowledge) -> set[str]:
    """Return the process and everything it calls, directly or not."""
    found: set[str] = set()
    waiting = [process_id]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(_called_by(key, diagram, knowledge))
    return found


def _called_by(process_id: str, diagram: Diagram, knowledge: Knowledge) -> set[str]:
    process = process_of(diagram, knowledge, process_id)
    nodes = process.nodes.values() if process else ()
    return {node.called for node in nodes if node.kind == "callActivity" and node.called}


RULES = Rules(node=(call_unknown, call_undeclared), process=(call_cycle, call_depth))
