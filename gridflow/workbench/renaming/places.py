"""Places where a name stands."""

from dataclasses import dataclass

from gridflow.feel.renaming import Renaming, RenamingUnsure, renamed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands in a file."""

    where: str
    """The element, cell or field, as people know it."""
    words: str
    """What stands there."""
    sure: bool = True
    """False where it stays as it is, because it may mean something else: people look at it."""


Rewritten = tuple[bytes, list[Place]]


class Pen:
    """Rewrites the texts of one file and keeps where it did."""

    def __init__(self, renaming: Renaming) -> None:
        self.renaming = renaming
        self.places: list[Place] = []

    def expression(self, text: str, where: str, *, unary: bool = False) -> str:
        """Return an expression, or the tests of a cell, with the name replaced."""
        try:
            found = renamed(text, self.renaming, unary=unary)
        except RenamingUnsure:
            self.places.append(Place(where, text, sure=False))
            return text
        if found != text:
            self.places.append(Place(where, text))
        return found

    def name(self, text: str, where: str) -> str:
        """Return a name on its own, replaced where it is the variable."""
        if text.strip() != self.renaming.old or not self.renaming.variable:
            return text
        self.places.append(Place(where, text.strip()))
        return self.renaming.new
