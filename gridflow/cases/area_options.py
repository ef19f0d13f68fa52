"""The area an order concerns: the places of a case by tier, others to choose from, each with its number of grids.

A county has a thousand grids: they are chosen by the units they belong to, one by one only where there are few.
Source: N19, B12-2(7).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.organs import place_name
from gridflow.cases.viewer import Viewer
from gridflow.formats import gettext as _
from gridflow.forms import GROUPED, Option
from gridflow.people.models import Unit
from gridflow.people.queries import places, unit_by_code
from gridflow.registers.queries import grid_counts, grids_within

Place = Mapping[str, Any] | None
CITY, UNITS, LISTED = "city", "units", "listed"
TIERS = ("village", "town", "county")
MOST_UNITS = 500
"""Whoever reaches more units than this chooses among towns and counties."""
MOST_GRIDS = 150
"""A town with more grids than this has those of the case's village listed one by one."""


def area_words() -> dict[str, str]:
    """Return what the ways to name an area are called."""
    return {
        "village": _("本村（社区）"), "town": _("本镇（街道）"), "county": _("本区县"), CITY: _("全市"),
        UNITS: _("另选区县、镇街、村（社区）"), LISTED: _("指定的网格"),
    }  # fmt: skip


def areas(session: Session, viewer: Viewer, place: Place) -> Sequence[Option]:
    """Return the ways to name the area of an order about a case; those that name it whole say how many grids it has."""
    counts, words = grid_counts(session, viewer.city.code), area_words()
    own = [(tier, unit) for tier in TIERS if (unit := _unit(session, viewer, place, tier))]
    whole = [
        Option(tier, _("%(kind)s：%(place)s，%(number)s 个网格", kind=words[tier], place=place_name(viewer.city, unit),
                       number=_number(counts, unit)), of=tier, count=_number(counts, unit))
        for tier, unit in own
    ]  # fmt: skip
    total = sum(counts.values())
    everything = Option(CITY, _("全市，%(number)s 个网格", number=total), of=CITY, count=total)
    listed = [Option(LISTED, words[LISTED], of=LISTED)] if near_grids(session, viewer, place) else []
    return [*listed, *whole, everything, Option(UNITS, words[UNITS], of=UNITS)]


def area_units(session: Session, viewer: Viewer, place: Place) -> Sequence[Option]:
    """Return the units of a case's county, else of the city, that have grids: each town with its villages."""
    counts = grid_counts(session, viewer.city.code)
    county = place.get("county") if place else None
    found = places(session, viewer.city.code, [str(county or "")], clock.today())
    chosen = [unit for unit in found if unit.tier != CITY and unit.code != county and _number(counts, unit)]
    if len(chosen) > MOST_UNITS:
        chosen = [unit for unit in chosen if unit.tier != "village"]
    named = {unit.id: place_name(viewer.city, unit) for unit in found}
    heads = {unit.parent_id for unit in chosen}
    return [
        Option(
            unit.code,
            named[unit.id if unit.id in heads else str(unit.parent_id)] + GROUPED
            + _("%(name)s（%(words)s）", name=_("全部") if unit.id in heads else named[unit.id],
                words=_number(counts, unit)),
            of=unit.tier, count=_number(counts, unit),
        )
        for unit in chosen
    ]  # fmt: skip


def near_grids(session: Session, viewer: Viewer, place: Place) -> Sequence[Option]:
    """Return the grids of a case's town where they are few, else of its village; none where it lies higher."""
    town, village = (place.get(tier) if place else None for tier in ("town", "village"))
    found = grids_within(session, viewer.city.code, str(town)) if town else ()
    if len(found) > MOST_GRIDS:
        found = [grid for grid in found if village and grid.code.startswith(str(village))]
    return [Option(grid.code, grid.name, count=1) for grid in found]


def _unit(session: Session, viewer: Viewer, place: Place, tier: str) -> Unit | None:
    code = place.get(tier) if place else None
    return unit_by_code(session, viewer.city.code, str(code)) if code else None


def _number(counts: Mapping[str, int], unit: Unit) -> int:
    return sum(number for village, number in counts.items() if village.startswith(unit.code))
