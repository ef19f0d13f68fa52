"""How the state lies in the database: as bytes nobody but the engine reads, the same in both."""

import zlib

from sqlalchemy import inspect
from toy_parts import limit_timer, service, task

from gridflow.db import db
from gridflow.engine.definitions import ParsedVersions
from gridflow.engine.models import DefinitionVersion, Instance
from gridflow.engine.runtime.run import Run


def columns():
    inspector = inspect(db.engine)
    return {
        f"{table}.{column['name']}": str(column["type"]).upper()
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
    }


def test_no_column_lets_the_database_read_or_reorder_json(town):
    kinds = columns()
    assert len(kinds) > 100
    assert [name for name, kind in kinds.items() if "JSON" in kind] == []
    assert kinds["instance.blob"] in ("BLOB", "BYTEA")


def test_the_state_is_read_back_byte_for_byte_and_lies_in_the_blob_alone(town):
    town.draw("plain", "start -> ask -> look -> end; late -> do_note -> end_b", look=task("look", role="town"),
              ask=task("ask", role="town", limit="hour"), late=limit_timer("late", "ask", "hour"),
              do_note=service("do_note", "set_values", {"late": "true"}))  # fmt: skip
    case = town.open("plain", n=7, word="只在状态里")
    instance = town.instance(case)
    with db.engine.connect() as connection:
        parsed = town.engine.versions.get(connection, instance.version_id)  # reads with any connection
    blob = bytes(instance.blob)
    assert blob.startswith(b"2")
    assert Run.restore(parsed.specs, blob, None).encode() == blob
    plain = zlib.decompress(blob[2:]) if blob[1:2] == b"Z" else blob[2:]
    assert "只在状态里" in plain.decode()
    others = {name: value for name, value in vars(town.only(Instance, case_id=case)).items() if name != "blob"}
    assert "只在状态里" not in str(others)


def test_a_process_keeps_the_versions_it_used_last_up_to_so_many_bytes(town):
    for slug in ("first", "second", "third"):
        town.draw(slug, "start -> ask -> end", ask=task("ask", role="town"))
    stored = sorted(town.all(DefinitionVersion), key=lambda row: row.id)[-3:]
    first, second, third = (row.id for row in stored)
    versions = ParsedVersions(most=2 * max(len(row.bundle) for row in stored))
    with db.engine.connect() as connection:
        parsed = [versions.get(connection, version) for version in (first, second, first, third)]
        assert parsed[2] is parsed[0]
        assert versions.get(connection, first) is parsed[0]
        assert versions.get(connection, second) is not parsed[1]
        assert ParsedVersions(most=1).get(connection, first).id == first
