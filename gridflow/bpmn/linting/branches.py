"""Branches beside their host: what a non-interrupting boundary event may begin.

The engine merges the data of such a branch when its host ends and withdraws what is still open, so the branch
is kept to gateways, at most one call with declared outputs, a throw and its own end.
"""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, is_branch, reached
from gridflow.bpmn.linting.variables import written
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Node
from gridflow.bpmn.names import GATEWAYS
from gridflow.bpmn.titles import quoted

ALLOWED = GATEWAYS | {"callActivity", "intermediateThrowEvent", "endEvent", "boundaryEvent"}


def branch_contents(node: Node, scope: Scope) -> Iterator[Finding]:
    """Nothing but gateways, a call, a throw and an end."""
    if not is_branch(node):
        return
    nodes = _branch(node, scope)
    for found in nodes:
        if found.kind not in ALLOWED:
            branch = quoted(scope.diagram, node.id, "非中断边界事件")
            message = f"{branch}的分支上不能有{KINDS.get(found.kind, found.kind)}。"
            remedy = "把它放进一张被调用的流程图；要在宿主结束后继续的，用动作“为本案另开一个流程”。"
            yield error("branch-contents", found, message, remedy)
    calls = [found for found in nodes if found.kind == "callActivity"]
    for extra in calls[1:]:
        message = f"{quoted(scope.diagram, node.id, '非中断边界事件')}的分支上不止一个调用活动。"
        yield error("branch-several-calls", extra, message, "合并成一张被调用的流程图。")


def branch_flows_back(node: Node, scope: Scope) -> Iterator[Finding]:
    """The branch ends by itself: it never meets the main flow nor another branch."""
    if not is_branch(node):
        return
    here = {found.id for found in _branch(node, scope)}
    others = [other for other in scope.nodes.values() if is_branch(other) and other.id != node.id]
    elsewhere = scope.main.union(*(reached(scope.after, [other.id]) for other in others if other.id not in here))
    for key in sorted(here & elsewhere):
        message = f"{quoted(scope.diagram, node.id, '非中断边界事件')}的分支流回了别的路径。"
        yield error("branch-flows-back", scope.nodes[key], message, "让分支走到它自己的结束事件。")


def branch_outputs(node: Node, scope: Scope) -> Iterator[Finding]:
    """A call on a branch declares its outputs, and the host does not write them."""
    host = scope.nodes.get(node.attached_to or "")
    if not is_branch(node) or host is None:
        return
    by_host = written(host, scope)
    for call in _branch(node, scope):
        process = scope.called(call.called) if call.kind == "callActivity" else None
        if process is not None and not process.declares_data:
            message = f"分支上调用的流程 {process.id} 没有声明输入输出，它的结果带不出来。"
            yield error("branch-undeclared", call, message, "在被调用的流程上勾选“由别的图调用”，列出带回的变量。")
        for name in sorted(written(call, scope) & by_host):
            message = f"变量 {name} 由分支上的调用写入，{quoted(scope.diagram, host.id, '宿主')}也写它。"
            yield error("branch-writes-host-data", call, message, "给其中一处换一个变量名。")


def _branch(node: Node, scope: Scope) -> list[Node]:
    return [scope.nodes[key] for key in sorted(reached(scope.after, [node.id])) if key != node.id]


RULES = Rules(node=(branch_contents, branch_flows_back, branch_outputs))
