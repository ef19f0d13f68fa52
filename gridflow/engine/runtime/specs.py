"""Diagrams made ready to run: parsed once, shared by every instance and thread, never changed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from SpiffWorkflow.exceptions import SpiffWorkflowException

from gridflow.bpmn import normalise
from gridflow.bpmn.names import BPMN, GRIDFLOW, SPIFF
from gridflow.bpmn.reading.source import parse
from gridflow.engine.runtime import items
from gridflow.engine.runtime.events import EndEvent
from gridflow.engine.runtime.faults import DiagramRefused
from gridflow.engine.runtime.nodes import CallActivity, SubProcess
from gridflow.engine.runtime.parser import DiagramParser

_NONE: Mapping[str, str] = {}
_REASONS = {
    "Multiple outgoing flows": "只能有一条流出的连线。请用网关分流。",
    "sequence flow without condition": "网关流出的这条连线既没有条件，也不是默认流向。请补上条件。",
    "no support implemented": "不支持这种元素。请改用其他元素。",
    "No start event": "没有开始事件。请画上开始事件。",
    "Exactly one start event": "子流程应当只有一个开始事件。请检查子流程。",
    "Must contain an End event": "子流程没有结束事件。请画上结束事件。",
    "is not executable": "没有标为可执行（isExecutable）。请在流程属性中勾选。",
    "must specify exactly one of": "多实例只能写明数量或列表其中之一。请删去一个。",
    "must specify a cardinality": "多实例没有写明数量或列表。请填写其一。",
    "loopMaximum or loopCondition": "循环没有写明次数或条件。请填写其一。",
    "has no implementation": "不支持数据存储（dataStore）。请删去，需要图示时用数据对象。",
    "is missing from bpmn xml": "有一个消息、信号、错误、升级或数据存储没有编号或名称。请补上。",
    "Duplicate process ID": "两个流程用了同一个编号。请改掉其中一个。",
    'No "calledElement"': "调用活动没有指明流程（calledElement）。请选择要调用的流程。",
}
"""What the library objects to, by a part of its message."""


@dataclass(frozen=True)
class Specs:
    """Everything an instance may run. A sub-process has the key `<process>/<sub-process>`, a process its id."""

    main: str
    processes: Mapping[str, Any]
    owners: Mapping[str, str]
    """The process whose diagram draws the inside, by key."""
    _attributes: Mapping[tuple[str, str], Mapping[str, str]] = field(repr=False)
    _parameters: Mapping[tuple[str, str], Mapping[str, str]] = field(repr=False)

    def attributes(self, process_id: str, element_id: str) -> Mapping[str, str]:
        """Return the gridflow: attributes of an element."""
        return self._attributes.get((process_id, element_id), _NONE)

    def parameters(self, process_id: str, element_id: str) -> Mapping[str, str]:
        """Return the gridflow:input parameters of an element, name to FEEL."""
        return self._parameters.get((process_id, element_id), _NONE)


def build(diagrams: Mapping[str, bytes], main: str) -> Specs:
    """Parse the main process and everything it calls; what cannot be run safely raises DiagramRefused.

    `diagrams` holds the file of each process by process id; a file may hold several processes.
    """
    found = _Found(diagrams)
    found.process(main)
    attributes, parameters = {}, {}
    for key, spec in found.processes.items():
        for node in _drawn(spec):
            attributes[found.owners[key], node.bpmn_id] = dict(node.attributes)
            parameters[found.owners[key], node.bpmn_id] = dict(node.parameters)
    return Specs(main, found.processes, found.owners, attributes, parameters)


class _Found:
    """Specs by key, filled by following calls and sub-processes."""

    def __init__(self, diagrams: Mapping[str, bytes]) -> None:
        self.diagrams = diagrams
        self.processes: dict[str, Any] = {}
        self.owners: dict[str, str] = {}

    def process(self, process_id: str, caller: str | None = None) -> None:
        """Add a process and everything below it."""
        if process_id in self.processes:
            return
        if process_id not in self.diagrams:
            raise DiagramRefused(f"要调用的流程“{process_id}”不存在。请检查调用活动，或把该流程放进来。", caller)
        parser = DiagramParser()
        try:
            parser.add_bpmn_xml(_model(self.diagrams[process_id]))
        except SpiffWorkflowException as error:
            raise _refusal(error, process_id) from error
        if parser.get_process_parser(process_id) is None:
            raise DiagramRefused(f"文件中没有编号为“{process_id}”的流程。请检查流程编号。")
        self._add(parser, process_id, process_id, process_id)

    def _add(self, parser: DiagramParser, spec_id: str, key: str, owner: str) -> None:
        spec = _parsed(parser, spec_id)
        self.processes[key], self.owners[key] = spec, owner
        for node in list(spec.task_specs.values()):
            if isinstance(node, CallActivity):
                self.process(node.spec, node.bpmn_id)
            elif isinstance(node, SubProcess):
                inner, node.spec = node.spec, f"{owner}/{node.spec}"
                self._add(parser, inner, node.spec, owner)


def _model(content: bytes) -> etree._Element:
    """Return a file without its drawing and what other products put into it.

    The library measures the drawing, damaged or not, and takes whatever is called like a flow for one.
    """
    root = parse(normalise(content))
    for above in list(root.iter(etree.Element)):
        for element in list(above.iterchildren(etree.Element)):
            if not _is_ours(element):
                above.remove(element)
    return root


def _is_ours(element: etree._Element) -> bool:
    """Tell whether an element is of the standard, or one of those beside it that are read by name and have no id."""
    space = etree.QName(element).namespace
    return space == BPMN or (space in {GRIDFLOW, SPIFF} and element.get("id") is None)


def _parsed(parser: DiagramParser, spec_id: str) -> Any:
    try:
        spec = parser.get_spec(spec_id)
    except (SpiffWorkflowException, KeyError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise _refusal(error, spec_id) from error
    spec.data_objects.clear()
    items.connect(spec)
    _refuse_dead_ends(spec)
    return spec


def _refusal(error: BaseException, spec_id: str) -> DiagramRefused:
    """Find what really went wrong: the library wraps whatever is raised while it reads a node."""
    causes = list(_chain(error))
    own = next((cause for cause in causes if isinstance(cause, DiagramRefused)), None)
    if own is not None:
        return own
    if any(isinstance(cause, RecursionError) for cause in causes):
        return DiagramRefused("相连的节点太多。请拆成几个子流程。", spec_id)
    element = getattr(error, "id", None) or spec_id
    return DiagramRefused(_reason(str(error)), element, getattr(error, "name", None) or "")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__context__


def _reason(message: str) -> str:
    known = next((reason for part, reason in _REASONS.items() if part in message), None)
    return known or f"引擎不能执行这种画法（{message}）。"


def _refuse_dead_ends(spec: Any) -> None:
    for node in _drawn(spec):
        drawn = [name for name in node._outputs if not name.endswith(".BoundaryEventJoin")]
        if not drawn and not isinstance(node, EndEvent) and not node.name.endswith("[child]"):
            raise DiagramRefused("没有流出的连线。请连到下一步或结束事件。", node.bpmn_id, node.bpmn_name or "")


def _drawn(spec: Any) -> Iterator[Any]:
    return (node for node in spec.task_specs.values() if getattr(node, "bpmn_id", None) is not None)
