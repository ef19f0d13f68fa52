"""How heavy and in which colour an element is drawn: plain, passed, or where the case stands."""

from dataclasses import dataclass

from gridflow.bpmn.drawing.svg import BLUE, INK, PALE, PAPER
from gridflow.bpmn.drawing.taken import Taken


@dataclass(frozen=True, slots=True)
class Pen:
    """Line colour, fill and how much heavier than usual."""

    line: str = INK
    fill: str = PAPER
    heavier: float = 1.0

    def wide(self, usual: float) -> float:
        """Return the line width."""
        return usual * self.heavier


PLAIN = Pen()
PASSED = Pen(BLUE, PALE, 1.9)


def pen_of(element: str, taken: Taken) -> Pen:
    """Return the pen of a shape."""
    return PASSED if element in taken.elements or element in taken.current else PLAIN
