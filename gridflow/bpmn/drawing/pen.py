"""How heavy and in which colour an element is drawn: plain, passed, or where the case stands."""

from dataclasses import dataclass

from gridflow.bpmn.drawing.svg import BLUE, GREEN, INK, PALE, PALE_GREEN, PAPER
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
PASSED = Pen(GREEN, PALE_GREEN, 1.9)
HERE = Pen(BLUE, PALE, 2.6)


def pen_of(element: str, taken: Taken) -> Pen:
    """Return the pen of a shape."""
    if element in taken.current:
        return HERE
    return PASSED if element in taken.elements else PLAIN
