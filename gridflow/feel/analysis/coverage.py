"""Gaps and overlaps of a decision table, exact where its cells compare with constants; nothing is guessed elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice
from operator import and_

from gridflow.feel.analysis.layout import Dimension, Layout, TooLarge, lay_out
from gridflow.feel.analysis.pieces import ANYTHING, EMPTY, Piece
from gridflow.feel.decisions.table import TableNode
from gridflow.feel.values import Value

MOST_STEPS = 250_000
"""Pieces looked at for gaps, for overlaps and for dead rules, each; more are not looked at, and that is said."""
MOST_FOUND = 20
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
    search.left = MOST_STEPS
    overlaps = list(islice(_overlaps(search, table), MOST_FOUND + 1))
    search.left = MOST_STEPS
    never = [rule + 1 for rule in range(layout.rules) if not search.reached(rule, first=table.policy == "FIRST")]
    complete = search.complete and len(gaps) <= MOST_FOUND and len(overlaps) <= MOST_FOUND
    return Analysis(tuple(gaps[:MOST_FOUND]), tuple(overlaps[:MOST_FOUND]), tuple(never), layout.unknown, complete)


def _gaps(search: "_Search") -> Iterator[Region]:
    """Yield where no rule hits: first with a value in every input, then with none in some, each place once."""
    dimensions = search.layout.dimensions
    empty = [_empty(one) for one in dimensions]
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
        if not search.spend(1):
            return
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
    _boxes: dict[bool, list[Box]] = field(default_factory=dict)

    def spend(self, steps: int) -> bool:
        """Tell whether there is work left, and use some up."""
        self.left -= steps
        self.complete = self.complete and self.left >= 0
        return self.left >= 0

    def boxes(self, *, sure: bool) -> list[Box]:
        """Return for each rule the pieces it accepts, or may accept."""
        if sure not in self._boxes:
            found = [[0] * len(self.layout.dimensions) for _ in range(self.layout.rules)]
            for place, one in enumerate(self.layout.dimensions):
                for at, rules in enumerate(one.sure if sure else one.possible):
                    for rule in _bits(rules):
                        found[rule][place] |= 1 << at
            self._boxes[sure] = [tuple(box) for box in found]
        return self._boxes[sure]

    def uncovered(self, within: Sequence[int]) -> tuple[Box, ...]:
        """Return the boxes, among the pieces given, that no rule can hit."""
        self._known = {}
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
                if sum(map(len, groups)) > MOST_FOUND:
                    break
            self._known[key] = tuple((mask, *rest) for below, mask in groups.items() for rest in below)[
                : MOST_FOUND + 1
            ]
        return self._known[key]

    def reached(self, rule: int, *, first: bool) -> bool:
        """Tell whether some values reach a rule: it hits, and with `first` none before it does."""
        own = self.boxes(sure=False)[rule]
        if not all(own):
            return False
        if not first or not self.spend(rule):
            return True
        surely = self.boxes(sure=True)
        meeting = [at for at in range(rule) if all(map(and_, surely[at], own))]
        if not meeting or not self.spend(sum(len(one.pieces) for one in self.layout.dimensions)):
            return True
        self._known = {}
        earlier = sum(1 << at for at in meeting)
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
        box = []
        rules = self.boxes(sure=True)
        for dimension, left, right in zip(self.layout.dimensions, rules[one], rules[other], strict=True):
            shared = left & right
            if not shared:
                return None
            box.append(shared & ~_empty(dimension) or shared)
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
                if not self.spend(1):
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


def _bits(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _empty(one: Dimension) -> int:
    """Return the piece that has no value, as a mask."""
    return sum(1 << at for at, piece in enumerate(one.pieces) if piece is EMPTY)
