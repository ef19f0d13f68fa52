"""Pools and lanes behind the flow, annotations and data beside it."""

from gridflow.bpmn.drawing.svg import FAINT, INK, PAPER, SIZE, group, label, line_of_text, rectangle, tag, words
from gridflow.bpmn.labels import outside
from gridflow.bpmn.lettering import LINE, width, wrap
from gridflow.bpmn.model import Artifact, Bounds, Shape

STRIP = 30.0
STEP = 15.0
"""Distance of two Han characters written below each other."""
LONGEST = 60
TURNED = frozenset("（）《》〈〉【】—…～")
"""Marks that lie on their side in a column of characters."""


def band(name: str, shape: Shape, *, pool: bool) -> str:
    """Draw a pool or a lane with its name in the strip at its side."""
    box = shape.bounds
    frame = rectangle(box, fill=PAPER if pool else "none", stroke=FAINT, stroke_width=1.2)
    if shape.horizontal:
        x = box.x + STRIP
        strip = tag("line", x1=x, y1=box.y, x2=x, y2=box.bottom, stroke=FAINT, stroke_width=0.8)
        named = strip + _upright(name[:LONGEST], Bounds(box.x, box.y, STRIP, box.height))
    else:
        named = line_of_text(name[:LONGEST], (box.x + box.width / 2, box.y + STRIP / 2), weight="700")
    return group([title(name), frame, named], data_element_id=shape.element)


def _upright(name: str, strip: Bounds) -> str:
    """Write Han characters below each other; anything else, or too long a name, turned by a quarter."""
    x, y = strip.centre
    if all("\u4e00" <= c <= "\u9fff" or c in TURNED for c in name) and len(name) * STEP <= strip.height - 8:
        top = y - (len(name) - 1) * STEP / 2
        return "".join(_character(c, x, top + i * STEP) for i, c in enumerate(name))
    shown = wrap(name, max(strip.height - 8, SIZE), SIZE, most=2)
    first = -(len(shown) - 1) * SIZE * LINE / 2
    lines = (line_of_text(line, (0, first + i * SIZE * LINE), weight="700") for i, line in enumerate(shown))
    return tag("g", "".join(lines), transform=f"translate({x:.1f} {y:.1f}) rotate(-90)")


def _character(character: str, x: float, y: float) -> str:
    drawn = line_of_text(character, (0, 0), weight="700")
    turn = " rotate(90)" if character in TURNED else ""
    return tag("g", drawn, transform=f"translate({x:.1f} {y:.1f}){turn}")


def artifact(found: Artifact, shape: Shape) -> str:
    """Draw an annotation, a group, a data object or a data store."""
    box = shape.bounds
    if found.kind == "textAnnotation":
        return _annotation(found.text, box)
    if found.kind == "group":
        return rectangle(box, radius=8.0, fill="none", stroke=FAINT, stroke_width=1.2, stroke_dasharray="8 4 2 4")
    drawn = _store(box) if found.kind == "dataStoreReference" else _sheet(box)
    return drawn + (label(found.text, outside(found.text, shape)) if found.text else "")


def _annotation(text: str, box: Bounds) -> str:
    bracket = f"M{box.x + 10:.1f} {box.y:.1f}H{box.x:.1f}V{box.bottom:.1f}H{box.x + 10:.1f}"
    path = tag("path", d=bracket, fill="none", stroke=FAINT, stroke_width=1.2)
    lines = wrap(text, max(box.width - 10, SIZE), 11.0, most=12)
    written = (
        line_of_text(line, (box.x + 6, box.y + 10 + i * 11.0 * LINE), size=11.0, anchor="start")
        for i, line in enumerate(lines)
    )
    return path + "".join(written)


def _sheet(box: Bounds) -> str:
    fold = min(box.width, box.height) / 3
    corner = box.right - fold
    outline = f"M{box.x:.1f} {box.y:.1f}H{corner:.1f}L{box.right:.1f} {box.y + fold:.1f}V{box.bottom:.1f}H{box.x:.1f}Z"
    crease = f"M{corner:.1f} {box.y:.1f}V{box.y + fold:.1f}H{box.right:.1f}"
    return tag("path", d=outline + crease, fill=PAPER, stroke=INK, stroke_width=1.2)


def _store(box: Bounds) -> str:
    lid = box.height / 7
    top, low = box.y + lid, box.bottom - lid
    half = box.width / 2
    arc = f"a{half:.1f} {lid:.1f} 0 0"
    body = f"M{box.x:.1f} {top:.1f}V{low:.1f}{arc} 0 {box.width:.1f} 0V{top:.1f}{arc} 0 {-box.width:.1f} 0"
    body += f"{arc} 0 {box.width:.1f} 0"
    return tag("path", d=body, fill=PAPER, stroke=INK, stroke_width=1.2)


def title(text: str) -> str:
    """Write what a reading aid or a resting pointer says of an element."""
    return tag("title", words(text))


def badge(text: str, start: tuple[float, float], *, fill: str) -> str:
    """Draw a small filled label with white letters from a point to the right, centred on its height."""
    size = 10.5
    wide = max(16.0, width(text, size) + 9)
    room = Bounds(start[0], start[1] - 8, wide, 16)
    ground = rectangle(room, radius=8.0, fill=fill, stroke=PAPER, stroke_width=1.2)
    return ground + line_of_text(text, room.centre, size=size, fill=PAPER, weight="700")
