"""Where things are drawn: shapes, edges and labels of the diagram interchange."""

import math
from collections.abc import Mapping

from lxml import etree

from gridflow.bpmn.model import Bounds, Edge, Shape
from gridflow.bpmn.names import BPMNDI, DC, DI
from gridflow.bpmn.reading.elements import is_true

FARTHEST = 100_000.0
"""No coordinate may lie beyond; a drawing that large is a damaged file."""


def shapes(root: etree._Element) -> Mapping[str, Shape]:
    """Return the shapes with usable bounds, by the element they show."""
    found = {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        key, bounds = element.get("bpmnElement"), _bounds(element)
        if key and bounds:
            found[key] = Shape(
                element=key,
                bounds=bounds,
                label=_label(element),
                expanded=is_true(element.get("isExpanded"), default=False),
                horizontal=is_true(element.get("isHorizontal"), default=True),
            )
    return found


def edges(root: etree._Element) -> Mapping[str, Edge]:
    """Return the edges with at least two usable points, by the element they show."""
    found = {}
    for element in root.iter(f"{{{BPMNDI}}}BPMNEdge"):
        key = element.get("bpmnElement")
        points = [(_number(p.get("x")), _number(p.get("y"))) for p in element.iterchildren(f"{{{DI}}}waypoint")]
        usable = tuple((x, y) for x, y in points if x is not None and y is not None)
        if key and len(usable) == len(points) > 1:
            found[key] = Edge(key, usable, _label(element))
    return found


def _label(element: etree._Element) -> Bounds | None:
    label = element.find(f"{{{BPMNDI}}}BPMNLabel")
    return None if label is None else _bounds(label)


def _bounds(element: etree._Element) -> Bounds | None:
    found = element.find(f"{{{DC}}}Bounds")
    if found is None:
        return None
    x, y, width, height = (_number(found.get(key)) for key in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None or width < 0 or height < 0:
        return None
    return Bounds(x, y, width, height)


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= FARTHEST else None
