"""Write a drawing into a diagram file."""

from lxml import etree

from gridflow.bpmn.layout.drawing import is_drawn, lay_out
from gridflow.bpmn.model import Bounds, Diagram
from gridflow.bpmn.names import BPMNDI, DC, DI, SUB_PROCESSES
from gridflow.bpmn.reading.diagram import read
from gridflow.bpmn.reading.elements import children, id_of
from gridflow.bpmn.reading.source import parse

SPACES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


def with_drawing(xml: bytes, *, anew: bool = False) -> bytes:
    """Return a diagram file with a drawing; one that has it all is returned as it is, unless it is asked for anew.

    Raises BpmnUnreadable. Comments are lost; an element without an id cannot be drawn, as nothing can name it.
    """
    diagram = read(xml)
    if is_drawn(diagram) and not anew:
        return xml
    root = parse(xml)
    for old in root.findall(f"{{{BPMNDI}}}BPMNDiagram"):
        root.remove(old)
    _append(root, lay_out(diagram))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _append(root: etree._Element, diagram: Diagram) -> None:
    shown = [id_of(each) for each in children(root, "collaboration")] or list(diagram.processes)
    drawing = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": "drawing"}, SPACES)
    plane = etree.SubElement(drawing, f"{{{BPMNDI}}}BPMNPlane", {"id": "drawing_plane", "bpmnElement": shown[0]})
    lanes = {key for process in diagram.processes.values() for key in process.lanes}
    across = lanes | {pool.id for pool in diagram.participants}
    opened = {node.id for node in diagram.nodes.values() if node.kind in SUB_PROCESSES}
    for key, shape in diagram.shapes.items():
        if not key.startswith("?"):
            written = {"id": f"{key}_di", "bpmnElement": key}
            written |= {"isHorizontal": "true"} if key in across else {"isExpanded": "true"} if key in opened else {}
            element = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", written)
            _bounds(element, shape.bounds)
            _label(element, shape.label)
    for key, edge in diagram.edges.items():
        if not key.startswith("?"):
            element = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{key}_di", "bpmnElement": key})
            for x, y in edge.points:
                etree.SubElement(element, f"{{{DI}}}waypoint", {"x": f"{x:g}", "y": f"{y:g}"})
            _label(element, edge.label)


def _label(element: etree._Element, room: Bounds | None) -> None:
    if room:
        _bounds(etree.SubElement(element, f"{{{BPMNDI}}}BPMNLabel"), room)


def _bounds(element: etree._Element, box: Bounds) -> None:
    rounded = {name: f"{round(getattr(box, name), 1):g}" for name in ("x", "y", "width", "height")}
    etree.SubElement(element, f"{{{DC}}}Bounds", rounded)
