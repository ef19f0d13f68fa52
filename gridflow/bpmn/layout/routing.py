"""By which way each flow goes: through free cells where it can, else through the channels between rows and columns."""

from collections.abc import Mapping, Sequence
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
        for flow in sorted(bent, key=self._length):
            if not (self._corner_out(*flow) or self._corner_in(*flow)):
                self._channelled(*flow)

    def _length(self, flow: tuple[str, str, str]) -> int:
        (left, above), (right, below) = self.cell(flow[1]), self.cell(flow[2])
        return abs(right - left) + abs(below - above)

    def _free(self, columns: range, rows: range, *, across: bool) -> bool:
        """Tell whether a line may run through cells."""
        there = [(column, row) for column in columns for row in rows]
        lines = self._across if across else self._down
        return not any(cell in self.grid.held or cell in lines for cell in there)

    def _run_across(self, columns: range, row: int) -> None:
        self._across.update((column, row) for column in columns)

    def _straight(self, flow: str, source: str, target: str) -> bool:
        (start, row), (end, other) = self.cell(source), self.cell(target)
        between = range(start + 1, end)
        ahead = row == other and end > start and source not in self.hosts
        if not ahead or not self._free(between, range(row, row + 1), across=True):
            return False
        self._run_across(between, row)
        self.ways[flow] = [(At("high", source), At("middle", source)), (At("low", target), At("middle", target))]
        return True

    def _corner_out(self, flow: str, source: str, target: str) -> bool:
        """Leave a gateway or a boundary event up or down and go on along the row of the target."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        side = "high" if other > row else "low"
        leaves = source in self.gateways or (source in self.hosts and side == "high")
        if not leaves or end <= start or row == other or (source, side) in self.ports:
            return False
        rows, aside = _between(row, other), range(start, end)
        if not self._free(range(start, start + 1), rows, across=False) or not self._free(
            aside, range(other, other + 1), across=True
        ):
            return False
        self._down.update((start, each) for each in rows)
        self._run_across(aside, other)
        self.ports[source, side] = "out"
        self.ways[flow] = [
            (At("middle", source), At(side, source)),
            (At("middle", source), At("middle", target)),
            (At("low", target), At("middle", target)),
        ]
        return True

    def _corner_in(self, flow: str, source: str, target: str) -> bool:
        """Go along the row of the source and enter a gateway from above or below."""
        (start, row), (end, other) = self.cell(source), self.cell(target)
        side = "high" if row > other else "low"
        enters = target in self.gateways and self.ports.get((target, side), "in") == "in"
        if not enters or end <= start or row == other or source in self.hosts:
            return False
        rows, aside = _between(other, row), range(start + 1, end + 1)
        column = range(end, end + 1)
        if not self._free(column, rows, across=False) or not self._free(aside, range(row, row + 1), across=True):
            return False
        self._down.update((end, each) for each in rows)
        self._run_across(aside, row)
        self.ports[target, side] = "in"
        self.ways[flow] = [
            (At("high", source), At("middle", source)),
            (At("middle", target), At("middle", source)),
            (At("middle", target), At(side, target)),
        ]
        return True

    def _channelled(self, flow: str, source: str, target: str) -> None:
        (start, row), (end, other) = self.cell(source), self.cell(target)
        out, into = ("from", source), ("to", target)
        side = self._side(source, target)
        arrival = (At("low", target), At("middle", target))
        if side:
            level = row + (side == "high")
            self.ports[source, side] = "out"
            lane = At("channel", channel=level, key=into)
            self._level(level, into, 2 * start + 1, 2 * end)
            self._upright(end, into, 2 * level, 2 * other + 1, far=other)
            up = At("channel", channel=end, key=into)
            middle = At("middle", source)
            self.ways[flow] = [(middle, At(side, source)), (middle, lane), (up, lane), (up, arrival[1]), arrival]
            return
        leave = (At("high", source), At("middle", source))
        between = range(start + 1, end)
        if end > start and self._free(between, range(other, other + 1), across=True):
            self._run_across(between, other)
            self._upright(start + 1, out, 2 * row + 1, 2 * other + 1, near=row, far=other)
            up = At("channel", channel=start + 1, key=out)
            self.ways[flow] = [leave, (up, leave[1]), (up, arrival[1]), arrival]
        elif end > start and self._free(between, range(row, row + 1), across=True):
            self._run_across(between, row)
            self._upright(end, into, 2 * row + 1, 2 * other + 1, near=row, far=other)
            up = At("channel", channel=end, key=into)
            self.ways[flow] = [leave, (up, leave[1]), (up, arrival[1]), arrival]
        else:
            level = _level(self.cell(source), self.cell(target))
            self._upright(start + 1, out, 2 * row + 1, 2 * level, near=row)
            self._level(level, into, 2 * start + 2, 2 * end)
            self._upright(end, into, 2 * level, 2 * other + 1, far=other)
            first, last = At("channel", channel=start + 1, key=out), At("channel", channel=end, key=into)
            lane = At("channel", channel=level, key=into)
            self.ways[flow] = [leave, (first, leave[1]), (first, lane), (last, lane), (last, arrival[1]), arrival]

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


def _between(start: int, end: int) -> range:
    """Return the rows after one as far as another, whichever lies lower."""
    return range(start + 1, end + 1) if end > start else range(end, start)


def _level(source: Cell, target: Cell) -> int:
    """Return the channel a long flow takes: between the rows on its way, ways back below both."""
    if target[0] <= source[0]:
        return max(source[1], target[1]) + 1
    return source[1] + 1 if target[1] >= source[1] else source[1]
