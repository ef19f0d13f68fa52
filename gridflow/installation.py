"""Fill an empty installation from files: units, registers, calendars, procedures; for a demo its grids and cast."""

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.application import publish_all
from gridflow.cases.jobs import follow_calendar
from gridflow.catalogue import Bundle, Catalogue, City
from gridflow.config import DEMO_PASSWORD, Settings, SettingsInvalid
from gridflow.engine.definitions import publish
from gridflow.engine.models import Definition
from gridflow.people.calendars import import_calendar
from gridflow.people.demo import import_demo, import_owners, stand_in
from gridflow.people.divisions import import_divisions
from gridflow.registers.queries import grids_within, leading_department
from gridflow.registers.service import import_categories, import_grids, import_matters, sketch_grids

Say = Callable[[str], None]


def install(
    session: Session,
    settings: Settings,
    say: Say,
    *,
    cities: tuple[str, ...] = (),
    cast: bool,
    bundles: Sequence[Bundle] = (),
    made_up: bool = False,
) -> None:
    """Load whatever is missing; running it again changes nothing. `cast` adds the demo's grids and accounts.

    With `made_up` a city whose files name no cast and draw no map gets both all the same: good enough for trials.
    cities empty means all; raises CityUnknown for one the catalogue does not have. Takes some ten seconds for two.
    `bundles` are put in force in place of the procedures of the files.
    """
    catalogue = Catalogue.read(settings.home)
    for code in cities:
        catalogue.city(code)
    for city in catalogue.cities.values():
        if not cities or city.code in cities:
            _install_city(session, settings, city, say, cast=cast, made_up=made_up)
    for bundle in bundles:
        publish(session, bundle)
    if not bundles:
        publish_all(session, settings, cities, say)
    for city in catalogue.cities.values() if cast else ():
        if not cities or city.code in cities:
            in_force = select(Definition.slug).where(Definition.city == city.code)
            import_owners(session, city, session.scalars(in_force.order_by(Definition.slug)).all())


def _install_city(session: Session, settings: Settings, city: City, say: Say, *, cast: bool, made_up: bool) -> None:
    home = settings.home
    say(f"{city.name}：单位")
    import_divisions(session, divisions_of(settings, city), city)
    say(f"{city.name}：日历")
    if import_calendar(session, city, home / "data/calendar"):
        follow_calendar(session, city.code)
    say(f"{city.name}：事项清单")
    import_categories(session, home / "processes/_shared/categories.csv", city)
    import_matters(session, home / f"processes/_cities/{city.code}.matters.csv", city)
    cells = home / f"data/geo/demo_villages_{city.division}.geojson"
    if cast and (cells.is_file() or not made_up):
        say(f"{city.name}：演示网格")
        import_grids(session, cells, city)
    if not cast or not (city.demo or made_up):
        return
    demo = city.demo or stand_in(session, city)
    if made_up and not grids_within(session, city.code, demo.village):
        sketch_grids(session, city, demo.village)
    grids = [grid.code for grid in grids_within(session, city.code, demo.village)]
    import_demo(session, city, DEMO_PASSWORD, grids, leading_department(session, city.code), demo)


def divisions_of(settings: Settings, city: City) -> Path:
    """Return the table of divisions whose file name carries the city's code."""
    found = sorted((settings.home / "data/admin").glob(f"divisions*{city.division}*.csv"))
    if not found:
        raise SettingsInvalid(f"缺少 {city.name} 的区划表 data/admin/divisions_{city.division}.csv，请补上。")
    return found[0]
