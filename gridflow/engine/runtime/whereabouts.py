"""Where a token stands: what addresses a limit of its own among those of parallel instances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gridflow.engine.runtime.boundaries import BoundaryEvent
from gridflow.engine.runtime.events import host_of
from gridflow.engine.runtime.items import ParallelItems
from gridflow.engine.runtime.tokens import Token

if TYPE_CHECKING:
    from gridflow.engine.runtime.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The activities a token belongs to, innermost first."""

    around: tuple[str, ...] = ()
    """The token itself, the hosts whose boundary branches it is on, and what it runs inside."""
    items: tuple[str, ...] = ()
    """Those of them that are one of several parallel instances."""

    @property
    def item(self) -> str | None:
        """The innermost parallel instance; None outside of any."""
        return self.items[0] if self.items else None


def whereabouts(top: Workflow, token: Token | None) -> Whereabouts:
    """Return where a token stands, nowhere for one that is gone."""
    found = list(_around(top, token)) if token is not None else []
    items = tuple(one.id for one in found if _is_item(one))
    return Whereabouts(tuple(one.id for one in found), items)


def _around(top: Workflow, token: Token) -> Iterator[Token]:
    inside: Any = token
    while True:
        yield inside
        for above in inside.ancestors():
            host = host_of(above) if isinstance(above.task_spec, BoundaryEvent) else None
            if host is not None:
                yield host
        if inside.workflow is top:
            return
        inside = inside.workflow.host


def _is_item(token: Token) -> bool:
    return token.parent is not None and isinstance(token.parent.task_spec, ParallelItems)
