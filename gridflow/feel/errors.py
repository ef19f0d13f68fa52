"""What can go wrong with an expression or a decision."""

from typing import NamedTuple

from gridflow.errors import GridflowError


class FeelError(GridflowError):
    """An expression or a decision cannot be used as it stands."""


class FeelSyntaxError(FeelError):
    """The text is not a FEEL expression; `position` counts characters from 0."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"表达式第 {position + 1} 个字符处：{reason}")
        self.position = position
        self.reason = reason


class FeelUnsupportedSyntax(FeelSyntaxError):
    """The text is FEEL, but a part that Gridflow refuses on purpose."""


class FeelRuntimeError(FeelError):
    """An evaluation was broken off; a failing part of an expression only gives null."""


class FeelLimit(FeelRuntimeError):
    """An evaluation used more steps, memory or depth than it may."""


class FeelUnsupported(FeelRuntimeError):
    """A value is lawful in FEEL but outside what Gridflow computes exactly (years 1-9999, microseconds)."""


class DecisionFault(NamedTuple):
    """What is wrong with one decision or knowledge model of a file."""

    id: str
    name: str
    line: int
    message: str


class DecisionFileError(FeelError):
    """A DMN file cannot be read or does not fit together; `faults` tells it decision by decision where it can."""

    def __init__(self, message: str, faults: tuple[DecisionFault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class DecisionError(FeelRuntimeError):
    """A decision has no lawful result, for example two rules of a unique table hit."""
