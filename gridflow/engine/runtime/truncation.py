"""Forget closed history, so that the cost of a step does not grow with the age of a case; the record has it all.

What is still read from the tree is little, because joins count waiting tokens instead of looking back: the direct
parent of an open token (it inherits from it), the place where the ways of open tokens parted (the base of a merge), the
boundary events caught on an open host, and the root. Everything else goes.
"""

from __future__ import annotations

from typing import Any

from gridflow.engine.runtime.boundaries import fold, is_caught_event, open_splits
from gridflow.engine.runtime.gathering import gather
from gridflow.engine.runtime.tokens import OPEN, Token


def tidy(top: Any) -> None:
    """Fold finished boundary branches, drop finished sub-processes, and truncate what was touched."""
    _drop_finished(top)
    touched = [workflow for workflow in top.workflows() if workflow in top.touched]
    top.touched.clear()
    for workflow in touched:
        for split in () if workflow.completed else open_splits(workflow):  # else what ended all would go, too
            fold(split)
        truncate(workflow)
        gather(workflow)


def _drop_finished(top: Any) -> None:
    kept: dict[str, Any] = {}
    running = {top}
    for task_id, inside in top.subprocesses.items():  # outer ones come first
        host = inside.host
        if not inside.completed and host._state & OPEN and host.workflow in running and task_id in host.workflow.tasks:
            kept[task_id] = inside
            running.add(inside)
    if len(kept) != len(top.subprocesses):
        top.subprocesses.clear()
        top.subprocesses.update(kept)


def truncate(workflow: Any) -> None:
    """Remove every token that no open token can look at any more."""
    tasks: dict[str, Token] = workflow.tasks
    alive = _alive(workflow)
    if len(alive) != len(tasks):
        _keep(workflow, alive)
    for token in list(tasks.values()):
        if _is_link(token):
            _splice(workflow, token)


def _alive(workflow: Any) -> set[str]:
    """Return the ids of open tokens and of everything above them."""
    alive = {workflow.task_tree.id}
    if workflow.completed and workflow.last_task is not None:
        alive.add(workflow.last_task.id)
        alive.update(token.id for token in workflow.last_task.ancestors())
    for token in workflow.tasks.values():
        if token._state & OPEN:
            above = token
            while above is not None and above.id not in alive:
                alive.add(above.id)
                above = above.parent
    return alive


def _keep(workflow: Any, alive: set[str]) -> None:
    tasks: dict[str, Token] = workflow.tasks
    for task_id in [task_id for task_id in tasks if task_id not in alive]:
        del tasks[task_id]
    for token in tasks.values():
        if any(child not in alive for child in token._children):
            token._children = [child for child in token._children if child in alive]
    if workflow.last_task is not None and workflow.last_task.id not in alive:
        workflow.last_task = None


def _is_link(token: Token) -> bool:
    """Tell whether a closed token only links one closed token to another."""
    if token._state & OPEN or token._parent is None or len(token._children) != 1:
        return False
    return not token.children[0]._state & OPEN and not is_caught_event(token)


def _splice(workflow: Any, token: Token) -> None:
    parent, (child,) = token.parent, token._children
    parent._children[parent._children.index(token.id)] = child
    workflow.tasks[child]._parent = parent.id
    del workflow.tasks[token.id]
    if workflow.last_task is token:
        workflow.last_task = None
