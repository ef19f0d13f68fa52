"""Texts compared line by line, and within a line the part that differs."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from gridflow.workbench.comparing.changes import ADDED, REMOVED, Line

CONTEXT = 3
GAP = "gap"


def lines(old: bytes | None, new: bytes | None) -> list[Line]:
    """Return the lines that differ with a few round them; of a file that is only there once, all of them."""
    before, after = (text.decode().splitlines() if text else [] for text in (old, new))
    found: list[Line] = []
    last = 0
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT):
        if found or group[0][3] > last:
            found.append(Line(GAP, 0, ""))
        for step in group:
            found.extend(_step(step, before, after))
        last = group[-1][4]
    if found and last < len(after):
        found.append(Line(GAP, 0, ""))
    return found


def _step(step: tuple[str, int, int, int, int], before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    what, start, end, first, past = step
    if what == "equal":
        yield from (Line("", number + 1, after[number]) for number in range(first, past))
        return
    alike = what == "replace" and end - start == past - first
    for number in range(start, end):
        other = after[first + number - start] if alike else None
        yield Line(REMOVED, number + 1, *_parts(before[number], other))
    for number in range(first, past):
        other = before[start + number - first] if alike else None
        yield Line(ADDED, number + 1, *_parts(after[number], other))


def _parts(text: str, other: str | None) -> tuple[str, str, str]:
    """Split a line into what it shares with the other's beginning, what differs, and what it shares with its end."""
    if other is None:
        return text, "", ""
    head = _shared(text, other)
    tail = len(text) - _shared(text[head:][::-1], other[head:][::-1])
    return text[:head], text[head:tail], text[tail:]


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
