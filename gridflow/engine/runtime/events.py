"""Events: what is waited for, how it arrives, and how far something thrown reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition, TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin

from gridflow.engine.runtime.faults import ErrorUncaught
from gridflow.engine.runtime.joins import gathered
from gridflow.engine.runtime.nodes import Node
from gridflow.engine.runtime.tokens import FINISHED, INCIDENT, WAITING, Token
from gridflow.engine.runtime.trail import Thrown
from gridflow.engine.runtime.values import own

CAUGHT = "caught"
"""The key of `internal_data` that says an event has come."""
PAYLOAD = "payload"
KEY = "key"


class Event(EventDefinition):
    """A message, signal, escalation or error: known by kind and name (an error or escalation by its code)."""

    kind = ""

    def __init__(self, name: str, *, variable: str, payload: str | None = None) -> None:
        super().__init__(name)
        self.variable = variable
        self.payload = payload

    def catches_from(self, kind: str, name: str) -> bool:
        """Tell whether this waits for such an event; an error or escalation without a code waits for any."""
        return self.kind == kind and self.name in (name, "")

    def has_fired(self, token: Token) -> bool:
        """Tell whether it has come."""
        return bool(token.internal_data.get(CAUGHT))

    def update_task_data(self, token: Token) -> None:
        """Put what came with it into the variable."""
        payload = token.internal_data.pop(PAYLOAD, None)
        if payload is not None:
            token.data = {**token.data, self.variable: payload}

    def throw(self, token: Token) -> None:
        """Send it."""
        key, payload = self._content(token)
        send(token, self, payload, key)

    def _content(self, token: Token) -> tuple[object, Any]:
        engine = token.workflow.script_engine
        values = {name: own(engine.evaluate(token, text)) for name, text in token.task_spec.parameters.items()}
        key = values.pop(KEY, None)
        if self.payload is not None:
            return key, own(engine.evaluate(token, self.payload))
        return key, values or None


class Message(Event):
    """A message."""

    kind = "message"


class Signal(Event):
    """A signal: everybody who waits gets it."""

    kind = "signal"


class Escalation(Event):
    """An escalation, caught on an activity around the thrower."""

    kind = "escalation"


class Error(Event):
    """A BPMN error, caught on an activity around the thrower."""

    kind = "error"


class Conditional(EventDefinition):
    """Comes when a condition over the variables is true."""

    kind = "conditional"

    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.expression = expression

    def has_fired(self, token: Token) -> bool:
        """Look again."""
        return bool(token.workflow.script_engine.decided(token, self.expression))


def send(token: Token, event: Event, payload: Any, key: object) -> None:
    """Deliver what a token throws: to the nearest activity around it, else inside the instance, else outside.

    An error or escalation goes only to an activity around the thrower. A message goes to one who waits for its key,
    a signal to all, here and elsewhere.
    """
    top = token.workflow.top_workflow
    waiting = sorted(t for t in top.tokens() if _waits_for(t, event) and _fits(t, key))
    receivers = waiting if event.kind == "signal" else _nearest(token, waiting)
    if not receivers and event.kind == "message":
        receivers = waiting[:1]
    for receiver in receivers:
        if receiver._state == WAITING:  # else it was cancelled by another that the same signal came to
            receive(receiver, payload)
    if not receivers and event.kind == "error":
        raise ErrorUncaught(event.name)
    if not receivers or event.kind == "signal":
        where = (top.process_of(token), str(token.element_id))
        top.thrown.append(Thrown(event.kind, event.name, payload, key, *where))


def _waits_for(token: Token, event: Event) -> bool:
    definition = getattr(token.task_spec, "event_definition", None)
    if token._state != WAITING or not isinstance(definition, Event) or CAUGHT in token.internal_data:
        return False
    return definition.catches_from(event.kind, event.name)


def _fits(waiting: Token, key: object) -> bool:
    """Tell whether a token waits for a key, or for none; one that asks for a key is not reached without it."""
    wanted = waiting.internal_data.get(KEY)
    return wanted is None or (key is not None and str(wanted) == str(key))


def _nearest(token: Token, waiting: list[Token]) -> list[Token]:
    """Return the waiting boundary events on the innermost activity around a token that has any."""
    for around in token.workflow.top_workflow.enclosing(token):
        found = [t for t in waiting if around in hosted(t)]
        if found:
            return found
    return []


def fail_with(token: Token, code: str, payload: Any) -> bool:
    """Let an error come to the nearest boundary event that catches it, on this activity or around it."""
    waiting = [t for t in token.workflow.top_workflow.tokens() if _waits_for(t, Error(code, variable=""))]
    found = [t for t in waiting if token.id in hosted(t)] or _nearest(token, waiting)
    for receiver in found:
        receive(receiver, payload)
    return bool(found)


def hosted(token: Token) -> set[str]:
    """Return the ids of the tokens whose inside a boundary event watches; empty for other events."""
    if not hasattr(token.task_spec, "cancel_activity"):
        return set()
    host = host_of(token)
    return {host.id, *host._children} if host is not None else set()


def host_of(token: Token) -> Token | None:
    """Return the activity a boundary event stands on."""
    return next((t for t in token.parent.children if not hasattr(t.task_spec, "cancel_activity")), None)


def receive(token: Token, payload: Any) -> None:
    """Let an event come to one waiting token; what is parked for another reason takes it all the same."""
    token.internal_data.pop(INCIDENT, None)
    token.internal_data[CAUGHT] = True
    if payload is not None:
        token.internal_data[PAYLOAD] = payload
    token.task_spec._update(token)


class Catching(Node):
    """A node that waits for an event. It reads its data and instant once, when the token arrives."""

    event_definition: Any

    def undo_arrival(self, token: Token) -> None:
        """Keep waiting: a timer or message that cannot be set up must not hold up its host or its neighbours."""
        token._set_state(WAITING)

    def _update_hook(self, token: Token) -> bool:
        if isinstance(self.event_definition, NoneEventDefinition):
            token._inherit_data()
            return True
        if token._state != WAITING or "armed" not in token.internal_data:
            token._set_state(WAITING)
            self.arm(token)
            token.internal_data["armed"] = True
        return bool(self.event_definition.has_fired(token))

    def arm(self, token: Token) -> None:
        """Prepare to wait: take the data, work out the key or the instant."""
        token.data = self.data_at_arrival(token)
        set_up = getattr(self.event_definition, "set_up", None)
        if set_up is not None:
            set_up(token)
        if KEY in self.parameters:
            token.internal_data[KEY] = own(token.workflow.script_engine.evaluate(token, self.parameters[KEY]))

    def data_at_arrival(self, token: Token) -> dict[str, Any]:
        """Return the variables the token begins with."""
        return dict(token.parent.data)

    def _on_ready_hook(self, token: Token) -> None:
        if isinstance(token.parent.task_spec, EventGateway):
            for sibling in token.parent.children:
                if sibling is not token and not sibling._state & FINISHED:
                    sibling.cancel()

    def _run_hook(self, token: Token) -> bool:
        self.event_definition.update_task_data(token)
        return True

    def _foresee(self, token: Token) -> None:
        BpmnSpecMixin._predict_hook(self, token)  # the library's own leaves out what follows a cycle

    def _on_cancel(self, token: Token) -> None:
        """Nothing is registered anywhere."""


class EventGateway(Node, BpmnSpecMixin):
    """Lets every following event wait; the first that comes cancels the others."""


class Throwing(Node):
    """A node that throws."""

    event_definition: Any

    def _run_hook(self, token: Token) -> bool:
        if isinstance(self.event_definition, Event):
            self.event_definition.throw(token)
        return True


class StartEvent(Catching, defaults.StartEvent):
    """A plain start."""


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """Waits in the flow."""


class ReceiveTask(Catching, defaults.ReceiveTask):
    """Waits for a message."""


class ThrowEvent(Throwing, defaults.IntermediateThrowEvent):
    """Throws and goes on."""


class SendTask(Throwing, defaults.SendTask):
    """Sends a message and goes on."""


class EndEvent(Throwing, defaults.EndEvent):
    """Ends its token; a terminating one ends everything in its process or sub-process, and keeps what had ended."""

    is_end = True

    def _on_complete_hook(self, token: Token) -> None:
        if isinstance(self.event_definition, TerminateEventDefinition):
            workflow = token.workflow
            token.data = gathered(token)
            for other in sorted(t for t in workflow.tasks.values() if not t._state & FINISHED):
                if other.id in workflow.tasks:
                    other.cancel()
            workflow.completed = True


def outcome(payload: Mapping[str, object] | None) -> dict[str, Any] | None:
    """Return what a delivered event carries, as a value a case may hold."""
    return None if payload is None else own(dict(payload))
