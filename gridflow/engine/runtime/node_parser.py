"""How the library reads a node and an event, changed to our nodes and events."""

from __future__ import annotations

from typing import Any, NoReturn

from lxml import etree
from SpiffWorkflow.bpmn.parser.event_parsers import StartEventParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition

from gridflow.bpmn.names import SPIFF
from gridflow.engine.runtime import boundaries, events, items, timers
from gridflow.engine.runtime.declarations import gridflow_attributes, local, parameters
from gridflow.engine.runtime.faults import DiagramRefused
from gridflow.engine.runtime.nodes import Beside

_TIMERS = {"timeDate": timers.Date, "timeDuration": timers.Duration, "timeCycle": timers.Cycle}
FLOW = " [flow]"
"""How the name of the node on a flow beside another ends."""


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
        task = super().create_task()  # type: ignore[misc]  # of the parser it is mixed into
        task.attributes = gridflow_attributes(self.node)
        task.parameters = parameters(self.node)
        task.flows = {}
        return task

    def connect_outgoing(self, outgoing_task: Any, sequence_flow_node: etree._Element, is_default: bool) -> None:  # noqa: FBT001  -- of the parser
        """Connect a flow and remember its id; one beside another to the same node over a node of its own."""
        if outgoing_task.name in self.task.flows:
            beside = Beside(self.spec, f"{sequence_flow_node.get('id')}{FLOW}")
            beside.connect(outgoing_task)
            outgoing_task = beside
        super().connect_outgoing(outgoing_task, sequence_flow_node, is_default)  # type: ignore[misc]  # of the parser it is mixed into
        self.task.flows[outgoing_task.name] = sequence_flow_node.get("id")

    def get_position(self, _: etree._Element | None = None) -> dict[str, float]:
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
        super()._copy_task_attrs(original, loop_characteristics)  # type: ignore[misc]  # of the parser it is mixed into
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

    def get_event_definition(self, _: list[str]) -> Any:
        """Read the one event definition, of whatever kind; none means a plain event."""
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


class PlainStartParser(EventParser, StartEventParser):
    """A start without a trigger; messages open cases through the catalogue."""

    def create_task(self) -> Any:
        """Refuse any other start."""
        if not isinstance(self.get_event_definition([]), NoneEventDefinition):
            self.refuse("开始事件不能带触发条件。请改用普通开始事件，由目录中的消息启动流程。")
        return super().create_task()
