"""The way a case took through a diagram."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Taken:
    """What was passed, in the numbering of the case's record."""

    elements: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Element id to the numbers of its visits, in order."""
    flows: frozenset[str] = frozenset()
    current: frozenset[str] = frozenset()
    """Elements where the case stands now."""


NOTHING = Taken()
