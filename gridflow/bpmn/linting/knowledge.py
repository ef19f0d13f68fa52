"""What the linter is told of the world outside the diagram."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from gridflow.bpmn.model import Diagram

Names = frozenset[str]
Types = Mapping[str, str]
"""Variable to FEEL type, `Any` where it is not certain."""


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
    forms: Mapping[str, Types] | None = None
    """Form id to the variables it writes (its public fields) with their FEEL types."""
    article: Callable[[str], bool] | None = None
    """Whether an article code is in order: one of the city's ordinance, or another city's."""
    documents: Names | None = None
    actions: Names | None = None
    """Further verbs of service tasks beside those of `vocabulary.ACTIONS`."""
    processes: Mapping[str, Diagram] | None = None
    """Process id to the file that holds it: everything of the bundle that may be called."""
    decisions: Mapping[str, Names] | None = None
    """Decision id to the variables it writes."""
    reads: Mapping[str, Names] = field(default_factory=dict)
    """Decision id to the variables it reads."""
    limits: Names | None = None
    names: Types | None = None
    """Variables a case may begin with, name to type; None leaves unknown variables alone."""
    contexts: Types = field(default_factory=dict)
    """The entries of the contexts every expression sees, `case.town` to type; contexts not named may hold anything."""
    choices: Mapping[tuple[str, str], Names] = field(default_factory=dict)
    """What the texts given to an action may be, by action and input."""
    check_expression: CheckExpression | None = None
    check_condition: CheckExpression | None = None
    """The same for an expression that has to give yes or no."""
    called: Names = field(default_factory=frozenset)
    """Process ids that some diagram of the bundle calls."""
