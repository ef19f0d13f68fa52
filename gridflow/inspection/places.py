"""Work that runs in many places at once: counted by town on the page of a case, and listed place by place.

A response may run in twelve thousand grids. Source: N19, B12-2(7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, distinct, func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.organs import place_name
from gridflow.cases.queries import case_of
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Roll
from gridflow.db import table
from gridflow.engine.models import Instance, Limit, WorkItem
from gridflow.people.models import Unit, User

INSTANCE, ITEM, LIMIT, UNIT, USER = map(table, (Instance, WorkItem, Limit, Unit, User))
TIERS = (6, 9, 12)
"""Digits that name a county, a town and a village. Source: N9, domain 4.2."""
MOST_AREAS = 40
"""More towns than this are counted by county."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Area:
    """How far the work is in one county, town or village."""

    code: str
    name: str
    total: int
    answered: int
    open: int
    """Tasks that wait."""
    late: int

    @property
    def silent(self) -> int:
        """How many places have not answered."""
        return self.total - self.answered


@dataclass(frozen=True, slots=True)
class Counted:
    """How far the work is in all places under a code, and in each area of it."""

    title: str
    roll: Roll | None
    """What those who have answered, and those who have not, are called; None where nobody is asked."""
    whole: Area
    areas: Sequence[Area]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits in one place."""

    item: str
    """The code of the place."""
    step: str
    who: str
    due: datetime | None
    limit_unit: str
    late: bool


@dataclass(frozen=True, slots=True)
class PlacesPage:
    """Fifty tasks under an area, the most overdue first."""

    case: Case
    counted: Counted
    tasks: Sequence[Waiting]
    page: int
    more: bool


def counted(session: Session, office: Office, found: Case, under: str = "") -> Counted:
    """Count the places under a code: by the next tier that has several of them, two statements for each tier."""
    parsed = office.engine.versions.get(session, session.scalars(_first(found)).one())
    roll, title = parsed.bundle.manifest.roll, parsed.bundle.manifest.title
    steps = roll.steps if roll else ()
    areas: list[Area] = []
    for digits in [tier for tier in TIERS if tier > len(under)]:
        finer = _areas(session, office, found, steps, under, digits)
        if areas and len(finer) > MOST_AREAS:
            break
        areas = finer
        if len(areas) > 1 and digits != TIERS[0]:
            break
    above = session.scalar(select(Unit).where(Unit.city == found.city, Unit.code == under)) if under else None
    name = place_name(office.cities[found.city], above) if above else ""
    sums = (sum(getattr(area, figure) for area in areas) for figure in ("total", "answered", "open", "late"))
    whole = Area(under, name, *sums)
    return Counted(title, roll, whole, areas)


def places_page(session: Session, office: Office, viewer: Viewer, case_id: str, under: str, page: int) -> PlacesPage:
    """Return the tasks that wait in the places under a code; raises CaseUnknown."""
    found = case_of(session, viewer, case_id)
    rows = session.execute(_tasks(found, under).limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return PlacesPage(
        found, counted(session, office, found, under), [_waiting(row) for row in rows[:PAGE]], page, len(rows) > PAGE
    )


def _first(found: Case) -> Select[Any]:
    of_case = select(INSTANCE.c.version_id).where(INSTANCE.c.case_id == found.id, INSTANCE.c.item.is_not(None))
    return of_case.order_by(INSTANCE.c.id.desc()).limit(1)


def _areas(session: Session, office: Office, found: Case, steps: Sequence[str], under: str, digits: int) -> list[Area]:
    code = func.substr(INSTANCE.c.item, 1, digits)
    silent = func.count(distinct(case((ITEM.c.element_id.in_(steps), INSTANCE.c.id))))
    late = func.count(case((ITEM.c.due_at < clock.now(), ITEM.c.id)))
    rows = session.execute(
        select(code.label("code"), func.count(distinct(INSTANCE.c.id)).label("total"), silent.label("silent"),
               func.count(ITEM.c.id).label("open"), late.label("late"))
        .outerjoin(ITEM, (ITEM.c.instance_id == INSTANCE.c.id) & (ITEM.c.status == "open"))
        .where(INSTANCE.c.case_id == found.id, INSTANCE.c.item.startswith(under, autoescape=True))
        .group_by(code)
        .order_by(code)
    ).all()  # fmt: skip
    units = session.scalars(select(Unit).where(Unit.city == found.city, Unit.code.in_([row.code for row in rows])))
    names = {unit.code: place_name(office.cities[found.city], unit) for unit in units}
    return [
        Area(row.code, names.get(row.code, row.code), row.total, row.total - row.silent, row.open, row.late)
        for row in rows
    ]


def _tasks(found: Case, under: str) -> Select[Any]:
    return (
        select(INSTANCE.c.item, ITEM.c.step, ITEM.c.due_at, LIMIT.c.unit.label("counts_in"),
               func.coalesce(USER.c.name, UNIT.c.name, "").label("who"))
        .join(ITEM, (ITEM.c.instance_id == INSTANCE.c.id) & (ITEM.c.status == "open"))
        .outerjoin(UNIT, UNIT.c.id == ITEM.c.unit_id)
        .outerjoin(USER, USER.c.id == ITEM.c.person_id)
        .outerjoin(LIMIT, LIMIT.c.id == ITEM.c.limit_id)
        .where(INSTANCE.c.case_id == found.id, INSTANCE.c.item.startswith(under, autoescape=True))
        .order_by(ITEM.c.due_at.asc().nulls_last(), ITEM.c.id)
    )  # fmt: skip


def _waiting(row: Any) -> Waiting:
    late = row.due_at is not None and row.due_at < clock.now()
    return Waiting(row.item, row.step, row.who, row.due_at, row.counts_in or "WD", late)
