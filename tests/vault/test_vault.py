import hmac
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.vault.errors import ValueDestroyed, ValueMissing, VaultLocked
from gridflow.vault.masking import Kind
from gridflow.vault.service import Destroyed, Secret, Vault


def test_a_value_comes_back_by_its_token_and_only_for_its_city(session: Session, vault: Vault) -> None:
    token = vault.keep(session, "aa", "c1", "reporter", {"name": "李秀兰", "phones": ["13812348000"]}, "personal")
    assert token.startswith("v:")
    assert vault.read(session, "aa", token) == {"name": "李秀兰", "phones": ["13812348000"]}
    assert vault.read_many(session, "bb", [token]) == {}
    with pytest.raises(ValueMissing):
        vault.read(session, "bb", token)


def test_the_database_files_hold_neither_name_nor_phone(session: Session, vault: Vault, tmp_path: Path) -> None:
    vault.keep(session, "aa", "c1", "name", "李秀兰", Kind.NAME)
    vault.keep(session, "aa", "c1", "phone", "13812348000", Kind.PHONE)
    session.commit()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"vault_item" in stored
    assert "李秀兰".encode() not in stored
    assert b"13812348000" not in stored


def test_several_values_cost_one_statement_and_a_second_for_what_can_be_searched(
    session: Session, vault: Vault
) -> None:
    session.connection()
    seen: list[str] = []
    event.listen(
        session.get_bind(), "before_cursor_execute", lambda c, cursor, statement, *rest: seen.append(statement)
    )
    vault.keep_many(session, "aa", "c1", [Secret(f"f{n}", "井盖坏了") for n in range(5)])
    assert len(seen) == 1
    seen.clear()
    vault.keep_many(session, "aa", "c1", [Secret("a", "张三", Kind.NAME), Secret("b", "13812348000", Kind.PHONE)])
    assert len(seen) == 2
    assert vault.keep_many(session, "aa", "c1", []) == []


def test_the_commitment_proves_the_value_with_the_key_of_its_box(session: Session, vault: Vault) -> None:
    kept = vault.keep_many(session, "aa", "c1", [Secret("note", "同一句话"), Secret("note", "同一句话")])
    assert kept[0].commitment != kept[1].commitment
    key, value = vault.proof(session, "aa", kept[0].token)
    assert b64encode(hmac.digest(key, value, "sha256")).decode() == kept[0].commitment


def test_destroying_takes_value_key_and_digests_and_leaves_the_fact(session: Session, vault: Vault) -> None:
    token, other = (vault.keep(session, "aa", case, "name", "李秀兰", Kind.NAME) for case in ("c1", "c2"))
    with clock.set_to(datetime(2026, 11, 22, 1, tzinfo=UTC)) as hand:
        assert vault.destroy(session, "aa", [token], "突发事件应对法第八十五条") == 1
        assert vault.destroy(session, "aa", [token], "再次") == 0
        assert vault.destroy(session, "bb", [other], "越权") == 0
        assert vault.read_many(session, "aa", [token]) == {token: Destroyed(hand.instant, "突发事件应对法第八十五条")}
    with pytest.raises(ValueDestroyed, match="2026-11-22 依法销毁：突发事件应对法第八十五条"):
        vault.read(session, "aa", token)
    with pytest.raises(ValueMissing):
        vault.proof(session, "aa", token)
    assert vault.masked_many(session, "aa", [token, other]) == {token: "已依法销毁", other: "李**"}
    assert vault.find(session, "aa", Kind.NAME, "李秀兰") == ["c2"]
    box = session.execute(text("SELECT box FROM vault_item WHERE id = :id"), {"id": token[2:]}).scalar_one()
    assert box is None


def test_names_and_phones_are_found_whole_inside_one_city(session: Session, vault: Vault) -> None:
    vault.keep(session, "aa", "c1", "people", [{"name": "李秀兰", "phone": "138 1234 8000"}], Kind.PERSONAL)
    vault.keep(session, "aa", "c2", "phone", "+8613812348000", Kind.PHONE)
    vault.keep(session, "bb", "c3", "phone", "13812348000", Kind.PHONE)
    vault.keep(session, "aa", "c4", "note", "13812348000", Kind.TEXT)
    assert vault.find(session, "aa", Kind.PHONE, "138-1234-8000") == ["c2", "c1"]
    assert vault.find(session, "aa", Kind.NAME, "李秀兰") == ["c1"]
    assert vault.find(session, "aa", Kind.NAME, "李秀") == []
    assert vault.find(session, "aa", Kind.NAME, "13812348000") == []


def test_a_box_opens_neither_with_another_key_nor_in_another_row(session: Session, vault: Vault) -> None:
    token, other = (vault.keep(session, "aa", "c1", "name", name, Kind.NAME) for name in ("李秀兰", "王志明"))
    with pytest.raises(VaultLocked):
        Vault(bytes(32)).read(session, "aa", token)
    session.execute(
        text("UPDATE vault_item SET box = (SELECT box FROM vault_item WHERE id = :other) WHERE id = :id"),
        {"id": token[2:], "other": other[2:]},
    )
    with pytest.raises(VaultLocked):
        vault.read(session, "aa", token)


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(VaultLocked, match="32 字节"):
        Vault(b"short")


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("字段ab"), inner, max_size=3),
    )
)
def test_any_json_value_comes_back_as_it_was(session: Session, vault: Vault, value: object) -> None:
    assert vault.read(session, "aa", vault.keep(session, "aa", "c1", "f", value, "personal")) == value
