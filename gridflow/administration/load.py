"""How much falls to each worker of a grid: households, people, units and cases, side by side. Source: B9-3, N8-1.

Grids are compared, never people: what somebody does is counted nowhere. Source: domain 3.9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.grids import Place, begins, place
from gridflow.cases.models import Case
from gridflow.cases.viewer import Viewer
from gridflow.clock import SHANGHAI
from gridflow.people.models import Post
from gridflow.registers.grids.counting import figures_of
from gridflow.registers.grids.kinds import MICRO
from gridflow.registers.models import Grid, Matter

DAYS = 90
"""Over which cases are counted."""
HEAVY = 1.5
"""Times the mean from which a load is marked."""
MOST = 400


@dataclass(frozen=True, slots=True)
class Load:
    """A grid with what falls to each of its workers; None where it has none."""

    grid: Grid
    households: int
    population: int
    units_count: int
    workers: int
    opened: int
    """Cases of the last DAYS days."""
    open: int
    """Cases not closed yet."""
    heavy: bool
    """Whether much more falls to each than on average here."""

    @property
    def per_worker(self) -> tuple[int, int, float] | None:
        """Households, people and cases for each worker."""
        if not self.workers:
            return None
        return round(self.households / self.workers), round(self.population / self.workers), self.each(self.opened)

    def each(self, number: int) -> float:
        """Return a number shared among the workers, to one decimal."""
        return round(number / self.workers, 1)


@dataclass(frozen=True, slots=True)
class Report:
    """The loads of a place."""

    place: Place
    lines: Sequence[Load]
    total: Load | None
    matters: int
    """Items of the list that grid staff may be given today."""
    more: bool


def load_report(session: Session, viewer: Viewer, code: str) -> Report:
    """Return the loads of the grids of a unit, by code, at most MOST; micro-grids belong to their grid."""
    where, today = place(session, viewer, code), clock.today()
    within = begins(where.unit)
    wanted = select(Grid).where(
        Grid.city == viewer.city.code, Grid.code.startswith(within), Grid.until.is_(None), Grid.kind != MICRO
    )
    grids = session.scalars(wanted.order_by(Grid.code).limit(MOST + 1)).all()
    shown = grids[:MOST]
    workers, opened, still = _workers(session, viewer, within), *_cases(session, viewer, within)
    figures = figures_of(session, viewer.city.code, shown)
    plain = [
        Load(
            each.grid, each.households, each.population, each.units_count,
            workers.get(code, 0), opened.get(code, 0), still.get(code, 0), heavy=False,
        )
        for code, each in figures.items()
    ]  # fmt: skip
    listed = or_(Matter.until.is_(None), Matter.until >= today)
    matters = select(func.count()).where(Matter.city == viewer.city.code, Matter.since <= today, listed)
    return Report(where, _marked(plain), _total(plain), session.scalar(matters) or 0, len(grids) > MOST)


def _workers(session: Session, viewer: Viewer, within: str) -> Mapping[str, int]:
    """Return how many people hold a post at each grid today."""
    today = clock.today()
    held = (
        select(Post.grid_code, func.count(Post.user_id.distinct()))
        .where(
            Post.city == viewer.city.code, Post.grid_code.startswith(within), Post.since <= today,
            or_(Post.until.is_(None), Post.until >= today),
        )
        .group_by(Post.grid_code)
    )  # fmt: skip
    return {code: number for code, number in session.execute(held) if code}


def _cases(session: Session, viewer: Viewer, within: str) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Return how many cases each grid had lately, and how many are open."""
    first = datetime.combine(clock.today() - timedelta(days=DAYS), time(), SHANGHAI)
    here = (Case.city == viewer.city.code) & Case.place_code.startswith(within) & Case.grid_code.is_not(None)
    lately = select(Case.grid_code, func.count()).where(here, Case.opened_at >= first).group_by(Case.grid_code)
    still = select(Case.grid_code, func.count()).where(here, Case.state == "open").group_by(Case.grid_code)
    return _by_code(session, lately), _by_code(session, still)


def _by_code(session: Session, counted: Select[str | None, int]) -> Mapping[str, int]:
    return {str(code): number for code, number in session.execute(counted)}


def _total(lines: Sequence[Load]) -> Load | None:
    if not lines:
        return None
    return Load(
        lines[0].grid,
        households=sum(one.households for one in lines),
        population=sum(one.population for one in lines),
        units_count=sum(one.units_count for one in lines),
        workers=sum(one.workers for one in lines),
        opened=sum(one.opened for one in lines),
        open=sum(one.open for one in lines),
        heavy=False,
    )


def _marked(lines: Sequence[Load]) -> list[Load]:
    total = _total([one for one in lines if one.workers])
    if total is None:
        return list(lines)
    mean = total.households / total.workers
    return [replace(one, heavy=bool(one.workers) and one.households / one.workers > HEAVY * mean) for one in lines]
