"""A whole file: processes, pools, lanes, artifacts and the drawing."""

from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from gridflow.bpmn.errors import BpmnUnreadable
from gridflow.bpmn.model import Artifact, Connection, Diagram, Lane, Participant, Process
from gridflow.bpmn.names import BIOC, BPMN, BPMNDI, GRIDFLOW, NODES, SPIFF, XSI
from gridflow.bpmn.reading.elements import (
    attributes,
    child_text,
    children,
    descendants,
    id_of,
    is_true,
    line_of,
    name_of,
    tag,
    text,
)
from gridflow.bpmn.reading.events import REFERENCES, Declared, declared
from gridflow.bpmn.reading.interchange import edges, shapes
from gridflow.bpmn.reading.nodes import Contents, collect, connected, misplaced
from gridflow.bpmn.reading.source import parse

ARTIFACTS = (
    "textAnnotation",
    "group",
    "dataObjectReference",
    "dataStoreReference",
    "dataStore",
    "dataInput",
    "dataOutput",
)
OURS = (BPMN, GRIDFLOW, SPIFF, XSI, BIOC)
"""Namespaces that may stand inside a process."""
CONNECTIONS = ("messageFlow", "association", "dataInputAssociation", "dataOutputAssociation")


def read(xml: bytes) -> Diagram:
    """Read a diagram file; one that is no safe, well-formed BPMN raises BpmnUnreadable.

    What makes no sense is read as it stands: saying so is the linter's work.
    """
    root = parse(xml)
    names = declared(root)
    processes = [_process(element, names) for element in children(root, "process")]
    if not processes:
        raise BpmnUnreadable("文件里没有流程（bpmn:process）。请在编辑器中画出流程后再导出。")
    return Diagram(
        processes={process.id: process for process in processes},
        shapes=shapes(root),
        edges=edges(root),
        participants=tuple(_participants(root)),
        artifacts=dict(_artifacts(root)),
        connections=tuple(_connections(root)),
        repeated_ids=tuple(_repeated_ids(root)),
        foreign=tuple(_foreign(root)),
        anonymous=tuple((tag(e), line_of(e)) for e in _elements(root) if not (e.get("id") or "").strip()),
    )


def _process(element: etree._Element, names: Declared) -> Process:
    lanes = dict(_lanes(element, None))
    found = Contents(names, {node: lane.id for lane in lanes.values() for node in lane.nodes})
    collect(element, None, found)
    data = _data(element)
    return Process(
        id=id_of(element),
        name=name_of(element),
        executable=is_true(element.get("isExecutable"), default=True),
        nodes=connected(found),
        flows=found.flows,
        lanes=lanes,
        declares_data=bool(children(element, "ioSpecification")),
        data_inputs=tuple(item.name for item in data if item.kind == "dataInput"),
        data_outputs=tuple(item.name for item in data if item.kind == "dataOutput"),
        optional_inputs=tuple(item.name for item in data if item.kind == "dataInput" and item.optional),
        unlisted_data=tuple(item.name for item in data if not item.listed),
        attributes=attributes(element),
        strays=(*found.strays, *misplaced(element)),
        line=line_of(element),
    )


def _lanes(element: etree._Element, parent: str | None) -> Iterator[tuple[str, Lane]]:
    """Yield outer lanes before inner ones, so that the innermost claims the node."""
    for lane_set in (*children(element, "laneSet"), *children(element, "childLaneSet")):
        for lane in children(lane_set, "lane"):
            nodes = tuple(filter(None, (text(ref) for ref in children(lane, "flowNodeRef"))))
            key = id_of(lane)
            yield key, Lane(key, name_of(lane), nodes, attributes(lane), parent, line_of(lane))
            yield from _lanes(lane, key)


class _Datum(NamedTuple):
    kind: str
    name: str
    optional: bool
    listed: bool


def _data(process: etree._Element) -> list[_Datum]:
    """Return the data a process declares, with what its sets say of them."""
    found = []
    for specification in children(process, "ioSpecification"):
        for kind in ("dataInput", "dataOutput"):
            listed, optional = (
                _refs(specification, f"{kind}Refs"),
                _refs(specification, kind.replace("data", "optional") + "Refs"),
            )
            for item in children(specification, kind):
                key = id_of(item)
                found.append(_Datum(kind, name_of(item) or key, key in optional, key in listed))
    return found


def _refs(specification: etree._Element, name: str) -> set[str | None]:
    return {text(ref) for ref in descendants(specification, name)}


def _participants(root: etree._Element) -> Iterator[Participant]:
    for element in descendants(root, "participant"):
        yield Participant(id_of(element), name_of(element), element.get("processRef"), line_of(element))


def _artifacts(root: etree._Element) -> Iterator[tuple[str, Artifact]]:
    for kind in ARTIFACTS:
        for element in descendants(root, kind):
            words = child_text(element, "text") or name_of(element)
            yield id_of(element), Artifact(id_of(element), kind, words, line_of(element))


def _connections(root: etree._Element) -> Iterator[Connection]:
    for kind in CONNECTIONS:
        for element in descendants(root, kind):
            source = element.get("sourceRef") or child_text(element, "sourceRef")
            target = element.get("targetRef") or child_text(element, "targetRef")
            yield Connection(id_of(element), kind, name_of(element), source, target, line_of(element))


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield every node, flow, lane and process: what a finding or the engine may have to name."""
    wanted = NODES | {"process", "sequenceFlow", "lane", *REFERENCES}
    return (element for element in root.iter(f"{{{BPMN}}}*") if tag(element) in wanted)


def _foreign(root: etree._Element) -> Iterator[tuple[str, str, int]]:
    """Yield the namespaces of elements and attributes that are not of the standard nor ours, with their owners."""
    known = set(OURS)
    for process in children(root, "process"):
        owner = id_of(process)
        for element in process.iter(etree.Element):
            owner = element.get("id") or owner
            for name in (element.tag, *element.attrib):
                space = etree.QName(name).namespace
                if space and space not in known:
                    known.add(space)
                    yield space, owner, line_of(element)


def _repeated_ids(root: etree._Element) -> Iterator[tuple[str, int]]:
    """Look at the whole model but not at the drawing: the engine indexes every id of a process.

    What the extensions of other products call alike among themselves is never asked for.
    """
    places: dict[str, list[etree._Element]] = {}
    for element in root.iter(etree.Element):
        key = element.get("id")
        if key and etree.QName(element).namespace != BPMNDI:
            places.setdefault(key, []).append(element)
    for key, found in places.items():
        if len(found) > 1 and any(etree.QName(element).namespace == BPMN for element in found):
            yield key, line_of(found[1])
