"""Hiding, forging, read-only values, rows and where values go."""

import pytest
from form_builder import component, form, load, refused, rows

from gridflow.forms import FormInvalid

ASK = (
    component("radio", "moved"),
    component("textfield", "why", conditional={"hide": '=moved != "yes"'}, validate={"required": True, "maxLength": 5}),
)


def test_a_hidden_field_is_neither_asked_for_nor_kept() -> None:
    sent = load(form(*ASK), {"moved": "no", "why": "伪造的很长的内容"})
    assert (sent.public, sent.text) == ({"moved": "no"}, {})
    assert sent.hidden == {"why"}
    assert sent.dropped == ("why",)


def test_a_field_shown_by_an_answer_above_it_is_asked_for() -> None:
    assert "必填" in refused(form(*ASK), {"moved": "yes"})["why"][0]
    assert load(form(*ASK), {"moved": "yes", "why": "太远"}).text == {"why": "太远"}


def test_conditions_see_the_case_but_not_last_times_answers() -> None:
    made = form(
        component("radio", "moved"),
        component("textfield", "why", conditional={"hide": '=moved = "yes" or case.level = "L1"'}),
    )
    assert load(made, {"why": "好"}, moved="yes", case={"level": "L2"}).text == {"why": "好"}
    assert load(made, {"why": "好"}, case={"level": "L1"}).text == {}


def test_a_hidden_answer_counts_as_none_for_what_stands_below() -> None:
    made = form(*ASK, component("radio", "far", conditional={"hide": "=why = null"}))
    assert load(made, {"moved": "no", "why": "远", "far": "yes"}).hidden == {"why", "far"}


def test_a_hidden_group_hides_everything_in_it() -> None:
    group = {
        "type": "group",
        "conditional": {"hide": "=true"},
        "components": [component("radio", "a", validate={"required": True}), rows("b", component("radio", "c"))],
    }
    sent = load(form(group), {"a": "yes", "b[0].c": "no"})
    assert sent.public == {}
    assert sent.dropped == ("a", "b")


def test_a_forged_field_is_refused_and_named() -> None:
    errors = refused(form(*ASK), {"moved": "no", "level": "L5", "moved[0].x": "1"})
    assert set(errors) == {""}
    assert "level" in errors[""][0]


def test_names_of_the_page_itself_are_passed_over() -> None:
    assert load(form(*ASK), {"moved": "no", "csrf_token": "t", "_request": "1"}).public == {"moved": "no"}


def test_a_read_only_field_keeps_the_given_value() -> None:
    made = form(component("textfield", "level", readonly=True, properties={"class": "public", "basis": "N18-1"}))
    sent = load(made, {"level": "L1"}, level="L4")
    assert sent.public == {"level": "L4"}
    assert sent.dropped == ("level",)


def test_a_read_only_field_without_a_given_value_takes_its_default() -> None:
    made = form(component("number", "days", readonly=True, defaultValue="=base + 1"))
    assert load(made, {}, base=4).public == {"days": 5}


def test_a_disabled_field_is_not_part_of_the_answer() -> None:
    assert load(form(component("radio", "a", disabled=True)), {"a": "yes"}, a="no").public == {}


def test_each_class_of_value_goes_its_own_way() -> None:
    made = form(
        component("radio", "kind"),
        component("textarea", "story"),
        component("textfield", "phone", properties={"class": "personal", "basis": "N18-2"}),
    )
    sent = load(made, {"kind": "yes", "story": "井盖缺失", "phone": "13800138000"})
    assert (sent.public, sent.text, sent.personal) == (
        {"kind": "yes"},
        {"story": "井盖缺失"},
        {"phone": "13800138000"},
    )


LOG = rows(
    "log",
    component("datetime", "day"),
    component("textfield", "deed", validate={"required": True}),
    component("textfield", "who", properties={"class": "personal", "basis": "N18-2"}),
    validate={"required": True, "maxItems": 2},
)


def test_rows_are_lists_in_every_class_that_has_a_column() -> None:
    sent = load(
        form(LOG), {"log[0].day": "2026-11-22", "log[0].deed": "到场", "log[3].deed": "清理", "log[3].who": "王五"}
    )
    assert len(sent.public["log"]) == 2
    assert sent.text == {"log": [{"deed": "到场"}, {"deed": "清理"}]}
    assert sent.personal == {"log": [{"who": None}, {"who": "王五"}]}


def test_wholly_blank_rows_are_left_out_and_errors_name_the_rows_that_stay() -> None:
    errors = refused(form(LOG), {"log[0].deed": "", "log[1].day": "2026-11-22", "log[1].deed": " "})
    assert set(errors) == {"log[0].deed"}


@pytest.mark.parametrize(("count", "told"), [(0, "1 至 2 行"), (3, "1 至 2 行")])
def test_too_few_or_too_many_rows_are_told(count: int, told: str) -> None:
    assert told in refused(form(LOG), {f"log[{n}].deed": "做" for n in range(count)})["log"][0]


def test_a_forged_column_is_refused() -> None:
    assert "log[0].rank" in refused(form(LOG), {"log[0].deed": "做", "log[0].rank": "1"})[""][0]


def test_a_condition_in_a_row_sees_its_own_row_only() -> None:
    made = form(
        rows("log", component("radio", "done"), component("textfield", "why", conditional={"hide": '=done = "yes"'}))
    )
    sent = load(made, {"log[0].done": "yes", "log[0].why": "x", "log[1].why": "缺料"})
    assert sent.text == {"log": [{}, {"why": "缺料"}]}
    assert sent.hidden == {"log[0].why"}


def test_numbers_of_people_and_words_of_secrecy_in_narrative_are_noticed_not_refused() -> None:
    sent = load(form(component("textarea", "story")), {"story": "联系13800138000，证号11010519491231002X，涉密"})
    assert [notice.kind for notice in sent.notices["story"]] == ["phone", "id_number", "secret"]
    first = sent.notices["story"][0]
    assert sent.text["story"][first.start : first.end] == "13800138000"


def test_a_personal_field_is_the_right_place_for_a_number() -> None:
    made = form(component("textfield", "phone", properties={"class": "personal", "basis": "N18-2"}))
    assert load(made, {"phone": "13800138000"}).notices == {}


def test_ordinary_numbers_are_not_noticed() -> None:
    story = "编号20261122001，金额13800.50元，SJ-330203-20261122-00042，1380013800012"
    assert load(form(component("textarea", "story")), {"story": story}).notices == {}


def test_the_message_says_that_nothing_is_lost() -> None:
    with pytest.raises(FormInvalid, match="已填内容都还在"):
        load(form(component("number", "a")), {"a": "x"})
