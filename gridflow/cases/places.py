"""Where a case lies, and its number."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.errors import GridUnknown
from gridflow.cases.models import CaseSerial
from gridflow.cases.organs import place_name
from gridflow.catalogue import City
from gridflow.people.models import Unit, UnitKind
from gridflow.people.queries import line, open_unit
from gridflow.registers.models import Grid

QUERY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without the signs that are easily taken for one another."""


@dataclass(frozen=True, slots=True)
class Place:
    """A grid or a unit, with the units above it."""

    code: str
    """Of the grid or unit itself."""
    words: str
    """The place as people say it."""
    county: str
    """Six digits; for a place at city tier those of the city."""
    above: Mapping[str, Unit]
    """The unit of each tier from the place up; what lies lower is missing."""
    grid: Grid | None = None

    @property
    def units(self) -> dict[str, str]:
        """Unit ids by tier."""
        return {tier: unit.id for tier, unit in self.above.items()}

    def id_of(self, tier: str) -> str | None:
        """Return the id of the unit of a tier, None where the place lies higher."""
        return self.above[tier].id if tier in self.above else None

    @property
    def seen(self) -> dict[str, str | None]:
        """The codes by tier as expressions see them, null where the place lies higher."""
        tiers = {tier: self.above[tier].code if tier in self.above else None for tier in ("county", "town", "village")}
        return {**tiers, "grid": self.grid.code if self.grid else None}


def place_of(session: Session, city: City, grid_code: str) -> Place:
    """Return where a grid lies, in two statements; raises GridUnknown for one of another city or a retired one."""
    grid = session.scalar(select(Grid).where(Grid.code == grid_code, Grid.city == city.code))
    if grid is None or (grid.until is not None and grid.until < clock.today()):
        raise GridUnknown(grid_code)
    above = line(session, grid.village_unit_id)
    village = above[0]
    own = grid.name.removeprefix(village.name)  # most grids are called after their village, which is said once
    return Place(grid.code, f"{_words(city, above)} {own}", village.county_code, _by_tier(above), grid)


def place_of_unit(session: Session, city: City, code: str) -> Place:
    """Return a unit as a place: a handling unit lies at its office.

    Raises UnitUnknown or UnitClosed. Cost: two statements.
    """
    above = line(session, open_unit(session, city.code, code, clock.today()).id)
    places = [unit for unit in above if unit.kind != UnitKind.HANDLING]
    return Place(places[0].code, _words(city, places), places[0].county_code, _by_tier(places))


def _words(city: City, above: Sequence[Unit]) -> str:
    """Return a village with its town, anything else by its own name; a space stands between tiers."""
    named = above[:2] if above[0].kind == UnitKind.VILLAGE else above[:1]
    return " ".join(place_name(city, unit) for unit in reversed(named))


def _by_tier(above: Sequence[Unit]) -> dict[str, Unit]:
    return {unit.tier: unit for unit in above}


def next_case_number(session: Session, prefix: str, area: str) -> str:
    """Return the next number of a county and day, such as SJ-330203-20261122-00042-7; gaps are allowed."""
    series = f"{prefix}-{area}-{clock.today():%Y%m%d}"
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    first = dialect.insert(CaseSerial).values(series=series, last=1)
    counted = first.on_conflict_do_update(index_elements=["series"], set_={"last": CaseSerial.last + 1})
    serial = session.execute(counted.returning(CaseSerial.last)).scalar_one()
    text = f"{series}-{serial:05d}"
    return f"{text}-{check_digit(text)}"


def check_digit(text: str) -> int:
    """Return the Luhn digit over the digits of a text, so that a mistyped number is noticed."""
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [digit if place % 2 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return -sum(doubled) % 10


def new_query_code() -> str:
    """Return eight random signs by which the person who reported finds the case again."""
    return "".join(secrets.choice(QUERY_ALPHABET) for _ in range(8))
