"""Regions of a decision table in words: 等级 = “L3” 且 天数 > 5."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from gridflow.feel.analysis.boundaries import following
from gridflow.feel.analysis.coverage import Region
from gridflow.feel.analysis.layout import Dimension
from gridflow.feel.analysis.pieces import EMPTY, Piece
from gridflow.feel.temporal import show
from gridflow.feel.values import Value

MOST_TEXTS = 6
"""Texts of one input that are named."""


def said(region: Region) -> str:
    """Say which values a region has; inputs that may have any value are left out."""
    parts = [words for one, pieces in region.parts if (words := _input(one, pieces))]
    return " 且 ".join(parts) if parts else "任何情况"


def _input(one: Dimension, pieces: Sequence[Piece]) -> str:
    filled = [piece for piece in one.pieces if piece is not EMPTY]
    chosen = [piece for piece in pieces if piece is not EMPTY]
    may_be_blank = EMPTY in one.pieces
    expected = [piece for at, piece in enumerate(one.pieces) if one.expected >> at & 1 and piece is not EMPTY]
    if all(piece in chosen for piece in expected) and expected:
        return ""
    if not chosen:
        return f"{one.label} 为空"
    words = list(_texts(one.label, chosen, filled) if _only_texts(filled) else _stretches(one.label, chosen, filled))
    if may_be_blank and EMPTY in pieces:
        words.append("为空" if len(words) == 1 else f"{one.label} 为空")
    return words[0] if len(words) == 1 else f"（{' 或 '.join(words)}）"


def _only_texts(pieces: Sequence[Piece]) -> bool:
    """Tell whether an input is only asked whether it is one of some texts."""
    return all(piece.kind == "string" for piece in pieces)


def _texts(label: str, chosen: Sequence[Piece], filled: Sequence[Piece]) -> Iterator[str]:
    """Say texts by those that are named: the ones meant, or, where every other one is, the ones not meant."""
    between = [piece for piece in filled if not piece.point]
    if between and all(piece in chosen for piece in between):
        named = [piece for piece in filled if piece.point and piece not in chosen]
        yield f"{label} 不是 {_listed(named)}"
    elif not any(piece in chosen for piece in between):
        yield f"{label} = {_listed(chosen)}" if len(chosen) == 1 else f"{label} 是 {_listed(chosen)} 之一"
    else:
        yield from _stretches(label, chosen, filled)


def _listed(pieces: Sequence[Piece]) -> str:
    words = "、".join(_value(piece.low) for piece in pieces[:MOST_TEXTS])
    return f"{words} 等 {len(pieces)} 个" if len(pieces) > MOST_TEXTS else words


def _stretches(label: str, chosen: Sequence[Piece], filled: Sequence[Piece]) -> Iterator[str]:
    """Say neighbouring pieces of a kind together."""
    run: list[Piece] = []
    for piece in filled:
        if piece in chosen and (not run or run[-1].kind == piece.kind != "boolean"):
            run.append(piece)
        else:
            if run:
                yield _stretch(label, run)
            run = [piece] if piece in chosen else []
    if run:
        yield _stretch(label, run)


def _stretch(label: str, run: Sequence[Piece]) -> str:
    first, last = run[0], run[-1]
    if first.point and first is last:
        return f"{label} = {_value(first.low)}"
    if first.kind == "string" and first.point and last.high == following(first.low):
        return f"{label} 以 {_value(first.low)} 开头"
    low = "" if first.low is None else f"{_value(first.low)} {'≤' if first.point else '<'} "
    high = "" if last.high is None else f" {'≤' if last.point else '<'} {_value(last.high)}"
    if low and not high:
        return f"{label} {'≥' if first.point else '>'} {_value(first.low)}"
    return f"{low}{label}{high}" if low or high else f"{label} 是其他值"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return format(value, "f")
    return f"“{value}”" if isinstance(value, str) else show(value)
