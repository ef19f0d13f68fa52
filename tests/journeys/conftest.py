"""Real installations on both databases, copied for each journey."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from postgres_server import Databases

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases.jobs import prepare_rendering
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT, Settings
from gridflow.db import db, writing
from gridflow.documents.rendering import Press, printed
from gridflow.installation import install
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, read_scenario
from gridflow.schema import upgrade

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))  # people with a browser

INSTALLED = datetime(2026, 11, 1, tzinfo=UTC)
ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
Copy = Callable[[Path], str]


def settings_in(folder: Path, url: str) -> Settings:
    return Settings(
        database_url=url, secret_key="journeys", vault_key=bytes(range(32)), home=ROOT, files=folder / "files",
        fonts=ROOT / "var/fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip


def fill(folder: Path, url: str) -> None:
    settings = settings_in(folder, url)
    with clock.set_to(INSTALLED), make_app(settings).app_context():
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            install(session, settings, lambda _: None, cast=True)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_installations(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    folder = tmp_path_factory.mktemp("installed")
    fill(folder, f"sqlite:///{folder / 'gridflow.db'}")

    def copy(place: Path) -> str:
        shutil.copy(folder / "gridflow.db", place)
        return f"sqlite:///{place / 'gridflow.db'}"

    return copy


@pytest.fixture(scope="session")
def postgresql_installations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    databases = Databases("journey")
    filled = databases.make()
    fill(tmp_path_factory.mktemp("installed_postgresql"), filled)
    yield lambda _place: databases.make(filled)
    databases.drop()


@pytest.fixture(params=ON_BOTH)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh installation of both cities."""
    return str(request.getfixturevalue(f"{request.param}_installations")(tmp_path))


@pytest.fixture
def settings_for() -> Callable[[Path, str], Settings]:
    return settings_in


@contextmanager
def _travelling(database: str, folder: Path, sentence: str, press: Press) -> Iterator[tuple[Flask, Play, Scenario]]:
    slug, _, told = sentence.rpartition("/")  # the same sentence may be told of several procedures and cities
    name, _, city = told.partition(".")
    every = [each for each in Catalogue.read(ROOT).scenarios(city=city or None) if slug in {"", each.slug}]
    (found,) = [each for each in every if each.sentence == name]
    scenario = read_scenario(found)
    app = make_app(settings_in(folder, database))
    with app.app_context(), clock.set_to(scenario.begins) as hand:
        prepare_rendering(office())
        yield app, Play(replace(office(), press=press), scenario, hand), scenario
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def travelling(database: str, tmp_path: Path) -> Callable[[str], object]:
    """Begin the journey of a worked example; the caller carries its steps out."""
    return lambda sentence, press=printed: _travelling(database, tmp_path, sentence, press)
