"""What differs from another version: a frame or line over each element, in the colour, dash and sign of its kind."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from gridflow.bpmn.drawing.lines import traced
from gridflow.bpmn.drawing.surroundings import badge
from gridflow.bpmn.drawing.svg import group, rectangle
from gridflow.bpmn.geometry import Point, grown
from gridflow.bpmn.model import Edge, Shape
from gridflow.formats import retold

ROOM = 5.0
HEAVY = 2.6


@dataclass(frozen=True, slots=True)
class Style:
    """How one kind of difference is drawn; the sign says it where colours are not told apart."""

    colour: str
    dash: str | None
    sign: str


STYLES: Mapping[str, Style] = {
    "added": Style("#17713f", None, "增"),
    "removed": Style("#b3231b", "2 4", "删"),
    "changed": Style("#8a5200", "9 4", "改"),
    "moved": Style("#5b3a9e", "12 4 2 4", "移"),
}


@dataclass(frozen=True, slots=True)
class Differing:
    """Elements of a drawing that differ from another version."""

    kinds: Mapping[str, str]
    """added, removed, changed or moved, by element id."""
    side: str
    """Begins every id in the picture, so that two versions can stand on one page."""

    def frame(self, shape: Shape) -> str:
        """Draw the frame round a shape; nothing for one that is the same."""
        kind = self.kinds.get(shape.element)
        if kind is None:
            return ""
        style, box = STYLES[kind], grown(shape.bounds, ROOM)
        line = rectangle(
            box, radius=ROOM, fill="none", stroke=style.colour, stroke_width=HEAVY, stroke_dasharray=style.dash
        )
        return self._marked(shape.element, line, (box.x - ROOM, box.y), style)

    def line(self, edge: Edge) -> str:
        """Draw over a flow; nothing for one that is the same."""
        kind = self.kinds.get(edge.element)
        if kind is None:
            return ""
        style = STYLES[kind]
        drawn = traced(edge.points, stroke=style.colour, stroke_width=HEAVY, stroke_dasharray=style.dash)
        x, y = _middle(edge)
        return self._marked(edge.element, drawn, (x - 8, y), style)

    def _marked(self, element: str, drawn: str, at: Point, style: Style) -> str:
        sign = badge(retold(style.sign), at, fill=style.colour)
        return group([drawn, sign], id=f"{self.side}-{element}", class_="gf-differs", data_element_id=element)


def _middle(edge: Edge) -> Point:
    """Return the middle of the longest piece."""
    (x1, y1), (x2, y2) = max(pairwise(edge.points), key=lambda piece: math.dist(*piece))
    return (x1 + x2) / 2, (y1 + y2) / 2
