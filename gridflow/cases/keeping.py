"""Keep a case from people and units: they never see it, and none of its tasks comes to them. Never undone.

Whoever reported a case sees it nevertheless; nobody learns who that was where the diagram says so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, exists, insert, or_, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from gridflow.cases.directory import CityDirectory
from gridflow.cases.models import Case, CaseKeptFrom
from gridflow.cases.viewer import Viewer
from gridflow.db import new_id, table
from gridflow.engine.actions import Call, Result
from gridflow.engine.errors import ActionInvalid, RoutingFailed
from gridflow.engine.keeping import kept_away
from gridflow.engine.models import Incident, Instance, MessageWait, WorkItem
from gridflow.engine.routing import Assignment
from gridflow.engine.turn import Turn
from gridflow.people.models import User

KEPT, CASES, INSTANCES, ITEMS, WAITS = map(table, (CaseKeptFrom, Case, Instance, WorkItem, MessageWait))
CaseId = InstrumentedAttribute[str] | Column[str]

# ------------------------------------------------------------ who may see


def not_kept(viewer: Viewer, case_id: CaseId = CASES.c.id) -> ColumnElement[bool]:
    """Return the condition that a case is not kept from a person; the statement joins the table of cases."""
    named = exists().where(KEPT.c.case_id == case_id, _names(viewer))
    return or_(~CASES.c.restricted, CASES.c.reporter_id == viewer.user.id, ~named)


def open_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition that a case is neither kept from a person nor shown only to those who handle it."""
    me = viewer.user.id
    posts = [and_(ITEMS.c.unit_id == unit, ITEMS.c.role == role) for unit, role in sorted(viewer.actor.posts)]
    mine = or_(ITEMS.c.person_id == me, ITEMS.c.done_by == me, *posts)
    handling = exists().where(ITEMS.c.case_id == CASES.c.id, mine)
    return and_(not_kept(viewer), or_(~CASES.c.handlers_only, CASES.c.reporter_id == me, handling))


def is_kept(session: Session, viewer: Viewer, case: Case) -> bool:
    """Tell whether a case is kept from a person; costs a statement only for a case that is kept from somebody."""
    if not case.restricted or case.reporter_id == viewer.user.id:
        return False
    return bool(session.scalar(select(true()).where(exists().where(KEPT.c.case_id == case.id, _names(viewer)))))


def without_kept(session: Session, case_id: str | None, people: Sequence[User]) -> list[User]:
    """Leave out those a case is kept from; costs statements only for a case that is kept from somebody."""
    rows = session.execute(select(KEPT.c.user_id, KEPT.c.unit_code).where(KEPT.c.case_id == case_id)).all()
    barred = {row.user_id for row in rows}
    codes = [row.unit_code for row in rows if row.unit_code]
    return [
        user for user in people
        if user.id not in barred
        and not (codes and CityDirectory().acting_for(session, user.city, codes, person=user.id))
    ]  # fmt: skip


def _names(viewer: Viewer) -> ColumnElement[bool]:
    codes = {code for unit in viewer.units.values() for code in codes_above(unit.code)}
    return or_(KEPT.c.user_id == viewer.user.id, KEPT.c.unit_code.in_(codes))


def codes_above(code: str) -> list[str]:
    """Return the codes of a unit and of the towns and counties it lies in; a handling unit lies in itself alone."""
    return [code] if "-" in code else [code, *(code[:length] for length in (9, 6) if length < len(code))]


# ------------------------------------------------------------ the verbs


def keep_from(call: Call) -> Result:
    """Keep the case from `people` (user ids), `units` (codes) and the unit of a `tier`, with everybody acting for them.

    Source: N18-4, domain 2.7.
    """
    turn = call.turn
    people, units = _texts(call, "people"), _texts(call, "units")
    if call.inputs.get("tier"):
        units |= _of_tier(call)
    for person in people:
        if not turn.directory.is_active(turn.session, turn.facts.city, person):
            raise ActionInvalid(f"环节“{call.node.name}”要回避的人员“{person}”不存在或已停用，请核对。")
    old = turn.facts.kept
    people, units = people - set(old.get("people", ())), units - set(old.get("units", ()))
    if people or units:
        _write(turn, people, units)
        turn.note("kept_from", {"people": sorted(people), "units": sorted(units)})
    return {}


def hide_reporter(call: Call) -> Result:
    """Let nobody learn from the case who reported it.

    Source: N18-4, domain 2.7.
    """
    mine = update(CASES).where(CASES.c.id == call.turn.facts.case_id)
    call.turn.session.execute(mine.values(reporter_hidden=True))
    call.turn.note("reporter_hidden", value=True)
    return {}


def restrict_file(call: Call) -> Result:
    """Show the case only to those who have or had a task of it, and to whoever reported it.

    Source: domain 2.7.
    """
    mine = update(CASES).where(CASES.c.id == call.turn.facts.case_id)
    call.turn.session.execute(mine.values(handlers_only=True))
    call.turn.note("handlers_only", value=True)
    return {}


def _texts(call: Call, name: str) -> set[str]:
    value = call.inputs.get(name) or []
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ActionInvalid(f"环节“{call.node.name}”的参数“{name}”应是文字的列表，得到 {value!r}。")
    return {str(item) for item in value}


def _of_tier(call: Call) -> set[str]:
    """Return the code of the case's unit of a tier; a case that lies higher has none."""
    tier, turn = call.text("tier"), call.turn
    code = turn.parsed.bundle.city_file.division if tier == "city" else turn.facts.seen.get(tier)
    return {str(code)} if code else set()


def _write(turn: Turn, people: Collection[str], units: Collection[str]) -> None:
    session, facts = turn.session, turn.facts
    row = {"city": facts.city, "case_id": facts.case_id, "user_id": None, "unit_code": None, "at": turn.instant}
    rows = [{**row, "id": new_id(), "user_id": person} for person in sorted(people)]
    rows += [{**row, "id": new_id(), "unit_code": code} for code in sorted(units)]
    session.execute(insert(KEPT), rows)
    session.execute(update(CASES).where(CASES.c.id == facts.case_id).values(restricted=True))
    kept = {
        "people": sorted({*facts.kept.get("people", ()), *people}),
        "units": sorted({*facts.kept.get("units", ()), *units}),
    }
    turn.facts = replace(facts, kept=kept)
    _tell_instances(turn, kept)
    _move_open(turn)


def _tell_instances(turn: Turn, kept: Mapping[str, Any]) -> None:
    """Write whom the case is kept from to the facts of its instances; those read before are no longer as they were."""
    of_case = select(INSTANCES.c.id, INSTANCES.c.facts).where(INSTANCES.c.case_id == turn.facts.case_id)
    for row in turn.session.execute(of_case).all():
        mine = update(INSTANCES).where(INSTANCES.c.id == row.id)
        others = {} if row.id == turn.instance_id else {"row_version": INSTANCES.c.row_version + 1}
        turn.session.execute(mine.values(facts={**row.facts, "kept": kept}, **others))


# ------------------------------------------------------------ what waits already


def _move_open(turn: Turn) -> None:
    """Take open tasks and offers away from those the case is now kept from."""
    of_case = (ITEMS.c.case_id == turn.facts.case_id, ITEMS.c.status == "open")
    for row in turn.session.execute(select(ITEMS).where(*of_case)).all():
        old = Assignment(row.role, row.unit_id, row.person_id, row.grid_staff, tuple(row.excluded))
        mine = update(ITEMS).where(ITEMS.c.id == row.id)
        try:
            new = kept_away(turn, row.step, old)
        except RoutingFailed as failed:
            turn.session.execute(mine.values(status="withdrawn", done_at=turn.instant))
            turn.session.execute(insert(table(Incident)), [_parked(turn, row, failed)])
            continue
        free = {"claimed_by": None, "claimed_until": None}
        turn.session.execute(
            mine.values(role=new.role, unit_id=new.unit_id, excluded=list(new.excluded), **free)
        )  # fmt: skip
    offers = select(WAITS).where(WAITS.c.case_id == turn.facts.case_id, WAITS.c.form.is_not(None))
    for row in turn.session.execute(offers).all():
        _move_offer(turn, row)


def _move_offer(turn: Turn, row: Any) -> None:
    """Make an offer to the next tier; where there is none, to nobody."""
    try:
        new = kept_away(turn, row.label, Assignment(row.role, row.unit_id, row.person_id, grid_staff=False))
    except RoutingFailed:
        new = Assignment(None, None, None, grid_staff=False)
    mine = update(WAITS).where(WAITS.c.id == row.id)
    turn.session.execute(mine.values(role=new.role, unit_id=new.unit_id, person_id=new.person_id))


def _parked(turn: Turn, row: Any, failed: RoutingFailed) -> dict[str, Any]:
    return {
        "id": new_id(), "city": row.city, "case_id": row.case_id, "instance_id": row.instance_id,
        "task_id": row.task_id, "process_id": row.process_id, "element_id": row.element_id, "kind": failed.kind,
        "cause": failed.message, "tries": 0, "opened_at": turn.instant,
    }  # fmt: skip
