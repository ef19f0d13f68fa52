import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from gridflow import clock, db
from gridflow.audit import proof
from gridflow.audit.chain import lock
from gridflow.audit.errors import NotRecordable
from gridflow.audit.queries import entries, exported, operations
from gridflow.audit.service import Entry, Operation, append, log_operation
from gridflow.audit.verify import verify_database

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


def entry(case_id: str = "case1", at: datetime = NOON, **changes: object) -> Entry:
    return Entry(
        case_id=case_id, city="aa", county="110101", at=at, actor="u1", role="town", unit="u2", action="complete",
        instance_id="i1", elements=("accept",), flows=("f1",), articles=("N18-2",), changes=changes,
    )  # fmt: skip


def write(engine: Engine, *rows: Entry) -> None:
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"gridflow_writes": True})
        for row in rows:
            append(session, row)


def test_a_chain_begins_with_zeros_and_links_each_entry_to_the_last(engine: Engine) -> None:
    write(engine, entry(step=1), entry(step=2), entry("case2", step=1), entry(step=3))
    with Session(engine) as session:
        chain = entries(session, "aa", "case1")
        assert [row.seq for row in chain] == [1, 2, 3]
        objects = exported(session, "aa", "case1")
        assert objects[0]["prev"] == "0" * 64
        assert [each["prev"] for each in objects[1:]] == [row.hash for row in chain[:-1]]
        assert entries(session, "bb", "case1") == []
    with engine.connect() as connection:
        report = verify_database(connection)
    assert (report.cases, report.entries, report.faults) == (2, 4, ())


def test_an_entry_costs_two_statements_and_one_when_the_chain_was_locked_before(engine: Engine) -> None:
    write(engine, entry())
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: seen.append(statement))
    write(engine, entry())
    assert len([s for s in seen if not s.startswith("BEGIN")]) == 2
    seen.clear()
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"gridflow_writes": True})
        head = lock(session, "case1", "aa")
        locked = len(seen)
        append(session, entry(), head)
    assert len(seen) - locked == 1


def test_a_rolled_back_command_leaves_no_gap(engine: Engine) -> None:
    write(engine, entry())
    with Session(engine) as session:
        session.connection(execution_options={"gridflow_writes": True})
        append(session, entry())
        session.rollback()
    write(engine, entry())
    with engine.connect() as connection:
        assert verify_database(connection).sound


def test_ten_threads_on_one_chain_queue_up(engine: Engine) -> None:
    def work() -> None:
        for n in range(5):
            write(engine, entry(step=n))

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        report = verify_database(connection)
    assert (report.entries, report.faults) == (50, ())


def test_exact_numbers_and_dates_are_recorded_as_text_and_floats_are_refused(engine: Engine) -> None:
    write(engine, entry(days=Decimal("0.5"), until=NOON.date(), seen=NOON, places=("a", "b")))
    with Session(engine) as session:
        assert entries(session, "aa", "case1")[0].changes == {
            "days": "0.5",
            "until": "2026-11-20",
            "seen": "2026-11-20T04:00:00+00:00",
            "places": ["a", "b"],
        }
    with pytest.raises(NotRecordable, match="float"):
        write(engine, entry(share=0.5))


def test_an_exported_chain_verifies_without_the_database_and_after_json(engine: Engine) -> None:
    write(engine, entry(note='张三说："好"\n\x07'), entry(old=None, new=True))
    with Session(engine) as session:
        objects = json.loads(json.dumps(exported(session, "aa", "case1")))
    assert proof.check_chain("case1", objects) == []
    objects[0]["changes"]["note"] = "李四说"
    assert [fault.seq for fault in proof.check_chain("case1", objects)] == [1]
    assert "缺少第 1 条" in str(proof.check_chain("case1", objects[1:])[0])


@given(JSON)
def test_writer_and_verifier_agree_on_canonical_json(value: object) -> None:
    assert proof.canonical(value) == db.canonical(value)


@pytest.mark.parametrize("table", ["audit_entry", "operation_entry"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET action = 'x'", "DELETE FROM {}", "INSERT OR REPLACE INTO {} SELECT * FROM {}"]
)
def test_the_database_refuses_to_change_what_was_recorded(engine: Engine, table: str, change: str) -> None:
    if "REPLACE" in change and engine.dialect.name != "sqlite":
        change = "TRUNCATE {}"
    write(engine, entry())
    with Session(engine) as session, session.begin():
        log_operation(session, Operation(city="aa", at=NOON, action="sign_in"))
    with engine.connect() as connection, pytest.raises(DatabaseError, match="only be added to"):
        connection.execute(text(change.format(table, table)))
    with engine.connect() as connection:
        assert verify_database(connection).sound


@pytest.mark.parametrize("change", ["UPDATE chain_head SET seq = seq - 1", "DELETE FROM chain_head"])
def test_the_database_refuses_to_turn_a_chain_back(engine: Engine, change: str) -> None:
    write(engine, entry(), entry())
    with engine.connect() as connection, pytest.raises(DatabaseError, match="only be added to"):
        connection.execute(text(change))


def test_operations_have_a_chain_for_each_city_and_day(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.connection(execution_options={"gridflow_writes": True})
        for city, hours in (("aa", 0), ("aa", 1), ("aa", 13), ("bb", 0)):
            at = NOON + timedelta(hours=hours)
            row = log_operation(
                session, Operation(city=city, at=at, action="view", case_id="case1", detail={"page": 1})
            )
            assert row.chain.startswith(f"operations:{city}:{at.astimezone(clock.SHANGHAI).date()}:")
    with Session(engine) as session:
        seen = operations(session, "aa", NOON + timedelta(days=1), case_id="case1")
        assert [row.seq for row in seen] == [1, 2, 1]
    with engine.connect() as connection:
        report = verify_database(connection)
    assert (report.operations, report.faults) == (4, ())
