"""Decisions and their answers."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error, warning
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Node
from gridflow.bpmn.names import GATEWAYS
from gridflow.bpmn.titles import quoted

DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
CATCHING = frozenset({"timer", "message", "signal"})


def gateway_unsupported(node: Node, _: Scope) -> Iterator[Finding]:
    """A complex gateway has no meaning in the engine."""
    if node.kind == "complexGateway":
        yield error("gateway-unsupported", node, "不支持复杂网关。", "改用排他、并行或包容网关表达同样的意思。")


def gateway_without_default(node: Node, scope: Scope) -> Iterator[Finding]:
    """Where every way has a condition, a case that meets none of them stops."""
    flows = scope.leaving(node)
    if node.kind in DECIDING and len(flows) > 1 and node.default is None and all(f.condition for f in flows):
        message = f"{KINDS[node.kind]}没有默认流，条件都不满足时案件会停在这里。"
        yield error("gateway-without-default", node, message, "把其中一条流设为默认流，并去掉它的条件。")


def condition_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """Every way but the default one needs a condition."""
    flows = scope.leaving(node)
    if node.kind not in DECIDING or len(flows) < 2:
        return
    for flow in flows:
        if not flow.condition and flow.id != node.default:
            message = f"从{quoted(scope.diagram, node.id, '网关')}出来的这条流没有条件，也不是默认流。"
            yield error("condition-missing", flow, message, "写上条件，或把它设为默认流。")


def default_unknown(node: Node, _: Scope) -> Iterator[Finding]:
    """The default flow has to leave the same node."""
    if node.default is not None and node.default not in node.outgoing:
        yield error("default-unknown", node, "默认流不是从这个元素出来的流。", "在编辑器中重新指定默认流。")


def default_with_condition(node: Node, scope: Scope) -> Iterator[Finding]:
    """The condition of a default flow is never looked at."""
    for flow in scope.leaving(node):
        if flow.id == node.default and flow.condition:
            yield error("default-with-condition", flow, "默认流上写了条件，这个条件不会起作用。", "删去默认流的条件。")


def event_gateway_target(node: Node, scope: Scope) -> Iterator[Finding]:
    """An event gateway waits for the first of several events."""
    if node.kind != "eventBasedGateway":
        return
    targets = [scope.nodes[flow.target] for flow in scope.leaving(node)]
    if len(targets) < 2:
        yield error("event-gateway-single", node, "事件网关至少要等两个事件。", "补上另一个事件，或去掉网关。")
    for target in targets:
        catches = target.kind == "intermediateCatchEvent" and target.event and target.event.kind in CATCHING
        if not (catches or target.kind == "receiveTask") or len(target.incoming) > 1:
            message = "事件网关之后只能是定时、消息或信号的等待事件，而且只有这一条流进入。"
            yield error("event-gateway-target", target, message, "在网关与这个元素之间放一个等待事件。")
        elif target.loop or scope.boundaries(target):
            message = "事件网关之后的接收任务不能是多实例，也不能有边界事件：别的事件先到时它要一起撤回。"
            yield error("event-gateway-target", target, message, "改用等待事件，期限另画成网关后的定时事件。")


def gateway_mixed(node: Node, scope: Scope) -> Iterator[Finding]:
    """A gateway that joins and splits at once is read wrongly by people."""
    if node.kind in GATEWAYS and len(scope.entering(node)) > 1 and len(scope.leaving(node)) > 1:
        yield warning("gateway-mixed", node, "同一个网关既汇合又分开。", "拆成两个网关：先汇合，再分开。")


def gateway_pointless(node: Node, scope: Scope) -> Iterator[Finding]:
    """A gateway with one way in and one way out does nothing."""
    if node.kind in GATEWAYS and len(scope.entering(node)) == 1 and len(scope.leaving(node)) == 1:
        yield warning("gateway-pointless", node, "网关只有一进一出，不起作用。", "删去它，直接相连。")


def answer_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """The ways out of a question are its answers."""
    flows = scope.leaving(node)
    if node.kind in DECIDING and len(flows) > 1:
        for flow in flows:
            if not flow.name:
                message = f"从{quoted(scope.diagram, node.id, '网关')}出来的这条流没有写答案。"
                yield warning("answer-missing", flow, message, "写上简短的答案，例如“是”“否”。")


RULES = Rules(
    node=(
        gateway_unsupported,
        gateway_without_default,
        condition_missing,
        default_unknown,
        default_with_condition,
        event_gateway_target,
        gateway_mixed,
        gateway_pointless,
        answer_missing,
    )
)
