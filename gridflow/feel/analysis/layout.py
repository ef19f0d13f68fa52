"""A decision table as a grid: its inputs cut into pieces, and which rules accept each piece."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gridflow.feel import nodes
from gridflow.feel.analysis.boundaries import ORDERED, NotAnalysable, boundaries
from gridflow.feel.analysis.pieces import ANYTHING, EMPTY, Piece, cut
from gridflow.feel.compiling import Scope
from gridflow.feel.compiling.tests import Test, compile_tests
from gridflow.feel.decisions.table import TableNode
from gridflow.feel.running import Functions, Run
from gridflow.feel.types import Type

MOST_ANSWERS = 1_000_000
"""Rules times pieces of all inputs; a table that asks for more is not analysed."""


class TooLarge(Exception):
    """The table has more rules and constants than are looked at."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """One input, which several columns may ask about; sets of rules are masks of bits, the first rule the lowest."""

    label: str
    text: str
    """The expression, as it stands in the file."""
    pieces: tuple[Piece, ...]
    sure: tuple[int, ...]
    """By piece: the rules that accept it."""
    possible: tuple[int, ...]
    """By piece: the rules that accept it or may do so."""
    expected: int
    """The pieces, as a mask, of values the input may be; rules for others are no fault, and no gap."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table laid out."""

    rules: int
    dimensions: tuple[Dimension, ...]
    unknown: tuple[tuple[int, int], ...]
    """Rule and column, from 0, of the cells whose answer depends on more than their input."""


def lay_out(table: TableNode, texts: Sequence[str], lawful: Mapping[str, frozenset[str]]) -> Layout:
    """Cut the inputs of a table into pieces; raises TooLarge.

    `texts` are the expressions of the columns, `lawful` the texts some of them may be, where that is known.
    """
    together: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        together.setdefault(text or f"#{number}", []).append(number)
    columns = [_Column(table, number, lawful.get(text)) for number, text in enumerate(texts)]
    unknown = [(rule, number) for number, column in enumerate(columns) for rule in sorted(column.unknown)]
    cuts = [(text, [columns[number] for number in own]) for text, own in together.items()]
    pieces = [_pieces(own) for _text, own in cuts]
    if len(table.rules) * sum(map(len, pieces)) > MOST_ANSWERS:
        raise TooLarge
    dimensions = [_dimension(text, own, found) for (text, own), found in zip(cuts, pieces, strict=True)]
    return Layout(len(table.rules), tuple(dimensions), tuple(sorted(unknown)))


class _Column:
    """One input column: the constants of its cells, and the cells that cannot be told."""

    def __init__(self, table: TableNode, number: int, lawful: frozenset[str] | None) -> None:
        self.node = table.inputs[number]
        self.cells = [rule.tests[number] for rule in table.rules]
        self.unknown: set[int] = set()
        self.constants: list[object] = list(lawful or ())
        self.lawful = lawful
        self.kinds = _kinds(self.node.type)
        self.opaque = self.node.type is not None and self.kinds is None
        for rule, cell in enumerate(self.cells):
            try:
                self.constants += boundaries(cell)
            except NotAnalysable:
                self.unknown.add(rule)
        try:
            self.constants += boundaries(self.node.allowed) if self.node.allowed else []
            cut(self.constants, self.kinds or frozenset())
        except NotAnalysable:
            self.opaque = True
        if self.opaque:
            self.unknown = {rule for rule, cell in enumerate(self.cells) if cell.tests}

    def allows(self, piece: Piece) -> bool:
        """Tell whether the input may have the values of a piece."""
        if piece is EMPTY:
            return not _never_null(self.node.value)
        return self.node.allowed is None or _answer(_test(self.node.allowed), piece) is True

    def expects(self, piece: Piece) -> bool:
        """Tell whether the values of a piece are among those the input may be."""
        return self.lawful is None or piece is EMPTY or piece.witness in self.lawful

    def accepted(self, pieces: Sequence[Piece]) -> list[frozenset[int] | None]:
        """Return for each rule the places of the pieces it accepts; None where that cannot be told."""
        tests = {cell: _test(cell) for rule, cell in enumerate(self.cells) if rule not in self.unknown}
        places = {
            cell: frozenset(at for at, piece in enumerate(pieces) if _answer(test, piece) is True)
            for cell, test in tests.items()
        }
        return [None if rule in self.unknown else places[cell] for rule, cell in enumerate(self.cells)]


def _pieces(columns: Sequence[_Column]) -> list[Piece]:
    if any(column.opaque for column in columns):
        return [ANYTHING]
    kinds = frozenset[str]().union(*(column.kinds or frozenset() for column in columns))
    found = cut([value for column in columns for value in column.constants], kinds)
    return [piece for piece in found if all(column.allows(piece) for column in columns)]


def _dimension(text: str, columns: Sequence[_Column], pieces: Sequence[Piece]) -> Dimension:
    every = frozenset(range(len(pieces)))
    sure, possible = [0] * len(pieces), [0] * len(pieces)
    for rule, told in enumerate(zip(*(column.accepted(pieces) for column in columns), strict=True)):
        may = every.intersection(*(places for places in told if places is not None))
        for place in may:
            possible[place] |= 1 << rule
            sure[place] |= (None not in told) << rule
    expected = sum(1 << at for at, piece in enumerate(pieces) if all(column.expects(piece) for column in columns))
    label = columns[0].node.label.partition("（")[0] or text
    return Dimension(label, text, tuple(pieces), tuple(sure), tuple(possible), expected)


def _kinds(declared: Type | None) -> frozenset[str] | None:
    """Return the kinds of value a declared type has; None where they cannot be cut into pieces, nothing for any."""
    if declared is None or declared.name == "Any":
        return frozenset()
    return frozenset({declared.name}) if declared.name in (*ORDERED, "boolean") else None


def _never_null(node: nodes.Node) -> bool:
    """Tell whether an input is the answer to whether something is there."""
    if not isinstance(node, nodes.Comparison) or node.operator not in ("=", "!="):
        return False
    return any(isinstance(side, nodes.Literal) and side.value is None for side in (node.left, node.right))


def _test(tests: nodes.Tests) -> Test:
    scope = Scope(None, ("?",))
    return compile_tests(tests, scope, scope.slots["?"])


def _answer(test: Test, piece: Piece) -> bool | None:
    return True if piece is ANYTHING else test(Run({}, Functions()), piece.witness)
