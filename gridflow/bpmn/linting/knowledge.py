"""What the linter is told of the world outside the diagram."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gridflow.bpmn.model import Diagram

Names = frozenset[str]


class Problem(Protocol):
    """What a check of an expression finds."""

    @property
    def position(self) -> int:
        """The index of the character where it goes wrong."""

    @property
    def message(self) -> str:
        """What is wrong, in Chinese."""


CheckExpression = Callable[[str, Mapping[str, str] | None], Sequence[Problem]]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The known names of every kind; None means unknown, so that nothing is said about that kind."""

    roles: Names | None = None
    forms: Mapping[str, Names] | None = None
    """Form id to the variables it writes (its public fields)."""
    articles: Names | None = None
    documents: Names | None = None
    actions: Names | None = None
    """Further verbs of service tasks beside those of `vocabulary.ACTIONS`."""
    processes: Mapping[str, Diagram] | None = None
    """Process id to the file that holds it: everything of the bundle that may be called."""
    decisions: Mapping[str, Names] | None = None
    """Decision id to the variables it writes."""
    limits: Names | None = None
    names: Mapping[str, str] | None = None
    """Variables a case may begin with, name to type; None leaves unknown variables alone."""
    check_expression: CheckExpression | None = None
    called: Names = field(default_factory=frozenset)
    """Process ids that some diagram of the bundle calls."""
