"""One sheet: the elements of a process or sub-process with their places and the points of their flows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gridflow.bpmn.geometry import Point
from gridflow.bpmn.labels import WIDEST, measured, outside
from gridflow.bpmn.layout.routing import At, Routes
from gridflow.bpmn.layout.rows import grid
from gridflow.bpmn.layout.tracks import Key, Run, tracks
from gridflow.bpmn.model import Bounds, Flow, Node, Shape
from gridflow.bpmn.names import ACTIVITIES, EVENTS, GATEWAYS

TASK, EVENT, GATEWAY = (120.0, 80.0), (36.0, 36.0), (50.0, 50.0)
APART = 40.0
"""How far the middles of boundary events lie from each other at least."""
LINE, ROOM, HEAD = 14.0, 24.0, 26.0
"""Between two flows of a channel; round the elements; before an arrow's head."""
STEM = 60.0
"""How wide the name of a boundary event with neighbours is written."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The lanes of a sheet: which element stands in which, and how high each is at least."""

    of: Mapping[str, int]
    least: Sequence[float]


ONE = Bands({}, (0.0,))


class Axis(NamedTuple):
    """Where columns or rows stand."""

    middles: Sequence[float]
    starts: Sequence[float]
    """Where the lines of each channel begin."""
    ends: Sequence[float]
    """Where the whole begins and each band ends; columns are one band."""


@dataclass(frozen=True)
class Sheet:
    """What stands where, from the upper left corner."""

    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    inner: Mapping[str, tuple[float, float]]
    bands: Bands
    """`inner` are the sizes of the sub-processes, laid out before."""

    @cached_property
    def hosts(self) -> Mapping[str, str]:
        """Boundary events and what they sit on; one without a proper host stands by itself."""
        found = {}
        for node in self.nodes.values():
            host = self.nodes.get(node.attached_to or "")
            if node.kind == "boundaryEvent" and host and host.kind in ACTIVITIES:
                found[node.id] = host.id
        return found

    @cached_property
    def sitting(self) -> Mapping[str, list[str]]:
        """The boundary events of each element, from left to right."""
        found: dict[str, list[str]] = {}
        for event, host in self.hosts.items():
            found.setdefault(host, []).append(event)
        return found

    @cached_property
    def routes(self) -> Routes:
        """The ways of the flows, without measures; a flow into a boundary event has none."""
        usual = [flow for flow in self.flows.values() if flow.target not in self.hosts]
        links = [(self.hosts.get(flow.source, flow.source), flow.target) for flow in usual]
        low = frozenset(link for link, flow in zip(links, usual, strict=True) if flow.source in self.hosts)
        keys = [key for key in self.nodes if key not in self.hosts]
        band = {key: self.bands.of.get(key, 0) for key in keys}
        placed = grid(keys, links, band, len(self.bands.least), low)
        routes = Routes(placed, self.hosts, frozenset(key for key in keys if self.nodes[key].kind in GATEWAYS))
        routes.lay([(flow.id, flow.source, flow.target) for flow in usual])
        return routes

    def size(self, key: str) -> tuple[float, float]:
        """Return how large an element is drawn."""
        kind = self.nodes[key].kind
        if kind in EVENTS:
            return EVENT
        if kind in GATEWAYS:
            return GATEWAY
        wide, high = self.inner.get(key, TASK)
        return max(wide, APART * len(self.sitting.get(key, ()))), high

    def _relative(self, key: str) -> Iterator[tuple[str, Bounds, Bounds | None]]:
        """Yield an element and what sits on it, with the rooms of their names, round the middle of the element."""
        wide, high = self.size(key)
        box = Bounds(-wide / 2, -high / 2, wide, high)
        yield key, box, self._name(key, box)
        events = self.sitting.get(key, [])
        for number, event in enumerate(events):
            share = (
                0.75 if len(events) == 1 else 0.2 + 0.6 * number if len(events) == 2 else (number + 0.5) / len(events)
            )
            sits = Bounds(box.x + wide * share - EVENT[0] / 2, box.bottom - EVENT[1] / 2, *EVENT)
            yield event, sits, self._name(event, sits, alone=len(events) == 1)

    def _name(self, key: str, box: Bounds, *, alone: bool = True) -> Bounds | None:
        node = self.nodes[key]
        if not node.name or node.kind not in EVENTS | GATEWAYS:
            return None
        if not alone:
            return Bounds(box.centre[0] + 4, box.bottom + 2, STEM - 6, measured(node.name, STEM)[1])
        heights = {"low": box.y, "high": box.bottom}
        ports = self.routes.ports
        touched = [(box.centre[0], y) for side, y in heights.items() if (key, side) in ports]
        return outside(node.name, Shape(key, box), touched, attached=key in self.hosts)

    @cached_property
    def _extents(self) -> tuple[dict[int, list[float]], dict[int, list[float]]]:
        """Return how far each column and each row reaches to both sides of its middle."""
        across: dict[int, list[float]] = {column: [0.0, 0.0] for column in range(self.routes.grid.width)}
        down: dict[int, list[float]] = {row: [0.0, 0.0] for row in range(self.routes.grid.height)}
        for key, (column, row) in self.routes.grid.cells.items():
            for _, box, name in self._relative(key):
                for room in (box, *([name] if name else [])):
                    _stretch(across[column], -room.x, room.right)
                    _stretch(down[row], -room.y, room.bottom)
        for flow in self.flows.values():
            way = self.routes.ways.get(flow.id)
            if flow.name and way and way[0][0].kind == "high":
                wide, high = measured(flow.name, WIDEST)
                column, row = self.routes.cell(flow.source)
                _stretch(across[column], 0, self.size(flow.source)[0] / 2 + wide + 18)
                _stretch(down[row], high + 4, 0)
        for rows, least in zip(self.routes.grid.bands, self.bands.least, strict=True):
            lacking = max(0.0, least - sum(sum(down[row]) for row in rows)) / 2
            down[rows[0]][0] += lacking
            down[rows[-1]][1] += lacking
        return across, down

    @cached_property
    def _upright(self) -> dict[int, dict[Key, int]]:
        return _numbered(self.routes.upright)

    @cached_property
    def _level(self) -> dict[int, dict[Key, int]]:
        return _numbered(self.routes.level)

    @cached_property
    def _columns(self) -> Axis:
        x, middles, starts = 0.0, [], []
        across, _ = self._extents
        for column in range(self.routes.grid.width + 1):
            lines = _many(self._upright.get(column, {}))
            last = column == self.routes.grid.width
            starts.append(x + ROOM / 2)
            x += 0 if (last or not column) and not lines else max(lines * LINE + HEAD, 0 if last or not column else 50)
            if not last:
                before, after = across[column]
                middles.append(x + before)
                x += before + after
        return Axis(middles, starts, [0.0, x])

    @cached_property
    def _rows(self) -> Axis:
        y, middles, starts, ends = 0.0, [], [], []
        _, down = self._extents
        first = {rows[0] for rows in self.routes.grid.bands}
        for row in range(self.routes.grid.height + 1):
            lines = _many(self._level.get(row, {}))
            starts.append(y + ROOM / 2)
            y += ROOM / 2 + lines * LINE
            last = row == self.routes.grid.height
            if row in first or last:
                ends.append(y)
            y += 0 if last else ROOM / 2 if row not in first else ROOM
            if not last:
                before, after = down[row]
                middles.append(y + before)
                y += before + after
        return Axis(middles, starts, [0.0, *ends[1:]])

    @property
    def width(self) -> float:
        """How wide it is."""
        return self._columns.ends[-1]

    @property
    def edges_of_bands(self) -> Sequence[float]:
        """Where the bands begin, and the last one ends."""
        return self._rows.ends

    @cached_property
    def rooms(self) -> tuple[dict[str, Bounds], dict[str, Bounds]]:
        """The rectangles of the elements, and of the names beside them."""
        boxes, names = {}, {}
        for key, (column, row) in self.routes.grid.cells.items():
            at = self._columns.middles[column], self._rows.middles[row]
            for element, box, name in self._relative(key):
                boxes[element] = moved(box, at)
                if name:
                    names[element] = moved(name, at)
        return boxes, names

    @cached_property
    def points(self) -> dict[str, tuple[Point, ...]]:
        """The points of the flows."""
        boxes = self.rooms[0]
        found = {key: self._points(way) for key, way in self.routes.ways.items()}
        odd = [flow for flow in self.flows.values() if flow.id not in found]
        return found | {flow.id: bent(boxes[flow.source], boxes[flow.target]) for flow in odd}

    def _points(self, way: Sequence[tuple[At, At]]) -> tuple[Point, ...]:
        written = [(self._x(across), self._y(down)) for across, down in way]
        return tuple(point for number, point in enumerate(written) if not number or point != written[number - 1])

    def _x(self, at: At) -> float:
        if at.kind == "channel":
            return self._columns.starts[at.channel] + self._upright[at.channel][at.key] * LINE
        box = self.rooms[0][at.element]
        return {"low": box.x, "middle": box.centre[0], "high": box.right}[at.kind]

    def _y(self, at: At) -> float:
        if at.kind == "channel":
            return self._rows.starts[at.channel] + self._level[at.channel][at.key] * LINE
        box = self.rooms[0][at.element]
        return {"low": box.y, "middle": box.centre[1], "high": box.bottom}[at.kind]


def moved(box: Bounds, by: Point) -> Bounds:
    """Return a rectangle somewhere else."""
    return Bounds(box.x + by[0], box.y + by[1], box.width, box.height)


def bent(source: Bounds, target: Bounds) -> tuple[Point, ...]:
    """Return a line with right angles between two rectangles, whatever lies between them."""
    (x, y), (end, below) = source.centre, target.centre
    if source.bottom <= target.y or target.bottom <= source.y:
        down = source.bottom <= target.y
        start, stop = (source.bottom, target.y) if down else (source.y, target.bottom)
        middle = (start + stop) / 2
        return ((x, start), (x, middle), (end, middle), (end, stop))
    start, stop = (source.right, target.x) if source.x < target.x else (source.x, target.right)
    middle = (start + stop) / 2
    return ((start, y), (middle, y), (middle, below), (stop, below))


def _stretch(extent: list[float], before: float, after: float) -> None:
    extent[0], extent[1] = max(extent[0], before), max(extent[1], after)


def _numbered(channels: Mapping[int, Mapping[Key, Run]]) -> dict[int, dict[Key, int]]:
    return {channel: tracks(runs) for channel, runs in channels.items()}


def _many(lines: Mapping[Key, int]) -> int:
    return max(lines.values(), default=-1) + 1
