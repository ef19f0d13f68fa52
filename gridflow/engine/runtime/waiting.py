"""What an instance waits for, as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from gridflow.engine.runtime.boundaries import BoundaryEvent, is_caught_event
from gridflow.engine.runtime.events import KEY, Event, host_of
from gridflow.engine.runtime.items import is_loop
from gridflow.engine.runtime.nodes import ServiceTask, SubProcess
from gridflow.engine.runtime.timers import DUE, Timer
from gridflow.engine.runtime.tokens import COMPLETED, ENTERED, READY, STARTED, WAITING, Token


@dataclass(frozen=True, slots=True)
class Waiter:
    """One token that waits."""

    task_id: str
    process_id: str
    element_id: str
    kind: str
    """human, service, timer, message, signal, escalation, error, incident or loop."""
    data: Mapping[str, Any]
    """The variables there, read-only."""
    due: datetime | None = None
    """When a timer fires; None while it has no instant."""
    name: str | None = None
    """The name of a message or signal, the limit of a limit timer."""
    host_task_id: str | None = None
    """The activity a boundary event stands on."""
    cause: str | None = None
    """Why an incident is parked."""
    key: object = None
    """The key a message is told by, from the parameter `key` of its event."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything an instance waits for, each in the order of arrival."""

    humans: tuple[Waiter, ...] = ()
    services: tuple[Waiter, ...] = ()
    timers: tuple[Waiter, ...] = ()
    messages: tuple[Waiter, ...] = ()
    """Messages and signals that can be delivered from outside."""
    incidents: tuple[Waiter, ...] = ()
    loops: tuple[Waiter, ...] = ()
    """Running multi-instances, to which an item can be added."""


_PLACES = {"human": "humans", "service": "services", "timer": "timers", "message": "messages", "signal": "messages"}
_PLACES |= {"incident": "incidents", "loop": "loops"}


def survey(top: Any) -> Waiting:
    """Look at every open token once."""
    found: dict[str, list[Waiter]] = {place: [] for place in Waiting.__slots__}
    for waiter in _waiters(top):
        if waiter.kind in _PLACES:
            found[_PLACES[waiter.kind]].append(waiter)
    return Waiting(**{place: tuple(waiters) for place, waiters in found.items()})


def _waiters(top: Any) -> Iterator[Waiter]:
    for token in sorted(t for t in top.tokens() if kind_of(t) is not None):
        yield _waiter(top, token, str(kind_of(token)))


def variables(workflow: Any) -> dict[str, Any]:
    """Return the variables where a workflow last went on, boundary branches left out."""
    gone_on = [t for t in workflow.tasks.values() if t._state & (ENTERED | COMPLETED) and not _aside(t)]
    newest = max(gone_on, default=workflow.task_tree)
    inside = workflow.top_workflow.subprocesses.get(newest.id)
    if inside is not None and isinstance(newest.task_spec, SubProcess):
        return variables(inside)
    return dict(newest.data or (newest.parent.data if newest.parent else {}))


def _aside(token: Token) -> bool:
    """Tell whether a token belongs to a boundary event of an open host, or is one of the library's own."""
    return token.element_id is None or any(is_caught_event(above) for above in token.ancestors())


def kind_of(token: Token) -> str | None:
    """Return what a token waits for, None if it does not wait for anything from outside."""
    if token.incident is not None:
        return "incident"
    state, spec = token._state, token.task_spec
    if state == READY and spec.manual:
        return "human"
    if state == STARTED:
        if isinstance(spec, ServiceTask):
            return "service"
        return "loop" if is_loop(token) else None
    definition = getattr(spec, "event_definition", None)
    if state == WAITING and isinstance(definition, Event | Timer):
        return definition.kind
    return None


def _waiter(top: Any, token: Token, kind: str) -> Waiter:
    spec, internal = token.task_spec, token.internal_data
    boundary = isinstance(spec, BoundaryEvent)
    host = host_of(token) if boundary else None
    return Waiter(
        task_id=token.id,
        process_id=top.process_of(token),
        element_id=str(token.element_id),
        kind=kind,
        data=MappingProxyType(spec.data_at_arrival(token) if boundary else token.data or token.parent.data),
        due=internal.get(DUE),
        name=getattr(getattr(spec, "event_definition", None), "name", None),
        host_task_id=host.id if host is not None else None,
        cause=token.incident,
        key=internal.get(KEY),
    )
