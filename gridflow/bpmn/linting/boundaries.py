"""Boundary events and what they sit on."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, is_branch
from gridflow.bpmn.model import Node
from gridflow.bpmn.names import ACTIVITIES

MOST = 5
ALWAYS_INTERRUPTING = frozenset({"error"})


def boundary_unattached(node: Node, scope: Scope) -> Iterator[Finding]:
    """A boundary event sits on an activity beside it."""
    if node.kind != "boundaryEvent":
        return
    host = scope.nodes.get(node.attached_to or "")
    if host is None or host.kind not in ACTIVITIES:
        yield error(
            "boundary-unattached", node, "边界事件没有附在同一层的任务或子流程上。", "把它拖到任务或子流程的边上。"
        )


def boundary_too_many(node: Node, scope: Scope) -> Iterator[Finding]:
    """More events than five make neither drawing nor case readable."""
    count = len(scope.boundaries(node))
    if count > MOST:
        message = f"附了 {count} 个边界事件，最多 {MOST} 个。"
        yield error("boundary-too-many", node, message, "催办写在属性“催办”里，其余合并或移到外层子流程上。")


def boundary_error(node: Node, _: Scope) -> Iterator[Finding]:
    """An error always ends what it happens in."""
    if is_branch(node) and node.event and node.event.kind in ALWAYS_INTERRUPTING:
        yield error("boundary-error", node, "错误边界事件必须是中断的。", "勾选“发生后中断这一步”，或改用升级事件。")


def boundary_on_multi_instance(node: Node, scope: Scope) -> Iterator[Finding]:
    """Interrupting a multi-instance of calls leaves its calls running."""
    host = scope.nodes.get(node.attached_to or "")
    if host is None or host.kind != "callActivity" or host.loop is None or not node.interrupting:
        return
    message = "中断边界事件直接附在多实例的调用活动上，被调用的流程会留在原处。"
    yield error("boundary-on-multi-instance", node, message, "把调用活动放进子流程，边界事件附在子流程上。")


def boundary_first_multi_instance(node: Node, scope: Scope) -> Iterator[Finding]:
    """A branch cannot begin with a multi-instance."""
    if node.kind != "boundaryEvent":
        return
    for flow in scope.leaving(node):
        if scope.nodes[flow.target].loop is not None:
            message = "边界事件之后紧接多实例，运行时会出错。"
            yield error("boundary-first-multi-instance", node, message, "在两者之间放一个网关或任务。")


def with_host_invalid(node: Node, _: Scope) -> Iterator[Finding]:
    """Only a branch can outlive its host."""
    value = node.attributes.get("with_host")
    if value is None or node.kind != "boundaryEvent":
        return
    if value not in {"true", "false"}:
        yield error(
            "with-host-invalid", node, "“这一步办完后，分支继续办完”只能是 true 或 false。", "改正或删去（默认 true）。"
        )
    elif node.interrupting:
        yield error("with-host-invalid", node, "中断边界事件不用写“这一步办完后，分支继续办完”。", "删去该属性。")


RULES = Rules(
    node=(
        boundary_unattached,
        boundary_too_many,
        boundary_error,
        boundary_on_multi_instance,
        boundary_first_multi_instance,
        with_host_invalid,
    )
)
