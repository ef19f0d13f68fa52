"""Every worked example of every procedure, through the same commands and form checks as the browser."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from gridflow import catalogue
from gridflow.audit.verify import verify_database
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT, Settings
from gridflow.documents.proofs import proof
from gridflow.documents.rendering import printed
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare, run_one

FOUND = Catalogue.read(ROOT).scenarios()
PRINTED = {found.path for found in {(found.slug, found.city): found for found in FOUND}.values()}
"""One of each procedure and city has its papers laid out; with GRIDFLOW_SCENARIOS=all every one, as in `make soak`."""
LEAST = 12


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Settings]:
    """Install a city when its first example is carried out."""
    made: dict[str, Settings] = {}

    def install(city: str) -> Settings:
        if city not in made:
            made[city] = prepare(ROOT, tmp_path_factory.mktemp(city), (city,))
        return made[city]

    return install


@pytest.mark.parametrize("found", FOUND, ids=[Path(found.path).stem for found in FOUND])
def test_a_scenario_goes_as_its_file_says(
    found: catalogue.Scenario, installed: Callable[[str], Settings], tmp_path: Path
) -> None:
    scenario, folder = read_scenario(found), tmp_path / "run"
    press = printed if found.path in PRINTED or os.environ.get("GRIDFLOW_SCENARIOS") == "all" else proof

    assert run_one(installed(scenario.city), folder, scenario, press) == []

    engine = create_engine(f"sqlite:///{folder / 'gridflow.db'}")
    with engine.connect() as connection:
        report = verify_database(connection)
    engine.dispose()
    shutil.rmtree(folder)
    assert report.sound, report.lines()
    assert report.cases >= 1


def test_there_are_examples_of_every_city_and_enough_of_them() -> None:
    assert len(FOUND) >= LEAST
    assert {found.city for found in FOUND} == set(Catalogue.read(ROOT).cities)


def test_a_resident_who_gives_a_name_gives_that_of_the_account() -> None:
    cities = Catalogue.read(ROOT).cities
    for scenario in map(read_scenario, FOUND):
        demo = cities[scenario.city].demo
        given = {step.values["reporter_name"] for step in scenario.steps if "reporter_name" in step.values}
        assert demo is not None
        assert given <= {demo.people[0]}, scenario.title
