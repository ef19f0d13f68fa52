"""What each kind of field makes of what people post."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from form_builder import component, form, load, refused

from gridflow.clock import SHANGHAI
from gridflow.forms import FormBroken, FormInvalid, Option


@pytest.mark.parametrize(
    ("made", "text", "value"),
    [
        (component("number", "a", decimalDigits=0), "12", 12),
        (component("number", "a"), "1,234.50", Decimal("1234.50")),
        (component("number", "a", decimalDigits=1), "１２.5", Decimal("12.5")),
        (component("datetime", "a"), "2026-11-22", date(2026, 11, 22)),
        (component("datetime", "a", subtype="time"), "09:30", time(9, 30)),
        (
            component("datetime", "a", subtype="datetime"),
            "2026-11-22T09:30",
            datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI),
        ),
        (component("radio", "a"), "yes", "yes"),
        (component("checkbox", "a"), "on", True),
    ],
)
def test_public_values_have_their_types(made: dict[str, object], text: str, value: object) -> None:
    public = load(form(made), {"a": text}).public
    assert public == {"a": value}
    assert type(public["a"]) is type(value)


@pytest.mark.parametrize(
    ("kind", "blank"),
    [
        ("textfield", None),
        ("number", None),
        ("datetime", None),
        ("radio", None),
        ("taglist", None),
        ("checkbox", False),
    ],
)
def test_a_visible_field_left_blank_is_none_and_a_box_left_alone_is_false(kind: str, blank: object) -> None:
    for posted in ({}, {"a": " "}):
        sent = load(form(component(kind, "a")), posted)
        assert {**sent.public, **sent.text} == {"a": blank}


@pytest.mark.parametrize("kind", ["textfield", "number", "datetime", "radio", "checklist", "checkbox", "filepicker"])
def test_a_required_field_left_blank_is_told(kind: str) -> None:
    messages = refused(
        form(component(kind, "a", validate={"required": True})), {"a": ""} if kind != "filepicker" else {}
    )
    assert list(messages) == ["a"]
    assert any(word in messages["a"][0] for word in ("必填", "请勾选", "必须上传"))


@pytest.mark.parametrize(
    ("made", "text", "told"),
    [
        (component("number", "a"), "三", "请填写数字"),
        (component("number", "a"), "NaN", "请填写数字"),
        (component("number", "a"), "1e999", "请填写数字"),
        (component("number", "a"), "1_000", "请填写数字"),
        (component("number", "a"), "1,2,3", "请填写数字"),
        (component("number", "a"), "١٢", "请填写数字"),
        (component("number", "a"), "1" * 40, "数字太大"),
        (component("number", "a", decimalDigits=0), "1.5", "整数"),
        (component("number", "a", decimalDigits=2), "1.555", "最多 2 位小数"),
        (component("number", "a", validate={"min": 1}), "0", "不能小于 1"),
        (component("number", "a", validate={"max": 9.5}), "9.6", "不能大于 9.5"),
        (component("datetime", "a"), "2026-02-30", "看不懂"),
        (component("datetime", "a"), "20261122", "看不懂"),
        (component("datetime", "a"), "2026-W47-7", "看不懂"),
        (component("datetime", "a", subtype="time"), "0930Z", "看不懂"),
        (component("datetime", "a", subtype="datetime"), "2026-11-22T09:30Z", "看不懂"),
        (component("datetime", "a"), "1026-11-22", "看不懂"),
        (component("datetime", "a", subtype="time"), "25:00", "看不懂"),
        (component("datetime", "a", subtype="datetime"), "2026-11-22", "看不懂"),
        (component("radio", "a"), "maybe", "不在可选范围"),
        (component("checkbox", "a"), "perhaps", "勾选框"),
        (component("textfield", "a"), "一\n二", "换行"),
        (component("textfield", "a"), "a\x07b", "控制字符"),
        (component("textarea", "a"), "a\u202eb", "控制字符"),
        (component("textfield", "a", validate={"maxLength": 3}), "一二三四", "最多 3 个字，现在是 4 个字"),
        (component("textarea", "a", validate={"minLength": 3}), "一二", "至少 3 个字"),
        (component("textfield", "a"), "长" * 201, "最多 200"),
    ],
)
def test_a_value_of_the_wrong_type_or_size_is_told(made: dict[str, object], text: str, told: str) -> None:
    assert told in refused(form(made), {"a": text})["a"][0]


def test_several_values_for_one_field_are_refused() -> None:
    assert "只能填一个值" in refused(form(component("radio", "a")), {"a": ["yes", "no"]})["a"][0]


def test_choices_of_several_are_a_list_without_repeats() -> None:
    made = form(component("checklist", "a"))
    assert load(made, {"a": ["no", "yes", "no"]}).public == {"a": ["no", "yes"]}


def test_too_many_choices_are_told() -> None:
    made = form(component("taglist", "a", validate={"maxItems": 1}))
    assert "最多 1 项" in refused(made, {"a": ["no", "yes"]})["a"][0]


def test_a_forged_choice_among_good_ones_is_refused() -> None:
    assert "不在可选范围" in refused(form(component("taglist", "a")), {"a": ["yes", "root"]})["a"][0]


def test_choices_may_come_from_a_register() -> None:
    made = form(component("select", "unit", valuesKey="handling_units"))
    units = {"handling_units": [Option("330203-urban_management", "海曙区综合行政执法局")]}
    assert load(made, {"unit": "330203-urban_management"}, options=units).public["unit"] == "330203-urban_management"
    assert "不在可选范围" in refused(made, {"unit": "330205-x"}, options=units)["unit"][0]
    with pytest.raises(FormBroken, match="handling_units"):
        load(made, {"unit": "330205-x"})


def test_typed_text_is_normalised() -> None:
    made = form(component("textarea", "a"))
    assert load(made, {"a": " e\u0301\r\n二\u200b "}).text == {"a": "é\n二"}


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("phone", ["13800138000", "０574－87654321", "0779-3034567-12"], ["1380013800", "23800138000", "电话"]),
        ("id_number", ["11010519491231002X", "11010519491231002x"], ["110105194912310021", "110105194913310021", "1"]),
        ("plate", ["浙B12345", "桂e1234挂", "浙BD12345"], ["浙12345", "B12345", "浙B1234567"]),
    ],
)
def test_named_patterns_know_right_from_wrong(pattern: str, good: list[str], bad: list[str]) -> None:
    made = form(component("textfield", "a", validate={"pattern": pattern}))
    for text in good:
        assert load(made, {"a": text}).text["a"]
    for text in bad:
        assert refused(made, {"a": text})["a"]


def test_a_date_may_be_bound_by_the_clock_and_by_a_field_above_it() -> None:
    made = form(
        component("datetime", "found", subtype="datetime", properties={"basis": "N18-2", "latest": "=now()"}),
        component("datetime", "fixed", subtype="datetime", properties={"basis": "N18-2", "earliest": "=found"}),
    )
    assert load(made, {"found": "2026-11-22T10:30", "fixed": "2026-11-22T10:30"}).public["fixed"]
    assert "不能晚于 2026-11-22 10:30" in refused(made, {"found": "2026-11-22T10:31"})["found"][0]
    errors = refused(made, {"found": "2026-11-22T09:00", "fixed": "2026-11-22T08:59"})
    assert "不能早于 2026-11-22 09:00" in errors["fixed"][0]


def test_a_past_day_may_be_refused() -> None:
    made = form(component("datetime", "day", disallowPassedDates=True))
    assert load(made, {"day": "2026-11-22"}).public
    assert "不能早于 2026-11-22" in refused(made, {"day": "2026-11-21"})["day"][0]


def test_a_bound_of_another_type_is_the_forms_fault() -> None:
    made = form(component("datetime", "day", properties={"basis": "N1", "latest": "=now()"}))
    with pytest.raises(FormBroken, match="day"):
        load(made, {"day": "2026-11-21"})


def test_every_message_comes_at_once() -> None:
    made = form(
        component("number", "a"), component("datetime", "b"), component("radio", "c", validate={"required": True})
    )
    with pytest.raises(FormInvalid, match="有 3 处") as invalid:
        load(made, {"a": "x", "b": "y"})
    assert set(invalid.value.errors) == {"a", "b", "c"}
