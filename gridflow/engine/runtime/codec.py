"""The state of an instance as bytes: without its diagrams, each token's variables as the difference to its parent's.

The first token inside a sub-process has the difference to its host. The first byte tells the format, the second how
it is packed (J plain JSON, Z deflated).
"""

from __future__ import annotations

import zlib
from typing import Any

import orjson

from gridflow.engine.runtime.faults import StateUnreadable, ValueRefused
from gridflow.engine.runtime.merging import same
from gridflow.engine.runtime.services import Expressions
from gridflow.engine.runtime.specs import Specs
from gridflow.engine.runtime.tokens import ENTERED, FUTURE, PREDICTED, Token
from gridflow.engine.runtime.values import pack, unpack
from gridflow.engine.runtime.workflow import SubWorkflow, Workflow

FORMAT = b"2"
WHOLE_INSIDE = b"1"
"""The format before: the first token inside a sub-process has its variables whole."""
DEFLATE_ABOVE = 8_000
"""Bytes of plain JSON from which deflating pays."""


PLACE = 4
"""The length of the row of a token that is merely predicted: id, parent, state, node."""
_PREDICTED = [0, 0, None, 0]


def encode(top: Workflow) -> bytes:
    """Write the state; raises ValueRefused if it holds what no case may hold."""
    inside = [
        [task_id, inside.key, _workflow(inside, inside.host.data)] for task_id, inside in top.subprocesses.items()
    ]
    state = {"t": top.clock, "e": top.ended, "m": _workflow(top, {}), "s": inside}
    try:
        plain = orjson.dumps(state)
    except TypeError as error:
        raise ValueRefused(str(error)) from error
    if len(plain) <= DEFLATE_ABOVE:
        return FORMAT + b"J" + plain
    return FORMAT + b"Z" + zlib.compress(plain, 6)


def decode(blob: bytes, specs: Specs, engine: Expressions) -> Workflow:
    """Read the state back; raises StateUnreadable if it does not fit the diagrams or this program."""
    state = _loaded(blob)
    top = Workflow(specs, engine)
    try:
        top.clock, top.ended = state["t"], state["e"]
        _fill(top, state["m"], {})
        for task_id, key, rows in state["s"]:
            _open(top, task_id, key, rows, whole=blob[:1] == WHOLE_INSIDE)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise StateUnreadable("与流程图版本不符") from error
    top.resume()
    return top


def _loaded(blob: bytes) -> dict[str, Any]:
    if blob[:1] not in (FORMAT, WHOLE_INSIDE):
        raise StateUnreadable("不是本程序的格式")
    try:
        plain = zlib.decompress(blob[2:]) if blob[1:2] == b"Z" else blob[2:]
        state: dict[str, Any] = orjson.loads(plain)
    except (zlib.error, orjson.JSONDecodeError) as error:
        raise StateUnreadable("内容已损坏") from error
    return state


# ------------------------------------------------------------ writing


def _workflow(workflow: Any, base: dict[str, Any]) -> dict[str, Any]:
    order = list(workflow.task_tree.branch())
    index = {token.id: number for number, token in enumerate(order)}
    last = workflow.last_task
    return {
        "r": [_row(token, index, base) for token in order],
        "l": index.get(last.id, -1) if last is not None else -1,
        "c": workflow.completed,
    }


def _row(token: Token, index: dict[str, int], base: dict[str, Any]) -> list[Any]:
    """Write a token; the id only of one that can be asked for, of a merely predicted one only its place."""
    parent = token.parent
    known = token._state & ENTERED or token.incident is not None
    row = [token.id if known else 0, index[parent.id] if parent is not None else -1, token._state, token.task_spec.name]
    if token._state & (PREDICTED | FUTURE) and not (token.internal_data or token.data or token.triggered):
        return row
    row += [token.last_state_change, 1 if token.triggered else 0]
    row.append(pack(token.internal_data) if token.internal_data else None)
    return [*row, *_difference(token.data, parent.data if parent is not None else base)]


def _difference(data: dict[str, Any], base: dict[str, Any]) -> list[Any]:
    """Return what is changed and the names of what is gone; empty data have one mark instead."""
    if not data:
        return [0]
    if data is base:
        return []
    changed = {key: value for key, value in data.items() if key not in base or not same(base[key], value)}
    gone = [key for key in base if key not in data]
    if gone:
        return [pack(changed), gone]
    return [pack(changed)] if changed else []


# ------------------------------------------------------------ reading


def _fill(workflow: Any, state: dict[str, Any], base: dict[str, Any]) -> None:
    order: list[Token] = []
    for row in state["r"]:
        order.append(_token(workflow, row, order, base))
    workflow.task_tree = order[0]
    workflow.last_task = order[state["l"]] if state["l"] >= 0 else None
    workflow.completed = state["c"]


def _token(workflow: Any, row: list[Any], order: list[Token], base: dict[str, Any]) -> Token:
    full = row if len(row) > PLACE else [*row, *_PREDICTED]
    task_id, parent, state, name, changed_at, triggered, internal, *data = full
    token: Token = Token.__new__(Token)
    token.id, token.workflow, token._state = task_id or workflow.top_workflow.new_id(), workflow, state
    token.task_spec = workflow.spec.task_specs[name]
    token.triggered, token.thread_id, token.last_state_change = bool(triggered), 0, changed_at
    token.internal_data = unpack(internal) if internal else {}
    token._children = []
    token._parent = order[parent].id if parent >= 0 else None
    if parent >= 0:
        order[parent]._children.append(token.id)
    token.data = _restored(data, order[parent].data if parent >= 0 else base)
    workflow.tasks[token.id] = workflow.top_workflow.known[token.id] = token
    return token


def _restored(difference: list[Any], base: dict[str, Any]) -> dict[str, Any]:
    if difference == [0]:
        return {}
    data = dict(base)
    if difference:
        data.update(unpack(difference[0]))
        for key in difference[1] if len(difference) > 1 else ():
            data.pop(key, None)
    return data


def _open(top: Workflow, task_id: str, key: str, rows: dict[str, Any], *, whole: bool) -> None:
    host = top.get_task_from_id(task_id)
    if host is None:
        raise StateUnreadable(f"子流程“{key}”没有所属的步骤")
    inside = SubWorkflow(key, host, top)
    _fill(inside, rows, {} if whole else host.data)
    top.subprocesses[task_id] = inside
    inside.completed_event.connect(host.task_spec._on_subworkflow_completed, host)
