"""How documents say things."""

from datetime import UTC, date, datetime

import pytest

from gridflow.documents import wording
from gridflow.documents.templating import fill

SUNDAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_instants_are_said_in_china_time_with_their_weekday() -> None:
    assert wording.instant(SUNDAY) == "2026年11月22日（周日）17:30"
    assert wording.short(SUNDAY) == "11月22日（周日）17:30"
    assert wording.short(date(2026, 11, 22)) == "11月22日（周日）"


def test_frozen_instants_are_said_like_the_instants_they_were() -> None:
    assert wording.instant(SUNDAY.isoformat()) == wording.instant(SUNDAY)
    assert wording.day("2026-11-22") == "2026年11月22日"


def test_a_day_kept_as_figures_is_said_as_a_day() -> None:
    assert wording.shown("2026-11-22") == "2026年11月22日"
    assert wording.shown("2026-11-22T17:30:00+08:00") == "2026年11月22日（周日）17:30"
    assert wording.shown("2026-13-45") == "2026-13-45"
    assert wording.shown("自2026-11-22起") == "自2026-11-22起"


def test_nothing_is_said_as_a_dash() -> None:
    assert wording.instant(None) == wording.shown("") == wording.shown([]) == "—"


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("5.00", "WD", "5 个工作日"),
        ("0.5", "WD", "0.5 个工作日"),
        (4, "WH", "4 个工作小时"),
        (15, "M", "15 分钟"),
        ("10", "H", "10 小时"),
    ],
)
def test_limits_are_said_with_their_unit(amount: object, unit: str, said: str) -> None:
    assert wording.limit({"amount": amount, "unit": unit}) == said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("N18-2", "第十八条第二款"),
        ("N10(3)", "第十条第（三）项"),
        ("B13-1(2)", "第十三条第一款第（二）项"),
        ("B20", "第二十条"),
    ],
)
def test_articles_are_said_in_chinese_numerals(code: str, said: str) -> None:
    assert wording.article(code) == said


def test_names_and_numbers_are_masked() -> None:
    assert wording.masked_name("张小三") == "张**"
    assert wording.masked_number("13812348000") == "138****8000"


def test_a_field_is_said_as_its_last_step_showed_it_and_a_personal_one_masked() -> None:
    steps = [
        {"values": [{"key": "way", "label": "方式", "value": "电话", "kind": "public"}]},
        {"values": [{"key": "way", "label": "方式", "value": "现场", "kind": "public"}]},
        {"values": [{"key": "who", "label": "对象", "value": "赵铁柱", "kind": "personal"}]},
        {"values": [{"key": "phone", "label": "电话", "value": "13812348000", "kind": "personal"}]},
    ]
    template = (
        "{{ 'way' | field }} {{ 'who' | field }} {{ 'phone' | field }} {{ 'level' | field }} {{ 'no' is filled }}"
    )
    assert fill({"t": template}, "t", {"steps": steps, "values": {"level": "L3"}}) == "现场 赵** 138****8000 L3 False"


def test_typed_lines_become_escaped_paragraphs() -> None:
    assert wording.paragraphs("一\n\n<二>") == "<p>一</p><p>&lt;二&gt;</p>"
