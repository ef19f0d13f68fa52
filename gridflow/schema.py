"""Bring the database to the newest schema; the migrations lie in gridflow/migrations, readable in order."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Run every migration the database has not seen yet, in the connection's transaction."""
    command.upgrade(_config(connection), "head")


def revision(connection: Connection) -> str | None:
    """Return the migration the database stands at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """Return the newest migration."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def new_migration(connection: Connection, words: str) -> None:
    """Write the next numbered migration from the difference between models and database."""
    number = f"{len(list((FOLDER / 'versions').glob('[0-9]*.py'))) + 1:04d}"
    command.revision(_config(connection), words.replace("_", " "), autogenerate=True, rev_id=number)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
