"""Boundary events: armed again until the host ends, their branches folded, merged at the host's end, withdrawn with it.

The tree under an activity with boundary events is: split -> host, one token per armed or caught event. The host's
first child is the join, so that it is updated before the host's successor inherits the host's data.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit

from gridflow.engine.runtime.events import Catching
from gridflow.engine.runtime.joins import EndJoin
from gridflow.engine.runtime.merging import Merge, same
from gridflow.engine.runtime.nodes import ShortSighted
from gridflow.engine.runtime.timers import Timer
from gridflow.engine.runtime.tokens import (
    COMPLETED,
    FINISHED,
    FUTURE,
    OPEN,
    PARKED,
    PREDICTED,
    READY,
    WAITING,
    Token,
    cause,
    prune,
)
from gridflow.engine.runtime.trail import Conflict

FOLDED = "folded"
"""In the split: the variables with everything that finished branches have changed."""
BASE = "base"
"""In an event: the variables its branch began with, where they differ from those at the split."""
ENDED = "ended"
"""In the split: the host has ended."""


class BoundaryEvent(Catching, defaults.BoundaryEvent):
    """An event on the edge of an activity."""

    cancel_activity: bool

    @property
    def with_host(self) -> bool:
        """Whether its branch is withdrawn when the host ends."""
        return self.attributes.get("with_host", "true") != "false"

    def data_at_arrival(self, token: Token) -> dict[str, Any]:
        """Begin with what earlier branches of the same host left."""
        return dict(current(token.parent))

    def _on_ready_hook(self, token: Token) -> None:
        """Arm it again the moment it is caught: a second message in the same command must not be lost."""
        if self.cancel_activity:
            return
        if not isinstance(self.event_definition, Timer):
            arm(token.parent, self)
            return
        try:
            due = self.event_definition.following(token)
        except PARKED as error:
            arm(token.parent, self, incident=cause(error, token.drawn_name))
        else:
            if due is not None:
                arm(token.parent, self, due=due)

    def _run_hook(self, token: Token) -> bool:
        split = token.parent
        token.data = self.data_at_arrival(token)
        if FOLDED in split.internal_data:
            token.internal_data[BASE] = token.data
        for child in token.children:  # only predicted so far; a multi-instance or a host could not begin there
            if child._state & PREDICTED:
                child._set_state(FUTURE)
                child.task_spec._predict(child, mask=FUTURE | PREDICTED)
        return bool(super()._run_hook(token))


class BoundarySplit(ShortSighted, BoundaryEventSplit):
    """The invisible node before a host: it begins the host and arms the events."""

    def test(self) -> None:
        """Skip the library's check at every arrival."""


class BoundaryJoin(BoundaryEventJoin):
    """The invisible node after a host and after each of its events: here the host's end is worked out, once."""

    def test(self) -> None:
        """Skip the library's check at every arrival."""

    def _update_hook(self, token: Token) -> bool:
        event = token.parent.task_spec
        token._set_state(COMPLETED)
        if isinstance(event, BoundaryEvent) and not event.cancel_activity:
            return False
        split = token.find_ancestor(self.split_task)
        if split is not None and not split.internal_data.get(ENDED):
            end_host(split)
        return False


def arm(split: Token, spec: BoundaryEvent, **internal: Any) -> Token:
    """Let one more instance of a boundary event wait below its split."""
    token = split._add_child(spec, WAITING)
    token.triggered = True  # the library removes children it did not predict unless they are marked
    if internal:
        token.internal_data.update(internal, armed=True)
        token.data = spec.data_at_arrival(token)
    spec._predict(token, mask=OPEN)
    spec._update(token)
    return token


def host_and_events(split: Token) -> tuple[Token, list[Token]]:
    """Return the host and the tokens of its boundary events."""
    host, events = None, []
    for child in split.children:
        if isinstance(child.task_spec, BoundaryEvent):
            events.append(child)
        else:
            host = child
    if host is None:
        raise LookupError(split.task_spec.name)
    return host, events


def current(split: Token) -> dict[str, Any]:
    """Return the variables at the split with everything that finished branches have changed."""
    folded: dict[str, Any] = split.internal_data.get(FOLDED, split.data)
    return folded


def end_host(split: Token) -> None:
    """End a host that completed or is interrupted: merge, withdraw, disarm."""
    host, _ = host_and_events(split)
    split.internal_data[ENDED] = True
    if host._state == COMPLETED:
        fold(split)
        _merge_host(split, host)
    else:
        host.cancel()
    for event in host_and_events(split)[1]:
        if event.task_spec.cancel_activity:
            if event._state & (WAITING | READY):
                withdraw(event)
        elif event._state == WAITING or event.task_spec.with_host or not is_open(event):
            withdraw(event)


def withdraw(event: Token) -> None:
    """Cancel what is open of an event and its branch, and forget it."""
    event.cancel()
    prune(event)


def _merge_host(split: Token, host: Token) -> None:
    if FOLDED not in split.internal_data:
        return
    merge = Merge(current(split))
    merge.take(split.data, host.data)
    host.data = merge.data
    host.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]


def fold(split: Token) -> None:
    """Put what finished non-interrupting branches have changed into the split, and forget their tokens.

    A branch still open rests on its own base, which is stored with it; so folding the others is always safe.
    """
    _, events = host_and_events(split)
    done = [e for e in events if e._state == COMPLETED and not e.task_spec.cancel_activity and not is_open(e)]
    ends = sorted((end, event) for event in done for end in _ends(event))
    merge = Merge(current(split))
    for end, event in ends:
        merge.take(event.internal_data.get(BASE, split.data), end.data)
    split.workflow.top_workflow.conflicts += [Conflict(*conflict) for conflict in merge.conflicts]
    for event in done:
        prune(event)
    if not same(merge.data, current(split)):
        split.internal_data[FOLDED] = merge.data


def is_open(event: Token) -> bool:
    """Tell whether something of a caught event's branch is still under way; waiting at the very end is not."""
    return any(t._state & OPEN and not isinstance(t.task_spec, EndJoin) and not _below_end(t) for t in event.branch())


def _below_end(token: Token) -> bool:
    return isinstance(token.parent.task_spec, EndJoin)


def _ends(event: Token) -> list[Token]:
    """Return the tokens with which a branch ended."""
    return [token for token in event.branch() if any(isinstance(c.task_spec, EndJoin) for c in token.children)]


def open_splits(workflow: Any) -> list[Token]:
    """Return the splits of a workflow whose host has not ended."""
    return [
        token
        for token in workflow.tasks.values()
        if isinstance(token.task_spec, BoundarySplit)
        and token._state == COMPLETED
        and not token.internal_data.get(ENDED)
    ]


def is_caught_event(token: Token) -> bool:
    """Tell whether a token is a boundary event whose host has not ended."""
    split = token.parent
    on_split = isinstance(token.task_spec, BoundaryEvent) and isinstance(split.task_spec, BoundarySplit)
    return on_split and ENDED not in split.internal_data


def rearm_limit(workflow: Any, name: str) -> list[Token]:
    """Arm again the fired limit timers of a workflow whose limit is now due later; return those newly armed."""
    services = workflow.script_engine.services
    armed = []
    for split in open_splits(workflow):
        host, events = host_and_events(split)
        waiting = {event.task_spec.name for event in events if event._state == WAITING}
        if host._state & FINISHED or not services.limit_runs(name, host.id):
            continue
        for spec in split.task_spec.outputs:
            if isinstance(spec, BoundaryEvent) and spec.name not in waiting and _limit_of(spec) == name:
                due = services.limit_due(name, current(split), host.id)
                if due is not None and due > services.now():
                    armed += _armed_ahead(split, spec)
    return armed


def _armed_ahead(split: Token, spec: BoundaryEvent) -> list[Token]:
    """Arm a timer again unless its instant has passed: a share of a limit may lie behind while its end lies ahead."""
    token = arm(split, spec)
    if spec.event_definition.is_due(token):
        withdraw(token)
        return []
    return [token]


def _limit_of(spec: BoundaryEvent) -> str | None:
    definition = spec.event_definition
    return definition.limit if isinstance(definition, Timer) else None
