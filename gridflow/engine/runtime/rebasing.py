"""Let the state of a run go by other diagrams: what waits keeps its place, what lies ahead is worked out anew.

First the old run is made to fit: what is merely predicted goes, as do armed boundary events that are drawn no more, and
closed history stands on nodes that both have. Restored over the new diagrams, it gets what only they have.
"""

from __future__ import annotations

from typing import Any

from gridflow.engine.runtime.boundaries import (
    BoundaryEvent,
    BoundarySplit,
    arm,
    current,
    fold,
    host_and_events,
    open_splits,
    withdraw,
)
from gridflow.engine.runtime.merging import Merge
from gridflow.engine.runtime.run import Run
from gridflow.engine.runtime.services import Services
from gridflow.engine.runtime.specs import Specs
from gridflow.engine.runtime.tokens import COMPLETED, ENTERED, FINISHED, FUTURE, OPEN, PREDICTED, Token, prune

SPLIT = ".BoundaryEventSplit"
Drawn = dict[str, set[str]]
"""The boundary events that an open activity had, by its id; a closed token, as its split is, has no lasting one."""


def rebase(run: Run, specs: Specs, changed: frozenset[str], services: Services) -> Run:
    """Return a run over other diagrams; `changed` are the keys of the (sub-)processes drawn differently.

    The old run must be thrown away.
    """
    had: Drawn = {}
    for workflow in run._top.workflows():
        if workflow.key in changed:
            had |= _fit(workflow, specs.processes[workflow.key])
    rebased = Run.restore(specs, run.encode(), services)
    for workflow in rebased._top.workflows():
        if workflow.key in changed:
            _complete(workflow, had)
    return rebased


# ------------------------------------------------------------ the old run


def _fit(workflow: Any, spec: Any) -> Drawn:
    """Leave in a workflow only nodes that the new diagram has too."""
    for token in list(workflow.tasks.values()):
        if token.id in workflow.tasks and token._state & (PREDICTED | FUTURE) and token.incident is None:
            prune(token)
    had: Drawn = {}
    for split in open_splits(workflow):
        if split.task_spec.name in spec.task_specs:
            had[host_and_events(split)[0].id] = {each.name for each in split.task_spec.outputs}
            _disarm(split, {each.name for each in spec.task_specs[split.task_spec.name].outputs})
        else:
            _remove(split)
    for token in workflow.tasks.values():
        if token._state & FINISHED and token.task_spec.name not in spec.task_specs:
            token.task_spec = workflow.spec.start
    return had


def _disarm(split: Token, drawn: set[str]) -> None:
    for event in host_and_events(split)[1]:
        if event.task_spec.name not in drawn:
            withdraw(event)


def _remove(split: Token) -> None:
    """Take out the split of an activity without boundary events; what their branches brought stays."""
    fold(split)
    host, events = host_and_events(split)
    merge = Merge(current(split))
    merge.take(split.data, host.data or split.data)
    host.data = merge.data
    for event in events:
        withdraw(event)
    parent = split.parent
    parent._children[parent._children.index(split.id)] = host.id
    host._parent = parent.id
    del host.workflow.tasks[split.id]


# ------------------------------------------------------------ the new run


def _complete(workflow: Any, had: Drawn) -> None:
    """Work out what lies ahead, and arm boundary events that are new."""
    for token in [token for token in workflow.tasks.values() if token._state & ENTERED or token.incident]:
        spec, parent = token.task_spec, token.parent
        if not isinstance(spec, BoundaryEvent) and token.element_id is not None:
            split = workflow.spec.task_specs.get(f"{spec.name}{SPLIT}")
            if split is not None and not isinstance(parent.task_spec, BoundarySplit):
                _surround(token, split)
            elif split is not None:
                _arm(parent, had.get(token.id, set()))
        spec._predict(token, mask=OPEN)


def _surround(host: Token, spec: Any) -> None:
    """Put an activity that waits already inside the boundary events it now has."""
    parent = host.parent
    split = Token(host.workflow, spec, parent, state=COMPLETED)
    split.data = dict(parent.data)
    parent._children.remove(split.id)
    parent._children[parent._children.index(host.id)] = split.id
    split._children, host._parent = [host.id], split.id
    _arm(split, set())


def _arm(split: Token, had: set[str]) -> None:
    for spec in split.task_spec.outputs:
        if isinstance(spec, BoundaryEvent) and spec.name not in had:
            arm(split, spec)
