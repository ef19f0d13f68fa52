"""Regions of a decision table as the cells of a rule that covers them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridflow.feel.analysis.coverage import Region
from gridflow.feel.analysis.layout import Dimension
from gridflow.feel.analysis.pieces import ANYTHING, EMPTY, Piece
from gridflow.feel.temporal import show
from gridflow.feel.values import Value


def cells_for(region: Region) -> dict[str, str]:
    """Return the cells of a rule that covers a region, by the text of the input; what may be anything is out."""
    written = {one.text: _cell(one, pieces) for one, pieces in region.parts}
    return {text: cell for text, cell in written.items() if cell}


def _cell(one: Dimension, pieces: Sequence[Piece]) -> str:
    expected = [piece for at, piece in enumerate(one.pieces) if one.expected >> at & 1 and piece is not EMPTY]
    if ANYTHING in pieces or (expected and all(piece in pieces for piece in expected)):
        return ""
    between = [piece for piece in one.pieces if piece.kind == "string" and not piece.point]
    if between and all(piece in pieces for piece in between):
        left_out = [piece for piece in one.pieces if piece not in pieces]
        return " and ".join(f"? != {_literal(piece.low)}" for piece in left_out)
    return ", ".join(_stretch(run) for run in _runs(one, pieces))


def _runs(one: Dimension, pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield neighbouring pieces of one kind together."""
    run: list[Piece] = []
    for piece in one.pieces:
        if run and not (piece in pieces and run[-1].kind == piece.kind != "boolean"):
            yield run
            run = []
        if piece in pieces:
            run.append(piece)
    if run:
        yield run


def _stretch(run: Sequence[Piece]) -> str:
    first, last = run[0], run[-1]
    if first is last and first.point:
        return _literal(first.low)
    if first.low is None and last.high is None:
        return "? != null"
    if first.low is None:
        return f"{'<=' if last.point else '<'} {_literal(last.high)}"
    if last.high is None:
        return f"{'>=' if first.point else '>'} {_literal(first.low)}"
    opened, closed = "[" if first.point else "(", "]" if last.point else ")"
    return f"{opened}{_literal(first.low)}..{_literal(last.high)}{closed}"


def _literal(value: Value) -> str:
    """Write a constant as FEEL."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return f'@"{show(value)}"'
