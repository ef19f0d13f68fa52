"""The library's task, made lean: own short ids, our order of events, no log records, shallow data, parked failures.

A value inside a token's data is never changed in place, so tokens may share nested values: `data` is copied one
level deep only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from gridflow.engine.errors import about
from gridflow.errors import GridflowError

WAITING: int = TaskState.WAITING
READY: int = TaskState.READY
STARTED: int = TaskState.STARTED
FUTURE: int = TaskState.FUTURE
MAYBE: int = TaskState.MAYBE
COMPLETED: int = TaskState.COMPLETED
CANCELLED: int = TaskState.CANCELLED
PREDICTED: int = TaskState.PREDICTED_MASK
OPEN: int = TaskState.NOT_FINISHED_MASK
FINISHED: int = TaskState.FINISHED_MASK
ENTERED: int = WAITING | READY | STARTED

INCIDENT = "incident"
"""The key of `internal_data` that holds why a token is parked."""

ITEM = "item"
"""The key of `internal_data` that holds the variable of a multi-instance's entry."""

PARKED = (GridflowError, SpiffWorkflowException, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)
"""What a diagram or its data can cause; anything else is ours and undoes the command."""


class Token(Task):
    """One visit of one node."""

    id: str
    workflow: Any
    task_spec: Any
    parent: Any
    children: list[Any]
    data: dict[str, Any]
    internal_data: dict[str, Any]
    last_state_change: int
    triggered: bool
    _state: int
    _parent: str | None
    _children: list[str]

    def __init__(
        self, workflow: Any, task_spec: Any, parent: Any = None, state: int = TaskState.MAYBE, id: str | None = None
    ) -> None:
        super().__init__(workflow, task_spec, parent, state, id or workflow.top_workflow.new_id())
        self.last_state_change = workflow.top_workflow.tick()
        workflow.top_workflow.known[self.id] = self

    def __lt__(self, other: Token) -> bool:
        """Order by the last change of state."""
        return bool(self.last_state_change < other.last_state_change)

    @property
    def incident(self) -> str | None:
        """Why the token is parked, None if it is not."""
        return self.internal_data.get(INCIDENT)

    @property
    def element_id(self) -> str | None:
        """The id on the diagram, None for the library's invisible nodes."""
        return getattr(self.task_spec, "bpmn_id", None)

    @property
    def drawn_name(self) -> str:
        """What the diagram calls it, its id where it has no name; empty for the library's invisible nodes."""
        return getattr(self.task_spec, "bpmn_name", None) or self.element_id or ""

    def ancestors(self) -> Iterator[Token]:
        """Yield the token itself, its parent and so on to the root."""
        token = self
        while token is not None:
            yield token
            token = token.parent

    def branch(self) -> Iterator[Token]:
        """Yield the token itself and everything below it, parents first and children in order."""
        stack = [self]
        while stack:
            token = stack.pop()
            yield token
            stack.extend(reversed(token.children))

    def find_ancestor(self, spec_name: str) -> Token | None:
        """Return the nearest ancestor of that node, without recursion."""
        return next((t for t in self.ancestors() if t is not self and t.task_spec.name == spec_name), None)

    def is_descendant_of(self, task: Token) -> bool:
        """Tell whether a token is above this one, without recursion."""
        return any(t is task for t in self.ancestors() if t is not self)

    def run(self) -> bool | None:
        """Run the node; a failure that the diagram or its data cause leaves the token READY and parked."""
        try:
            done = self.task_spec._run_hook(self)
        except PARKED as error:
            self.internal_data[INCIDENT] = cause(error, self.drawn_name)
            return None
        if done is None:
            self._set_state(STARTED)
        else:
            self.complete()
        return True

    def cancel(self) -> None:
        """Cancel what is open in this branch; what runs inside is closed before the library drops it."""
        if self._state & FINISHED:
            for child in self.children:
                child.cancel()
            return
        for child in self.children:
            if child._state & ENTERED:
                child.cancel()
        self._set_state(CANCELLED)
        self.internal_data.pop(INCIDENT, None)
        self._drop_children()
        self.task_spec._on_cancel(self)

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Give the library's log records nothing: data of a case must not reach a log."""
        return dct or {}

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Token:
        token = Token(self.workflow, task_spec, self, state=state)
        if state == READY:
            token._ready()
        return token

    def _set_state(self, value: int) -> None:
        before = self._state
        if value == before:
            return
        self._state = value
        top = self.workflow.top_workflow
        self.last_state_change = top.tick()
        top.noticed(self, before)

    def _inherit_data(self) -> None:
        self.data = {**self.parent.data, **self.internal_data.get(ITEM, {}), **self.data}


def cause(error: BaseException, step: str) -> str:
    """Say in Chinese which node could not go on and why."""
    if isinstance(error, GridflowError):
        return about(step, error.message)
    if isinstance(error, RecursionError):
        return about(step, "数据或表达式嵌套太深。请简化后重试。")
    said = f"执行出错。请流程负责人核对流程图和数据后重试，仍不行的联系管理员（{type(error).__name__}：{error}）。"
    return about(step, said)


def prune(token: Token) -> None:
    """Take a branch out of the tree, with everything that runs inside it."""
    workflow = token.workflow
    top = workflow.top_workflow
    for gone in list(token.branch()):
        del workflow.tasks[gone.id]
        top.subprocesses.pop(gone.id, None)
        if workflow.last_task is gone:
            workflow.last_task = None
    if token.parent is not None:
        token.parent._children.remove(token.id)
