"""Look up grids, matters and categories. Every query names the city."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, undefer

from gridflow.db import table
from gridflow.registers.models import Category, Grid, Matter

_SEEN = table(Matter)
VILLAGE_DIGITS = 12
"""How many signs of a grid's code name its village. Source: N9, domain 4.2."""


def matters_on(session: Session, city: str, day: date, county: str | None = None) -> Sequence[Matter]:
    """Return the matters listed on a day, by code: in a county the city's and its own; None means every list.

    Source: N11-1, B12-1; that a county's list contains the city's is domain 2.3.
    """
    listed = select(Matter).where(Matter.city == city, _listed(day))
    if county is not None:
        listed = listed.where(or_(Matter.county.is_(None), Matter.county == county))
    return session.scalars(listed.order_by(Matter.code)).all()


def matter_active(session: Session, city: str, code: str, day: date) -> bool:
    """Tell whether a matter is listed on a day, wherever in the city. Source: N13-2, B13-1."""
    return session.scalar(select(Matter.id).where(Matter.city == city, Matter.code == code, _listed(day))) is not None


def matter(session: Session, city: str, code: str, day: date) -> Matter | None:
    """Return the version of a matter that is listed on a day."""
    return session.scalar(select(Matter).where(Matter.city == city, Matter.code == code, _listed(day)))


def versions(session: Session, city: str, code: str) -> Sequence[Matter]:
    """Return every version of a matter, the oldest first."""
    return session.scalars(
        select(Matter).where(Matter.city == city, Matter.code == code).order_by(Matter.version)
    ).all()


def matter_context(
    session: Session, city: str, day: date, county: str | None = None
) -> Mapping[str, Mapping[str, object]]:
    """Return every matter a city ever listed by code, as expressions see it on a day in a county: the list guard.

    One no longer or not yet listed shows its newest version begun by the day, else its first, and is not active; nor
    is one of another county's own list. None means every list.
    """
    rows = session.execute(select(_SEEN).where(_SEEN.c.city == city).order_by(_SEEN.c.code, _SEEN.c.version))
    values: dict[str, Mapping[str, object]] = {}
    for row in rows:
        if row.code not in values or row.since <= day:
            values[row.code] = _seen(row, day, county)
    return values


def leading_department(session: Session, city: str) -> str | None:
    """Return the department that leads most matters: the one a demo or a new form shows first."""
    led = select(Matter.lead).where(Matter.city == city, Matter.lead.is_not(None)).group_by(Matter.lead)
    return session.scalar(led.order_by(func.count().desc(), Matter.lead).limit(1))


def list_version(session: Session, city: str) -> str:
    """Name the state of the matter list, so that a case can record which one it saw."""
    count, since, until = session.execute(
        select(func.count(), func.max(Matter.since), func.max(Matter.until)).where(Matter.city == city)
    ).one()
    return f"{count}/{max(filter(None, (since, until)), default='-')}"


def categories(session: Session, city: str) -> Sequence[Category]:
    """Return the categories of a city by code: each parent before its children."""
    return session.scalars(select(Category).where(Category.city == city).order_by(Category.code)).all()


def category_names(session: Session, city: str) -> dict[str, str]:
    """Return what the categories of a city are called, by code."""
    return _names(session, _CATEGORIES, {"in_city": city})


def matter_names(session: Session, city: str, day: date) -> dict[str, str]:
    """Return what every matter a city ever listed is called on a day, by code: the newest version begun by then."""
    return _names(session, _MATTERS, {"in_city": city, "day": day})


def grid_name(session: Session, city: str, code: str) -> str | None:
    """Return what a grid of a city is called, an ended one too."""
    return session.execute(_GRID, {"one": code, "in_city": city}).scalar()


_GRID = select(table(Grid).c.name).where(
    table(Grid).c.code == bindparam("one"), table(Grid).c.city == bindparam("in_city")
)


def grid_by_code(session: Session, city: str, code: str) -> Grid | None:
    """Return a grid of a city, ended ones too, with its geometry."""
    found = select(Grid).where(Grid.code == code, Grid.city == city).options(undefer(Grid.geometry))
    return session.scalar(found)


def grids_of(session: Session, village_unit_id: str, on: date | None = None) -> Sequence[Grid]:
    """Return the grids of a village by code, on a day or those that last; without geometry until it is asked for."""
    lasting = Grid.until.is_(None) if on is None else _exists(on)
    return session.scalars(
        select(Grid).where(Grid.village_unit_id == village_unit_id, lasting).order_by(Grid.code)
    ).all()


def grids_within(session: Session, city: str, prefix: str) -> Sequence[Grid]:
    """Return the lasting grids whose code begins with a division code (six digits a county, nine a town), by code."""
    found = select(Grid).where(Grid.city == city, Grid.code.startswith(prefix), Grid.until.is_(None))
    return session.scalars(found.order_by(Grid.code)).all()


def grid_counts(session: Session, city: str) -> dict[str, int]:
    """Return how many lasting grids each village of a city has, by the twelve digits of its code."""
    village = func.substr(Grid.code, 1, VILLAGE_DIGITS)
    counted = select(village, func.count()).where(Grid.city == city, Grid.until.is_(None)).group_by(village)
    return {row[0]: row[1] for row in session.execute(counted)}


def _names(session: Session, named: Select[str, str], asked: Mapping[str, object]) -> dict[str, str]:
    return {row.code: row.name for row in session.execute(named, asked)}


_KINDS = table(Category)
_CATEGORIES = select(_KINDS.c.code, _KINDS.c.name).where(_KINDS.c.city == bindparam("in_city"))
_MATTERS = (
    select(_SEEN.c.code, _SEEN.c.name)
    .where(_SEEN.c.city == bindparam("in_city"))
    .order_by(_SEEN.c.since <= bindparam("day", type_=Date), _SEEN.c.version)
)


def _listed(day: date) -> ColumnElement[bool]:
    return (Matter.since <= day) & or_(Matter.until.is_(None), Matter.until >= day)


def _exists(day: date) -> ColumnElement[bool]:
    return (Grid.since <= day) & or_(Grid.until.is_(None), Grid.until >= day)


def _seen(row: Row[Any], day: date, county: str | None) -> Mapping[str, object]:
    here = county is None or row.county in (None, county)
    return {
        "name": row.name,
        "active": here and row.since <= day and (row.until is None or day <= row.until),
        "on_site": row.on_site,
        "category": row.category,
        "level": row.level,
        "lead": row.lead,
        "base": row.base,
        "version": row.version,
        "owner": row.owner,
        "term": row.term,
        "until": row.until,
    }
