"""What every node of ours has in common, and the nodes with a behaviour of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import SimpleBpmnTask
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.operators import Operator

from gridflow.engine.runtime.faults import InputMissing, NoFlowMatches
from gridflow.engine.runtime.tokens import COMPLETED, FUTURE, INCIDENT, MAYBE, PARKED, PREDICTED, STARTED, Token, cause
from gridflow.engine.runtime.values import own


class Condition(Operator):
    """The condition of a flow: true, false, or an error; never a guess."""

    def _matches(self, task: Token) -> bool:
        return bool(task.workflow.script_engine.decided(task, self.args[0]))


class ShortSighted:
    """Mixed into every node that flows lead to: what is foreseen ends where flows meet.

    Each branch would foresee all that follows a join, for itself, and a loop would foresee itself without end.
    """

    outputs: list[Any]
    _inputs: list[str]

    def _predict_hook(self, token: Token) -> None:
        if token._state == FUTURE and len(self._inputs) > 1:
            token._sync_children(self.outputs, MAYBE)
        else:
            self._foresee(token)

    def _foresee(self, token: Token) -> None:
        super()._predict_hook(token)  # type: ignore[misc]  # of the node it is mixed into


class Node(ShortSighted):
    """Mixed into every drawn node: our attributes, the ids of its flows; a failure on arrival parks the token."""

    attributes: Mapping[str, str]
    """The gridflow: attributes."""
    parameters: Mapping[str, str]
    """The gridflow:input parameters, name to FEEL."""
    flows: dict[str, str]
    """Sequence flow ids by the name of the node they lead to."""
    connect: Callable[[Any], None]
    connect_if: Callable[[Any, Any], None]
    _predict: Callable[..., None]

    def test(self) -> None:
        """Skip the library's check at every arrival: specs are checked once, when built."""

    def connect_outgoing_if(self, condition: str | None, taskspec: Any) -> None:
        """Connect a flow that is taken if its condition is true."""
        if condition is None:
            self.connect(taskspec)
        else:
            self.connect_if(Condition(condition.strip()), taskspec)

    def undo_arrival(self, token: Token) -> None:
        """Remove what a failed arrival has begun, so that it can be tried again from the start."""
        top = token.workflow.top_workflow
        for half_made in list(token.branch()):
            top.subprocesses.pop(half_made.id, None)
        token._drop_children(force=True)
        token.data = {}
        token._set_state(FUTURE)
        token.task_spec._predict(token, mask=FUTURE | PREDICTED)

    def _update(self, token: Token) -> None:
        if token.incident is not None:
            return
        if token._state == MAYBE and token.parent._state == COMPLETED:
            token._set_state(FUTURE)
            self._predict(token, mask=FUTURE | PREDICTED)
        try:
            super()._update(token)  # type: ignore[misc]  # of the node it is mixed into
        except PARKED as error:
            self.undo_arrival(token)
            token.internal_data[INCIDENT] = cause(error, token.drawn_name)


class ExclusiveGateway(Node, defaults.ExclusiveGateway):
    """Takes the first flow whose condition holds, in the order of the file, else the default flow."""

    def _run_hook(self, token: Token) -> bool:
        name = next((n for c, n in self.cond_task_specs if c is not None and c._matches(token)), self.default_task_spec)
        if name is None:
            raise NoFlowMatches
        follow(token, [self._wf_spec.task_specs[name]])
        return True


def follow(token: Token, outputs: list[Any]) -> None:
    """Send a token on along these flows only."""
    token._sync_children(outputs, FUTURE)
    for child in token.children:
        child.task_spec._predict(child, mask=FUTURE | PREDICTED)


class Beside(ShortSighted, SimpleBpmnTask):
    """The invisible node on a flow that runs beside another: the library knows a flow only by the node it leads to."""

    def test(self) -> None:
        """Skip the library's check at every arrival."""


def source(spec: Any) -> str:
    """Return the name of the node from which a flow comes that ends with this one."""
    return str(spec.inputs[0].name if isinstance(spec, Beside) else spec.name)


class DecisionTask(Node, BpmnSpecMixin):
    """Asks a decision; its outputs become variables."""

    decision: str

    def _run_hook(self, token: Token) -> bool:
        outputs = token.workflow.script_engine.services.decide(self.decision, token.data, token.id)
        token.data = {**token.data, **own(dict(outputs))}
        return True


class ServiceTask(Node, BpmnSpecMixin):
    """Starts and waits until somebody says that the work is done."""

    def _run_hook(self, _: Token) -> None:
        return None


class PlainTask(Node, BpmnSpecMixin):
    """A task of no kind: it is passed through."""


class Inside(Node):
    """What sub-processes and calls share."""

    update_data: Callable[[Token, Any], None]

    def _on_subworkflow_completed(self, inside: Any, token: Token) -> None:
        if token._state == STARTED:
            super()._on_subworkflow_completed(inside, token)  # type: ignore[misc]  # of the node it is mixed into

    def _on_cancel(self, token: Token) -> None:
        inside = token.workflow.top_workflow.subprocesses.get(token.id)
        if inside is not None and not inside.completed:
            inside.cancel()


class SubProcess(Inside, defaults.SubWorkflowTask):
    """An embedded sub-process: it works on the variables around it."""

    def copy_data(self, token: Token, inside: Any) -> None:
        """Begin with everything."""
        inside.task_tree.data = dict(token.data)

    def update_data(self, token: Token, inside: Any) -> None:
        """End with everything."""
        token.data = dict(inside.last_task.data)


class CallActivity(Inside, defaults.CallActivity):
    """A called process: only what it declares goes in and comes out."""

    def start_workflow(self, token: Token) -> None:
        """Open the called process; a missing input that is not optional parks the call before anything of it runs."""
        called = token.workflow.top_workflow.specs.processes[self.spec]
        for name in sorted(called.contract.inputs):
            if name not in token.data:
                raise InputMissing(called.name, name)
        super().start_workflow(token)

    def copy_data(self, token: Token, inside: Any) -> None:
        """Hand over the declared inputs."""
        contract = inside.spec.contract
        names = contract.inputs | contract.optional_inputs
        inside.task_tree.data = {name: value for name, value in token.data.items() if name in names}

    def update_data(self, token: Token, inside: Any) -> None:
        """Take the declared outputs; one that was never set is null, an optional one then stays as it was."""
        contract, result = inside.spec.contract, inside.last_task.data
        required = {name: result.get(name) for name in contract.outputs}
        optional = {name: result[name] for name in contract.optional_outputs if name in result}
        token.data = {**token.data, **required, **optional}


def ours(stock: type) -> type:
    """Mix what every node has into a class of the library."""
    return type(stock.__name__, (Node, stock), {})


UserTask = ours(defaults.UserTask)
ManualTask = ours(defaults.ManualTask)
