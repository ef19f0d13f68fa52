"""Write a demo without waiting for the disk."""

from typing import Any

from sqlalchemy import Engine, event


def hurry(engine: Engine) -> None:
    """Let this process no longer wait for the disk at each commit; other databases than SQLite are left alone.

    For the building of a demo only: should the power fail meanwhile, its new database may be lost and is built
    again. Whoever opens the database later waits for the disk as ever.
    """
    if engine.dialect.name == "sqlite" and not event.contains(engine, "connect", _no_waiting):
        event.listen(engine, "connect", _no_waiting)
        engine.dispose()


def unhurried(engine: Engine) -> None:
    """Wait for the disk again, and put there what was written in a hurry."""
    if event.contains(engine, "connect", _no_waiting):
        event.remove(engine, "connect", _no_waiting)
        engine.dispose()
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(FULL)")


def _no_waiting(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
