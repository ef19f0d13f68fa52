"""How many live and work in a grid: as it was drawn, and as it was counted since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.registers.grids.models import GridCount, GridDue
from gridflow.registers.models import Grid


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a grid today, beside those it was drawn with."""

    grid: Grid
    last: GridCount | None
    """The newest count since it was drawn; None where nothing was counted."""

    @property
    def households(self) -> int:
        """Households today."""
        return self.last.households if self.last else self.grid.households

    @property
    def population(self) -> int:
        """People today."""
        return self.last.population if self.last else self.grid.population

    @property
    def units_count(self) -> int:
        """Organs, companies and shops today."""
        return self.last.units_count if self.last else self.grid.units_count

    @property
    def percent(self) -> Decimal:
        """By how many per cent the households have changed, to one decimal."""
        then = self.grid.households
        return (
            round(Decimal(self.households - then) * 100 / then, 1) if then else Decimal(100 if self.households else 0)
        )


def figures_of(session: Session, city: str, grids: Sequence[Grid]) -> Mapping[str, Figures]:
    """Return the figures of some grids by code, in one statement; counts of before a grid was redrawn do not matter."""
    drawn = {grid.code: grid for grid in grids}
    counts = select(GridCount).where(GridCount.city == city, GridCount.code.in_(drawn)).order_by(
        GridCount.counted_on, GridCount.id
    )  # fmt: skip
    last = {count.code: count for count in session.scalars(counts) if count.counted_on >= drawn[count.code].since}
    return {code: Figures(grid, last.get(code)) for code, grid in drawn.items()}


def counted(session: Session, city: str) -> list[Grid]:
    """Return the lasting grids of a city that were ever counted."""
    codes = select(GridCount.code).where(GridCount.city == city)
    found = select(Grid).where(Grid.city == city, Grid.until.is_(None), Grid.code.in_(codes))
    return list(session.scalars(found.order_by(Grid.code)))


def counts_of(session: Session, city: str, code: str) -> Sequence[GridCount]:
    """Return every count of a grid, the newest first."""
    found = select(GridCount).where(GridCount.city == city, GridCount.code == code)
    return session.scalars(found.order_by(GridCount.counted_on.desc(), GridCount.id.desc())).all()


def waiting(session: Session, city: str, begins: str = "", code: str = "") -> list[tuple[GridDue, Grid]]:
    """Return the grids that wait for adjustment in a place, or one of them, by code."""
    rows = select(GridDue, Grid).join(Grid, Grid.code == GridDue.code)
    found = rows.where(GridDue.city == city, GridDue.ended_on.is_(None), GridDue.code.startswith(begins))
    if code:
        found = found.where(GridDue.code == code)
    return [(due, grid) for due, grid in session.execute(found.order_by(GridDue.code))]


def told_before(session: Session, city: str, on: date) -> dict[tuple[str, str], GridDue]:
    """Return what waits by slug and grid, and end what waits for a grid that was redrawn or is no more."""
    open_ones = {}
    rows = select(GridDue, Grid).join(Grid, Grid.code == GridDue.code)
    for due, grid in session.execute(rows.where(GridDue.city == city, GridDue.ended_on.is_(None))):
        if grid.until is not None or grid.since > due.found_on:
            due.ended_on = on
        else:
            open_ones[due.slug, due.code] = due
    return open_ones
