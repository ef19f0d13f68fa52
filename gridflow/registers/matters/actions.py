"""The verbs by which a procedure changes the matter list, and those that keep account of what it brings."""

import random
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, or_, select

from gridflow.clock import SHANGHAI
from gridflow.db import table
from gridflow.engine.actions import Action, Call, Result
from gridflow.engine.errors import ActionInvalid
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Job, WorkItem
from gridflow.people.models import Post, Unit, UnitKind, User
from gridflow.people.queries import unit_by_code
from gridflow.registers.matters.models import DutySheet, OffListDemand
from gridflow.registers.matters.queries import RECALL
from gridflow.registers.matters.service import Listed, Stamp, adjust, admit, count_demand, leave, sign_duties

REVIEW = timedelta(days=30)
"""How long before its end a trial is evaluated."""
TEXTS = ("name", "base", "category", "level", "lead", "owner", "grid_action", "unit_duty", "basis", "term")
NUMBERS = ("minutes", "times_a_year", "volume")


def admit_matter(call: Call) -> Result:
    """Put a matter on the list of the office the case lies at.

    Inputs: the columns of the register, with since and until as dates. Source: N11-2, B13-1.
    """
    values = _columns(call)
    values["since"] = max(_day(call, "since"), _today(call))
    values["on_site"] = call.inputs.get("on_site") is True
    return _said(call, admit(call.turn.session, _stamp(call), values))


def adjust_matter(call: Call) -> Result:
    """Give a listed matter its next version; inputs that are null stay as they are.

    `change` says adjust or renew. Source: N11-2, B13-1.
    """
    values = _columns(call)
    values["since"] = max(_day(call, "since"), _today(call))
    change = str(call.inputs.get("change") or "adjust")
    return _said(call, adjust(call.turn.session, _stamp(call), call.text("matter_code"), values, change=change))


def exit_matter(call: Call) -> Result:
    """Take a matter off the list; `from` is the first day grid staff need not do it. Source: N12-2, B13-1."""
    first = max(_day(call, "from"), _today(call))
    return _said(call, leave(call.turn.session, _stamp(call), call.text("matter_code"), first))


def recall_tasks(call: Call) -> Result:
    """Have workers take back every open task grid staff have on a matter, one job for each instance.

    Returns how many there are; progress is a query over the jobs. Source: N12-2, N13-2, B13-1.
    """
    turn, code = call.turn, call.text("matter_code")
    items = table(WorkItem)
    held = select(items.c.instance_id).where(
        items.c.city == turn.facts.city, items.c.matter_code == code, items.c.status.in_(("open", "held"))
    )
    found = turn.session.scalars(held.distinct()).all()
    where = {"case_id": turn.facts.case_id}
    rows = [job_row(RECALL, turn.facts.city, {"instance": one, "matter": code}, **where) for one in found]
    if rows:
        turn.session.execute(insert(table(Job)), rows)
    turn.note("recalled", {"matter": code, "instances": len(rows)})
    return {"recalled": len(rows)}


def file_duty_sheet(call: Call) -> Result:
    """Keep the duty sheet a unit signed for a matter. Source: N12-1, B13-2."""
    contacts = call.inputs.get("contacts")
    sheet = DutySheet(
        city=call.turn.facts.city, matter_code=call.text("matter_code"), unit_code=call.text("unit"),
        contacts=[str(one) for one in contacts] if isinstance(contacts, list) else [],
        office_phone=_text(call, "office_phone"), it_support=_text(call, "it_support"), fund=_number(call, "fund") or 0,
        training=_text(call, "training"), case_number=call.turn.facts.number, signed_at=call.turn.instant,
    )  # fmt: skip
    sign_duties(call.turn.session, sheet)
    return {}


def count_off_list(call: Call) -> Result:
    """Count a refused demand against the unit that asked for it; where `unit` is null nobody did.

    Source: N13-2, B13-1.
    """
    turn, facts, code = call.turn, call.turn.facts, call.inputs.get("matter_code")
    if call.inputs.get("unit") is None:
        return {}
    unit = unit_by_code(turn.session, facts.city, call.text("unit"))
    if unit is None:
        raise ActionInvalid(f"环节“{call.node.name}”要计入的单位“{call.inputs['unit']}”不在单位登记中，请改正后重试。")
    demand = OffListDemand(
        city=facts.city, unit_code=unit.code, county=facts.county, case_number=facts.number,
        matter_code=code if isinstance(code, str) else None, refused_at=turn.instant,
    )  # fmt: skip
    count_demand(turn.session, demand)
    turn.note("counted", {"unit": unit.code, "demand": "off_list"})
    return {}


def draw_grid_staff(call: Call) -> Result:
    """Draw `count` grid staff of the place by lot, to be asked; the same case always draws the same people.

    Source: domain 2.3, step 3.4.
    """
    turn, most = call.turn, _number(call, "count") or 0
    posts = {role.post for role in turn.parsed.bundle.city_file.roles.values() if role.grid_staff}
    today = _today(call)
    held = (
        select(Post.user_id)
        .join(Unit, Unit.id == Post.unit_id)
        .join(User, User.id == Post.user_id)
        .where(Post.city == turn.facts.city, Post.role.in_(posts), Post.since <= today, User.active)
        .where(or_(Post.until.is_(None), Post.until >= today), Unit.kind == UnitKind.VILLAGE)
    )
    if (county := _county(call)) is not None:
        held = held.where(Unit.county_code == county)
    people = sorted(set(turn.session.scalars(held)))
    drawn = random.Random(turn.facts.number).sample(people, min(most, len(people)))  # noqa: S311  -- a lot anybody can draw again
    return {"drawn_staff": sorted(drawn)}


def announce_list(call: Call) -> Result:
    """Have every town of the list's place told what changed. Source: N11-1, N14, B12-1."""
    turn, city = call.turn, call.turn.parsed.bundle.city_file
    towns = select(Unit.id).where(Unit.city == turn.facts.city, Unit.kind == UnitKind.TOWN, Unit.closed_on.is_(None))
    if (county := _county(call)) is not None:
        towns = towns.where(Unit.county_code == county)
    letter = {"number": turn.facts.number, "text": call.text("text"), "post": city.roles["town"].post}
    for unit_id in turn.session.scalars(towns.order_by(Unit.code)):
        turn.effects.jobs.append(
            job_row("notify", turn.facts.city, {**letter, "unit_id": unit_id}, case_id=turn.facts.case_id)
        )
    return {}


VERBS: Mapping[str, Action] = {
    "admit_matter": admit_matter,
    "adjust_matter": adjust_matter,
    "exit_matter": exit_matter,
    "recall_tasks": recall_tasks,
    "file_duty_sheet": file_duty_sheet,
    "count_off_list": count_off_list,
    "draw_grid_staff": draw_grid_staff,
    "announce_list": announce_list,
}


def _said(call: Call, listed: Listed) -> Result:
    row = listed.matter
    told = {"code": row.code, "version": row.version, "edition": listed.edition, "until": str(row.until or "")}
    call.turn.note("list", told)
    ends = datetime.combine(row.until + timedelta(days=1), time(), SHANGHAI) if row.until else None
    return {
        "matter_code": row.code, "matter_version": row.version, "list_edition": listed.edition,
        "listed_from": row.since, "listed_until": row.until, "ends_at": ends,
        "review_at": ends and ends - REVIEW,
    }  # fmt: skip


def _stamp(call: Call) -> Stamp:
    facts = call.turn.facts
    office = facts.seen.get("county") or call.turn.parsed.bundle.city_file.division
    return Stamp(facts.city, _county(call), facts.number, str(office), call.turn.instant)


def _county(call: Call) -> str | None:
    """Return whose list the case is about: the county's, None for the city's."""
    return call.turn.facts.county if call.turn.facts.seen.get("county") else None


def _columns(call: Call) -> dict[str, Any]:
    values: dict[str, Any] = {name: _text(call, name) for name in TEXTS if call.inputs.get(name)}
    values |= {name: _number(call, name) for name in NUMBERS if call.inputs.get(name) is not None}
    if "until" in call.inputs:
        until = call.inputs["until"]
        values["until"] = _as_day(until) if until is not None else None
    return values


def _today(call: Call) -> date:
    return call.turn.instant.astimezone(SHANGHAI).date()


def _day(call: Call, name: str) -> date:
    value = call.inputs.get(name)
    return _as_day(value) if value is not None else _today(call)


def _as_day(value: object) -> date:
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    if isinstance(value, date):
        return value
    raise ActionInvalid(f"应为日期，得到 {value!r}。")


def _text(call: Call, name: str) -> str:
    return str(call.inputs.get(name) or "")


def _number(call: Call, name: str) -> int | None:
    value = call.inputs.get(name)
    return int(value) if isinstance(value, int | Decimal) else None
