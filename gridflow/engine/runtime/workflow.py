"""The library's workflow, made lean: an agenda instead of tree walks, a trail, events delivered by scope."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from secrets import token_hex
from typing import Any
from weakref import WeakValueDictionary

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.util.task import BpmnTaskFilter
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

from gridflow.engine.runtime.services import Expressions
from gridflow.engine.runtime.specs import Specs
from gridflow.engine.runtime.tokens import CANCELLED, COMPLETED, ENTERED, FINISHED, FUTURE, OPEN, READY, WAITING, Token
from gridflow.engine.runtime.trail import Conflict, Step, Thrown


class Lean:
    """What the top workflow and the workflows of sub-processes have in common: flat walks over their tokens."""

    tasks: dict[str, Token]
    completed: bool
    success: bool

    def plant(self: Any) -> None:
        """Make the first token."""
        self.task_tree = Token(self, self.spec.start, state=FUTURE)
        self.task_tree.task_spec._predict(self.task_tree, mask=OPEN)
        self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        """Look again at every token that waits, but once at those of a join that does not go on: all say the same."""
        idle = set()
        for token in sorted(t for t in self.tasks.values() if t._state == WAITING):
            spec = token.task_spec
            if token._state == WAITING and token.id in self.tasks and spec not in idle:
                spec._update(token)
                if token._state == WAITING and getattr(spec, "is_join", False):
                    idle.add(spec)

    def get_tasks_iterator(self, first_task: Token | None = None, **kwargs: Any) -> Iterator[Token]:
        """Yield the tokens of this workflow that match, without the library's limit of depth."""
        kwargs.pop("skip_subprocesses", None)
        wanted = kwargs.pop("task_filter", None) or BpmnTaskFilter(**kwargs)
        tokens = self.tasks.values() if first_task is None else first_task.branch()
        return iter([token for token in tokens if wanted.matches(token)])

    def cancel(self: Any, success: bool = False) -> None:  # noqa: FBT001, FBT002  -- of the library's workflow
        """Cancel everything open in this workflow and in those inside it."""
        self.success = success
        self.completed = True
        for token in sorted(t for t in self.tasks.values() if t._state & OPEN):
            if token.id in self.tasks and token._state & OPEN:
                token.cancel()

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        """Give the library's log records nothing."""
        return dct or {}


class SubWorkflow(Lean, BpmnSubWorkflow):
    """The inside of one sub-process or call; `key` is its name in `Specs.processes`."""

    def __init__(self, key: str, host: Token, top: Workflow) -> None:
        self.key = key
        self.host = host
        super().__init__(top.specs.processes[key], host.id, top, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        """The workflow around it, without the library's search."""
        return self.host.workflow


class Workflow(Lean, BpmnWorkflow):
    """One running instance."""

    def __init__(self, specs: Specs, engine: Expressions) -> None:
        self.specs = specs
        self.key = specs.main
        self.clock = 0
        self._lot = token_hex(8)
        self._given = 0
        self.trail: list[Step] = []
        self.flows: list[str] = []
        self.ended: list[str] = []
        self.thrown: list[Thrown] = []
        self.conflicts: list[Conflict] = []
        self.left_undone: str | None = None
        """The id of a token that is led on without its node being done."""
        self.known: WeakValueDictionary[str, Token] = WeakValueDictionary()
        """Every token of this run by its id, also of those that are in no workflow any more."""
        self.touched: set[Any] = set()
        """The workflows in which something happened since they were last tidied."""
        self._urgent: deque[Token] = deque()
        self._agenda: deque[Token] = deque()
        super().__init__(specs.processes[specs.main], specs.processes, engine, deserializing=True)
        self.event_manager = _NoManager()

    def tick(self) -> int:
        """Return the next number in the order of everything that happens in this instance."""
        self.clock += 1
        return self.clock

    def new_id(self) -> str:
        """Return an id that no other token has, in any instance: drawn by lot once, then counted."""
        self._given += 1
        return f"{self._lot}{self._given:x}"

    # ------------------------------------------------------------ what is to run

    def noticed(self, token: Token, before: int) -> None:
        """Take note that a token changed its state."""
        state = token._state
        self.touched.add(token.workflow)
        if state == READY and not token.task_spec.manual:
            (self._urgent if getattr(token.task_spec, "cancel_activity", None) is not None else self._agenda).append(
                token
            )
        if state & ENTERED and not before & ENTERED:
            self._entered(token)
        elif state & FINISHED and token.element_id is not None:
            self._left(token, before)

    def _entered(self, token: Token) -> None:
        parent = token.parent
        flow = getattr(parent.task_spec, "flows", {}).get(token.task_spec.name) if parent else None
        if flow:
            self.flows.append(flow)
        if token.element_id is not None:
            self.trail.append(self._step(token, "entered"))

    def _left(self, token: Token, before: int) -> None:
        if token._state == COMPLETED:
            seen = None if token.workflow is self else token.data
            what = "cancelled" if token.id == self.left_undone else "completed"
            self.trail.append(self._step(token, what)._replace(data=seen))
            if (
                getattr(token.task_spec, "is_end", False)
                and token.workflow is self
                and token.element_id not in self.ended
            ):
                self.ended.append(str(token.element_id))
        elif (
            token._state == CANCELLED
            and (before & ENTERED or token.incident is not None)
            and not getattr(token.task_spec, "is_join", False)
        ):
            self.trail.append(self._step(token, "cancelled"))

    def _step(self, token: Token, what: str) -> Step:
        return Step(self.process_of(token), str(token.element_id), token.id, what)

    def next_ready(self) -> Token | None:
        """Take the next token that runs by itself; boundary events go first, so that an interruption wins."""
        for queue in (self._urgent, self._agenda):
            while queue:
                token = queue.popleft()
                if token._state == READY and token.incident is None and token.id in token.workflow.tasks:
                    return token
        return None

    def resume(self) -> None:
        """Take up what was ready when the state was stored."""
        for token in sorted(t for t in self.tokens() if t._state == READY):
            self.noticed(token, READY)

    # ------------------------------------------------------------ where things are

    def workflows(self) -> list[Any]:
        """Return this workflow and those of its open sub-processes, outer ones first."""
        return [self, *(sub for sub in self.subprocesses.values() if not sub.completed)]

    def tokens(self) -> Iterator[Token]:
        """Yield every token of every open workflow."""
        for workflow in self.workflows():
            yield from workflow.tasks.values()

    def find(self, task_id: str) -> Token | None:
        """Return a token of an open workflow by its id."""
        token = self.known.get(task_id)
        if token is None or task_id not in token.workflow.tasks:
            return None
        inside = token.workflow
        opened = inside is self or (not inside.completed and self.subprocesses.get(inside.host.id) is inside)
        return token if opened else None

    def get_task_from_id(self, task_id: str) -> Token | None:
        """Return a token by its id, also from a closed sub-process; the library asks."""
        return next((w.tasks[task_id] for w in [self, *self.subprocesses.values()] if task_id in w.tasks), None)

    def process_of(self, token: Token) -> str:
        """Return the id of the process whose diagram draws the token's node."""
        return self.specs.owners[token.workflow.key]

    def create_subprocess(self, my_task: Token, spec_name: str) -> SubWorkflow:
        """Open the inside of a sub-process or call."""
        inside = SubWorkflow(spec_name, my_task, self)
        self.subprocesses[my_task.id] = inside
        inside.plant()
        return inside

    def enclosing(self, token: Token) -> list[str]:
        """Return the ids of the tokens a token runs inside, innermost first."""
        ids: list[str] = []
        workflow = token.workflow
        while workflow is not self:
            ids.append(workflow.host.id)
            workflow = workflow.host.workflow
        return ids


class _NoManager:
    """Stands where the library keeps waiting tasks; ours are found by looking at the tokens."""

    def add_task(self, task: Token) -> None:
        """Ignore."""

    def remove_task(self, task: Token) -> None:
        """Ignore."""
