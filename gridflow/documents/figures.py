"""Figures no smaller than can be read: wide ones in strips, flat ones together on pages that lie on their side."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LYING, UPRIGHT = (269.0, 138.0), (166.0, 222.0)
"""Room for one figure on either kind of page, in millimetres."""
LARGEST, SMALLEST = 0.19, 0.155
"""Millimetres a unit: names are 12 units high, so between 6.5 and 5.3 points."""
LAP = 125.0
"""Units that two strips of a figure have in common, more than a task is wide: each stands whole in one of them."""
_SIZE = re.compile(r'viewBox="[^"]*" width="[^"]*" height="[^"]*"')


@dataclass(frozen=True, slots=True)
class Figure:
    """A strip of a picture; sizes in millimetres."""

    title: str
    number: int
    strip: int
    strips: int
    upright: bool
    svg: str
    width: float
    height: float


def figures(diagrams: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the strips of every diagram, in order, as mappings of what `Figure` says."""
    return [_plain(figure) for number, diagram in enumerate(diagrams, 1) for figure in _strips(number, diagram)]


def _strips(number: int, diagram: Mapping[str, Any]) -> Iterator[Figure]:
    x, y, width, height = diagram["room"]
    upright = height > LYING[1] / SMALLEST
    wide, high = UPRIGHT if upright else LYING
    count = max(1, math.ceil((width - LAP) / (wide / SMALLEST - LAP)))
    each = (width - LAP) / count + LAP
    scale = min(LARGEST, wide / each, high / height)
    for place in range(count):
        box = (x + place * (each - LAP), y, each, height)
        svg = _SIZE.sub(_window(box), str(diagram["svg"]), count=1)
        yield Figure(diagram["title"], number, place + 1, count, upright, svg, each * scale, height * scale)


def _window(box: tuple[float, ...]) -> str:
    view = " ".join(f"{value:.1f}" for value in box)
    return f'viewBox="{view}" width="{box[2]:.1f}" height="{box[3]:.1f}"'


def _plain(figure: Figure) -> dict[str, Any]:
    sizes = {"width": f"{figure.width:.1f}mm", "height": f"{figure.height:.1f}mm"}
    names = ("title", "number", "strip", "strips", "upright", "svg")
    return {name: getattr(figure, name) for name in names} | sizes
