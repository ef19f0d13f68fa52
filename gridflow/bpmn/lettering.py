"""How wide a text is and where it may be broken, without asking a font."""

import re
import unicodedata
from itertools import takewhile

PIECES = re.compile(r"[A-Za-z0-9.,:%()/_-]+ ?|.", re.DOTALL)
NOT_FIRST = frozenset("，。、；：？！）》」』”’】〕…")
NOT_LAST = frozenset("（《「『“‘【〔")
LINE = 1.3
"""Distance of two lines, in font sizes."""


def width(text: str, size: float) -> float:
    """Return the width of a line: a Han character is as wide as it is high."""
    return sum(_advance(character) for character in text) * size


def wrap(text: str, widest: float, size: float, most: int = 6) -> list[str]:
    """Break a text into lines; what does not fit in `most` lines ends in an ellipsis.

    Latin words stay whole where they can, and no line begins or ends with the wrong punctuation.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, widest, size):
        if line and width(line + piece.rstrip(), size) > widest and piece[0] not in NOT_FIRST:
            carried = _carried(line)
            lines.append(line[: len(line) - len(carried)].rstrip())
            line = carried + piece.lstrip()
        else:
            line += piece
    lines = [kept for kept in (*lines, line.rstrip()) if kept]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
    return lines


def _carried(line: str) -> str:
    """Return the opening brackets a line must not end with."""
    count = len(list(takewhile(NOT_LAST.__contains__, reversed(line))))
    return line[len(line) - count :] if 0 < count < len(line) else ""


def _pieces(text: str, widest: float, size: float) -> list[str]:
    """Return the smallest parts, cutting a word that is wider than a line into characters."""
    found: list[str] = []
    for piece in PIECES.findall(text):
        found.extend(piece if width(piece, size) > widest else [piece])
    return found


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character.isspace():
        return 0.28
    return 0.68 if character.isupper() else 0.56
