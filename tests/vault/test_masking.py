import pytest

from gridflow.vault.masking import HIDDEN, Kind, kind_of, mask, normalised, notice


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind.NAME, "张三", "张*"),
        (Kind.NAME, "张小三", "张**"),
        (Kind.PHONE, "13812348000", "138****8000"),
        (Kind.PHONE, "+86 138 1234 8000", "138****8000"),
        (Kind.PHONE, "0574-87654321", "0574-******21"),
        (Kind.PHONE, "12345", HIDDEN),
        (Kind.IDENTITY, "330203199001011234", "330***********1234"),
        (Kind.IDENTITY, "33020319900101123X", "330***********123X"),
        (Kind.IDENTITY, "123", HIDDEN),
        (Kind.ADDRESS, "南门街道柳汀街225号3幢502室", "南门街道柳汀街225号3幢***"),
        (Kind.ADDRESS, "周江岸社区澄浪小区7号楼二单元", "周江岸社区澄浪小区7号楼***"),
        (Kind.ADDRESS, "公馆镇香山村老王家旁边", "公馆镇香山村***"),
        (Kind.TEXT, "楼道里堆了杂物", HIDDEN),
        (Kind.PERSONAL, "李秀兰", "李**"),
        (Kind.PERSONAL, "13812348000", "138****8000"),
        (Kind.PERSONAL, {"name": "李秀兰"}, HIDDEN),
        (Kind.PERSONAL, "x", HIDDEN),
    ],
)
def test_a_masked_value_keeps_only_what_lists_may_show(kind: Kind, value: object, shown: str) -> None:
    assert mask(kind, value) == shown


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("33020319900101123x", Kind.IDENTITY), ("138 1234 8000", Kind.PHONE), ("0574-87654321", Kind.PHONE),
        ("柳汀街225号", Kind.ADDRESS), ("李秀兰", Kind.NAME), ("买买提·阿卜", Kind.NAME), ("无", Kind.PERSONAL),
    ],
)  # fmt: skip
def test_a_personal_value_is_recognised_by_its_form(value: str, kind: Kind) -> None:
    assert kind_of(value) == kind


def test_phones_and_identity_numbers_typed_into_text_are_noticed() -> None:
    text = "住户电话13812348000，身份证330203199001011234，座机0574-87654321，编号20261122000421380000。"
    found = [(seen.kind, text[seen.start : seen.end]) for seen in notice(text)]
    assert found == [
        (Kind.PHONE, "13812348000"),
        (Kind.IDENTITY, "330203199001011234"),
        (Kind.PHONE, "0574-87654321"),
    ]
    assert notice("井盖坏了，3幢前，2026-11-22发现") == []


def test_a_value_is_searched_without_spaces_and_country_code() -> None:
    assert normalised(Kind.PHONE, "+86 138-1234-8000") == "13812348000"
    assert normalised(Kind.IDENTITY, "33020319900101123x") == "33020319900101123X"
    assert normalised(Kind.NAME, " 李 秀兰 ") == "李秀兰"
