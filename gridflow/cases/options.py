"""The choices a form takes from the registers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases import area_options, grid_options
from gridflow.cases.organs import authority_names, place_name
from gridflow.cases.viewer import Viewer
from gridflow.formats import gettext as _
from gridflow.formats import moment
from gridflow.forms import GROUPED, Field, Form, Option
from gridflow.people.models import UnitKind
from gridflow.people.permissions import prefix_of
from gridflow.people.queries import handling_units, people_at, places, staff
from gridflow.registers.queries import categories, grids_within, matters_on

ELSEWHERE = "other"
"""Chosen when the case that is repeated is not among those found."""
MOST_PLACES = 1500
"""Whoever reaches more places than this chooses among towns and offices."""
Source = Callable[[Session, Viewer, Mapping[str, Any] | None], Sequence[Option]]


def options_for(
    session: Session, viewer: Viewer, form: Form, *, place: Mapping[str, Any] | None
) -> dict[str, Sequence[Option]]:
    """Return the choices of every register the form names; place is the context `case`, None before there is one.

    Costs one statement for each register that the form really uses.
    """
    return {source: SOURCES[source](session, viewer, place) for source in _sources(form.components)}


def _sources(fields: Sequence[Field]) -> set[str]:
    named = {field.source for field in fields if field.source}
    return named.union(*(_sources(field.components) for field in fields))


def _handling_units(session: Session, viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    county = _county(viewer, place) or viewer.city.division
    units = handling_units(session, viewer.city.code, county, clock.today())
    groups = {"county": _("区县单位"), "city": _("市级单位")}
    return [Option(unit.code, f"{groups[str(unit.tier)]}{GROUPED}{unit.name}", of=str(unit.tier)) for unit in units]


def _matters(session: Session, viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    listed = matters_on(session, viewer.city.code, clock.today(), _county(viewer, place) or viewer.city.division)
    groups = _groups(session, viewer)
    return [
        Option(matter.code, f"{groups.get(matter.category, '')}{GROUPED}{matter.name}", of=matter.category)
        for matter in sorted(listed, key=lambda matter: (matter.category, matter.code))
    ]


def _own_matters(session: Session, viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return the matters of the one list that the viewer's own office, or that of the case, keeps and may change."""
    county = _county(viewer, place)
    listed = matters_on(session, viewer.city.code, clock.today())
    groups = _groups(session, viewer)
    return [
        Option(matter.code, f"{groups.get(matter.category, '')}{GROUPED}{matter.name}", of=matter.category)
        for matter in sorted(listed, key=lambda matter: (matter.category, matter.code))
        if matter.county == county
    ]


def _list_items(session: Session, viewer: Viewer, _place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return the items of the ordinance that matters may stand on: those beside the ones some matter stands on."""
    lists = {each.base.rpartition("(")[0] for each in matters_on(session, viewer.city.code, clock.today())} - {""}
    articles = viewer.city.ordinance.articles
    return [Option(code, articles[code].text) for code in articles if code.rpartition("(")[0] in lists]


def _county(viewer: Viewer, place: Mapping[str, Any] | None) -> str | None:
    """Return the county of a case, before there is one the viewer's own; None at the city."""
    if place:
        return place["county"] and str(place["county"])
    own = [unit for unit in viewer.units.values() if unit.id in viewer.scope.unit_ids]
    return next((unit.county_code for unit in own if unit.tier != "city"), None)


def _categories(session: Session, viewer: Viewer, _place: Mapping[str, Any] | None) -> Sequence[Option]:
    groups = _groups(session, viewer)
    return [
        Option(category.code, f"{groups[category.code]}{GROUPED}{category.name}")
        for category in categories(session, viewer.city.code)
        if category.parent
    ]


def _groups(session: Session, viewer: Viewer) -> dict[str, str]:
    """Return what the group of each category is called."""
    found = categories(session, viewer.city.code)
    names = {category.code: category.name for category in found}
    return {category.code: names.get(category.parent, "") for category in found if category.parent}


def _grids(session: Session, viewer: Viewer, _place: Mapping[str, Any] | None) -> Sequence[Option]:
    villages = {unit.code: unit.name for unit in viewer.units.values()}
    found = [grid for prefix in viewer.scope.prefixes for grid in grids_within(session, viewer.city.code, prefix)]
    named = [(grid, villages.get(grid.code[:12], "")) for grid in found]
    return [Option(grid.code, f"{village} {grid.name.removeprefix(village)}".strip()) for grid, village in named]


def _places(session: Session, viewer: Viewer, _place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return the units a case may lie at: those within one's reach; for a resident those of the county and the city."""
    found = places(session, viewer.city.code, _reach(viewer), clock.today())
    named = {unit.id: place_name(viewer.city, unit) for unit in found}
    return [
        Option(unit.code, f"{named.get(unit.parent_id or '', '')}{GROUPED}{named[unit.id]}", of=unit.tier)
        for unit in found
        if unit.tier != "village" or len(found) < MOST_PLACES
    ]


def _reach(viewer: Viewer) -> Sequence[str]:
    if viewer.scope.prefixes and not viewer.roles <= {"resident"}:
        own = [unit for unit in viewer.units.values() if unit.id in viewer.scope.unit_ids]
        return [unit.code.split("-")[0] if unit.kind == UnitKind.HANDLING else prefix_of(unit) for unit in own]
    return [*{unit.county_code for unit in viewer.units.values()}, viewer.city.division]


def _staff(session: Session, viewer: Viewer, _place: Mapping[str, Any] | None) -> Sequence[Option]:
    own = {post.unit_id for post in viewer.posts if post.user_id == viewer.user.id}
    people = {user.id: user.name for unit in own for user, _ in staff(session, unit, clock.today())}
    return [Option(user_id, name) for user_id, name in people.items()]


def _people(session: Session, viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return who works for the village, the town and the offices of a case: whom it may be about."""
    codes = [place[tier] for tier in ("village", "town", "county") if place.get(tier)] if place else []
    public = viewer.city.roles["resident"].post
    return [
        Option(user.id, f"{place_name(viewer.city, unit)}{GROUPED}{user.name}", of=unit.tier)
        for user, unit in people_at(session, viewer.city.code, [*codes, viewer.city.division], public, clock.today())
    ]


def _duplicates(_session: Session, _viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return what may be the same, as it was found when the case was opened."""
    found = place.get("duplicates", ()) if place else ()
    listed = [
        Option(one["number"], f"{one['number']} {one['place']} {moment(datetime.fromisoformat(one['time']))}")
        for one in found
    ]
    elsewhere = _("不在列出的案件中，填写编号") if found else _("没有查到相近的案件，填写编号")
    return [*listed, Option(ELSEWHERE, elsewhere)]


def _authorities(session: Session, viewer: Viewer, place: Mapping[str, Any] | None) -> Sequence[Option]:
    """Return the organs whose orders may be recorded for the place of a case: a whitelist of the city file."""
    county = str(place["county"]) if place and place.get("county") else None
    named = authority_names(session, viewer.city, county)
    return [Option(code, name, of=viewer.city.authorities[code].tier) for code, name in named.items()]


SOURCES: Mapping[str, Source] = {
    "handling_units": _handling_units,
    "matters": _matters,
    "own_matters": _own_matters,
    "list_items": _list_items,
    "categories": _categories,
    "grids": _grids,
    "staff": _staff,
    "people": _people,
    "places": _places,
    "duplicates": _duplicates,
    "authorities": _authorities,
    "village_grids": grid_options.village_grids,
    "grid_staff": grid_options.grid_staff,
    "grid_posts": grid_options.grid_posts,
    "staff_sources": grid_options.staff_sources,
    "areas": area_options.areas,
    "area_units": area_options.area_units,
    "near_grids": area_options.near_grids,
}
