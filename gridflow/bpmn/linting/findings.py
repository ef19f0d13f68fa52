"""What the linter says about a diagram."""

from dataclasses import dataclass
from typing import Literal, Protocol

Severity = Literal["error", "warning"]
LONGEST_NAME = 60
LONGEST_ID = 200
"""No id that is allowed is longer."""


class Place(Protocol):
    """Anything in a diagram that can be pointed at."""

    @property
    def id(self) -> str:
        """The element id."""

    @property
    def name(self) -> str:
        """The name shown."""

    @property
    def line(self) -> int:
        """The line in the file, 0 if unknown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with one element: an error forbids publication, a warning does not."""

    rule: str
    """The rule id in kebab-case."""
    severity: Severity
    element: str
    name: str
    message: str
    """What is wrong, in Chinese."""
    remedy: str
    """What to do about it, in Chinese."""
    line: int = 0


def error(rule: str, place: Place, message: str, remedy: str) -> Finding:
    """Return a finding that forbids publication."""
    return Finding(rule, "error", clipped(place.id, LONGEST_ID), clipped(place.name), message, remedy, place.line)


def warning(rule: str, place: Place, message: str, remedy: str) -> Finding:
    """Return a finding that a careful author looks at."""
    return Finding(rule, "warning", clipped(place.id, LONGEST_ID), clipped(place.name), message, remedy, place.line)


def clipped(text: str, longest: int = LONGEST_NAME) -> str:
    """Shorten what a file says of itself before repeating it."""
    return text if len(text) <= longest else text[:longest] + "…"
