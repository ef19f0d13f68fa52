"""What stands against a migration: a list of reasons, each with what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gridflow.bpmn import Process
from gridflow.engine.definitions import Parsed
from gridflow.engine.operations.regions import reached, upset
from gridflow.engine.runtime.boundaries import BoundaryEvent
from gridflow.engine.runtime.items import Items, is_loop
from gridflow.engine.runtime.joins import EndJoin, is_live
from gridflow.engine.runtime.nodes import CallActivity
from gridflow.engine.runtime.timers import Timer
from gridflow.engine.runtime.tokens import ENTERED, FINISHED, OPEN, STARTED, WAITING, Token
from gridflow.engine.turn import Turn

JOINING = frozenset({"parallelGateway", "inclusiveGateway"})


def changed_scopes(old: Parsed, new: Parsed) -> frozenset[str]:
    """Return the keys of the processes and sub-processes whose nodes and flows are drawn differently.

    A sub-process lies inside what is around it. Names, roles, forms, conditions and decisions are no change here: a
    token does not stand on them.
    """
    keys = old.specs.processes.keys()
    changed = {key for key in keys if _shape(old, key) != _shape(new, key)}
    return frozenset(key for key in keys if changed & {key, *_around(old, key)})


def obstacles(turn: Turn, to: Parsed) -> list[str]:
    """Return why a running instance may not go over to another version; empty when it may."""
    changed = changed_scopes(turn.parsed, to)
    reasons: list[str] = []
    for workflow in turn.run._top.workflows():
        if workflow.key not in to.specs.processes:
            reasons.append("案件正在办理的子流程在新版本中没有。请等它办完。")
        elif workflow.key in changed:
            reasons += _of_workflow(turn, to, workflow)
    return list(dict.fromkeys(reasons))


def _of_workflow(turn: Turn, to: Parsed, workflow: Any) -> Iterator[str]:
    owner, scope = turn.run._top.specs.owners[workflow.key], workflow.key.rpartition("/")[2]
    before, after = (parsed.diagrams[owner].processes[owner] for parsed in (turn.parsed, to))
    tokens = list(workflow.tasks.values())
    if workflow.key == owner and owner != turn.parsed.specs.main:
        yield f"改动涉及正在办理的调用流程“{before.name or owner}”。请等它办完再迁移。"
    for token in tokens:
        if _stands(token):
            yield from _of_token(token, before, after, scope)
    alone = len([token for token in tokens if is_live(token) and _counts(token)]) < 2
    for token in tokens:
        element = str(token.element_id)
        if _stands(token) and not isinstance(token.task_spec, BoundaryEvent) and element in after.nodes:
            for name in upset(after, reached(before, element), reached(after, element), alone=alone):
                yield f"“{_name(before, element)}”之后的并行汇合“{name}”画法不同，会一直等待。请等汇合之后再迁移。"


def _of_token(token: Token, before: Process, after: Process, scope: str) -> Iterator[str]:
    element = str(token.element_id)
    name, new = _name(before, element), after.nodes.get(element)
    definition = getattr(token.task_spec, "event_definition", None)
    if isinstance(token.task_spec, CallActivity) and token._state == STARTED:
        yield f"改动的范围内正在调用流程“{name}”。请等它办完再迁移。"
    if is_loop(token) or isinstance(token.task_spec, Items) or isinstance(token.parent.task_spec, Items):
        yield f"改动的范围内有多实例“{name}”正在办理。请等它全部办完再迁移。"
    if isinstance(definition, Timer) and definition.limit and token._state == WAITING:
        yield f"改动的范围内时限“{name}”还没有到期。请等这一环节办结再迁移。"
        return
    if isinstance(token.task_spec, BoundaryEvent) and token._state == WAITING:
        return  # armed only: it goes, or stays, with the drawing
    if new is None or new.parent != scope:
        yield f"正在等待的“{name}”在新版本中没有。请先移动到两个版本都有的环节。"
    elif new.kind != before.nodes[element].kind or new.loop != before.nodes[element].loop:
        yield f"正在等待的“{name}”在新版本中换了类型。请先办完这一步或移动到其他环节。"
    elif new.kind in JOINING and token._state == WAITING and _ways_in(before, element) != _ways_in(after, element):
        yield f"有一路正在汇合“{name}”处等待，而新版本的汇合不同。请等汇合之后再迁移。"


def _ways_in(process: Process, element: str) -> list[str]:
    """Return what a join tells its ways in by: the node each comes from, and its own id beside another from there."""
    sources = [process.flows[flow].source for flow in process.nodes[element].incoming]
    beside = [flow for flow in process.nodes[element].incoming if sources.count(process.flows[flow].source) > 1]
    return sorted([*sources, *beside])


def _stands(token: Token) -> bool:
    """Tell whether a token stands on a drawn node or is parked there, or is a caught event with an open branch."""
    if token.element_id is None:
        return False
    if token._state & ENTERED or token.incident is not None:
        return True
    caught = isinstance(token.task_spec, BoundaryEvent) and token._state & FINISHED
    return bool(caught and any(below._state & OPEN for below in token.branch()))


def _counts(token: Token) -> bool:
    return not isinstance(token.task_spec, BoundaryEvent | EndJoin)


def _around(parsed: Parsed, key: str) -> set[str]:
    """Return the keys of the sub-processes and the process around a sub-process."""
    owner, _, scope = key.partition("/")
    around: set[str] = set()
    while scope:
        parent = parsed.diagrams[owner].processes[owner].nodes[scope].parent
        scope = "" if parent == owner else parent
        around.add(f"{owner}/{scope}" if scope else owner)
    return around


def _shape(parsed: Parsed, key: str) -> Mapping[str, Any] | None:
    owner, _, inside = key.partition("/")
    if key not in parsed.specs.processes:
        return None
    process = parsed.diagrams[owner].processes[owner]
    scope = inside or owner
    nodes: dict[str, Any] = {
        node.id: replace(
            node, name="", line=0, lane=None, inputs={}, attributes={"limit": node.attributes.get("limit", "")}
        )
        for node in process.inside(scope)
    }
    arrows = {flow.id: (flow.source, flow.target) for flow in process.flows.values() if flow.parent == scope}
    return {**nodes, **arrows}


def _name(process: Process, element: str) -> str:
    node = process.nodes.get(element)
    return (node.name or node.id) if node else element
