"""Flows, message flows and associations."""

import math
from collections.abc import Sequence

from gridflow.bpmn.drawing.svg import FAINT, GREEN, INK, PAPER, circle, number, polygon, tag
from gridflow.bpmn.geometry import Point
from gridflow.bpmn.model import Edge

CORNER = 6.0
HEAD = 9.0


def sequence_flow(edge: Edge, *, taken: bool, default: bool) -> str:
    """Draw a sequence flow; a default one carries a stroke near its source."""
    colour, heavy = (GREEN, 2.6) if taken else (INK, 1.3)
    parts = [traced(_shortened(edge.points), stroke=colour, stroke_width=heavy)]
    if default:
        parts.append(_slash(edge.points, colour))
    parts.append(_head(edge.points, fill=colour, stroke=colour, larger=taken))
    return "".join(parts)


def message_flow(edge: Edge) -> str:
    """Draw a message flow: dashed, from a small circle to an open head."""
    path = traced(_shortened(edge.points), stroke=INK, stroke_width=1.2, stroke_dasharray="7 5")
    origin = circle(edge.points[0], 3.5, fill=PAPER, stroke=INK, stroke_width=1.2)
    return path + origin + _head(edge.points, fill=PAPER, stroke=INK)


def association(edge: Edge) -> str:
    """Draw an association or a data association: dotted, without a head."""
    return traced(edge.points, stroke=FAINT, stroke_width=1.2, stroke_dasharray="2 3")


def traced(points: Sequence[Point], **attributes: str | float | None) -> str:
    """Draw a line with round corners through some points."""
    return tag("path", d=_rounded(points), fill="none", stroke_linejoin="round", **attributes)


def _rounded(points: Sequence[Point]) -> str:
    """Write path data with the corners rounded."""
    written = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        cut = min(CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        if cut > 0:
            written.append(f"L{_at(_towards(corner, before, cut))}Q{_at(corner)} {_at(_towards(corner, after, cut))}")
    written.append(f"L{_at(points[-1])}")
    return "".join(written)


def _shortened(points: Sequence[Point]) -> list[Point]:
    """End the line inside its head, so that a heavy line does not stick out at the tip."""
    last, before = points[-1], points[-2]
    cut = min(HEAD * 0.6, math.dist(last, before))
    return [*points[:-1], _towards(last, before, cut)]


def _head(points: Sequence[Point], *, fill: str, stroke: str, larger: bool = False) -> str:
    tip, before = points[-1], next((p for p in reversed(points) if p != points[-1]), points[0])
    size = HEAD * (1.25 if larger else 1.0)
    angle = math.atan2(tip[1] - before[1], tip[0] - before[0])
    back = (tip[0] - size * math.cos(angle), tip[1] - size * math.sin(angle))
    across = (-math.sin(angle) * size * 0.45, math.cos(angle) * size * 0.45)
    corners = [tip, (back[0] + across[0], back[1] + across[1]), (back[0] - across[0], back[1] - across[1])]
    return polygon(corners, fill=fill, stroke=stroke, stroke_width=1.0, stroke_linejoin="round")


def _slash(points: Sequence[Point], colour: str) -> str:
    first, second = points[0], points[1]
    at = _towards(first, second, min(10.0, math.dist(first, second) / 2))
    angle = math.atan2(second[1] - first[1], second[0] - first[0]) - math.pi / 3
    x, y = 5 * math.cos(angle), 5 * math.sin(angle)
    return tag("line", x1=at[0] - x, y1=at[1] - y, x2=at[0] + x, y2=at[1] + y, stroke=colour, stroke_width=1.3)


def _towards(start: Point, goal: Point, distance: float) -> Point:
    whole = math.dist(start, goal)
    share = distance / whole if whole else 0.0
    return start[0] + (goal[0] - start[0]) * share, start[1] + (goal[1] - start[1]) * share


def _at(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"
