"""By which way each flow goes: through free cells where it can, else through the channels between rows and columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gridflow.bpmn.layout.rows import Cell, Grid
from gridflow.bpmn.layout.tracks import Key, Run


class At(NamedTuple):
    """A coordinate: the `middle`, `low` or `high` side of an element, or its line in the channel of that number."""

    kind: str
    element: str = ""
    channel: int = 0
    key: Key = ("", "")


Way = Sequence[tuple[At, At]]
"""The points of a flow, across and down."""


@dataclass(slots=True)
class Routes:
    """The flows of one sheet; channel n lies before column or above row n."""

    grid: Grid
    hosts: Mapping[str, str]
    """Boundary events and what they sit on."""
    gateways: frozenset[str]
    ways: dict[str, Way] = field(default_factory=dict)
    upright: dict[int, dict[Key, Run]] = field(default_factory=dict)
    level: dict[int, dict[Key, Run]] = field(default_factory=dict)
    ports: dict[tuple[str, str], str] = field(default_factory=dict)
    """What meets the upper (`low`) or lower (`high`) side of an element: `out` or `in`."""
    _across: set[Cell] = field(default_factory=set)
    _down: set[Cell] = field(default_factory=set)

    def cell(self, element: str) -> Cell:
        """Return where an element stands; a boundary event with its host."""
        return self.grid.cells[self.hosts.get(element, element)]

    def lay(self, flows: Sequence[tuple[str, str, str]]) -> None:
        """Find the ways of flows (id, source, target): the straight ones first, then the short before the long."""
        bent = [flow for flow in flows if not self._straight(*flow)]
        ways = (self._corner_out, self._corner_in, self._beside, self._one_channel, self._two_channels)
        for flow in sorted(bent, key=self._length):
            for way in ways:
                if way(*flow):
                    break

    def _length(self, flow: tuple[str, str, str]) -> int:
        (left, above), (right, below) = self.cell(flow[1]), self.cell(flow[2])
        return abs(right - left) + abs(below - above)

    def _run(self, across: Iterable[Cell], down: Iterable[Cell] = ()) -> bool:
        """Take cells for a line that runs across and down, if neither an element nor such a line is there."""
        across, down = set(across), set(down)
        if (across | down) & self.grid.held or across & self._across or down & self._down:
            return False
        self._across |= across
        self._down |= down
        return True

    def _straight(self, flow: str, source: str, target: str) -> bool:
        (start, row), (end, other) = self.cell(source), self.cell(target)
        ahead = row == other and end > start and source not in self.hosts
        if not ahead or not self._run((column, row) for column in range(start + 1, end)):
            return False
        self.ways[flow] = [_leaving(source), _arriving(target)]
        return True

    def _corner_out(self, flow: str, source: str, target: str) -> bool:
        """Leave a gateway or a boundary event up or down and go on along the row of the target."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        side = "high" if other > row else "low"
        leaves = source in self.gateways or (source in self.hosts and side == "high")
        if not leaves or end <= start or row == other or (source, side) in self.ports:
            return False
        down = [(start, each) for each in _between(row, other)]
        if not self._run([(column, other) for column in range(start, end)], down):
            return False
        self.ports[source, side] = "out"
        middle = At("middle", source)
        self.ways[flow] = [(middle, At(side, source)), (middle, At("middle", target)), _arriving(target)]
        return True

    def _corner_in(self, flow: str, source: str, target: str) -> bool:
        """Go along the row of the source and enter a gateway from above or below."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        side = "high" if row > other else "low"
        enters = target in self.gateways and self.ports.get((target, side), "in") == "in"
        if not enters or end <= start or row == other or source in self.hosts:
            return False
        down = [(end, each) for each in _between(other, row)]
        if not self._run([(column, row) for column in range(start + 1, end + 1)], down):
            return False
        self.ports[target, side] = "in"
        middle = At("middle", target)
        self.ways[flow] = [_leaving(source), (middle, At("middle", source)), (middle, At(side, target))]
        return True

    def _beside(self, flow: str, source: str, target: str) -> bool:
        """Leave up or down into the channel next to the row, and enter from the channel before the target."""
        side = self._side(source, target)
        if not side:
            return False
        (start, row), (end, other) = self.cell(source), self.cell(target)
        into, channel = ("to", target), row + (side == "high")
        self.ports[source, side] = "out"
        self._level(channel, into, 2 * start + 1, 2 * end)
        self._upright(end, into, 2 * channel, 2 * other + 1, far=other)
        middle, lane, up = At("middle", source), _line(channel, into), _line(end, into)
        last = _arriving(target)
        self.ways[flow] = [(middle, At(side, source)), (middle, lane), (up, lane), (up, last[1]), last]
        return True

    def _one_channel(self, flow: str, source: str, target: str) -> bool:
        """Go through the channel behind the source or before the target, and through free cells."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        first, last = _leaving(source), _arriving(target)
        for level, channel, key in ((other, start + 1, ("from", source)), (row, end, ("to", target))):
            if end > start and self._run((column, level) for column in range(start + 1, end)):
                self._upright(channel, key, 2 * row + 1, 2 * other + 1, near=row, far=other)
                up = _line(channel, key)
                self.ways[flow] = [first, (up, first[1]), (up, last[1]), last]
                return True
        return False

    def _two_channels(self, flow: str, source: str, target: str) -> bool:
        """Go through the channels behind the source and before the target, and between them through one of rows."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        out, into, channel = ("from", source), ("to", target), _level(self.cell(source), self.cell(target))
        self._upright(start + 1, out, 2 * row + 1, 2 * channel, near=row)
        self._level(channel, into, 2 * start + 2, 2 * end)
        self._upright(end, into, 2 * channel, 2 * other + 1, far=other)
        up, lane, down = _line(start + 1, out), _line(channel, into), _line(end, into)
        first, last = _leaving(source), _arriving(target)
        self.ways[flow] = [first, (up, first[1]), (up, lane), (down, lane), (down, last[1]), last]
        return True

    def _side(self, source: str, target: str) -> str:
        """Return the side by which a flow leaves into the channel next to its row; empty for the right side."""
        if source in self.hosts:
            return "high"
        (start, row), (end, other) = self.cell(source), self.cell(target)
        side = "low" if other < row and end > start else "high"
        near = end == start + 1 and other != row
        return side if source in self.gateways and not near and (source, side) not in self.ports else ""

    def _upright(
        self, channel: int, key: Key, start: int, end: int, *, near: int | None = None, far: int | None = None
    ) -> None:
        run = self.upright.setdefault(channel, {}).setdefault(key, Run(start, start))
        run.reach(start, end)
        run.near |= set() if near is None else {near}
        run.far |= set() if far is None else {far}

    def _level(self, channel: int, key: Key, start: int, end: int) -> None:
        self.level.setdefault(channel, {}).setdefault(key, Run(start, start)).reach(start, end)


def _leaving(source: str) -> tuple[At, At]:
    return At("high", source), At("middle", source)


def _arriving(target: str) -> tuple[At, At]:
    return At("low", target), At("middle", target)


def _line(channel: int, key: Key) -> At:
    return At("channel", channel=channel, key=key)


def _between(start: int, end: int) -> range:
    """Return the rows after one as far as another, whichever lies lower."""
    return range(start + 1, end + 1) if end > start else range(end, start)


def _level(source: Cell, target: Cell) -> int:
    """Return the channel a long flow takes: between the rows on its way, ways back below both."""
    if target[0] <= source[0]:
        return max(source[1], target[1]) + 1
    return source[1] + 1 if target[1] >= source[1] else source[1]
