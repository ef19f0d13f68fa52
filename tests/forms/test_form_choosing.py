"""Choices and numbers that depend on what stands above them or on the case."""

import pytest
from form_builder import FUNCTIONS, component, form, load, refused

from gridflow.forms import FieldView, Form, FormRefused, Option

UNITS = {
    "handling_units": [
        Option("a", "甲局", of="county"),
        Option("b", "乙局", of="county"),
        Option("c", "丙局", of="city"),
    ],
    "matters": [Option("m1", "井盖破损", of="0702"), Option("m2", "反诈提示", of="0103")],
    "categories": [Option("0702", "井盖"), Option("0103", "宣传"), Option("0999", "其他")],
}
MATTERS = form(
    component("select", "category", valuesKey="categories"),
    component("select", "matter", valuesKey="matters", properties={"basis": "N1", "only": "=category"}),
)


def listed(made: Form, values: dict[str, object] | None = None, **scope: object) -> dict[str, FieldView]:
    return {it.key: it for it in made.view(values, {}, UNITS, scope, FUNCTIONS)}


def test_a_choice_that_does_not_fit_what_stands_above_is_refused_and_the_right_ones_are_named() -> None:
    (message,) = refused(MATTERS, {"category": "0702", "matter": "m2"}, options=UNITS)["matter"]
    assert message == "“反诈提示”与前面所选的不符，可以选：井盖破损。"
    assert load(MATTERS, {"category": "0702", "matter": "m1"}, options=UNITS).public["matter"] == "m1"


def test_where_nothing_fits_the_field_may_stay_blank() -> None:
    (message,) = refused(MATTERS, {"category": "0999", "matter": "m2"}, options=UNITS)["matter"]
    assert "请留空" in message
    assert load(MATTERS, {"category": "0999", "matter": ""}, options=UNITS).public["matter"] is None


def test_before_anything_is_chosen_above_every_option_fits() -> None:
    shown = listed(MATTERS)["matter"]
    assert (shown.depends, shown.offered) == (True, {"m1", "m2"})


def test_a_page_lists_all_that_may_come_to_fit_and_says_which_fit_now() -> None:
    shown = listed(MATTERS, {"category": "0702"})["matter"]
    assert [option.value for option in shown.options] == ["m1", "m2"]
    assert shown.offered == {"m1"}


def test_what_the_case_rules_out_is_not_listed_and_never_a_default() -> None:
    rules = {"basis": "N1", "only": '=if tier = "city" then ["city", "county"] else ["county"]'}
    made = form(component("select", "unit", valuesKey="handling_units", properties=rules, defaultValue="=proposed"))
    shown = listed(made, tier="county", proposed="c")["unit"]
    assert [option.value for option in shown.options] == ["a", "b"]
    assert not shown.depends
    assert "不在可选范围内" in refused(made, {"unit": "c"}, options=UNITS, tier="county")["unit"][0]
    assert load(made, {"unit": "c"}, options=UNITS, tier="city").public == {"unit": "c"}


def test_a_value_that_may_not_be_chosen_is_refused_with_the_reason() -> None:
    rules = {"basis": "N1", "except": "=objected", "reason": "该单位的异议已经成立。"}
    made = form(component("taglist", "units", valuesKey="handling_units", properties=rules))
    assert [option.value for option in listed(made, objected=["b"])["units"].options] == ["a", "c"]
    (message,) = refused(made, {"units": ["a", "b"]}, options=UNITS, objected=["b"])["units"]
    assert message == "不能选“乙局”：该单位的异议已经成立。"
    assert load(made, {"units": ["a", "b"]}, options=UNITS, objected=None).public == {"units": ["a", "b"]}


def test_what_may_not_be_chosen_needs_its_reason_in_the_form() -> None:
    with pytest.raises(FormRefused, match="reason"):
        form(component("select", "unit", properties={"basis": "N1", "except": "=objected"}))


def test_a_number_is_held_to_bounds_worked_out_from_the_case() -> None:
    made = form(
        component(
            "number", "days", decimalDigits=0, validate={"min": 1, "max": 10},
            properties={"basis": "N18-3", "most": "=asked", "unit": "个工作日"},
        )
    )  # fmt: skip
    assert refused(made, {"days": "6"}, asked=5)["days"] == ["不能大于 5个工作日。"]
    assert load(made, {"days": "5"}, asked=5).public == {"days": 5}
    assert load(made, {"days": "9"}, asked=None).public == {"days": 9}
    assert "不能小于 1" in refused(made, {"days": "0"}, asked=5)["days"][0]
