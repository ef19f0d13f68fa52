"""Nodes and sequence flows of a process, sub-processes included."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from gridflow.bpmn.model import Flow, Loop, Node, Stray
from gridflow.bpmn.names import BESIDE_THE_FLOW, BPMN, GRIDFLOW, NODES, SPIFF, SUB_PROCESSES
from gridflow.bpmn.reading.elements import (
    attributes,
    child_text,
    children,
    id_of,
    is_true,
    line_of,
    name_of,
    tag,
    text,
)
from gridflow.bpmn.reading.events import Declared, definitions

PLAIN = {
    "isForCompensation": "false", "startQuantity": "1", "completionQuantity": "1", "instantiate": "false",
    "parallelMultiple": "false", "eventGatewayType": "Exclusive",
}  # fmt: skip
"""Attributes the engine does not look at, with the value that changes nothing."""
SCOPES = SUB_PROCESSES | {"process"}
INTERRUPTING = {"startEvent": "isInterrupting"}
"""The attribute that says whether an event interrupts; of every other kind `cancelActivity`."""


@dataclass(slots=True)
class Contents:
    """What was found in a process so far."""

    names: Declared
    lanes: Mapping[str, str]
    """Node id to lane id."""
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)


def collect(scope: etree._Element, lane: str | None, found: Contents) -> None:
    """Add everything in a process or sub-process; a sub-process passes its lane on."""
    parent = id_of(scope)
    for element in scope.iterchildren(etree.Element):
        kind = tag(element)
        if kind == "sequenceFlow":
            flow = _flow(element, parent)
            found.flows[flow.id] = flow
        elif kind in NODES:
            node = _node(element, parent, lane, found)
            found.nodes[node.id] = node
            if kind in SUB_PROCESSES:
                collect(element, node.lane, found)
        elif kind.startswith("{}") or (kind not in BESIDE_THE_FLOW and not kind.startswith("{")):
            found.strays.append(Stray(id_of(element), name_of(element), kind.removeprefix("{}"), line_of(element)))


def misplaced(process: etree._Element) -> Iterator[Stray]:
    """Yield the nodes and flows that stand where none may be: in a step, or in an extension."""
    for element in process.iterdescendants(f"{{{BPMN}}}*"):
        above = element.getparent()
        if above is not None and tag(element) in NODES | {"sequenceFlow"} and tag(above) not in SCOPES:
            yield Stray(id_of(element), name_of(element), tag(element), line_of(element))


def connected(found: Contents) -> Mapping[str, Node]:
    """Return the nodes with their incoming and outgoing flows, as the flows themselves say."""
    outgoing: dict[str, list[str]] = {}
    incoming: dict[str, list[str]] = {}
    for flow in found.flows.values():
        outgoing.setdefault(flow.source, []).append(flow.id)
        incoming.setdefault(flow.target, []).append(flow.id)
    return {
        key: replace(node, incoming=tuple(incoming.get(key, ())), outgoing=tuple(outgoing.get(key, ())))
        for key, node in found.nodes.items()
    }


def _flow(element: etree._Element, parent: str) -> Flow:
    return Flow(
        id=id_of(element),
        name=name_of(element),
        source=(element.get("sourceRef") or "").strip(),
        target=(element.get("targetRef") or "").strip(),
        parent=parent,
        condition=child_text(element, "conditionExpression"),
        line=line_of(element),
    )


def _node(element: etree._Element, parent: str, lane: str | None, found: Contents) -> Node:
    key = id_of(element)
    return Node(
        id=key,
        name=name_of(element),
        kind=tag(element),
        parent=parent,
        line=line_of(element),
        lane=found.lanes.get(key, lane),
        attached_to=(element.get("attachedToRef") or "").strip() or None,
        interrupting=is_true(element.get(INTERRUPTING.get(tag(element), "cancelActivity")), default=True),
        events=definitions(element, found.names),
        attributes=attributes(element),
        inputs=dict(_inputs(element)),
        default=(element.get("default") or "").strip() or None,
        called=_called(element),
        loop=_loop(element),
        declares_data=bool(children(element, "ioSpecification")),
        triggered_by_event=is_true(element.get("triggeredByEvent"), default=False),
        ignored=tuple(name for name, plain in PLAIN.items() if element.get(name, plain).strip() != plain),
    )


def _inputs(element: etree._Element) -> Iterator[tuple[str, str]]:
    for extensions in children(element, "extensionElements"):
        for child in extensions.iterchildren(f"{{{GRIDFLOW}}}input"):
            yield (child.get("name") or "").strip(), (child.get("value") or "").strip()


def _called(element: etree._Element) -> str | None:
    if tag(element) == "callActivity":
        return (element.get("calledElement") or "").strip() or None
    for extensions in children(element, "extensionElements"):
        for child in extensions.iterchildren(f"{{{SPIFF}}}calledDecisionId"):
            return text(child)
    return None


def _loop(element: etree._Element) -> Loop | None:
    instances = children(element, "multiInstanceLoopCharacteristics")
    standard = children(element, "standardLoopCharacteristics")
    several = len(instances) + len(standard) > 1
    for found in standard:
        return Loop(
            "standard",
            condition=child_text(found, "loopCondition"),
            maximum=found.get("loopMaximum"),
            test_before=is_true(found.get("testBefore"), default=False),
            several=several,
        )
    for found in instances:
        return Loop(
            "sequential" if is_true(found.get("isSequential"), default=False) else "parallel",
            collection=child_text(found, "loopDataInputRef"),
            item=_item(found, "inputDataItem"),
            output_collection=child_text(found, "loopDataOutputRef"),
            output_item=_item(found, "outputDataItem"),
            cardinality=child_text(found, "loopCardinality"),
            condition=child_text(found, "completionCondition"),
            several=several,
        )
    return None


def _item(element: etree._Element, name: str) -> str | None:
    for item in children(element, name):
        return name_of(item) or id_of(item)
    return None
