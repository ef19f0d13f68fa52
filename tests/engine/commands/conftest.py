import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))  # the sketcher of diagrams

from toy_town import MONDAY, Town, prepare

from gridflow import clock
from gridflow.db import db, new_id

ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
Copy = Callable[[Path], str]


@pytest.fixture(scope="session")
def sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Make copies of one prepared SQLite file."""
    folder = tmp_path_factory.mktemp("toy")
    prepare(folder, f"sqlite:///{folder / 'base.db'}")

    def copy(place: Path) -> str:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        return f"sqlite:///{place / 'base.db'}"

    return copy


@pytest.fixture(scope="session")
def postgresql_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """Make copies of one prepared PostgreSQL database, and drop them in the end."""
    server, made = make_url(os.environ["GRIDFLOW_TEST_POSTGRES_URL"]), [f"toy_{new_id()}"]
    owner = create_engine(server, isolation_level="AUTOCOMMIT")

    def run(statement: str) -> None:
        with owner.connect() as connection:
            connection.execute(text(statement))

    def url(name: str) -> str:
        return server.set(database=name).render_as_string(hide_password=False)

    folder = tmp_path_factory.mktemp("toy_postgresql")
    run(f"CREATE DATABASE {made[0]}")
    prepare(folder, url(made[0]))

    def copy(place: Path) -> str:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        made.append(f"toy_{new_id()}")
        run(f"CREATE DATABASE {made[-1]} TEMPLATE {made[0]}")
        return url(made[-1])

    yield copy
    for name in made:
        run(f"DROP DATABASE {name} WITH (FORCE)")
    owner.dispose()


@pytest.fixture(params=ON_BOTH)
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A toy city on a Monday at nine, on each database."""
    url = request.getfixturevalue(f"{request.param}_copies")(tmp_path)
    with clock.set_to(MONDAY) as hand:
        town = Town(tmp_path, url, hand)
        with town.app.app_context():
            yield town
            db.session.remove()
            db.engine.dispose()
