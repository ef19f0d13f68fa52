"""What a comparison says: changes, files, lines; and two orders brought together."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    kind: str
    """added, removed, changed or moved."""
    subject: str
    """The element, rule or field, by name and id."""
    what: str = ""
    """The property; empty for the thing as a whole."""
    old: str = ""
    new: str = ""
    element: str = ""
    """The id of a drawn element, to mark it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text compared; one that was replaced by a like one says which part of it differs."""

    kind: str
    """added, removed, empty for one that is the same, or gap where lines are left out."""
    number: int
    """In the new text, of a removed one in the old text."""
    before: str
    part: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The whole line."""
        return self.before + self.part + self.after


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs."""

    path: str
    title: str
    """What people call it."""
    kind: str
    """added, removed or changed."""
    changes: Sequence[Change] = ()
    lines: Sequence[Line] = ()
    """Line by line where there is no better way."""


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return the keys of both in the new order, those only in the old one behind what they followed there."""
    there, both = set(new), list(new)
    place = 0
    for key in old:
        if key in there:
            place = both.index(key) + 1
        else:
            both.insert(place, key)
            place += 1
    return both


def displaced(old: Sequence[str], new: Sequence[str]) -> frozenset[str]:
    """Return the keys of both that stand in another order: as few as explain it."""
    before, after = set(old), set(new)
    first, second = [key for key in old if key in after], [key for key in new if key in before]
    kept = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return frozenset(second).difference(*(second[block.b : block.b + block.size] for block in kept))
