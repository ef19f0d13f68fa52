"""Figures written on a drawing: a colour step for how much, and always the number itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gridflow.bpmn.drawing.surroundings import badge
from gridflow.bpmn.drawing.svg import BLUE, group, tag
from gridflow.bpmn.geometry import Point
from gridflow.bpmn.lettering import width
from gridflow.bpmn.model import Edge, Shape

STEPS = ("#f4f7fc", "#dce8f7", "#bfd6f1", "#a2c4ea", "#85b0e2")
"""From little to much; black letters stand out on each of them."""
HEIGHT, SIZE = 16.0, 10.5


@dataclass(frozen=True, slots=True)
class Heat:
    """What is written on elements, and how dark they are."""

    words: Mapping[str, str]
    steps: Mapping[str, int] = field(default_factory=dict)
    """The number of a colour, 0 for little; an element without one stays white."""
    links: str = ""
    """Where a figure leads: this, followed by the id of its element."""

    def fill(self, element: str) -> str | None:
        """Return the colour of an element."""
        step = self.steps.get(element)
        return None if step is None else STEPS[step]

    def on_shape(self, shape: Shape) -> str:
        """Write the figure of a shape over the middle of its upper edge."""
        box = shape.bounds
        return self._written(shape.element, (box.centre[0], box.y))

    def on_edge(self, edge: Edge) -> str:
        """Write the figure of a flow where it begins."""
        (x, y), (end, below) = edge.points[:2]
        return self._written(edge.element, ((x + end) / 2, (y + below) / 2))

    def _written(self, element: str, middle: Point) -> str:
        text = self.words.get(element)
        if not text:
            return ""
        wide = max(HEIGHT, width(text, SIZE) + 9)
        drawn = badge(text, (middle[0] - wide / 2, middle[1]), fill=BLUE)
        linked = tag("a", drawn, href=f"{self.links}{element}", tabindex="-1") if self.links else drawn
        return group([linked], id=f"at-{element}", class_="gf-heat")
