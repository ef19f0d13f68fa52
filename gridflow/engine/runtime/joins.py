"""Joins that count tokens: each activation takes one waiting token of each flow and merges their data three ways.

A token that has arrived and is not yet taken is WAITING; one that was taken is CANCELLED and never counts again, so
loops, excess tokens and forgotten history cannot make a join fire early or lose data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import _EndJoin

from gridflow.engine.runtime.faults import NoFlowMatches
from gridflow.engine.runtime.merging import common_ancestor, merged
from gridflow.engine.runtime.nodes import Node, follow, source
from gridflow.engine.runtime.tokens import CANCELLED, COMPLETED, ENTERED, FINISHED, OPEN, WAITING, Token
from gridflow.engine.runtime.trail import Conflict


class TokenJoin:
    """A node that waits for several tokens; `chosen` says which of them one activation takes."""

    is_join = True
    chosen: Callable[[Token, list[Token]], list[Token] | None]

    def _update_hook(self, token: Token) -> bool:
        if token.parent is None or not token.parent._state & FINISHED:
            return False
        token._set_state(WAITING)
        taken = self.chosen(token, self._arrived(token))
        if taken is None:
            return False
        self._take(token, taken)
        return True

    def _arrived(self, token: Token) -> list[Token]:
        """Return the tokens that wait here, oldest first."""
        tokens = token.workflow.tasks.values()
        return sorted(t for t in tokens if t.task_spec is self and t._state == WAITING)

    def _take(self, token: Token, taken: list[Token]) -> None:
        token.data = self._joined(token, taken)
        for other in taken:
            if other is not token:
                other._set_state(CANCELLED)
                other._drop_children()

    def _joined(self, token: Token, taken: list[Token]) -> dict[str, Any]:
        if len(taken) == 1:
            return dict(token.parent.data)
        merge = merged(common_ancestor(taken).data, [other.parent.data for other in taken])
        token.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]
        return merge.data


class ParallelGateway(TokenJoin, Node, defaults.ParallelGateway):
    """Waits for one token of every incoming flow."""

    def chosen(self, token: Token, arrived: list[Token]) -> list[Token] | None:
        """Take the oldest token of each flow; None while one is missing."""
        missing = Counter(map(source, self.inputs))
        taken = [token]
        missing[source(token.parent.task_spec)] -= 1
        for other in arrived:
            name = source(other.parent.task_spec)
            if other is not token and missing[name] > 0:
                missing[name] -= 1
                taken.append(other)
        return sorted(taken) if not any(missing.values()) else None

    def _run_hook(self, _: Token) -> bool:
        return True


class InclusiveGateway(TokenJoin, Node, defaults.InclusiveGateway):
    """Waits while a token elsewhere can still come in by a flow that has none (BPMN 2.0, 13.4.3)."""

    def chosen(self, token: Token, arrived: list[Token]) -> list[Token] | None:
        """Take the oldest token of each flow that has one; None while one may still come."""
        taken: dict[str, Token] = {token.parent.task_spec.name: token}
        for other in arrived:
            taken.setdefault(other.parent.task_spec.name, other)
        empty = [spec for spec in self.inputs if spec.name not in taken]
        if empty:
            to_empty = self._leading(empty)
            to_taken = self._leading([spec for spec in self.inputs if spec.name in taken])
            active = {t.task_spec.name for t in token.workflow.tasks.values() if t.task_spec is not self and is_live(t)}
            if any(name in to_empty and name not in to_taken for name in active):
                return None
        return sorted(taken.values())

    def _leading(self, specs: Iterable[Any]) -> set[str]:
        """Return the names of the nodes from which one of these can be reached without passing here."""
        seen = {spec.name for spec in specs}
        stack = list(specs)
        while stack:
            for spec in stack.pop().inputs:
                if spec is not self and spec.name not in seen:
                    seen.add(spec.name)
                    stack.append(spec)
        return seen

    def _run_hook(self, token: Token) -> bool:
        matches, defaults_ = self._get_matching_outputs(token)
        outputs = matches or defaults_
        if not outputs:
            raise NoFlowMatches
        follow(token, outputs)
        return True


class EndJoin(TokenJoin, _EndJoin):
    """The invisible end of a process: waits until nothing else is under way, then merges every branch."""

    def test(self) -> None:
        """Skip the library's check at every arrival."""

    def chosen(self, token: Token, arrived: list[Token]) -> list[Token] | None:
        """Take everything that has arrived; None while something else is under way."""
        busy = any(t.task_spec is not self and is_live(t) for t in token.workflow.tasks.values())
        return None if busy else arrived

    def _run_hook(self, _: Token) -> bool:
        return True


def gathered(token: Token) -> dict[str, Any]:
    """Return the variables of a token that ends everything, with what branches brought that had ended before it."""
    tokens = token.workflow.tasks.values()
    ended = sorted(t for t in tokens if isinstance(t.task_spec, EndJoin) and t._state == WAITING)
    if not ended:
        return token.data
    merge = merged(common_ancestor([token, *ended]).data, [*(other.parent.data for other in ended), token.data])
    token.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]
    return merge.data


def is_live(token: Token) -> bool:
    """Tell whether a token stands somewhere: entered, or on its way because it failed to arrive."""
    if token._state & ENTERED:
        return True
    return bool(token._state & OPEN and token.parent is not None and token.parent._state == COMPLETED)
