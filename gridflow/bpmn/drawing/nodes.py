"""Tasks, events, gateways and sub-processes."""

from gridflow.bpmn.drawing import icons
from gridflow.bpmn.drawing.pen import Pen
from gridflow.bpmn.drawing.svg import INK, PAPER, block_of_text, circle, group, line_of_text, polygon, rectangle, tag
from gridflow.bpmn.geometry import grown
from gridflow.bpmn.labels import LONGEST
from gridflow.bpmn.model import Bounds, Node, Shape
from gridflow.bpmn.names import GATEWAYS, SUB_PROCESSES

ROUND = 8.0
FILLED_TASKS = frozenset({"sendTask", "userTask", "manualTask"})
THROWING = frozenset({"endEvent", "intermediateThrowEvent"})
DOUBLE = frozenset({"intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})


def node(found: Node, shape: Shape, pen: Pen) -> str:
    """Draw a node without the name that stands beside it."""
    if found.kind.endswith("Event"):
        return _event(found, shape.bounds, pen)
    if found.kind in GATEWAYS:
        return _gateway(found, shape.bounds, pen)
    return _activity(found, shape, pen)


def _activity(found: Node, shape: Shape, pen: Pen) -> str:
    box = shape.bounds
    heavy = 3.2 if found.kind == "callActivity" else pen.wide(1.4)
    dash = "6 4" if found.triggered_by_event else None
    opened = found.kind in SUB_PROCESSES and shape.expanded
    fill = PAPER if opened else pen.fill
    parts = [rectangle(box, radius=ROUND, fill=fill, stroke=pen.line, stroke_width=heavy, stroke_dasharray=dash)]
    if found.kind == "transaction":
        parts.append(rectangle(grown(box, -3), radius=ROUND - 2, fill="none", stroke=pen.line, stroke_width=1.0))
    if opened:
        parts.append(line_of_text(found.name[:LONGEST], (box.x + 10, box.y + 14), anchor="start", weight="700"))
    else:
        parts.append(_name_inside(found, box))
        parts.append(_icon(found, box))
    return "".join((*parts, _marks(found, box, folded=found.kind in SUB_PROCESSES | {"callActivity"} and not opened)))


def _name_inside(found: Node, box: Bounds) -> str:
    x, y = box.centre
    lift = 4.0 if found.loop or found.kind not in icons.TASKS else 0.0
    return block_of_text(
        found.name[:LONGEST], (x, y + 3 - lift), box.width - 12, most=max(1, int((box.height - 16) / 15))
    )


def _icon(found: Node, box: Bounds) -> str:
    path = icons.TASKS.get(found.kind)
    if path is None:
        return ""
    fill = INK if found.kind in FILLED_TASKS else PAPER
    line = PAPER if found.kind == "sendTask" else INK
    return _sign(path, (box.x + 5, box.y + 4), fill=fill, line=line, scale=0.95)


def _marks(found: Node, box: Bounds, *, folded: bool) -> str:
    signs = ([found.loop.kind] if found.loop else []) + (["collapsed"] if folded else [])
    x, y = box.centre[0] - (len(signs) - 1) * 9, box.bottom - 9
    return "".join(_sign(icons.LOOPS[sign], (x + i * 18, y), fill="none", width=1.5) for i, sign in enumerate(signs))


def _event(found: Node, box: Bounds, pen: Pen) -> str:
    middle, radius = box.centre, min(box.width, box.height) / 2
    dash = "5 3" if not found.interrupting else None
    heavy = 3.4 if found.kind == "endEvent" else pen.wide(1.4)
    parts = [circle(middle, radius, fill=pen.fill, stroke=pen.line, stroke_width=heavy, stroke_dasharray=dash)]
    if found.kind in DOUBLE:
        inner = max(1.0, radius - 3.5)
        parts.append(circle(middle, inner, fill="none", stroke=pen.line, stroke_width=1.2, stroke_dasharray=dash))
    for event in found.events[:1]:
        if event.kind == "terminate":
            parts.append(circle(middle, radius * 0.55, fill=pen.line))
        elif event.kind in icons.EVENTS:
            throws = found.kind in THROWING
            line = PAPER if throws and event.kind == "message" else INK
            path = icons.EVENTS[event.kind]
            parts.append(_sign(path, middle, fill=INK if throws else PAPER, line=line, scale=radius / 18))
    return "".join(parts)


def _gateway(found: Node, box: Bounds, pen: Pen) -> str:
    x, y = box.centre
    corners = [(x, box.y), (box.right, y), (x, box.bottom), (box.x, y)]
    diamond = polygon(corners, fill=pen.fill, stroke=pen.line, stroke_width=pen.wide(1.4), stroke_linejoin="round")
    wide = icons.WIDTHS.get(found.kind, 1.3)
    sign = _sign(icons.GATEWAYS[found.kind], (x, y), fill="none", width=wide, scale=min(box.width, box.height) / 50)
    return diamond + sign


def _sign(
    path: str, at: tuple[float, float], *, fill: str, line: str = INK, width: float = 1.2, scale: float = 1.0
) -> str:
    drawn = tag("path", d=path, fill=fill, stroke=line, stroke_width=width, stroke_linejoin="round")
    return group([drawn], transform=f"translate({at[0]:.1f} {at[1]:.1f}) scale({scale:.2f})")
