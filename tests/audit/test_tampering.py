import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit import merkle, proof
from gridflow.audit.errors import DayNotOver
from gridflow.audit.queries import exported
from gridflow.audit.roots import inclusion, seal_day, seal_due
from gridflow.audit.service import Entry, Operation, append, log_operation
from gridflow.audit.verify import verify_database
from gridflow.db import microseconds

MONDAY = datetime(2026, 11, 16, 4, tzinfo=UTC)
Tamper = Callable[..., None]


@pytest.fixture(autouse=True)
def record(engine: Engine) -> None:
    """Three cases over three days, sealed each night."""
    with clock.set_to(MONDAY) as hand:
        for day in range(3):
            hand.move_to(MONDAY + timedelta(days=day))
            with Session(engine) as session, session.begin():
                session.connection(execution_options={"gridflow_writes": True})
                for case in ("c1", "c2", "c3")[: day + 1]:
                    for step in range(2):
                        append(session, entry(case, {"step": step, "day": day}))
                log_operation(session, Operation(city="aa", at=clock.now(), action="sign_in", actor="u1"))
            hand.advance(timedelta(hours=12, minutes=10))
            with Session(engine) as session, session.begin():
                session.connection(execution_options={"gridflow_writes": True})
                seal_due(session, "aa")


def entry(case: str, changes: dict[str, object]) -> Entry:
    return Entry(
        case_id=case, city="aa", county="110101", at=clock.now(), actor="u1", action="complete", changes=changes
    )


def faults(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [str(fault) for fault in verify_database(connection).faults]


def test_an_untouched_record_is_sound(engine: Engine) -> None:
    with engine.connect() as connection:
        report = verify_database(connection)
    assert (report.cases, report.entries, report.operations, report.roots) == (3, 12, 3, 3)
    assert report.faults == ()
    assert report.lines()[-1].endswith("全部完好。")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "u9"), ("at", 1794805200000000), ("action", "x"), ("county", "110102"), ("unit", "u3"),
        ("articles", '["N1"]'), ("changes", '{"day":0,"step":7}'), ("alg", "md5"), ("hash", bytes(32)),
    ],
)  # fmt: skip
def test_a_changed_column_is_found_with_case_and_entry(
    engine: Engine, tamper: Tamper, column: str, value: object
) -> None:
    change = f"UPDATE audit_entry SET {column} = :value WHERE case_id = 'c2' AND seq = 1"  # noqa: S608  -- listed above
    tamper(change, value=value)
    found = faults(engine)
    assert any(fault.startswith("c2 第 1 条：") for fault in found)
    assert not any(fault.startswith(("c1", "c3")) for fault in found)


def test_a_rewritten_json_text_with_the_same_meaning_is_found(engine: Engine, tamper: Tamper) -> None:
    tamper("""UPDATE audit_entry SET changes = '{"step": 0, "day": 1}' WHERE case_id = 'c2' AND seq = 1""")
    assert faults(engine) == ["c2 第 1 条：“changes”一栏的内容被改动过。"]


def test_an_exchanged_entry_with_a_hash_of_its_own_is_found_by_the_next(engine: Engine, tamper: Tamper) -> None:
    with Session(engine) as session:
        first = {**exported(session, "aa", "c2")[0], "actor": "u9"}
    tamper(
        "UPDATE audit_entry SET actor = 'u9', hash = :hash WHERE case_id = 'c2' AND seq = 1",
        hash=bytes.fromhex(proof.recompute(first)),
    )
    assert faults(engine)[0] == "c2 第 2 条：内容与哈希值不符：本条写入后被改动过，或上一条被换过。"


def test_a_removed_entry_is_found(engine: Engine, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry WHERE case_id = 'c1' AND seq = 3")
    assert "c1 第 4 条：编号不连续，缺少第 3 条。" in faults(engine)


def test_a_cut_off_end_is_found_by_the_head(engine: Engine, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry WHERE case_id = 'c1' AND seq >= 5")
    assert "c1 链尾：登记有 6 条，实际到第 4 条为止：末尾的记录被删除或添加过。" in faults(engine)


def test_a_vanished_case_is_found(engine: Engine, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry WHERE case_id = 'c3'")
    assert "c3 链尾：登记的 2 条记录全部缺失。" in faults(engine)


def test_a_case_removed_with_its_head_is_found_by_the_root(engine: Engine, tamper: Tamper) -> None:
    tamper("DELETE FROM audit_entry WHERE case_id = 'c3'")
    tamper("DELETE FROM chain_head WHERE chain = 'c3'")
    assert faults(engine) == ["roots:aa 第 3 条：2026-11-18 应有 4 条链有记录，实有 3 条。"]


def test_a_wholly_rewritten_chain_is_found_by_the_root(engine: Engine, tamper: Tamper) -> None:
    with engine.connect() as connection:
        rows = [
            dict(row) for row in connection.execute(text("SELECT * FROM audit_entry WHERE case_id = 'c3'")).mappings()
        ]
    prev = proof.ORIGIN
    for row in sorted(rows, key=lambda row: row["seq"]):
        value = row | {name: json.loads(row[name]) for name in ("elements", "flows", "articles", "changes")}
        value |= {"actor": "somebody else", "prev": prev}
        at = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=row["at"])
        value["at"] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        prev = hashlib.sha256(proof.canonical({k: v for k, v in value.items() if k != "hash"}).encode()).hexdigest()
        tamper(
            "UPDATE audit_entry SET actor = 'somebody else', hash = :hash WHERE case_id = 'c3' AND seq = :seq",
            hash=bytes.fromhex(prev), seq=row["seq"],
        )  # fmt: skip
    tamper("UPDATE chain_head SET hash = :hash WHERE chain = 'c3'", hash=bytes.fromhex(prev))
    assert faults(engine) == ["roots:aa 第 3 条：2026-11-18 的记录与当日的根不符：当日或以前的记录被重写，或事后补入。"]


def test_an_entry_backdated_into_a_sealed_day_is_found(engine: Engine) -> None:
    with clock.set_to(MONDAY), Session(engine) as session, session.begin():
        append(session, entry("c9", {}))
    assert faults(engine) == ["roots:aa 第 1 条：2026-11-16 应有 2 条链有记录，实有 3 条。"]


def test_a_changed_operation_is_found(engine: Engine, tamper: Tamper) -> None:
    tamper("UPDATE operation_entry SET actor = 'u9' WHERE at < :at", at=microseconds(MONDAY + timedelta(days=1)))
    found = faults(engine)
    assert len(found) == 1
    assert found[0].startswith("operations:aa:2026-11-16:")


def test_a_changed_or_missing_root_is_found(engine: Engine, tamper: Tamper) -> None:
    tamper("UPDATE daily_root SET root = :root WHERE seq = 1", root=b"1" * 32)
    assert faults(engine) == ["roots:aa 第 1 条：内容与哈希值不符：本条写入后被改动过，或上一条被换过。"]
    tamper("DELETE FROM daily_root WHERE seq = 2")
    assert "roots:aa 第 3 条：编号不连续，缺少第 2 条。" in faults(engine)


def test_nonsense_in_any_column_is_a_fault_and_never_a_traceback(engine: Engine, tamper: Tamper) -> None:
    tamper("UPDATE audit_entry SET changes = 'no json', hash = :hash WHERE case_id = 'c1' AND seq = 6", hash=b"no hash")
    tamper("UPDATE audit_entry SET at = :at WHERE case_id = 'c2' AND seq = 2", at=2**62)
    tamper("UPDATE daily_root SET day = 'monday' WHERE seq = 1")
    found = faults(engine)
    assert "c1 第 6 条：“changes”一栏的内容被改动过。" in found
    assert "c2 第 2 条：时间“4611686018427387904”的写法不对。" in found
    assert any(fault.startswith("roots:aa 第 1 条") for fault in found)


def test_days_without_entries_are_sealed_too_and_today_is_not(engine: Engine) -> None:
    with clock.set_to(MONDAY + timedelta(days=6)), Session(engine) as session, session.begin():
        roots = seal_due(session, "aa")
        assert [(root.day, root.chains) for root in roots] == [
            ("2026-11-19", 0),
            ("2026-11-20", 0),
            ("2026-11-21", 0),
        ]
        assert roots[0].root == merkle.EMPTY
        with pytest.raises(DayNotOver):
            seal_day(session, "aa", date(2026, 11, 22))
        assert seal_due(session, "unknown") == []
    assert faults(engine) == []


def test_a_root_proves_that_it_covers_a_case(engine: Engine) -> None:
    with clock.set_to(MONDAY + timedelta(days=3)), Session(engine) as session:
        found = inclusion(session, "aa", "c1")
        assert found is not None
        assert (found.root.day, found.seq) == ("2026-11-18", 6)
        assert proof.climb(found.head, found.steps) == found.root.root
        assert inclusion(session, "bb", "c1") is None
