"""The verbs that belong to a case: close it, archive it, tell somebody, push the result."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select, update

from gridflow.cases.further import EngineSlot, opening_actions
from gridflow.cases.keeping import hide_reporter, keep_from, restrict_file
from gridflow.cases.models import Case
from gridflow.cases.notices import withdrawn
from gridflow.cases.options import ELSEWHERE
from gridflow.cases.recurrence import count_same
from gridflow.cases.relations import link
from gridflow.cases.states import STATES
from gridflow.db import table
from gridflow.engine.actions import Action, Call, Result
from gridflow.engine.errors import ActionInvalid
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Job
from gridflow.engine.turn import Turn

KEPT = {name: name for name in ("level", "urgency", "category", "matter_code", "dup_of")}
KEPT |= {"final_level": "level", "merged_into": "dup_of"}
"""Process variables that lists and searches of cases need, and the columns that hold them."""
NOTHING = frozenset({"none", ELSEWHERE})
"""Choices that stand for no value, or for one that another field holds."""
_CASES, _JOBS = table(Case), table(Job)
_CHANGE = update(_CASES).where(_CASES.c.id == bindparam("changed"))
_TRY_AGAIN = update(_JOBS).where(
    _JOBS.c.case_id == bindparam("of_case"), _JOBS.c.kind == "archive", _JOBS.c.state == "waiting"
)


def case_actions(engine: EngineSlot) -> Mapping[str, Action]:
    """Return the verbs; the slot is filled when the engine that uses them has been made."""
    return {
        "set_values": set_values,
        "keep_from": keep_from,
        "hide_reporter": hide_reporter,
        "restrict_file": restrict_file,
        **opening_actions(engine),
        "close_case": close_case,
        "archive_case": archive_case,
        "notify": notify,
        "push_result": push_result,
        "count_same": count_same,
    }


def set_values(call: Call) -> Result:
    """Turn the inputs into variables, and keep those that lists need for the case row and the record."""
    kept = {name: value for name, value in call.inputs.items() if name in KEPT and value != call.data.get(name)}
    if kept:
        call.turn.note("set", kept)
    return call.inputs


def close_case(call: Call) -> Result:
    """Set the state a case ends in.

    Source: N18-1, N18-3.
    """
    state = call.text("state")
    if state not in STATES:
        raise ActionInvalid(f"环节“{call.node.name}”的办结状态“{state}”不存在，可用：{'、'.join(STATES)}。")
    turn = call.turn
    turn.session.execute(_CHANGE, {"changed": turn.facts.case_id, "state": state, "closed_at": turn.instant})
    turn.note("state", state)
    return {}


def _link(turn: Turn, kind: str, number: object) -> None:
    """Link the case to the one of a number and say so in the record; a number nobody knows stays words."""
    if isinstance(number, str) and link(turn.session, turn.facts.city, turn.facts.case_id, number, kind, turn.instant):
        turn.note("linked", {"kind": kind, "number": number})


def archive_case(call: Call) -> Result:
    """Let a worker build and seal the case file; the task waits for it."""
    _job(call, "archive", {}, waits=True)
    return None


def push_result(call: Call) -> Result:
    """Let a worker push the result to the city's platform; the citizen's path never waits for it.

    Source: N17-1, N18-2.
    """
    _job(call, "push", {key: str(value) for key, value in call.inputs.items()})
    return {}


def notify(call: Call) -> Result:
    """Let a worker tell a role (at `unit`, else at the case's own units) or a person what `text` says."""
    turn = call.turn
    payload: dict[str, Any] = {"number": turn.facts.number, "text": call.text("text")}
    if call.inputs.get("person"):
        payload["person"] = call.text("person")
    else:
        role = turn.parsed.bundle.city_file.roles.get(call.text("role"))
        if role is None:
            raise ActionInvalid(f"环节“{call.node.name}”要通知的角色“{call.text('role')}”在城市文件中没有。")
        code = call.inputs.get("unit")
        own = turn.facts.units.get(role.tier or "")
        payload["post"] = role.post
        payload["unit_id"] = (
            turn.directory.unit_id(turn.session, turn.facts.city, code) if isinstance(code, str) else own
        )
    _job(call, "notify", payload)
    return {}


def settle(turn: Turn) -> None:
    """Keep the case row and its links current; try a case file again that may have waited for what was done."""
    keep_current(turn)
    if job := withdrawn(turn):
        turn.effects.jobs.append(job)
    changes = turn.effects.changes
    _link(turn, "reports_on", changes.get("values", {}).get("about_case", (None, None))[1])
    if "merged" in changes.get("state", ()):
        _link(turn, "merged_into", turn.session.scalar(select(Case.dup_of).where(Case.id == turn.facts.case_id)))
    if turn.run.finished or turn.before.services:
        turn.session.execute(_TRY_AGAIN, {"of_case": turn.facts.case_id, "next_at": turn.instant})


def keep_current(turn: Turn) -> None:
    """Copy the variables that lists need to the case row, in one statement and only when they changed."""
    new: dict[str, Any] = {name: pair[1] for name, pair in turn.effects.changes.get("values", {}).items()}
    for note in turn.effects.changes.get("decisions", ()):
        new |= note["gave"]
    for note in turn.effects.changes.get("set", ()):
        new |= note
    changed = {
        KEPT[name]: value for name, value in new.items()
        if name in KEPT and isinstance(value, str) and value not in NOTHING
    }  # fmt: skip
    if changed:
        turn.session.execute(_CHANGE, {"changed": turn.facts.case_id, **changed})


def _job(call: Call, kind: str, payload: dict[str, Any], *, waits: bool = False) -> None:
    turn = call.turn
    where = {"case_id": turn.facts.case_id, "instance_id": turn.instance_id}
    if waits:
        where["task_id"] = call.task_id
    turn.effects.jobs.append(job_row(kind, turn.facts.city, payload, **where))
