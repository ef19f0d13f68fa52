"""Bring together what waits at the end of a process, so that branches which outlive a loop's rounds leave one token.

Without it each round of a loop leaves a token at the end until everything is over. What one branch has changed is
carried to the next that waits, further down the same way; between them nothing open looks at either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from gridflow.engine.runtime.joins import EndJoin
from gridflow.engine.runtime.merging import Merge
from gridflow.engine.runtime.tokens import FINISHED, WAITING, Token, prune
from gridflow.engine.runtime.trail import Conflict


class _Meeting(NamedTuple):
    """Two tokens at the end, and the places where each has left the way that goes on."""

    token: Token
    place: Token
    other: Token
    other_place: Token


def gather(workflow: Any) -> None:
    """Merge the tokens that wait at the end as far as no open token stands between them."""
    waiting = sorted(token for token in workflow.tasks.values() if _at_end(token))
    while len(waiting) > 1:
        meeting = next(filter(None, map(_meeting, waiting)), None)
        if meeting is None:
            return
        _carry(meeting)
        waiting.remove(meeting.token)


def _meeting(token: Token) -> _Meeting | None:
    place = next((above for above in token.ancestors() if len(above.children) > 1), None)
    if place is None or not place._state & FINISHED:
        return None
    ways = [_bottom(child) for child in place.children if child is not token and not token.is_descendant_of(child)]
    beside = next(filter(_at_end, ways), None)
    if beside is not None:
        return _Meeting(token, place, beside, place)
    below = next(filter(_at_end, map(_bottom, ways[0].children)), None) if len(ways) == 1 else None
    return None if below is None else _Meeting(token, place, below, ways[0])


def _carry(found: _Meeting) -> None:
    """Let the other token bring what both have changed; whoever came to the end last wins a conflict."""
    token, place, other, other_place = found
    merge = Merge(place.data)
    takes: list[Callable[[], None]] = [
        lambda: merge.take(place.data, token.parent.data),
        lambda: merge.take(place.data, other_place.data),
        lambda: merge.take(other_place.data, other.parent.data),
    ]
    for take in takes if token < other else [*takes[1:], takes[0]]:
        take()
    other.parent.data = merge.data
    other.last_state_change = max(token.last_state_change, other.last_state_change)
    token.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]
    prune(next(child for child in place.children if child is token or token.is_descendant_of(child)))


def _at_end(token: Token) -> bool:
    return isinstance(token.task_spec, EndJoin) and token._state == WAITING


def _bottom(token: Token) -> Token:
    """Return where a way parts, ends or is still open."""
    while token._state & FINISHED and len(token.children) == 1:
        (token,) = token.children
    return token
