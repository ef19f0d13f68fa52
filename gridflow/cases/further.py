"""What a diagram opens beside itself: another procedure of the same case, another case, one instance for each item."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from gridflow.cases.models import Case
from gridflow.cases.opening import Opener, facts_of, new_case
from gridflow.cases.places import Place, place_of, place_of_unit
from gridflow.cases.relations import connect
from gridflow.cases.states import LINKS, OF_CASE, OF_EACH
from gridflow.engine.actions import Action, Call, Result
from gridflow.engine.commands import Engine
from gridflow.engine.definitions import version_in_force
from gridflow.engine.errors import ActionInvalid
from gridflow.engine.jobs import job_row
from gridflow.engine.runtime.values import own, pack

FOLLOWS = "follows"
DEEPEST = 5
"""Cases that may open each other in one command; more would be a circle."""
KEPT_AT_START = ("category", "matter_code", "urgency", "source_channel")
"""Values handed over that the row of a case holds from its first day."""
OPENED_BY_CASE = "另案转入"
"""The channel of a case that no person has opened."""


class EngineSlot:
    """Breaks the circle between the engine and the verbs that need it."""

    filled: Engine


def opening_actions(engine: EngineSlot) -> Mapping[str, Action]:
    """Return the verbs that open something; the slot is filled when the engine that uses them has been made."""

    def open_procedure(call: Call) -> Result:
        """Open another procedure on the same case, as an instance of its own."""
        slug, turn = call.text("slug"), call.turn
        engine.filled.open(turn.session, turn.facts, slug, _handed(call, frozenset({"slug"})), turn.actor)
        turn.head = None  # it has written its own entry
        turn.note("opened_procedure", slug)
        return {}

    def open_case(call: Call) -> Result:
        """Open a case of another procedure, linked to this one; both records say so."""
        return {"opened_case": _open_case(engine.filled, call)}

    return {"open_procedure": open_procedure, "open_case": open_case, "open_each": open_each}


def open_each(call: Call) -> Result:
    """Have a worker open one more instance of this case for each item; the task waits until all are open."""
    items, turn = call.inputs.get("items"), call.turn
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ActionInvalid(f"环节“{call.node.name}”的参数“items”应是文字的列表，请核对给出它的环节。")
    if not items:
        return {}
    slug = call.text("slug")
    version_in_force(turn.session, turn.facts.city, slug)  # an unknown one is told now, not by the worker
    payload = {
        "slug": slug, "name": call.text("name"), "items": list(items), "done": 0,
        "values": pack(own(_handed(call, OF_EACH))), "title": call.node.name,
    }  # fmt: skip
    where = {"case_id": turn.facts.case_id, "instance_id": turn.instance_id, "task_id": call.task_id}
    turn.effects.jobs.append(job_row("open_each", turn.facts.city, payload, **where))
    return None


def _open_case(engine: Engine, call: Call) -> str:
    turn = call.turn
    session, city = turn.session, turn.parsed.bundle.city_file
    mine = session.get_one(Case, turn.facts.case_id)
    kind = call.text("link") if call.inputs.get("link") else FOLLOWS
    if kind not in LINKS:
        raise ActionInvalid(f"环节“{call.node.name}”的关联“{kind}”不存在，可用：{'、'.join(LINKS)}。")
    parsed = engine.versions.get(session, version_in_force(session, city.code, call.text("slug")))
    values = _handed(call, OF_CASE)
    place, opener = _place(call, mine), _opener(call)
    case = new_case(session, city, parsed, place, {name: values.get(name) for name in KEPT_AT_START}, opener)
    session.add(case)
    session.flush()
    connect(session, case, mine, kind, turn.instant)
    told = {"kind": kind} if mine.restricted else {"kind": kind, "number": mine.number}
    with _not_too_deep(session):
        engine.open(
            session, facts_of(case, place, opener, []), case.slug, {**opener.seen, **values}, turn.actor,
            record=lambda: {"opened_by": told},
        )  # fmt: skip
    turn.note("opened_case", {"kind": kind, "number": case.number, "slug": case.slug})
    return case.number


def _handed(call: Call, but: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in call.inputs.items() if name not in but}


def _place(call: Call, case: Case) -> Place:
    """Return the grid or unit the inputs name, else where this case lies."""
    session, city = call.turn.session, call.turn.parsed.bundle.city_file
    grid, unit = call.inputs.get("grid"), call.inputs.get("unit")
    if unit:
        return place_of_unit(session, city, call.text("unit"))
    if grid or case.grid_code:
        return place_of(session, city, call.text("grid") if grid else str(case.grid_code))
    return place_of_unit(session, city, case.place_code)


def _opener(call: Call) -> Opener:
    """Return the case itself as the opener: nobody is named, so that nobody is betrayed."""
    unit = call.turn.facts.seen.get("unit")
    return Opener(None, "staff", "", str(unit) if unit else None, OPENED_BY_CASE)


@contextmanager
def _not_too_deep(session: Session) -> Iterator[None]:
    depth = session.info.get("opening", 0)
    if depth >= DEEPEST:
        raise ActionInvalid("案件互相另立，形成循环，已停止。请流程负责人检查流程图中的 open_case。")
    session.info["opening"] = depth + 1
    try:
        yield
    finally:
        session.info["opening"] = depth
