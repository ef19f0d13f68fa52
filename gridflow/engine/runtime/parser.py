"""The library's parser with our nodes and events; what would run code or change a shared spec is refused."""

from __future__ import annotations

from typing import Any, ClassVar

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from gridflow.bpmn.names import SPIFF
from gridflow.engine.runtime import boundaries, events, joins, nodes
from gridflow.engine.runtime.declarations import contract, local
from gridflow.engine.runtime.faults import DiagramRefused
from gridflow.engine.runtime.node_parser import FLOW, EventParser, NodeParser, PlainStartParser

RESERVED = frozenset({"Start", "End"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin", " [child]", FLOW)


class CallParser(NodeParser, CallActivityParser):
    """A call of another process."""


class EventGatewayParser(NodeParser, GatewayParser):
    """A gateway that waits for the first of several events."""

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: etree._Element, is_default: bool) -> None:  # noqa: FBT001  -- of the parser
        """Refuse a second flow to one event: it would wait twice for the same."""
        if outgoing_task.name in self.task.flows:
            self.refuse("事件网关有两条流通到同一个事件。请删去一条。")
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)


class DecisionParser(NodeParser, TaskParser):
    """A task that asks a decision."""

    def create_task(self) -> Any:
        """Read which decision."""
        task = super().create_task()
        called = next(self.node.iter(f"{{{SPIFF}}}calledDecisionId"), None)
        task.decision = (called.text or "").strip() if called is not None else ""
        if not task.decision:
            self.refuse("规则任务没有指明决策（calledDecisionId）。请选择一个决策。")
        return task


class SubProcessParser(NodeParser, SubWorkflowParser):
    """An embedded sub-process."""

    def create_task(self) -> Any:
        """Refuse one that an event starts: it changes the shared spec."""
        if self.node.get("triggeredByEvent") == "true":
            self.refuse("不支持事件子流程。请把边界事件画在外层子流程上。")
        return super().create_task()


class RefusedParser(NodeParser, TaskParser):
    """Elements that run code or change the shared spec."""

    def create_task(self) -> Any:
        """Refuse."""
        self.refuse(f"不支持元素 {local(self.node)}。请改用其他元素。")


class WholeProcessParser(ProcessParser):
    """A process or the inside of a sub-process."""

    def create_spec(self) -> Any:
        """Make the spec with our end and what it takes and gives."""
        spec = super().create_spec()
        spec.end.__class__ = joins.EndJoin  # made inside the library's constructor, without a hook
        spec.contract = contract(self.node)
        return spec

    def add_tasks(self) -> None:
        """Begin at the one start."""
        for name in self.nodes_by_id:
            if name in RESERVED or name.endswith(RESERVED_ENDINGS):
                # the library would take its own invisible node of that name for the drawn one
                raise DiagramRefused("编号与引擎保留的名称冲突。请换一个编号。", name)
        if len(self.xpath("./bpmn:startEvent")) > 1:
            raise DiagramRefused("有几个开始事件。请只留一个，其后用网关区分来源。", self.bpmn_id)
        for child in self.node.iterchildren(full_tag("subProcess")):
            if child.get("triggeredByEvent") == "true":
                raise DiagramRefused("不支持事件子流程。请把边界事件画在外层子流程上。", child.get("id"))
        super().add_tasks()


def _mixed(mixin: type, stock: type) -> type:
    return type(stock.__name__, (mixin, stock), {})


_TASK = _mixed(NodeParser, TaskParser)
_GATEWAY = _mixed(NodeParser, GatewayParser)
_CONDITIONAL = _mixed(NodeParser, ConditionalGatewayParser)


class DiagramParser(BpmnParser):
    """The parser of one diagram file."""

    PROCESS_PARSER_CLASS = WholeProcessParser
    OVERRIDE_PARSER_CLASSES: ClassVar[dict[str, tuple[type, type]]] = {
        full_tag(tag): pair
        for tag, pair in {
            "startEvent": (PlainStartParser, events.StartEvent),
            "endEvent": (_mixed(EventParser, event_parsers.EndEventParser), events.EndEvent),
            "intermediateCatchEvent": (
                _mixed(EventParser, event_parsers.IntermediateCatchEventParser),
                events.CatchEvent,
            ),
            "intermediateThrowEvent": (
                _mixed(EventParser, event_parsers.IntermediateThrowEventParser),
                events.ThrowEvent,
            ),
            "boundaryEvent": (_mixed(EventParser, event_parsers.BoundaryEventParser), boundaries.BoundaryEvent),
            "receiveTask": (_mixed(EventParser, event_parsers.ReceiveTaskParser), events.ReceiveTask),
            "sendTask": (_mixed(EventParser, event_parsers.SendTaskParser), events.SendTask),
            "userTask": (_TASK, nodes.UserTask),
            "manualTask": (_TASK, nodes.ManualTask),
            "task": (_TASK, nodes.PlainTask),
            "serviceTask": (_TASK, nodes.ServiceTask),
            "businessRuleTask": (DecisionParser, nodes.DecisionTask),
            "subProcess": (SubProcessParser, nodes.SubProcess),
            "callActivity": (CallParser, nodes.CallActivity),
            "exclusiveGateway": (_CONDITIONAL, nodes.ExclusiveGateway),
            "inclusiveGateway": (_CONDITIONAL, joins.InclusiveGateway),
            "parallelGateway": (_GATEWAY, joins.ParallelGateway),
            "eventBasedGateway": (EventGatewayParser, events.EventGateway),
            "scriptTask": (RefusedParser, nodes.PlainTask),
            "adHocSubProcess": (RefusedParser, nodes.PlainTask),
            "transaction": (RefusedParser, nodes.PlainTask),
            "complexGateway": (RefusedParser, nodes.PlainTask),
        }.items()
    }
