"""One running instance: what the commands do to it. Pure: no database, no clock of its own, no side effect.

A run belongs to one command and one thread. On any exception it must be thrown away and restored from the stored state.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gridflow.engine.errors import RunawayLoop
from gridflow.engine.runtime import codec
from gridflow.engine.runtime.boundaries import FOLDED, BoundaryEvent, current, rearm_limit
from gridflow.engine.runtime.events import CAUGHT, Catching, Event, fail_with, outcome, receive
from gridflow.engine.runtime.faults import TaskNotWaiting, TimerNotDue
from gridflow.engine.runtime.items import Items, ParallelItems, is_loop
from gridflow.engine.runtime.nodes import ServiceTask
from gridflow.engine.runtime.services import Expressions, Services
from gridflow.engine.runtime.specs import Specs
from gridflow.engine.runtime.timers import Timer
from gridflow.engine.runtime.tokens import FUTURE, INCIDENT, PARKED, READY, STARTED, WAITING, Token, cause
from gridflow.engine.runtime.trail import Conflict, Step, Thrown
from gridflow.engine.runtime.truncation import tidy
from gridflow.engine.runtime.values import own
from gridflow.engine.runtime.waiting import Waiter, Waiting, survey, variables
from gridflow.engine.runtime.whereabouts import Whereabouts, whereabouts
from gridflow.engine.runtime.workflow import Workflow

__all__ = ["MOST_STEPS", "Conflict", "Run", "Step", "Thrown", "Waiter", "Waiting"]

MOST_STEPS = 2_000
"""Nodes that may run by themselves in one advance; more is a loop that never waits."""
MOST_TOKENS = 20_000
"""Tokens an instance may have while it advances; two hundred instances of a large sub-process have half as many."""


class Run:
    """An instance in memory."""

    def __init__(self, workflow: Workflow) -> None:
        self._top = workflow

    # ------------------------------------------------------------ beginning and storing

    @classmethod
    def start(cls, specs: Specs, data: Mapping[str, object], services: Services) -> Run:
        """Begin an instance; nothing runs before `advance`. Raises ValueRefused for data a case may not hold."""
        top = Workflow(specs, Expressions(services))
        top.plant()
        top.task_tree.data = own(dict(data))
        return cls(top)

    @classmethod
    def restore(cls, specs: Specs, blob: bytes, services: Services) -> Run:
        """Take up a stored instance; raises StateUnreadable if it does not fit."""
        return cls(codec.decode(blob, specs, Expressions(services)))

    def asking(self, services: Services) -> Run:
        """Return this run with other surroundings from here on."""
        self._top.script_engine = Expressions(services)
        return self

    def encode(self) -> bytes:
        """Return the state, about 1 to 5 kB."""
        return codec.encode(self._top)

    # ------------------------------------------------------------ running

    def advance(self) -> int:
        """Run whatever runs by itself until everything waits, and return how many nodes; timers never fire here.

        More than MOST_STEPS nodes or MOST_TOKENS tokens raise RunawayLoop.
        """
        for steps in range(MOST_STEPS):
            token = self._top.next_ready()
            if token is None:
                tidy(self._top)
                return steps
            if len(self._top.known) > MOST_TOKENS:
                break
            token.run()
        raise RunawayLoop(self._top.specs.main, [step.element_id for step in self._top.trail[-5:]])

    def complete(self, task_id: str, values: Mapping[str, object]) -> None:
        """Finish a human task with the values of its form."""
        token = self._waiting(task_id, READY, "办结")
        if not token.task_spec.manual:
            raise TaskNotWaiting(task_id, "办结")
        token.data = {**token.data, **own(dict(values))}
        token.run()

    def service_done(self, task_id: str, result: Mapping[str, object]) -> None:
        """Finish a service task; its results become variables."""
        token = self._service(task_id)
        token.data = {**token.data, **own(dict(result))}
        token.complete()

    def is_serving(self, task_id: str) -> bool:
        """Tell whether a service task still waits for its service."""
        token = self._top.find(task_id)
        return token is not None and token._state == STARTED and not self.finished

    def service_failed(self, task_id: str, why: str, code: str | None = None) -> None:
        """Give a service up: a boundary event that catches the error of that code takes over, else it is an incident.

        `retry` makes a parked service task wait for its service again.
        """
        token = self._service(task_id)
        if code is None or not fail_with(token, code, {"cause": why}):
            token.internal_data[INCIDENT] = why

    def deliver(self, task_id: str, payload: Mapping[str, object] | None) -> None:
        """Give a message or signal to the one token that waits for it."""
        token = self._waiting(task_id, WAITING, "接收")
        if not isinstance(token.task_spec.event_definition, Event) or CAUGHT in token.internal_data:
            raise TaskNotWaiting(task_id, "接收")
        receive(token, outcome(payload))

    def fire(self, task_id: str) -> None:
        """Fire a timer whose instant has come; raises TimerNotDue if it has not."""
        token = self._waiting(task_id, WAITING, "触发")
        definition = token.task_spec.event_definition
        if not isinstance(definition, Timer):
            raise TaskNotWaiting(task_id, "触发")
        if not definition.is_due(token):
            raise TimerNotDue(token.drawn_name)
        token.internal_data[CAUGHT] = True
        token.task_spec._update(token)

    def limit_moved(self, name: str) -> None:
        """Read a limit's instant again for every timer that names it; one that fired is armed again if due later."""
        for workflow in self._top.workflows():
            rearm_limit(workflow, name)
        for token in list(self._top.tokens()):
            definition = getattr(token.task_spec, "event_definition", None)
            if token._state == WAITING and isinstance(definition, Timer) and definition.follows(token, name):
                self._set_up(token, definition)

    @staticmethod
    def _set_up(token: Token, definition: Timer) -> None:
        token.internal_data.pop(INCIDENT, None)
        try:
            definition.set_up(token)
        except PARKED as error:
            token.internal_data[INCIDENT] = cause(error, token.drawn_name)

    def add_item(self, task_id: str, item: object) -> str:
        """Begin one more instance of a running parallel multi-instance and return its task id."""
        token = self._find(task_id, "增加一项")
        if not is_loop(token) or not isinstance(token.task_spec, ParallelItems):
            raise TaskNotWaiting(task_id, "增加一项")
        return token.task_spec.join_in(token, own(item)).id

    # ------------------------------------------------------------ incidents

    def retry(self, task_id: str, values: Mapping[str, object] | None = None) -> None:
        """Try a parked token again; `values` first correct the variables it goes by."""
        token = self._find(task_id, "重试")
        if token.incident is None:
            raise TaskNotWaiting(task_id, "重试")
        if values:
            self._correct(token, own(dict(values)))
        del token.internal_data[INCIDENT]
        if token._state == READY:
            self._top.noticed(token, READY)
        elif token._state == FUTURE or isinstance(token.task_spec, Catching):
            token.task_spec._update(token)
        elif isinstance(token.task_spec, Items):
            token.task_spec.again(token)

    @staticmethod
    def _correct(token: Token, values: dict[str, Any]) -> None:
        if isinstance(token.task_spec, BoundaryEvent):
            token.parent.internal_data[FOLDED] = {**current(token.parent), **values}
        elif token._state == FUTURE or isinstance(token.task_spec, Catching):
            # it has not arrived yet: it will inherit from its parent
            token.parent.data = {**token.parent.data, **values}
        else:
            token.data = {**token.data, **values}

    # ------------------------------------------------------------ what is to be seen

    def waiting(self) -> Waiting:
        """Return everything that waits, one look at every open token."""
        return survey(self._top)

    def whereabouts(self, task_id: str) -> Whereabouts:
        """Return where a token stands, nowhere for one that is gone."""
        return whereabouts(self._top, self._top.find(task_id))

    @property
    def trail(self) -> list[Step]:
        """What happened to drawn nodes since start or restore, in order."""
        return self._top.trail

    @property
    def flows(self) -> list[str]:
        """The ids of the sequence flows passed since start or restore, in order."""
        return self._top.flows

    @property
    def thrown(self) -> list[Thrown]:
        """Events that left the instance since start or restore."""
        return self._top.thrown

    @property
    def conflicts(self) -> list[Conflict]:
        """Variables that two branches changed differently, merged since start or restore."""
        return self._top.conflicts

    @property
    def finished(self) -> bool:
        """Whether the instance has ended."""
        return bool(self._top.completed)

    @property
    def ended_at(self) -> tuple[str, ...]:
        """The ids of the end events of the main process reached so far."""
        return tuple(self._top.ended)

    @property
    def data(self) -> Mapping[str, Any]:
        """The variables of the main process: in the end its result, before that where it last went on.

        Embedded sub-processes count as part of it; boundary branches and called processes do not.
        """
        if self.finished and self._top.last_task is not None:
            return dict(self._top.last_task.data)
        return variables(self._top)

    def data_at(self, element_id: str) -> Mapping[str, Any]:
        """Return the variables where a node was last completed since start or restore, empty when that is over.

        In a called process they are that process's own, also where the node was its last.
        """
        passed = [step for step in self.trail if step.element_id == element_id and step.what == "completed"]
        if not passed:
            return {}
        token: Token | None = self._top.find(passed[-1].task_id)
        return dict(token.data if token is not None else passed[-1].data or {})

    # ------------------------------------------------------------ finding

    def _find(self, task_id: str, action: str) -> Token:
        token: Token | None = self._top.find(task_id)
        if token is None or self.finished:
            raise TaskNotWaiting(task_id, action)
        return token

    def _waiting(self, task_id: str, state: int, action: str) -> Token:
        token = self._find(task_id, action)
        if token._state != state or (token.incident is not None and state != WAITING):
            raise TaskNotWaiting(task_id, action)
        return token

    def _service(self, task_id: str) -> Token:
        token = self._find(task_id, "结束服务")
        if token._state != STARTED or not isinstance(token.task_spec, ServiceTask):
            raise TaskNotWaiting(task_id, "结束服务")
        return token
