"""The migrations make the tables the models describe."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, make_url, text

from gridflow.db import Base, new_id
from gridflow.schema import FOLDER, upgrade


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield create_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        return
    server, name = make_url(os.environ["GRIDFLOW_TEST_POSTGRES_URL"]), f"empty_{new_id()}"
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    made = create_engine(server.set(database=name))
    yield made
    made.dispose()
    with owner.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    owner.dispose()


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_a_fresh_database_after_every_migration_is_what_the_models_say(engine):
    with engine.begin() as connection:
        upgrade(connection)
    assert differences(engine) == []


def test_the_comparison_sees_a_missing_index_and_a_missing_column(engine):
    with engine.begin() as connection:
        upgrade(connection)
        connection.execute(text("DROP INDEX ix_instance_case_id"))
        connection.execute(text("ALTER TABLE attachment DROP COLUMN media_type"))
    assert [change[0] for change in differences(engine)] == ["add_column", "add_index"]


def test_every_migration_can_be_taken_back(engine):
    with engine.begin() as connection:
        upgrade(connection)
        back = Config(attributes={"connection": connection})
        back.set_main_option("script_location", str(FOLDER))
        command.downgrade(back, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
