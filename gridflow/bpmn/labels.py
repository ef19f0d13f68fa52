"""Where the name of an element that has no room inside is written."""

from gridflow.bpmn.lettering import LINE, width, wrap
from gridflow.bpmn.model import Bounds, Edge, Shape

SIZE = 12.0
WIDEST = 96.0
LONGEST = 200
"""More of a name is not written."""


def beneath(name: str, shape: Shape) -> Bounds:
    """Return the room of a name under an event or gateway, or where the file puts it."""
    if shape.label is not None and shape.label.width > 0:
        return shape.label
    wide, high = measured(name, WIDEST)
    x, _ = shape.bounds.centre
    return Bounds(x - wide / 2, shape.bounds.bottom + 4, wide, high)


def beside(name: str, edge: Edge) -> Bounds:
    """Return the room of a flow's name: where the file puts it, else over the first long piece."""
    if edge.label is not None and edge.label.width > 0:
        return edge.label
    wide, high = measured(name, WIDEST)
    (x1, y1), (x2, y2) = edge.points[0], edge.points[1]
    if abs(x2 - x1) >= abs(y2 - y1):
        side = x1 + 6 if x2 > x1 else x1 - 6 - wide
        return Bounds(side, y1 - high - 3, wide, high)
    return Bounds(x1 + 5, y1 + 5 if y2 > y1 else y1 - 5 - high, wide, high)


def measured(name: str, widest: float) -> tuple[float, float]:
    """Return width and height of a wrapped name."""
    lines = wrap(name[:LONGEST], widest, SIZE)
    return max((width(line, SIZE) for line in lines), default=0.0), len(lines) * SIZE * LINE
