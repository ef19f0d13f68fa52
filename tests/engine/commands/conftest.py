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
from gridflow.db import Base, db, new_id

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
    """Bring one PostgreSQL database back to how it was prepared; making and dropping many takes a minute."""
    server, name = make_url(os.environ["GRIDFLOW_TEST_POSTGRES_URL"]), f"toy_{new_id()}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    folder, engine = tmp_path_factory.mktemp("toy_postgresql"), create_engine(url)
    prepare(folder, url)
    tables = Base.metadata.sorted_tables
    with engine.connect() as connection:
        prepared = {table: connection.execute(table.select()).mappings().all() for table in tables}

    def copy(place: Path) -> str:
        shutil.copytree(folder, place, dirs_exist_ok=True)
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # the record's triggers rest
            connection.execute(text("TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables)))
            for table, rows in prepared.items():
                if rows:
                    connection.execute(table.insert(), [dict(row) for row in rows])
        return url

    yield copy
    engine.dispose()
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
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
