"""What a run asks of its surroundings, and the library's script engine turned into nothing but those questions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn, Protocol

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine

from gridflow.engine.runtime.faults import ConditionUndecided, ScriptRefused


class Services(Protocol):
    """Time, expressions, decisions and limits; everything frozen before it is asked."""

    def now(self) -> datetime:
        """Return the instant of the command."""

    def evaluate(self, expression: str, data: Mapping[str, object], task_id: str | None = None) -> object:
        """Evaluate FEEL over the variables of a node; task_id is the token that asks: it sees its own limits."""

    def decide(self, decision_id: str, data: Mapping[str, object], task_id: str | None = None) -> Mapping[str, object]:
        """Evaluate a decision for a token and return its outputs by name."""

    def limit_due(self, name: str, data: Mapping[str, object], host_id: str | None) -> datetime | None:
        """Return when a limit is due, for a timer on the edge of a host or on its own; None while it has no instant."""

    def limit_runs(self, name: str, host_id: str | None) -> bool:
        """Tell whether the limit of such a timer runs; asking when one is due that does not would start it."""


class Expressions(PythonScriptEngine):
    """The script engine of every run: it hands expressions on and executes nothing.

    Some paths of the library go to `environment` instead of the engine, so it is its own environment.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.environment = _Environment(services)

    def validate(self, expression: str) -> None:
        """Leave checking to the linter: the text is no Python."""

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, object] | None = None) -> object:
        """Evaluate over the data of a task; names of the context win."""
        return self.environment.evaluate(expression, task.data, external_context, task.id)

    def decided(self, task: Any, expression: str, external_context: Mapping[str, object] | None = None) -> bool:
        """Evaluate a condition; anything but true and false is an error."""
        value = self.evaluate(task, expression, external_context)
        if value is True or value is False:
            return value
        raise ConditionUndecided(expression, value)

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        raise ScriptRefused

    def call_service(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: service tasks wait for `service_done`."""
        raise ScriptRefused


class _Environment:
    """What the library takes for the place where Python text runs."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.globals: dict[str, object] = {}

    def evaluate(
        self,
        expression: str,
        context: Mapping[str, object],
        external_context: Mapping[str, object] | None = None,
        task_id: str | None = None,
    ) -> object:
        scope = {**context, **external_context} if external_context else context
        return self._services.evaluate(expression, scope, task_id)

    def execute(self, *_: Any, **__: Any) -> NoReturn:
        raise ScriptRefused

    def call_service(self, *_: Any, **__: Any) -> NoReturn:
        raise ScriptRefused
