"""Let a token go on without its node being done: what skipping a step and moving a token have in common."""

from collections.abc import Mapping
from typing import Any

from gridflow.engine.errors import OperationRefused
from gridflow.engine.runtime.boundaries import BoundaryEvent, BoundaryJoin
from gridflow.engine.runtime.faults import TaskNotWaiting
from gridflow.engine.runtime.items import is_loop
from gridflow.engine.runtime.nodes import follow
from gridflow.engine.runtime.run import Run
from gridflow.engine.runtime.tokens import FUTURE, INCIDENT, Token, prune
from gridflow.engine.runtime.values import own


def leave(run: Run, task_id: str, to: str | None = None) -> None:
    """Send a token on with the variables it has: to an element of its diagram, or along the flow of its node.

    The trail says that the node was cancelled: it was not done. Boundary events of the node go, what their finished
    branches brought stays, as does what finished instances of a loop brought. A boundary event that is parked simply
    never comes.
    """
    token = token_of(run, task_id)
    token.internal_data.pop(INCIDENT, None)
    if isinstance(token.task_spec, BoundaryEvent):
        return
    if token._state == FUTURE:
        token._inherit_data()
    if is_loop(token):
        token.task_spec.finish(token)
    if to is not None:
        joins = [child.task_spec for child in token.children if isinstance(child.task_spec, BoundaryJoin)]
        for child in token.children:
            if child.task_spec not in joins:
                prune(child)
        follow(token, [*joins, entry_to(token.workflow.spec, to)])
    elif len(ways := _ways(token)) > 1:
        raise OperationRefused("跳过这一步", [f"它有 {len(ways)} 条去路，请指明去哪一步。"])
    run._top.left_undone = task_id
    token.complete()


def correct(run: Run, task_id: str, values: Mapping[str, object]) -> None:
    """Change variables where a token stands."""
    run._correct(token_of(run, task_id), own(dict(values)))


def token_of(run: Run, task_id: str) -> Token:
    """Return an open token of a run."""
    token = run._top.find(task_id)
    if token is None or run.finished:
        raise TaskNotWaiting(task_id, "离开这一步")
    return token


def entry_to(spec: Any, element_id: str) -> Any:
    """Return the node at which a token enters an element; one with boundary events is entered by their split."""
    nodes = spec.task_specs
    return nodes.get(f"{element_id}.BoundaryEventSplit") or nodes[element_id]


def _ways(token: Token) -> list[Any]:
    return [spec for spec in token.task_spec.outputs if not isinstance(spec, BoundaryJoin)]
