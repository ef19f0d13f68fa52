"""Sequence flows and what hangs together by them."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, clipped, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, reached
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Diagram, Node, Process
from gridflow.bpmn.names import ACTIVITIES, EVENTS, GATEWAYS

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})


def flow_dangling(process: Process, _: Diagram, __: Knowledge) -> Iterator[Finding]:
    """A flow and both its ends stand in the same process or sub-process."""
    for flow in process.flows.values():
        source, target = process.nodes.get(flow.source), process.nodes.get(flow.target)
        if source is None or target is None:
            missing = clipped(flow.source if source is None else flow.target) or "（空）"
            yield error("flow-dangling", flow, f"这条流连着不存在的元素 {missing}。", "删去这条流，重新连线。")
        elif source.parent == target.parent != flow.parent:
            message = "这条流写在文件的另一层，引擎在它两端的元素旁边找不到它。"
            yield error("flow-misplaced", flow, message, "删去这条流，在两个元素之间重新连线。")
        elif source.parent != target.parent:
            message = "这条流穿过了子流程的边框。"
            yield error("flow-across-border", flow, message, "子流程内外不能直接连线，请从子流程的边缘或边界事件引出。")


def start_missing(scope: Scope) -> Iterator[Finding]:
    """Every process and sub-process has exactly one start."""
    if not scope.starts:
        yield error("start-missing", scope.place, "没有开始事件。", "画上一个开始事件。")
    for extra in scope.starts[1:]:
        message = "同一张图有几个开始事件，引擎只认一个。"
        yield error("start-several", extra, message, "只留一个开始事件，用网关按来源渠道分开。")


def end_missing(scope: Scope) -> Iterator[Finding]:
    """Without an end event a case never counts as finished."""
    if scope.nodes and not any(scope.kind("endEvent")):
        yield error("end-missing", scope.place, "没有结束事件，案件永远不算办完。", "在每条路径的末尾画上结束事件。")


def dead_end(node: Node, scope: Scope) -> Iterator[Finding]:
    """Every path ends in an end event."""
    if node.kind != "endEvent" and not scope.leaving(node) and not node.triggered_by_event:
        message = f"{KINDS.get(node.kind, node.kind)}之后没有去向。"
        yield error("dead-end", node, message, "接到下一步，或接到结束事件。")


def unreachable(scope: Scope) -> Iterator[Finding]:
    """What no path leads to is never done, and the engine never even looks at it."""
    if not scope.starts:
        return
    found = reached(scope.after, (node.id for node in scope.starts))
    for node in scope.nodes.values():
        if node.id not in found and not node.triggered_by_event:
            yield error("unreachable", node, "从开始事件走不到这里。", "补上进入的流，或删去这个元素。")


def no_way_out(scope: Scope) -> Iterator[Finding]:
    """A place from which no end can be reached holds the case for ever; what leads to a dead end is told there."""
    if not any(scope.kind("endEvent")) or not scope.starts:
        return
    leads_out = reached(scope.before, (key for key, node in scope.nodes.items() if not scope.leaving(node)))
    here = reached(scope.after, (node.id for node in scope.starts))
    for node in scope.nodes.values():
        if node.id in here and node.id not in leads_out and scope.leaving(node):
            yield error("no-way-out", node, "从这里走不到任何结束事件。", "给循环加一个出口。")


def wrong_direction(node: Node, _: Scope) -> Iterator[Finding]:
    """Nothing flows into a start or a boundary event, nothing out of an end."""
    if node.kind in {"startEvent", "boundaryEvent"} and node.incoming:
        yield error("flow-into-event", node, f"{KINDS[node.kind]}不能有进入的流。", "把流接到下一步。")
    if node.kind == "endEvent" and node.outgoing:
        yield error("flow-out-of-end", node, "结束事件不能有出来的流。", "改成抛出事件，或删去这条流。")


def several_outgoing(node: Node, scope: Scope) -> Iterator[Finding]:
    """Only a gateway splits."""
    if node.kind in ACTIVITIES | EVENTS and len(scope.leaving(node)) > 1:
        message = f"{KINDS.get(node.kind, node.kind)}有几条出来的流，引擎不支持。"
        yield error("several-outgoing", node, message, "在它后面放一个网关，再由网关分开。")


def condition_ignored(node: Node, scope: Scope) -> Iterator[Finding]:
    """A condition counts only on the way out of a deciding gateway."""
    flows = scope.leaving(node)
    if node.kind in DECIDING | ACTIVITIES | EVENTS and len(flows) > 1:
        return  # it decides, or is told to do so by a gateway
    for flow in flows:
        if flow.condition and flow.id != node.default:
            where = "网关只有一个出口" if node.kind in GATEWAYS and len(flows) == 1 else "它不是从排他或包容网关出来的"
            message = f"这条流上的条件不会起作用：{where}。"
            yield error("condition-ignored", flow, message, "删去条件，或在前面放一个排他网关。")


RULES = Rules(
    node=(dead_end, wrong_direction, several_outgoing, condition_ignored),
    scope=(start_missing, end_missing, unreachable, no_way_out),
    process=(flow_dangling,),
)
