"""The register of grids as staff see it: by town and village, each grid with its past, its people and its vacancies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NotOfThisCity
from gridflow.cases.grid_boards import map_of
from gridflow.cases.organs import place_name
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.appointments import Appointment
from gridflow.people.appointments import Holder, coming, former_holders, holders_of, vacant
from gridflow.people.models import Post, Unit, UnitKind
from gridflow.people.permissions import Permission
from gridflow.people.queries import children, line, unit_by_code
from gridflow.registers.grids.counting import Figures, counts_of, figures_of, waiting
from gridflow.registers.grids.kinds import MICRO, WORDS
from gridflow.registers.grids.models import GridCount, GridDue, GridPast
from gridflow.registers.grids.queries import lasting, micro_grids, past_of, successors
from gridflow.registers.models import Grid

MOST_VACANCIES = 200


@dataclass(frozen=True, slots=True)
class Below:
    """A unit one may go down to, with how much lies in it."""

    unit: Unit
    name: str
    grids: int
    households: int


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid in a list."""

    grid: Grid
    kind: str
    people: Sequence[Holder]
    missing: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit of the register: what lies below it, or the grids of a village."""

    unit: Unit
    name: str
    above: Sequence[tuple[str, str]]
    """Code and name of the units above, highest first."""
    below: Sequence[Below]
    grids: Sequence[GridLine]
    ended: Sequence[Grid]
    map: str


@dataclass(frozen=True, slots=True)
class GridView:
    """One grid with everything the register knows."""

    line: GridLine
    above: Sequence[tuple[str, str]]
    managing_unit: str
    former: Sequence[Holder]
    coming: Sequence[Holder]
    past: Sequence[GridPast]
    before: Sequence[str]
    after: Sequence[Grid]
    parts: Sequence[Grid]
    map: str
    may_appoint: bool
    figures: Figures
    counts: Sequence[GridCount]
    due: Sequence[GridDue]
    """Why it waits for adjustment."""
    may_count: bool


def place(session: Session, viewer: Viewer, code: str) -> Place:
    """Return a unit of the viewer's city, by default the viewer's own; raises NotOfThisCity."""
    unit = _unit(session, viewer, code)
    above = [(one.code, place_name(viewer.city, one)) for one in reversed(line(session, unit.id)[1:])]
    name = place_name(viewer.city, unit)
    if unit.kind != UnitKind.VILLAGE:
        return Place(unit, name, above, _below(session, viewer, unit), [], [], "")
    grids = list(lasting(session, unit.id))
    ended = select(Grid).where(Grid.village_unit_id == unit.id, Grid.until.is_not(None)).order_by(Grid.code)
    return Place(unit, name, above, [], _lines(session, viewer, grids), session.scalars(ended).all(), map_of(grids))


def grid_view(session: Session, viewer: Viewer, code: str) -> GridView:
    """Return a grid of the viewer's city, an ended one too; raises NotOfThisCity."""
    grid = session.scalar(select(Grid).where(Grid.city == viewer.city.code, Grid.code == code))
    if grid is None:
        raise NotOfThisCity("网格")
    above = [(one.code, place_name(viewer.city, one)) for one in reversed(line(session, grid.village_unit_id))]
    managing = unit_by_code(session, viewer.city.code, grid.managing_unit) if grid.managing_unit else None
    return GridView(
        line=_lines(session, viewer, [grid])[0],
        above=above,
        managing_unit=managing.name if managing else "",
        former=former_holders(session, viewer.city.code, code, clock.today()),
        coming=coming(session, viewer.city.code, code, clock.today()),
        past=past_of(session, viewer.city.code, code),
        before=list(grid.predecessors),
        after=successors(session, viewer.city.code, [code]),
        parts=micro_grids(session, viewer.city.code, code) if grid.kind != MICRO else [],
        map=map_of([grid]),
        may_appoint=grid.until is None and viewer.scope.covers(code),
        figures=figures_of(session, viewer.city.code, [grid])[code],
        counts=counts_of(session, viewer.city.code, code),
        due=[due for due, _ in waiting(session, viewer.city.code, code=code)],
        may_count=grid.until is None and viewer.scope.covers(code) and viewer.may(Permission.POST_APPOINT),
    )


def vacancies(session: Session, viewer: Viewer, code: str) -> tuple[Place, list[GridLine]]:
    """Return the grids of a unit that lack somebody, by code, at most MOST_VACANCIES. Source: N8-1, N8-4, B9-1."""
    found = place(session, viewer, code)
    needed = [post for post in viewer.city.appointments.values() if post.needed and post.place in ("grid", "micro")]
    held = (
        select(Post.grid_code, func.count(Post.role.distinct()).label("roles"))
        .where(Post.city == viewer.city.code, Post.role.in_([post.code for post in needed]), Post.until.is_(None))
        .group_by(Post.grid_code)
        .subquery()
    )
    wanted = sum(post.place == "grid" for post in needed)
    lacking = (
        select(Grid)
        .outerjoin(held, held.c.grid_code == Grid.code)
        .where(
            Grid.city == viewer.city.code, Grid.code.startswith(begins(found.unit)), Grid.until.is_(None),
            func.coalesce(held.c.roles, 0) < case((Grid.kind == MICRO, 1), else_=wanted),
        )
        .order_by(Grid.code)
        .limit(MOST_VACANCIES)
    )  # fmt: skip
    lines = _lines(session, viewer, session.scalars(lacking).all())
    return found, [each for each in lines if each.missing]


def begins(unit: Unit) -> str:
    """Return how the codes of the grids of a unit begin."""
    return unit.code[:4] if unit.kind == UnitKind.CITY_OFFICE else unit.code


def _unit(session: Session, viewer: Viewer, code: str) -> Unit:
    if code:
        unit = unit_by_code(session, viewer.city.code, code)
        if unit is None or unit.kind == UnitKind.HANDLING:
            raise NotOfThisCity("网格")
        return unit
    own = [unit for unit in viewer.units.values() if unit.id in viewer.scope.unit_ids]
    chosen = next((unit for unit in own if unit.kind != UnitKind.HANDLING), None)
    unit = chosen or unit_by_code(session, viewer.city.code, viewer.city.division)
    if unit is None:
        raise NotOfThisCity("网格")
    return unit


def _below(session: Session, viewer: Viewer, unit: Unit) -> list[Below]:
    units = [one for one in children(session, unit.id, clock.today()) if one.kind != UnitKind.HANDLING]
    digits = {"city": 6, "county": 9, "town": 12}[unit.tier]
    key = func.substr(Grid.code, 1, digits)
    counted: Mapping[str, tuple[int, int]] = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(key, func.count(), func.sum(Grid.households))
            .where(
                Grid.city == viewer.city.code, Grid.code.startswith(begins(unit)), Grid.until.is_(None),
                Grid.kind != MICRO,
            )
            .group_by(key)
        )
    }  # fmt: skip
    return [Below(one, place_name(viewer.city, one), *counted.get(one.code, (0, 0))) for one in units]


def _lines(session: Session, viewer: Viewer, grids: Sequence[Grid]) -> list[GridLine]:
    held = holders_of(session, viewer.city.code, [grid.code for grid in grids], [], clock.today())
    rules = viewer.city.appointments
    lines = []
    for grid in grids:
        people = [one for one in held if one.post.grid_code == grid.code]
        missing = vacant(rules, "micro" if grid.kind == MICRO else "grid", people) if grid.until is None else []
        lines.append(GridLine(grid, WORDS.get(grid.kind, grid.kind), people, missing))
    return lines
