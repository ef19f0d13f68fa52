"""The shipped data of every shipped city, as `gridflow demo` loads them."""

import json
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from shapely.geometry import shape
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from gridflow.catalogue import Catalogue
from gridflow.clock import today
from gridflow.config import ROOT
from gridflow.people.models import Unit
from gridflow.people.queries import accounts, unit_by_code
from gridflow.people.service import import_calendar, import_demo, import_divisions, stored_calendar
from gridflow.registers.models import Grid
from gridflow.registers.queries import grids_of, leading_department, matters_on
from gridflow.registers.service import import_categories, import_grids, import_matters

DATA, PROCESSES = ROOT / "data", ROOT / "processes"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.read(ROOT)


@pytest.fixture(scope="module")
def session(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('real') / 'real.db'}")
    tables = (
        "unit", "user_account", "post", "working_calendar", "calendar_notice", "calendar_day", "closure", "grid",
        "category", "matter",
    )  # fmt: skip
    Grid.metadata.create_all(engine, [Grid.metadata.tables[name] for name in tables])
    with Session(engine) as session:
        begun = time.process_time()
        for city in catalogue.cities.values():
            import_divisions(session, next((DATA / "admin").glob("*.csv")), city)
            import_calendar(session, city, DATA / "calendar")
            import_grids(session, DATA / "geo" / f"demo_villages_{city.division}.geojson", city)
            import_categories(session, PROCESSES / "_shared" / "categories.csv", city)
            import_matters(session, PROCESSES / "_cities" / f"{city.code}.matters.csv", city)
            import_demo(session, city, "demo", department=leading_department(session, city.code))
        session.info["seconds"] = time.process_time() - begun
        yield session
    engine.dispose()


def test_both_cities_are_loaded_whole_and_quickly(session: Session) -> None:
    kinds = Counter(session.scalars(select(Unit.kind)))
    assert {kind: kinds[kind] for kind in ("city_office", "county_office", "town", "village")} == {
        "city_office": 2,
        "county_office": 14,
        "town": 192,
        "village": 3479,
    }
    assert session.info["seconds"] < 60


def test_every_village_has_one_to_four_grids_that_fill_its_cell(session: Session, catalogue: Catalogue) -> None:
    counts = Counter(session.scalars(select(Grid.village_unit_id)))
    assert len(counts) == 3479
    assert set(counts.values()) == {1, 2, 3, 4}
    city = next(iter(catalogue.cities.values()))
    cells = json.loads((DATA / "geo" / f"demo_villages_{city.division}.geojson").read_text(encoding="utf-8"))
    for feature in cells["features"][::100]:
        unit = unit_by_code(session, city.code, feature["properties"]["code"])
        assert unit is not None
        area = sum(shape(json.loads(str(grid.geometry))).area for grid in grids_of(session, unit.id))
        assert area == pytest.approx(shape(feature["geometry"]).area, rel=0.05)


def test_no_grid_belongs_to_a_village_of_another_city(session: Session) -> None:
    astray = select(Grid.code).join(Unit, Unit.id == Grid.village_unit_id).where(Unit.city != Grid.city)
    assert session.scalars(astray).all() == []


def test_every_city_has_a_list_a_calendar_and_an_account_for_every_role(session: Session, catalogue: Catalogue) -> None:
    for city in catalogue.cities.values():
        assert city.demo is not None
        assert matters_on(session, city.code, today())
        assert stored_calendar(session, city.code).holidays
        logins = {user.login for user, _, _ in accounts(session, city.code, today())}
        assert {f"{city.demo.login_prefix}-{role}" for role in city.roles} <= logins
