"""Where the names of flows are written: beside their line, on nothing else where there is room."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gridflow.bpmn.geometry import Segment, grown, overlap, passes, segments
from gridflow.bpmn.labels import WIDEST, measured
from gridflow.bpmn.model import Bounds, Diagram, Edge, Shape
from gridflow.bpmn.names import SUB_PROCESSES

SQUARE = 400
"""The page is looked through in squares of that size, so that a large one takes no longer a name."""
NEAR, ASIDE = 8.0, 5.0
MOST_LINES, MOST_LOOKS = 2_500, 200_000
"""A page with more lines is not looked through, and no page for longer: names then stand where their line begins."""


@dataclass(slots=True)
class Names:
    """The page as it fills with names."""

    diagram: Diagram
    shapes: Mapping[str, Shape]
    edges: Mapping[str, Edge]
    _rooms: dict[tuple[int, int], list[Bounds]] = field(default_factory=dict)
    _lines: dict[tuple[int, int], list[tuple[str, Segment]]] = field(default_factory=dict)
    _looks: int = 0

    def rooms(self) -> Iterator[tuple[str, Bounds]]:
        """Yield the room of each flow's name."""
        if len(self.edges) <= MOST_LINES:
            self._fill()
        for key, flow in self.diagram.flows.items():
            if flow.name and key in self.edges:
                found = list(_candidates(self.edges[key], *measured(flow.name, WIDEST)))
                room = next((each for each in found if self._free(each, key)), found[0] if found else None)
                if room and len(self.edges) <= MOST_LINES:
                    self._keep(room)
                if room:
                    yield key, room

    def _fill(self) -> None:
        for key, node in self.diagram.nodes.items():
            shape = self.shapes.get(key)
            if shape and node.kind not in SUB_PROCESSES:
                self._keep(shape.bounds)
            if shape and shape.label:
                self._keep(shape.label)
        for key, edge in self.edges.items():
            for piece in segments(edge):
                for square in _squares(_box(piece)):
                    self._lines.setdefault(square, []).append((key, piece))

    def _keep(self, room: Bounds) -> None:
        for square in _squares(room):
            self._rooms.setdefault(square, []).append(room)

    def _free(self, room: Bounds, flow: str) -> bool:
        inner = grown(room, -1)
        for square in _squares(room):
            self._looks += len(self._rooms.get(square, ())) + len(self._lines.get(square, ()))
            if self._looks > MOST_LOOKS:
                return True
            if any(overlap(inner, other) for other in self._rooms.get(square, ())):
                return False
            if any(key != flow and passes(piece, inner) for key, piece in self._lines.get(square, ())):
                return False
        return True


def _candidates(edge: Edge, wide: float, high: float) -> Iterator[Bounds]:
    """Yield rooms beside the pieces of a line, those near its beginning first."""
    for (x, y), (end, below) in segments(edge):
        if abs(end - x) >= abs(below - y):
            ahead = x + NEAR if end > x else x - NEAR - wide
            for left in (ahead, (x + end - wide) / 2):
                yield Bounds(left, y - high - 2, wide, high)
                yield Bounds(left, y + 3, wide, high)
        else:
            upper = y + ASIDE if below > y else y - ASIDE - high
            for top in (upper, (y + below - high) / 2):
                yield Bounds(x + ASIDE, top, wide, high)
                yield Bounds(x - ASIDE - wide, top, wide, high)


def _box(piece: Segment) -> Bounds:
    (x, y), (end, below) = piece
    return Bounds(min(x, end), min(y, below), abs(end - x), abs(below - y))


def _squares(room: Bounds) -> Iterator[tuple[int, int]]:
    for column in range(int(room.x // SQUARE), int(room.right // SQUARE) + 1):
        for row in range(int(room.y // SQUARE), int(room.bottom // SQUARE) + 1):
            yield column, row
