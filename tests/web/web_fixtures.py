from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_installation import Person, application, install_in
from flask import Flask


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return install_in(tmp_path_factory.mktemp("installed"))


@pytest.fixture(scope="module")
def app(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with application(installed, tmp_path_factory.mktemp("app")) as app:
        yield app


@pytest.fixture
def person(app: Flask) -> Callable[[str], Person]:
    return lambda login: Person(app, login)
