"""Where the name of an element that has no room inside is written."""

from collections.abc import Iterable

from gridflow.bpmn.geometry import Point
from gridflow.bpmn.lettering import LINE, width, wrap
from gridflow.bpmn.model import Bounds, Edge, Shape

SIZE = 12.0
WIDEST = 96.0
NARROWEST = 60.0
NEAR = 4.0
"""How near to a side a flow has to end to take that side."""
LONGEST = 200
"""More of a name is not written."""


def outside(name: str, shape: Shape, touched: Iterable[Point] = (), *, attached: bool = False) -> Bounds:
    """Return the room of the name of an event or gateway: where the file puts it, else on a free side.

    `touched` are the points where flows meet the element; the host of one that is attached lies above it.
    """
    if shape.label is not None and shape.label.width > 0:
        return _at(name, shape.label)
    wide, high = measured(name, WIDEST)
    box, points = shape.bounds, list(touched)
    left = box.centre[0] - wide / 2
    if not any(y >= box.bottom - NEAR for _, y in points):
        return Bounds(left, box.bottom + 4, wide, high)
    if not attached and not any(y <= box.y + NEAR for _, y in points):
        return Bounds(left, box.y - 4 - high, wide, high)
    return Bounds(box.right + 2, box.bottom - 2, wide, high)


def beside(name: str, edge: Edge) -> Bounds:
    """Return the room of a flow's name: where the file puts it, else at the beginning of the flow."""
    if edge.label is not None and edge.label.width > 0:
        return _at(name, edge.label)
    wide, high = measured(name, WIDEST)
    (x1, y1), (x2, y2) = edge.points[0], edge.points[1]
    if abs(x2 - x1) >= abs(y2 - y1):
        side = x1 + 12 if x2 > x1 else x1 - 12 - wide
        return Bounds(side, y1 - high - 2, wide, high)
    return Bounds(x1 + 5, y1 + 5 if y2 > y1 else y1 - 5 - high, wide, high)


def measured(name: str, widest: float) -> tuple[float, float]:
    """Return width and height of a wrapped name."""
    lines = wrap(name[:LONGEST], widest, SIZE)
    return max((width(line, SIZE) for line in lines), default=0.0), len(lines) * SIZE * LINE


def _at(name: str, label: Bounds) -> Bounds:
    """Keep the middle and the top of the file's label; editors measure Han characters too narrow."""
    wide, high = measured(name, max(label.width + 6, NARROWEST))
    return Bounds(label.centre[0] - wide / 2, label.y, wide, high)
