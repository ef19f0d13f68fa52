"""What a run reports about the way it went, for the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple


class Step(NamedTuple):
    """One thing that happened to a node: entered, completed or cancelled."""

    process_id: str
    element_id: str
    task_id: str
    what: str
    data: Mapping[str, Any] | None = None
    """What a completed node of a called process saw, which may end with it; None elsewhere."""


@dataclass(frozen=True)
class Thrown:
    """An event that left the instance: nobody inside waits for it, or it is a signal to all."""

    kind: str
    """message, signal or escalation."""
    name: str
    payload: Mapping[str, object] | None
    key: object
    process_id: str
    element_id: str


class Conflict(NamedTuple):
    """Two branches changed one variable; the later one won."""

    path: str
    earlier: object
    later: object
