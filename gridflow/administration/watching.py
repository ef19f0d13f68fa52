"""Notice the grids that are due for adjustment, and the posts that fall vacant; tell whoever sees to it.

Which procedure adjusts them, when a grid is due and who is told is written with the procedure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import CountRefused, NotOfThisCity
from gridflow.administration.grids import Place, begins, place
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.office import Office
from gridflow.cases.opening import PLACE_UNIT
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import City
from gridflow.catalogue.manifest import Watch
from gridflow.db import writing
from gridflow.engine.definitions import Parsed
from gridflow.engine.jobs import add_job
from gridflow.engine.models import Definition
from gridflow.engine.scope import Scope
from gridflow.people.appointments import holders_of
from gridflow.people.models import Post, Unit, UnitKind
from gridflow.people.queries import unit_by_code
from gridflow.registers.grids.counting import Figures, counted, figures_of, told_before, waiting
from gridflow.registers.grids.models import GridCount, GridDue
from gridflow.registers.models import Grid

NOTICE = timedelta(days=7)
"""How long before a post ends its town is told."""
_DIGITS = {"village": 12, "town": 9, "county": 6}


FIELDS = ("households", "population", "units_count", "document")
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class DueLine:
    """A grid of the list, and what its adjustment begins with."""

    due: GridDue
    grid: Grid
    title: str
    """Of the procedure that adjusts it; empty for whoever may not begin it."""
    given: Mapping[str, Any]
    """What the link to its start form fills in."""


def due_grids(session: Session, office: Office, viewer: Viewer, code: str) -> tuple[Place, list[DueLine]]:
    """Return the grids of a unit that are due for adjustment, by code."""
    view = place(session, viewer, code)
    watching = {
        parsed.bundle.slug: parsed.bundle.title
        for parsed, watch in _watching(session, office, viewer.city.code)
        if _scope(parsed.bundle.city_file).evaluate(watch.begins, {}) in viewer.roles
    }
    lines = []
    for due, grid in waiting(session, viewer.city.code, begins(view.unit)):
        title = watching.get(due.slug, "") if viewer.scope.covers(grid.code) else ""
        lines.append(DueLine(due, grid, title, {PLACE_UNIT: grid.code[:12], **due.given}))
    return view, lines


def count(session: Session, office: Office, viewer: Viewer, code: str, asked: Mapping[str, str]) -> bool:
    """Register the figures of a grid as of today; returns whether it waits for adjustment. Source: B6-3(2).

    Raises CountRefused, or NotOfThisCity for a grid of another place.
    """
    grid = session.scalar(select(Grid).where(Grid.city == viewer.city.code, Grid.code == code, Grid.until.is_(None)))
    if grid is None or not viewer.scope.covers(code):
        raise NotOfThisCity("网格")
    figures = {name: asked[name] for name in FIELDS[:3]}
    if any(not text.isdecimal() or int(text) > _MOST for text in figures.values()):
        raise CountRefused("户数、人口、单位数应为整数，不超过 20000。请改正。")
    if not asked["document"] or len(asked["document"]) > 120:
        raise CountRefused("请写明数字从哪里来，例如入户核实、社区台账，不超过 120 字。")
    session.add(
        GridCount(
            city=grid.city, code=code, counted_on=clock.today(), document=asked["document"], by=viewer.user.id,
            at=clock.now(), **{name: int(text) for name, text in figures.items()},
        )
    )  # fmt: skip
    session.flush()
    log_operation(
        session,
        Operation(
            city=grid.city, at=clock.now(), action="count_grid", actor=viewer.user.id, subject=code, detail=figures
        ),
    )
    look_at(session, office, viewer.city, [grid])
    return bool(waiting(session, grid.city, code=code))


def watch_registers(office: Office) -> int:
    """Look through every city's registers once a night; returns how many grids were found due anew."""
    found = 0
    for city in office.cities.values():
        with writing() as session:
            found += look_at(session, office, city, counted(session, city.code))
            tell_vacancies(session, city, clock.today())
    return found


def look_at(session: Session, office: Office, city: City, grids: Sequence[Grid]) -> int:
    """Put the grids that are due on the list, take those off that are not, and tell; returns how many are new."""
    today = clock.today()
    before, new = told_before(session, city.code, today), list[GridDue]()
    figures = figures_of(session, city.code, [grid for grid in grids if grid.until is None])
    for parsed, watch in _watching(session, office, city.code):
        slug = parsed.bundle.slug
        for code, each in figures.items():
            given, known = _decided(parsed, watch, each), before.get((slug, code))
            if given is None and known:
                known.ended_on = today
            elif given is not None:
                why = str(given.get(watch.why) or "")[:300]
                if known:
                    known.reason, known.given = why, given
                else:
                    new.append(_due(city.code, slug, code, why, given, today))
        _tell(session, city, parsed.bundle.title, watch, [due for due in new if due.slug == slug])
    session.add_all(new)
    session.flush()
    return len(new)


def _watching(session: Session, office: Office, city: str) -> Iterable[tuple[Parsed, Watch]]:
    """Yield the procedures in force that watch the grids of a city."""
    versions = select(Definition.in_force).where(Definition.city == city).order_by(Definition.slug)
    for version in session.scalars(versions):
        parsed = office.engine.versions.get(session, str(version))
        if parsed.bundle.manifest.watch:
            yield parsed, parsed.bundle.manifest.watch


def _decided(parsed: Parsed, watch: Watch, each: Figures) -> dict[str, Any] | None:
    """Return what the start form is filled with for a grid that is due, None for one that is not or was not counted."""
    if each.last is None:
        return None
    scope = _scope(parsed.bundle.city_file)
    asked = {
        "grid_type": each.grid.kind, "households_then": each.grid.households, "households_now": each.households,
        "population_then": each.grid.population, "population_now": each.population,
        "change_percent": each.percent, "counted_on": each.last.counted_on,
    }  # fmt: skip
    decided = dict(parsed.decisions.evaluate(watch.decision, scope.over(asked), scope.functions).variables)
    return decided if decided.pop("due", None) is True else None


def _scope(city: City) -> Scope:
    return Scope({"city": {"code": city.code, "name": city.name, **city.switches}}, _no_calendar)


def _no_calendar() -> Any:
    raise LookupError("a table about grids asks for no working days")


def _due(city: str, slug: str, code: str, why: str, given: Mapping[str, Any], today: date) -> GridDue:
    return GridDue(city=city, code=code, slug=slug, reason=why, given=dict(given), found_on=today, ended_on=None)


def _tell(session: Session, city: City, title: str, watch: Watch, new: Sequence[GridDue]) -> None:
    """Mail the roles a procedure names at the units above, one mail a unit."""
    for role in (city.roles[code] for code in watch.tell if code in city.roles):
        digits = _DIGITS.get(role.tier or "", 4)
        for prefix in sorted({due.code[:digits] for due in new}):
            here = [due for due in new if due.code.startswith(prefix)]
            unit = unit_by_code(session, city.code, prefix if digits > 4 else city.division)
            if unit:
                words = "；".join(f"{due.code} {due.reason}" for due in here[:5])
                text = f"有 {len(here)} 个网格应当调整：{words}。请在“网格”的“待调整”里提出{title}。"
                mail(session, city.code, unit.id, role.post, "网格待调整", text)


def mail(session: Session, city: str, unit_id: str, post: str, subject: str, text: str) -> None:
    """Have the holders of a post at a unit told something that belongs to no case."""
    add_job(session, "notify", city, {"number": subject, "text": text, "unit_id": unit_id, "post": post})


# ------------------------------------------------------------ posts


def tell_vacancies(session: Session, city: City, today: date) -> int:
    """Tell the town which needed posts ended yesterday and stand empty, and which end in a week; returns how many.

    Source: N8-1, N8-4, B8, B9-1.
    """
    needed = {rule.code: rule for rule in city.appointments.values() if rule.needed}
    ending = select(Post, Unit).join(Unit, Unit.id == Post.unit_id).where(
        Post.city == city.code, Post.role.in_(needed), Post.until.in_([today - timedelta(days=1), today + NOTICE])
    )  # fmt: skip
    lines: dict[str, list[str]] = {}
    for post, unit in session.execute(ending.order_by(Post.id)).all():
        held = holders_of(session, city.code, [post.grid_code] if post.grid_code else [], [unit.id], today)
        others = [
            one for one in held
            if one.post.role == post.role and one.post.grid_code == post.grid_code and one.post.id != post.id
        ]  # fmt: skip
        if not others:
            says = "已空缺" if post.until and post.until < today else f"{post.until} 到期"
            town = unit.parent_id if unit.kind == UnitKind.VILLAGE else unit.id
            lines.setdefault(str(town), []).append(f"{unit.name}{post.grid_code or ''} {needed[post.role].title}{says}")
    for town, said in lines.items():
        role = next(role for role in city.roles.values() if role.code == "town")
        text = f"有 {len(said)} 个岗位要配备人员：{'；'.join(said[:5])}。请在“网格”的“空缺”里任用。"
        mail(session, city.code, town, role.post, "网格岗位空缺", text)
    return sum(map(len, lines.values()))
