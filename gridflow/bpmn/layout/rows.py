"""In which row of its lane each element stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from gridflow.bpmn.layout.ranking import Link, columns

Cell = tuple[int, int]
"""Column and row, counted from the top of the whole sheet."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the elements of one sheet stand."""

    cells: Mapping[str, Cell]
    bands: Sequence[range]
    """The rows of each band, at least one."""
    width: int
    held: frozenset[Cell]

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.bands[-1].stop


def grid(keys: Sequence[str], links: Sequence[Link], band: Mapping[str, int], bands: int, low: frozenset[Link]) -> Grid:
    """Place elements: the longest way straight on, the others below it; the targets of `low` links a row lower."""
    column, after = columns(keys, links)
    before: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in links:
        before[target].append(source)
    held: set[tuple[int, int, int]] = set()
    row: dict[str, int] = {}
    for key in sorted(keys, key=lambda each: (column[each], -after[each])):
        wanted = [
            row[source] + ((source, key) in low)
            for source in before[key]
            if column[source] < column[key] and band[source] == band[key]
        ]
        row[key] = min(wanted, default=0)
        while (band[key], column[key], row[key]) in held:
            row[key] += 1
        held.add((band[key], column[key], row[key]))
    deep = [1] * bands
    for key in keys:
        deep[band[key]] = max(deep[band[key]], row[key] + 1)
    tops = [0, *accumulate(deep)][:-1]
    cells = {key: (column[key], tops[band[key]] + row[key]) for key in keys}
    return Grid(
        cells,
        [range(top, top + rows) for top, rows in zip(tops, deep, strict=True)],
        max(column.values(), default=0) + 1,
        frozenset(cells.values()),
    )
