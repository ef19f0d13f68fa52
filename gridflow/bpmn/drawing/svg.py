"""The few SVG elements a diagram needs: flat fills, plain text, nothing a printer of documents gets wrong."""

from collections.abc import Iterable
from html import escape

from gridflow.bpmn.geometry import Point
from gridflow.bpmn.lettering import LINE, width, wrap
from gridflow.bpmn.model import Bounds

FONT = "Noto Sans SC"
SIZE = 12.0
INK = "#1f2933"
FAINT = "#8a94a0"
PAPER = "#ffffff"
BLUE = "#12387a"
PALE = "#e6edf8"
GREEN = "#17713f"
PALE_GREEN = "#eef8f1"
BASELINE = 0.36
"""How far below its middle a line of text has its base line, in font sizes."""


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, inner: str | None = None, /, **attributes: str | float | None) -> str:
    """Write an element; underscores in attribute names become hyphens, None leaves one out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}/>" if inner is None else f"<{name}{written}>{inner}</{name}>"


def group(inner: Iterable[str], **attributes: str | float | None) -> str:
    """Write a group."""
    return tag("g", "".join(inner), **attributes)


def words(text: str) -> str:
    """Escape a text."""
    return escape(text)


def rectangle(bounds: Bounds, *, radius: float = 0.0, **attributes: str | float | None) -> str:
    """Write a rectangle, with round corners if asked."""
    corner = radius or None
    return tag(
        "rect", x=bounds.x, y=bounds.y, width=bounds.width, height=bounds.height, rx=corner, ry=corner, **attributes
    )


def circle(centre: Point, radius: float, **attributes: str | float | None) -> str:
    """Write a circle."""
    return tag("circle", cx=centre[0], cy=centre[1], r=radius, **attributes)


def polygon(points: Iterable[Point], **attributes: str | float | None) -> str:
    """Write a closed figure."""
    return tag("polygon", points=" ".join(f"{number(x)},{number(y)}" for x, y in points), **attributes)


def line_of_text(
    text: str, middle: Point, *, size: float = SIZE, fill: str = INK, weight: str | None = None, anchor: str = "middle"
) -> str:
    """Write one line, its middle (or its beginning, with anchor `start`) at a point."""
    return tag(
        "text",
        words(text),
        x=middle[0],
        y=middle[1] + size * BASELINE,
        text_anchor=anchor,
        font_family=FONT,
        font_size=size,
        font_weight=weight,
        fill=fill,
    )


def block_of_text(text: str, middle: Point, widest: float, *, size: float = SIZE, most: int = 5) -> str:
    """Write a text broken into lines round a point."""
    lines = wrap(text, widest, size, most)
    top = middle[1] - (len(lines) - 1) * size * LINE / 2
    return "".join(line_of_text(line, (middle[0], top + i * size * LINE), size=size) for i, line in enumerate(lines))


def label(text: str, room: Bounds, *, size: float = SIZE) -> str:
    """Write a name on a white ground, so that a line below it does not cross the letters."""
    lines = wrap(text, room.width + 0.5, size)
    middle = room.x + room.width / 2
    written = []
    for index, line in enumerate(lines):
        wide, top = width(line, size), room.y + index * size * LINE
        ground = Bounds(middle - wide / 2 - 1.5, top, wide + 3, size * LINE)
        written.append(rectangle(ground, fill=PAPER))
        written.append(line_of_text(line, (middle, top + size * LINE / 2), size=size))
    return "".join(written)
