import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text

from gridflow.audit.models import AuditEntry
from gridflow.audit.triggers import protect


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty record with its triggers, on each database."""
    url, server = f"sqlite:///{tmp_path / 'record.db'}", None
    if request.param == "postgresql":
        if "GRIDFLOW_TEST_POSTGRES_URL" not in os.environ:
            pytest.skip("GRIDFLOW_TEST_POSTGRES_URL names no server")
        server = make_url(os.environ["GRIDFLOW_TEST_POSTGRES_URL"])
        name = f"audit_{uuid.uuid4().hex}"
        _as_owner(server, f"CREATE DATABASE {name}")
        url = server.set(database=name).render_as_string(hide_password=False)
    made = create_engine(url)
    with made.begin() as connection:
        AuditEntry.metadata.create_all(
            connection,
            [AuditEntry.metadata.tables[n] for n in ("chain_head", "audit_entry", "operation_entry", "daily_root")],
        )
        protect(connection)
    yield made
    made.dispose()
    if server is not None:
        _as_owner(server, f"DROP DATABASE {name}")


@pytest.fixture
def tamper(engine: Engine):
    """Run raw SQL as somebody who owns the database would: without the triggers."""

    def run(statement: str, **values: object) -> None:
        with engine.begin() as connection:
            _drop_triggers(connection)
            connection.execute(text(statement), values)

    return run


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("DROP FUNCTION IF EXISTS gridflow_keep CASCADE"))


def _as_owner(server, statement: str) -> None:
    owner = create_engine(server, isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(statement))
    owner.dispose()
