"""Where a case lies, and its number."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.errors import GridUnknown
from gridflow.cases.models import CaseSerial
from gridflow.people.models import Unit, UnitKind
from gridflow.people.queries import line
from gridflow.registers.models import Grid

QUERY_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without the signs that are easily taken for one another."""


@dataclass(frozen=True, slots=True)
class Place:
    """A grid with the units above it."""

    grid: Grid
    village: Unit
    town: Unit
    county: Unit
    city: Unit

    @property
    def words(self) -> str:
        """The place as people say it; most grids are called after their village, which is said once."""
        return f"{self.town.name}{self.village.name}{self.grid.name.removeprefix(self.village.name)}"

    @property
    def units(self) -> dict[str, str]:
        """Unit ids by tier."""
        return {
            "village": self.village.id, "town": self.town.id, "county": self.county.id, "city": self.city.id
        }  # fmt: skip


def place_of(session: Session, city: str, grid_code: str) -> Place:
    """Return where a grid lies, in two statements; raises GridUnknown for one of another city or a retired one."""
    grid = session.scalar(select(Grid).where(Grid.code == grid_code, Grid.city == city))
    if grid is None or (grid.until is not None and grid.until < clock.today()):
        raise GridUnknown(grid_code)
    above = {unit.tier: unit for unit in line(session, grid.village_unit_id) if unit.kind != UnitKind.HANDLING}
    return Place(grid, above["village"], above["town"], above["county"], above["city"])


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
