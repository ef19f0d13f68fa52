"""Gaps and overlaps of a decision table, exact where its cells compare with constants; nothing is guessed elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from gridflow.feel.analysis.layout import Dimension, Layout, TooLarge, lay_out
from gridflow.feel.analysis.pieces import ANYTHING, EMPTY, Piece
from gridflow.feel.decisions.table import TableNode
from gridflow.feel.values import Value

MOST_STEPS = 100_000
"""Of one search; a table that needs more is told to be too large."""
MOST_FOUND = 40
"""Gaps, and overlaps, of one table that are told."""
LISTS = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
"""Policies whose result is a list or a sum: no hit is a result too, and several hits are meant."""

Box = tuple[int, ...]
"""By dimension: the pieces, as a mask of bits."""


@dataclass(frozen=True, slots=True)
class Region:
    """Values of the inputs that are answered alike."""

    parts: tuple[tuple[Dimension, tuple[Piece, ...]], ...]

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Tell whether values, by the text of the input, lie in it."""
        return all(any(piece.holds(values[one.text]) for piece in pieces) for one, pieces in self.parts)

    def example(self) -> dict[str, Value]:
        """Return values that lie in it, by the text of the input."""
        return {one.text: pieces[0].witness for one, pieces in self.parts if pieces != (ANYTHING,)}

    @property
    def blank(self) -> bool:
        """Whether some input has no value in it."""
        return any(pieces == (EMPTY,) for _one, pieces in self.parts)


@dataclass(frozen=True, slots=True)
class Overlap:
    """Rules, counted from 1, that hit together."""

    rules: tuple[int, ...]
    region: Region
    certain: bool
    """False where their outputs cannot be compared without a case."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is to be said of a table."""

    gaps: tuple[Region, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    never: tuple[int, ...] = ()
    """Rules, counted from 1, that no values reach."""
    unknown: tuple[tuple[int, int], ...] = ()
    """Rule and column, from 0, of cells that cannot be told without a case."""
    complete: bool = True
    """False where a limit of work was hit: there may be more."""


def analyse(table: TableNode, texts: Sequence[str], lawful: Mapping[str, frozenset[str]] | None = None) -> Analysis:
    """Return the gaps and overlaps of a table; `texts` are the expressions of its input columns."""
    try:
        layout = lay_out(table, texts, lawful or {})
    except TooLarge:
        return Analysis(complete=False)
    search = _Search(layout)
    gaps = [] if table.policy in LISTS or any(one.default for one in table.outputs) else list(_gaps(search))
    overlaps = list(islice(_overlaps(search, table), MOST_FOUND + 1))
    never = [rule + 1 for rule in range(layout.rules) if not search.reached(rule, first=table.policy == "FIRST")]
    complete = search.complete and len(gaps) <= MOST_FOUND and len(overlaps) <= MOST_FOUND
    return Analysis(tuple(gaps[:MOST_FOUND]), tuple(overlaps[:MOST_FOUND]), tuple(never), layout.unknown, complete)


def _gaps(search: "_Search") -> Iterator[Region]:
    """Yield where no rule hits: first with a value in every input, then with none in some, each place once."""
    dimensions = search.layout.dimensions
    empty = [sum(1 << at for at, piece in enumerate(one.pieces) if piece is EMPTY) for one in dimensions]
    filled = [one.expected & ~none for one, none in zip(dimensions, empty, strict=True)]
    withins = [filled]
    for place in range(len(dimensions)):
        rest = [some | none for some, none in zip(filled[place + 1 :], empty[place + 1 :], strict=True)]
        withins.append([*filled[:place], empty[place], *rest])
    for within in withins:
        if all(within):
            yield from (search.region(box) for box in search.uncovered(within))


def _overlaps(search: "_Search", table: TableNode) -> Iterator[Overlap]:
    """Yield the pairs of rules that hit together where the policy forbids it."""
    if table.policy not in ("UNIQUE", "ANY"):
        return
    for one, other in combinations(range(search.layout.rules), 2):
        box = search.both(one, other)
        if box is None:
            continue
        left, right = (table.rules[rule].outputs for rule in (one, other))
        same = table.policy == "ANY" and left == right
        if not same:
            certain = table.policy == "UNIQUE" or all(map(_told, (*left, *right)))
            yield Overlap((one + 1, other + 1), search.region(box), certain)


def _told(node: object) -> bool:
    return type(node).__name__ in ("Literal", "Temporal")


@dataclass
class _Search:
    """Walks a layout input by input, keeping the rules that still fit."""

    layout: Layout
    complete: bool = True
    left: int = MOST_STEPS
    _known: dict[tuple[int, int], tuple[Box, ...]] = field(default_factory=dict)

    def uncovered(self, within: Sequence[int]) -> tuple[Box, ...]:
        """Return the boxes, among the pieces given, that no rule can hit."""
        self._known, self.left = {}, MOST_STEPS
        return self._uncovered(0, (1 << self.layout.rules) - 1, within, self._free(within, sure=False))

    def _uncovered(self, depth: int, alive: int, within: Sequence[int], free: Sequence[int]) -> tuple[Box, ...]:
        if alive & free[depth]:
            return ()
        if not alive:
            return (tuple(within[depth:]),)
        key = depth, alive
        if key not in self._known:
            groups: dict[tuple[Box, ...], int] = {}
            for at, rules in self._pieces(depth, within[depth], sure=False):
                below = self._uncovered(depth + 1, alive & rules, within, free)
                if below:
                    groups[below] = groups.get(below, 0) | 1 << at
            self._known[key] = tuple((mask, *rest) for below, mask in groups.items() for rest in below)[
                : MOST_FOUND + 1
            ]
        return self._known[key]

    def reached(self, rule: int, *, first: bool) -> bool:
        """Tell whether some values reach a rule: it hits, and with `first` none before it does."""
        own = [
            sum(1 << at for at, rules in enumerate(one.possible) if rules >> rule & 1) for one in self.layout.dimensions
        ]
        if not all(own):
            return False
        self._known, self.left = {}, MOST_STEPS
        earlier = (1 << rule) - 1 if first else 0
        return self._reached(0, earlier, own, self._free(own, sure=True))

    def _reached(self, depth: int, earlier: int, own: Sequence[int], free: Sequence[int]) -> bool:
        if not earlier:
            return True
        if earlier & free[depth]:
            return False
        key = depth, earlier
        if key not in self._known:
            found = any(
                self._reached(depth + 1, earlier & rules, own, free)
                for _at, rules in self._pieces(depth, own[depth], sure=True)
            )
            self._known[key] = ((),) if found or self.left < 0 else ()
        return bool(self._known[key])

    def both(self, one: int, other: int) -> Box | None:
        """Return the pieces two rules surely accept together, those with values first; None where there are none."""
        pair, box = 1 << one | 1 << other, []
        for dimension in self.layout.dimensions:
            shared = [at for at, rules in enumerate(dimension.sure) if rules & pair == pair]
            filled = [at for at in shared if dimension.pieces[at] is not EMPTY]
            if not shared:
                return None
            box.append(sum(1 << at for at in filled or shared))
        return tuple(box)

    def region(self, box: Box) -> Region:
        """Return a box in terms of its pieces; inputs that may have any value are kept, with all of them."""
        parts = [
            (one, tuple(piece for at, piece in enumerate(one.pieces) if mask >> at & 1))
            for one, mask in zip(self.layout.dimensions, box, strict=True)
        ]
        return Region(tuple(parts))

    def _pieces(self, depth: int, within: int, *, sure: bool) -> Iterator[tuple[int, int]]:
        """Yield the pieces of an input with the rules that accept them, as long as there is work left."""
        one = self.layout.dimensions[depth]
        for at, rules in enumerate(one.sure if sure else one.possible):
            if within >> at & 1:
                self.left -= 1
                if self.left < 0:
                    self.complete = False
                    return
                yield at, rules

    def _free(self, within: Sequence[int], *, sure: bool) -> list[int]:
        """Return by depth the rules that accept everything from there on."""
        found = [(1 << self.layout.rules) - 1]
        for one, mask in zip(reversed(self.layout.dimensions), reversed(within), strict=True):
            rules = found[0]
            for at, accepted in enumerate(one.sure if sure else one.possible):
                if mask >> at & 1:
                    rules &= accepted
            found.insert(0, rules)
        return found
