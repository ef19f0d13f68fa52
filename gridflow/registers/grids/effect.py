"""The verb `apply_grids`: what a decided plan changes in the register, from its day on."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from gridflow import clock
from gridflow.db import table
from gridflow.engine.actions import Call, Result
from gridflow.people.appointments import Named, appoint, end_posts
from gridflow.people.models import User
from gridflow.registers.errors import GridChangeRefused
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.grids.models import GridDraft, GridPast
from gridflow.registers.grids.queries import drafts_of
from gridflow.registers.models import Grid


def apply_grids(call: Call) -> Result:
    """End the old grids, issue the new codes, alter those that keep theirs, and appoint the staff.

    Inputs: effective_on (a date, today where null), staff. Returns issued_codes, ended_codes, altered_codes.
    Raises GridChangeRefused when the register has changed since the plan was checked. Source: N7-1, N9, B6-2.
    """
    session, facts = call.turn.session, call.turn.facts
    drafts = drafts_of(session, facts.case_id)
    if not drafts:
        raise GridChangeRefused("本案没有通过核验的网格方案，不能赋码生效；请先核验方案。")
    day = call.inputs.get("effective_on")
    since = day if isinstance(day, date) else clock.today()
    old = _old(session, facts.city, drafts)
    village = str(facts.units["village"])
    keeping = {draft.code: draft for draft in drafts if draft.code in old}
    fresh = [draft for draft in drafts if draft.code not in old]
    ended = [grid for code, grid in old.items() if code not in keeping and drafts[0].kind != MICRO]
    for code, draft in keeping.items():
        _alter(session, old[code], draft, since, facts.number)
    for grid in ended:
        _end(session, grid, since)
    session.add_all(_grid(draft, village, since, facts.number) for draft in fresh)
    session.flush()
    _appoint(call, drafts, since)
    session.execute(update(table(GridDraft)).where(table(GridDraft).c.case_id == facts.case_id).values(state="issued"))
    changed = {
        "issued_codes": [draft.code for draft in fresh],
        "ended_codes": [grid.code for grid in ended],
        "altered_codes": list(keeping),
    }
    call.turn.note("grids", changed)
    return changed


def suspend_grids(call: Call) -> Result:
    """Mark the grids a change made as suspended from today on: the register and the public pages say so.

    Source: B6-2, domain 2.4 (effect is not suspended unless the city says so).
    """
    codes = [draft.code for draft in drafts_of(call.turn.session, call.turn.facts.case_id)]
    grids = table(Grid)
    marked = update(grids).where(grids.c.code.in_(codes), grids.c.city == call.turn.facts.city)
    call.turn.session.execute(marked.values(suspended_on=clock.today()))
    call.turn.note("suspended_grids", codes)
    return {}


def _old(session: Session, city: str, drafts: Sequence[GridDraft]) -> Mapping[str, Grid]:
    """Return the grids a plan stands on, locked, and see that they are still as the plan saw them."""
    codes = drafts[0].replaces
    found = select(Grid).where(Grid.city == city, Grid.code.in_(codes)).options(undefer(Grid.geometry))
    old = {grid.code: grid for grid in session.scalars(found.with_for_update())}
    if gone := [code for code in codes if code not in old or old[code].until is not None]:
        raise GridChangeRefused(f"网格 {'、'.join(gone)} 在方案核验之后已由别的变更撤销，请重新起草方案。")
    return old


def _alter(session: Session, grid: Grid, draft: GridDraft, since: date, change: str) -> None:
    last_day = since - timedelta(days=1)
    session.add(
        GridPast(
            city=grid.city, code=grid.code, name=grid.name, kind=grid.kind, geometry=grid.geometry,
            households=grid.households, population=grid.population, units_count=grid.units_count,
            since=grid.since, until=max(last_day, grid.since), change=grid.change,
        )
    )  # fmt: skip
    grid.name, grid.kind, grid.geometry, grid.extent = draft.name, draft.kind, draft.geometry, draft.extent
    grid.households, grid.population, grid.units_count = draft.households, draft.population, draft.units_count
    grid.managing_unit, grid.since, grid.change, grid.board = draft.managing_unit, since, change, None


def _end(session: Session, grid: Grid, since: date) -> None:
    """End a grid the day before, with its micro-grids, posts and cards; its code is never used again."""
    last_day = since - timedelta(days=1)
    parts = select(Grid).where(Grid.code.startswith(f"{grid.code}W"), Grid.kind == MICRO, Grid.until.is_(None))
    for one in (grid, *session.scalars(parts)):
        one.until = max(last_day, one.since)
        end_posts(session, one.city, one.code, last_day)


def _grid(draft: GridDraft, village: str, since: date, change: str) -> Grid:
    return Grid(
        code=draft.code, city=draft.city, name=draft.name, village_unit_id=village, kind=draft.kind,
        geometry=draft.geometry, extent=draft.extent, households=draft.households, population=draft.population,
        units_count=draft.units_count, managing_unit=draft.managing_unit, predecessors=list(draft.replaces),
        since=since, until=None, change=change,
    )  # fmt: skip


def _appoint(call: Call, drafts: Sequence[GridDraft], since: date) -> None:
    city, facts = call.turn.parsed.bundle.city_file, call.turn.facts
    rows: Any = call.inputs.get("staff") or ()
    codes = {post.title: post.code for post in city.appointments.values()}
    for row in rows:
        draft = drafts[int(row["staff_grid"]) - 1]
        user = call.turn.session.scalar(select(User).where(User.city == city.code, User.login == row["staff_person"]))
        if user is None:
            raise GridChangeRefused(f"方案里的人员“{row['staff_person']}”没有账号，请先开立账号，再重试。")
        named = Named(
            user.id, str(facts.units["village"]), codes.get(row["staff_post"], ""), draft.code, since,
            source=row.get("staff_source"), document=facts.number,
        )  # fmt: skip
        appoint(call.turn.session, city, named, draft.kind)
