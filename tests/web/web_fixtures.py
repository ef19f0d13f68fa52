from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_installation import Person, application, install_in
from flask import Flask
from postgres_server import Databases

STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
ON_BOTH = pytest.mark.parametrize("app", STORES, indirect=True, scope="module")


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_in(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="session")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Make copies of an installation on PostgreSQL and return their addresses."""
    databases = Databases("web")
    filled = databases.make()
    install_in(tmp_path_factory.mktemp("installed_postgresql"), database_url=filled)
    yield lambda: databases.make(filled)
    databases.drop()


@pytest.fixture(scope="module")
def app(request: pytest.FixtureRequest, installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on SQLite; in modules that are marked ON_BOTH on PostgreSQL as well."""
    store = getattr(request, "param", "sqlite")
    where = {} if store == "sqlite" else {"database_url": request.getfixturevalue("on_postgresql")()}
    with application(installed, tmp_path_factory.mktemp("app"), **where) as app:
        yield app


@pytest.fixture
def person(app: Flask) -> Callable[[str], Person]:
    return lambda login: Person(app, login)
