"""Triggers by which the database itself moves the heads of chains and refuses to change what was recorded."""

from collections.abc import Iterator

from sqlalchemy import Connection

KEYS = {
    "audit_entry": ("case_id", "seq"),
    "operation_entry": ("chain", "seq"),
    "daily_root": ("city", "seq"),
}
"""The append-only tables and their keys."""
CHAINS = {"audit_entry": "NEW.case_id", "operation_entry": "NEW.chain", "daily_root": "'roots:' || NEW.city"}
"""The chain of a new row; its head moves with the row, in the same statement."""
REFUSAL = "the record can only be added to"


def protect(connection: Connection) -> None:
    """Create the triggers on SQLite or PostgreSQL; the tables must exist, and calling it again does no harm."""
    statements = _sqlite() if connection.dialect.name == "sqlite" else _postgresql()
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite() -> Iterator[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for table, key in KEYS.items():
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        # INSERT OR REPLACE removes the old row without asking a DELETE trigger
        replaced = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  -- names from above only
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_keep_update BEFORE UPDATE ON {table} {refuse}"
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_keep_delete BEFORE DELETE ON {table} {refuse}"
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_keep_insert BEFORE INSERT ON {table} {replaced} {refuse}"
        yield f"CREATE TRIGGER IF NOT EXISTS {table}_move_head AFTER INSERT ON {table} BEGIN {_move(table)}; END"
    step = "WHEN NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1"
    yield f"CREATE TRIGGER IF NOT EXISTS chain_head_keep_update BEFORE UPDATE ON chain_head {step} {refuse}"
    yield f"CREATE TRIGGER IF NOT EXISTS chain_head_keep_delete BEFORE DELETE ON chain_head {refuse}"


def _postgresql() -> Iterator[str]:
    yield (
        "CREATE OR REPLACE FUNCTION gridflow_keep() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    for table in KEYS:
        yield _row_trigger(table, "UPDATE OR DELETE")
        yield (
            f"CREATE OR REPLACE FUNCTION gridflow_move_{table}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {_move(table)}; RETURN NULL; END $$"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_move_head AFTER INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION gridflow_move_{table}()"
        )
    yield _row_trigger("chain_head", "DELETE")
    yield (
        "CREATE OR REPLACE TRIGGER chain_head_keep_step BEFORE UPDATE ON chain_head FOR EACH ROW "
        "WHEN (NEW.chain <> OLD.chain OR NEW.seq <> OLD.seq + 1) EXECUTE FUNCTION gridflow_keep()"
    )
    for table in (*KEYS, "chain_head"):
        yield (
            f"CREATE OR REPLACE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION gridflow_keep()"
        )


def _move(table: str) -> str:
    return f"UPDATE chain_head SET seq = NEW.seq, hash = NEW.hash WHERE chain = {CHAINS[table]}"  # noqa: S608  -- names from above only


def _row_trigger(table: str, events: str) -> str:
    return (
        f"CREATE OR REPLACE TRIGGER {table}_keep BEFORE {events} ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION gridflow_keep()"
    )
