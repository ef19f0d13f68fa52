"""Rectangles and line segments of a drawing."""

from collections.abc import Iterator
from itertools import pairwise

from gridflow.bpmn.model import Bounds, Edge

Point = tuple[float, float]
Segment = tuple[Point, Point]
SMALL = 1e-9


def segments(edge: Edge) -> Iterator[Segment]:
    """Yield the straight pieces of an edge that have a length."""
    return ((a, b) for a, b in pairwise(edge.points) if a != b)


def grown(bounds: Bounds, by: float) -> Bounds:
    """Return the rectangle with every side moved outwards; a negative amount moves them inwards."""
    width, height = max(0.0, bounds.width + 2 * by), max(0.0, bounds.height + 2 * by)
    return Bounds(bounds.x - by, bounds.y - by, width, height)


def common(one: Bounds, other: Bounds) -> Bounds:
    """Return what two overlapping rectangles share."""
    left, top = max(one.x, other.x), max(one.y, other.y)
    return Bounds(left, top, min(one.right, other.right) - left, min(one.bottom, other.bottom) - top)


def overlap(one: Bounds, other: Bounds) -> bool:
    """Whether two rectangles share more than an edge."""
    return one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom


def within(inner: Bounds, outer: Bounds) -> bool:
    """Whether a rectangle lies inside another, edges included."""
    across = outer.x <= inner.x and inner.right <= outer.right
    return across and outer.y <= inner.y and inner.bottom <= outer.bottom


def passes(segment: Segment, bounds: Bounds) -> bool:
    """Whether a segment passes through the inside of a rectangle."""
    (x1, y1), (x2, y2) = segment
    near, far = 0.0, 1.0
    for delta, start, low, high in ((x2 - x1, x1, bounds.x, bounds.right), (y2 - y1, y1, bounds.y, bounds.bottom)):
        if abs(delta) < SMALL:
            if not low < start < high:
                return False
            continue
        first, last = sorted(((low - start) / delta, (high - start) / delta))
        near, far = max(near, first), min(far, last)
    return near < far - SMALL


def cross(one: Segment, other: Segment) -> bool:
    """Whether two segments cross at a point inside both."""
    a, b = one
    c, d = other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def shared_length(one: Segment, other: Segment) -> float:
    """Return how far two horizontal or two vertical segments run on the same line."""
    for along, beside in ((0, 1), (1, 0)):
        level = one[0][beside]
        if all(abs(point[beside] - level) < 1 for point in (*one, *other)):
            low = max(min(p[along] for p in one), min(p[along] for p in other))
            high = min(max(p[along] for p in one), max(p[along] for p in other))
            return max(0.0, high - low)
    return 0.0


def around(rectangles: list[Bounds], points: list[Point]) -> Bounds:
    """Return the smallest rectangle round everything; something has to be given."""
    left = min([r.x for r in rectangles] + [x for x, _ in points])
    top = min([r.y for r in rectangles] + [y for _, y in points])
    right = max([r.right for r in rectangles] + [x for x, _ in points])
    bottom = max([r.bottom for r in rectangles] + [y for _, y in points])
    return Bounds(left, top, right - left, bottom - top)


def _side(a: Point, b: Point, point: Point) -> float:
    return (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
