"""The library's parser with our nodes and events; what would run code or change a shared spec is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from lxml import etree
from SpiffWorkflow.bpmn.parser import event_parsers
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import EndEventParser, StartEventParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import (
    CallActivityParser,
    ConditionalGatewayParser,
    GatewayParser,
    SubWorkflowParser,
)
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from gridflow.bpmn.names import GRIDFLOW, SPIFF
from gridflow.engine import boundaries, events, items, joins, nodes, timers
from gridflow.engine.faults import DiagramRefused

RESERVED = frozenset({"Start", "End"})
_TIMERS = {"timeDate": timers.Date, "timeDuration": timers.Duration, "timeCycle": timers.Cycle}


@dataclass(frozen=True)
class Contract:
    """What a process takes from its caller and gives back: names of variables."""

    inputs: frozenset[str] = frozenset()
    optional_inputs: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    optional_outputs: frozenset[str] = frozenset()


def local(element: etree._Element) -> str:
    """Return the name of an element without its namespace."""
    return etree.QName(element).localname


class NodeParser:
    """Mixed into every parser of a node."""

    PARALLEL_MI_CLASS = items.ParallelItems
    SEQUENTIAL_MI_CLASS = items.SequentialItems
    STANDARD_LOOP_CLASS = items.Loop
    node: etree._Element
    task: Any
    spec: Any
    bpmn_id: str
    process_parser: Any

    def refuse(self, reason: str) -> NoReturn:
        """Say why this node cannot be run."""
        raise DiagramRefused(reason, self.bpmn_id, self.node.get("name") or "")

    def create_task(self) -> Any:
        """Make the node and give it our attributes."""
        for part in ("ioSpecification", "dataInputAssociation", "dataOutputAssociation"):
            if self.node.find(full_tag(part)) is not None:
                self.refuse(f"节点上不能使用 {part}。请在被调用的流程上声明输入和输出。")
        if self.bpmn_id in RESERVED or self.bpmn_id.endswith((".EndJoin", " [child]")):
            self.refuse("标识与引擎保留的名称冲突。请换一个标识。")
        task = super().create_task()  # type: ignore[misc]
        task.attributes = gridflow_attributes(self.node)
        task.parameters = parameters(self.node)
        task.flows = {}
        return task

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: etree._Element, is_default: bool) -> None:  # noqa: FBT001
        """Connect a flow and remember its id."""
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)  # type: ignore[misc]
        self.task.flows[outgoing_task.name] = sequence_flow_node.get("id")

    def get_position(self, node: etree._Element | None = None) -> dict[str, float]:  # noqa: ARG002
        """Keep the order of the file: moving a shape must not change which condition is looked at first."""
        return {"x": 0.0, "y": 0.0}

    def parse_incoming_data_references(self) -> list[object]:
        """Have none."""
        return []

    def parse_outgoing_data_references(self) -> list[object]:
        """Have none."""
        return []

    def _copy_task_attrs(self, original: Any, loop_characteristics: Any = None) -> None:
        bpmn_id = original.bpmn_id
        super()._copy_task_attrs(original, loop_characteristics)  # type: ignore[misc]
        self.task.attributes, self.task.parameters, self.task.flows = original.attributes, original.parameters, {}
        self.task.bpmn_id, self.task.bpmn_name = bpmn_id, original.bpmn_name

    def _add_boundary_event(self, children: list[etree._Element]) -> Any:
        split = boundaries.BoundarySplit(self.spec, f"{self.bpmn_id}.BoundaryEventSplit")
        join = boundaries.BoundaryJoin(
            self.spec, f"{self.bpmn_id}.BoundaryEventJoin", split_task=split.name, cancel=True
        )
        split.connect(self.task)
        self.task.connect(join)
        for element in children:
            event = self.process_parser.parse_node(element)
            split.connect(event)
            event.connect(join)
            event._outputs.insert(0, event._outputs.pop())  # the host is ended before the branch begins
        return split


class EventParser(NodeParser):
    """Mixed into every parser of an event."""

    def get_event_definition(self, xpaths: list[str]) -> Any:  # noqa: ARG002 - every kind is looked for everywhere
        """Read the one event definition; none means a plain event."""
        found = [
            child for child in self.node if isinstance(child.tag, str) and local(child).endswith("EventDefinition")
        ]
        if len(found) > 1:
            self.refuse("一个事件只能有一个触发条件。请拆成几个事件。")
        if not found:
            return NoneEventDefinition()
        kind = local(found[0]).removesuffix("EventDefinition")
        reader = getattr(self, f"_{kind}", None)
        if reader is None:
            self.refuse(f"不支持的事件类型 {kind}。请改用消息、定时、信号、升级、错误或终止。")
        return reader(found[0])

    def parse_message_event(self, message_event: etree._Element) -> events.Event:
        """Read a message; of a send or receive task too."""
        return self._message(message_event)

    def _message(self, element: etree._Element) -> events.Event:
        return events.Message(self._named(element, "message"), **self._extras(element))

    def _signal(self, element: etree._Element) -> events.Event:
        return events.Signal(self._named(element, "signal"), **self._extras(element))

    def _escalation(self, element: etree._Element) -> events.Event:
        return events.Escalation(self._coded(element, "escalation"), **self._extras(element))

    def _error(self, element: etree._Element) -> events.Event:
        return events.Error(self._coded(element, "error"), **self._extras(element))

    def _terminate(self, _: etree._Element) -> TerminateEventDefinition:
        if local(self.node) != "endEvent":
            self.refuse("终止只能用在结束事件上。")
        return TerminateEventDefinition()

    def _conditional(self, element: etree._Element) -> events.Conditional:
        return events.Conditional(self._text(element, "condition"))

    def _timer(self, element: etree._Element) -> timers.Timer:
        limit = gridflow_attributes(self.node).get("limit")
        for name, kind in _TIMERS.items():
            if element.find(full_tag(name)) is not None:
                return kind(self._text(element, name), limit)
        if not limit:
            self.refuse("定时事件没有写明时间。请填写日期、时长或周期。")
        return timers.Date("", limit)

    def _text(self, element: etree._Element, name: str) -> str:
        text = (element.findtext(full_tag(name)) or "").strip()
        if not text:
            self.refuse("事件的表达式是空的。请填写表达式。")
        return text

    def _declared(self, element: etree._Element, kind: str) -> etree._Element | None:
        ref = element.get(f"{kind}Ref")
        if not ref:
            return None
        root = self.node.getroottree().getroot()
        found = next((e for e in root.iterchildren(full_tag(kind)) if e.get("id") == ref), None)
        if found is None:
            self.refuse(f"引用的 {kind}“{ref}”没有定义。请先定义它。")
        return found

    def _named(self, element: etree._Element, kind: str) -> str:
        declared = self._declared(element, kind)
        return str(self.bpmn_id if declared is None else declared.get("name") or declared.get("id"))

    def _coded(self, element: etree._Element, kind: str) -> str:
        declared = self._declared(element, kind)
        return (
            "" if declared is None else str(declared.get(f"{kind}Code") or declared.get("name") or declared.get("id"))
        )

    def _extras(self, element: etree._Element) -> dict[str, Any]:
        variable = next(element.iter(f"{{{SPIFF}}}messageVariable"), None)
        payload = next(element.iter(f"{{{SPIFF}}}messagePayload"), None)
        text = (payload.text or "").strip() if payload is not None else ""
        return {
            "variable": (variable.text or "").strip() if variable is not None else self.bpmn_id,
            "payload": text or None,
        }


class PlainStartParser(EventParser, StartEventParser):  # type: ignore[misc]
    """A start without a trigger; messages open cases through the catalogue."""

    def create_task(self) -> Any:
        """Refuse any other start."""
        if not isinstance(self.get_event_definition([]), NoneEventDefinition):
            self.refuse("开始事件不能带触发条件。请改用普通开始事件，由目录中的消息启动流程。")
        return super().create_task()


class CallParser(NodeParser, CallActivityParser):  # type: ignore[misc]
    """A call of another process."""


class DecisionParser(NodeParser, TaskParser):  # type: ignore[misc]
    """A task that asks a decision."""

    def create_task(self) -> Any:
        """Read which decision."""
        task = super().create_task()
        called = next(self.node.iter(f"{{{SPIFF}}}calledDecisionId"), None)
        task.decision = (called.text or "").strip() if called is not None else ""
        if not task.decision:
            self.refuse("规则任务没有指明决策（calledDecisionId）。请选择一个决策。")
        return task


class SubProcessParser(NodeParser, SubWorkflowParser):  # type: ignore[misc]
    """An embedded sub-process."""

    def create_task(self) -> Any:
        """Refuse one that an event starts: it changes the shared spec."""
        if self.node.get("triggeredByEvent") == "true":
            self.refuse("不支持事件子流程。请把边界事件画在外层子流程上。")
        return super().create_task()


class RefusedParser(NodeParser, TaskParser):  # type: ignore[misc]
    """Elements that run code or change the shared spec."""

    def create_task(self) -> Any:
        """Refuse."""
        self.refuse(f"不支持元素 {local(self.node)}。请改用其他元素。")


class WholeProcessParser(ProcessParser):  # type: ignore[misc]
    """A process or the inside of a sub-process."""

    def create_spec(self) -> Any:
        """Make the spec with our end and what it takes and gives."""
        spec = super().create_spec()
        spec.end.__class__ = joins.EndJoin  # made inside the library's constructor, without a hook
        spec.contract = contract(self.node)
        return spec

    def add_tasks(self) -> None:
        """Begin at the one start."""
        if len(self.xpath("./bpmn:startEvent")) > 1:
            raise DiagramRefused("有几个开始事件。请只留一个，其后用网关区分来源。", self.bpmn_id)
        for child in self.node.iterchildren(full_tag("subProcess")):
            if child.get("triggeredByEvent") == "true":
                raise DiagramRefused("不支持事件子流程。请把边界事件画在外层子流程上。", child.get("id"))
        super().add_tasks()

    def parse_data_object(self, obj: etree._Element) -> Any:
        """Read a data object, which is drawn but never run; `specs.build` forgets it."""
        return super().parse_data_object(obj)


def gridflow_attributes(element: etree._Element) -> dict[str, str]:
    """Return the gridflow: attributes by local name."""
    prefix = f"{{{GRIDFLOW}}}"
    return {str(k).removeprefix(prefix): str(v).strip() for k, v in element.attrib.items() if str(k).startswith(prefix)}


def parameters(element: etree._Element) -> dict[str, str]:
    """Return the gridflow:input parameters, name to FEEL."""
    own = element.find(full_tag("extensionElements"))
    inputs = [] if own is None else own.findall(f"{{{GRIDFLOW}}}input")
    return {str(e.get("name")): str(e.get("value") or "").strip() for e in inputs}


def contract(process: etree._Element) -> Contract:
    """Read what a process declares; names of variables are the names of the data, not their ids."""
    io = process.find(full_tag("ioSpecification"))
    if io is None:
        return Contract()
    ins = {str(e.get("id")): str(e.get("name") or e.get("id")) for e in io.findall(full_tag("dataInput"))}
    outs = {str(e.get("id")): str(e.get("name") or e.get("id")) for e in io.findall(full_tag("dataOutput"))}

    def named(refs: str, names: Mapping[str, str]) -> frozenset[str]:
        return frozenset(
            names[(e.text or "").strip()] for e in io.iter(full_tag(refs)) if (e.text or "").strip() in names
        )

    optional_inputs = named("optionalInputRefs", ins)
    optional_outputs = named("optionalOutputRefs", outs)
    return Contract(
        inputs=frozenset(ins.values()) - optional_inputs,
        optional_inputs=optional_inputs,
        outputs=frozenset(outs.values()) - optional_outputs,
        optional_outputs=optional_outputs,
    )


def _mixed(mixin: type, stock: type) -> type:
    return type(stock.__name__, (mixin, stock), {})


_TASK = _mixed(NodeParser, TaskParser)
_GATEWAY = _mixed(NodeParser, GatewayParser)
_CONDITIONAL = _mixed(NodeParser, ConditionalGatewayParser)


class DiagramParser(BpmnParser):  # type: ignore[misc]
    """The parser of one diagram file."""

    PROCESS_PARSER_CLASS = WholeProcessParser
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - the library's hook
        full_tag(tag): pair
        for tag, pair in {
            "startEvent": (PlainStartParser, events.StartEvent),
            "endEvent": (_mixed(EventParser, EndEventParser), events.EndEvent),
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
            "eventBasedGateway": (_GATEWAY, events.EventGateway),
            "scriptTask": (RefusedParser, nodes.PlainTask),
            "adHocSubProcess": (RefusedParser, nodes.PlainTask),
            "transaction": (RefusedParser, nodes.PlainTask),
            "complexGateway": (RefusedParser, nodes.PlainTask),
        }.items()
    }
