"""Who issues a paper: the office or unit that acted, with the name on its letterhead and the letters of its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.models import Submission
from gridflow.catalogue import City
from gridflow.people.models import Unit, UnitKind
from gridflow.people.queries import line, unit_by_code

_OFFICES = (UnitKind.CITY_OFFICE, UnitKind.COUNTY_OFFICE)
_ISSUING = ("town", "county", "city")
_PLACE = "{place}"
_COUNTY = "{county}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """The organ a document is issued by."""

    code: str
    """Of the unit, whose counters give the numbers."""
    name: str
    mark: str
    """The letters its numbers begin with (机关代字)."""


def place_name(city: City, unit: Unit) -> str:
    """Return the name of a unit's place: 海曙区 for its office, the unit's own name for any other."""
    return unit.name.removesuffix(city.office) if unit.kind in _OFFICES else unit.name


def issuer(session: Session, city: City, places: Mapping[str, str], unit_id: str | None) -> Issuer:
    """Return who issues what a unit did: itself, for a village the town above.

    Where nobody acted it is the town of the case, or the office it lies at. `places` are its unit ids by tier.
    """
    above = line(session, unit_id or next(places[tier] for tier in _ISSUING if tier in places))
    if above[0].kind == UnitKind.VILLAGE:
        above = above[1:]
    unit = above[0]
    county = next((place_name(city, one) for one in above if one.kind == UnitKind.COUNTY_OFFICE), "")
    return Issuer(unit.code, _name(city, unit, county), _mark(city, unit))


def authority_names(session: Session, city: City, county: str | None) -> dict[str, str]:
    """Return what the organs with power to order are called at a county, by code; without one those above only."""
    unit = unit_by_code(session, city.code, county) if county and county != city.division else None
    place = place_name(city, unit) if unit else ""
    return {
        authority.code: authority.name.replace(_COUNTY, place)
        for authority in city.authorities.values()
        if unit or authority.tier == "city"
    }


def acting_unit(session: Session, case_id: str, element_id: str, actor_id: str | None, own: str | None) -> str | None:
    """Return the unit somebody did a task for, which may be another than their own; for the system the last office.

    Cost: one statement.
    """
    filed = select(Submission.unit_id).join(Unit, Unit.id == Submission.unit_id).where(Submission.case_id == case_id)
    filed = filed.where(Submission.actor_id == actor_id if actor_id else Unit.kind != UnitKind.HANDLING)
    last = session.scalar(filed.order_by((Submission.element_id == element_id).desc(), Submission.id.desc()).limit(1))
    return last or own


def _name(city: City, unit: Unit, county: str) -> str:
    if unit.kind == UnitKind.TOWN:
        pattern = str(city.organ.details.get("town", _COUNTY + _PLACE))
        return pattern.replace(_COUNTY, county).replace(_PLACE, unit.name)
    return unit.name


def _mark(city: City, unit: Unit) -> str:
    if unit.kind == UnitKind.CITY_OFFICE:
        return str(city.organ.details.get("mark", city.name))
    return str(city.organ.details.get("unit_mark", _PLACE)).replace(_PLACE, place_name(city, unit))
