"""What a page gets to show."""

from datetime import UTC, datetime
from decimal import Decimal

from form_builder import FUNCTIONS, component, form, load, rows, view

PERSONAL = {"class": "personal", "basis": "N18-2"}


def test_first_display_shows_defaults() -> None:
    made = form(
        component("radio", "a", defaultValue="yes"),
        component("number", "b", defaultValue="=days * 2"),
        component("taglist", "c", defaultValue=["no"]),
    )
    shown = view(made, days=3)
    assert (shown["a"].value, shown["b"].value, shown["c"].values) == ("yes", "6", ("no",))
    assert shown["c"].labels == ("否",)


def test_what_was_typed_comes_back_even_when_it_is_wrong() -> None:
    made = form(component("number", "a", defaultValue=7), component("textarea", "b"))
    shown = {it.key: it for it in made.view({"a": ["三"], "b": [" 原样 "]}, {"a": ["请填写数字。"]}, {}, {}, FUNCTIONS)}
    assert (shown["a"].value, shown["a"].errors, shown["b"].value) == ("三", ("请填写数字。",), " 原样 ")


def test_stored_values_are_spelled_as_inputs_want_them() -> None:
    made = form(
        component("datetime", "a", subtype="datetime"),
        component("number", "b"),
        component("checkbox", "c"),
        component("checklist", "d"),
    )
    stored = {"a": datetime(2026, 11, 22, 1, 30, tzinfo=UTC), "b": Decimal("1E+2"), "c": True, "d": ["yes", "no"]}
    shown = view(made, stored)
    assert (shown["a"].value, shown["b"].value, shown["c"].value) == ("2026-11-22T09:30", "100", "true")
    assert shown["d"].labels == ("是", "否")


def test_hidden_fields_are_there_for_the_browser_to_reveal() -> None:
    made = form(component("radio", "a"), component("textfield", "b", conditional={"hide": '=a != "yes"'}))
    first, later = view(made), view(made, {"a": "yes"})
    assert (first["b"].hidden, first["b"].hide) == (True, 'a != "yes"')
    assert not later["b"].hidden


def test_inputs_are_those_of_the_phone() -> None:
    shown = view(
        form(
            component("datetime", "a", subtype="datetime"),
            component("number", "b", decimalDigits=0, validate={"min": 1, "max": 10}),
            component("number", "c", decimalDigits=2),
            component("textfield", "d", validate={"pattern": "phone"}, properties={**PERSONAL, "autocomplete": "tel"}),
            component("filepicker", "e", multiple=True, accept=".jpg,.png"),
        )
    )
    assert shown["a"].input_type == "datetime-local"
    assert (shown["b"].min, shown["b"].max, shown["b"].step, shown["b"].inputmode) == ("1", "10", "1", "numeric")
    assert (shown["c"].step, shown["c"].inputmode) == ("0.01", "decimal")
    assert (shown["d"].input_type, shown["d"].autocomplete) == ("tel", "tel")
    assert (shown["e"].accept, shown["e"].multiple) == (".jpg,.png", True)


def test_help_basis_and_unit_are_shown() -> None:
    made = form(component("number", "a", properties={"basis": "N18-2 B17-2", "unit": "米", "help": "量一量"}))
    shown = view(made)["a"]
    assert (shown.help, shown.basis, shown.unit) == ("量一量", ("N18-2", "B17-2"), "米")


def test_personal_fields_are_masked_and_cannot_be_overwritten_with_the_mask() -> None:
    names = ["name", "phone", "paper", "place", "line"]
    made = form(*(component("textfield", name, properties=PERSONAL) for name in names), component("textfield", "story"))
    stored = {
        "name": "张三丰",
        "phone": "13800138000",
        "paper": "11010519491231002X",
        "place": "解放南路12号3单元502室",
        "line": "0574-87654321",
        "story": "井盖",
    }
    shown = {it.key: it for it in made.view(stored, {}, {}, {}, FUNCTIONS, masked=True)}
    assert [shown[name].value for name in names] == [
        "张**",
        "138****8000",
        "110***********002X",
        "解放南路****",
        "0574****",
    ]
    assert all(shown[name].masked and shown[name].name == "" for name in names)
    assert (shown["story"].value, shown["story"].masked) == ("井盖", False)


def test_a_masked_field_holds_the_true_value_nowhere() -> None:
    made = form(
        component("textfield", "name", properties=PERSONAL),
        rows("people", component("textfield", "who", properties=PERSONAL)),
    )
    shown = made.view({"name": "张三丰", "people": [{"who": "王老五"}]}, {}, {}, {}, FUNCTIONS, masked=True)
    assert "三丰" not in repr(shown)
    assert "老五" not in repr(shown)


def test_rows_come_with_a_blank_one_for_the_browser_and_one_more_without_it() -> None:
    made = form(rows("log", component("textfield", "deed"), defaultRepetitions=2))
    first = view(made)["log"]
    assert [[cell.name for cell in row] for row in first.rows] == [["log[0].deed"], ["log[1].deed"]]
    assert first.template[0].name == "log[__index__].deed"
    (asked,) = made.view({"log[4].deed": ["到场"]}, {}, {}, {}, FUNCTIONS, more_rows=["log"])
    assert [row[0].value for row in asked.rows] == ["到场", ""]


def test_a_hidden_list_already_has_the_rows_it_shows_when_it_appears() -> None:
    kind = component("radio", "kind", values=[{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}])
    deed = component("textfield", "deed")
    made = form(kind, rows("log", deed, defaultRepetitions=1, conditional={"hide": '=not(kind = "b")'}))

    hidden = view(made)["log"]
    again = {each.key: each for each in made.view({"kind": ["a"], "log[0].deed": ["x"]}, {}, {}, {}, FUNCTIONS)}["log"]

    assert (hidden.hidden, [row[0].name for row in hidden.rows]) == (True, ["log[0].deed"])
    assert [[cell.value for cell in row] for row in again.rows] == [[""]]
    assert load(made, {"kind": ["a"], "log[0].deed": [""]}).public == {"kind": "a"}


def test_a_row_added_later_begins_with_its_defaults() -> None:
    made = form(rows("log", component("datetime", "day", defaultValue="=today()"), component("textfield", "deed")))
    (asked,) = made.view({"log[0].deed": ["到场"]}, {}, {}, {}, FUNCTIONS, more_rows=["log"])
    assert [row[0].value for row in asked.rows] == ["", "2026-11-22"]
    assert asked.template[0].value == "2026-11-22"


def test_a_form_read_twice_is_read_once() -> None:
    assert form(component("radio", "a")) is form(component("radio", "a"))


def test_errors_stand_beside_the_cell_they_concern() -> None:
    made = form(rows("log", component("textfield", "deed")))
    (shown,) = made.view({"log[0].deed": ["x"]}, {"log[0].deed": ["太短"], "log": ["太少"]}, {}, {}, FUNCTIONS)
    assert (shown.errors, shown.rows[0][0].errors) == (("太少",), ("太短",))


def test_groups_text_and_separators_are_shown_in_their_place() -> None:
    group = {"type": "group", "label": "地点", "components": [component("radio", "a")]}
    made = form({"type": "text", "text": "请核对"}, {"type": "separator"}, group)
    words, line, box = made.view(None, {}, {}, {}, FUNCTIONS)
    assert (words.text, line.kind, box.label, box.children[0].key) == ("请核对", "separator", "地点", "a")


def test_a_read_only_field_shows_the_case_not_the_post() -> None:
    made = form(component("radio", "a", readonly=True))
    assert view(made, {"a": "yes"}, a="no")["a"].labels == ("否",)


def test_a_hidden_field_holds_its_default_for_when_an_answer_reveals_it() -> None:
    made = form(
        component("radio", "granted"),
        component("number", "days", defaultValue="=asked", conditional={"hide": '=granted != "yes"'}),
        component("radio", "why", conditional={"hide": "=days = 5"}),
    )
    shown = view(made, asked=5)
    assert (shown["days"].hidden, shown["days"].value, shown["why"].hidden) == (True, "5", False)
    assert {it.key: it.value for it in made.view({"granted": ["no"]}, {}, {}, {"asked": 5}, FUNCTIONS)}["days"] == "5"


def test_what_was_handed_in_before_is_there_to_be_changed() -> None:
    again = {"basis": "N18-2", "again": True}
    made = form(
        component("number", "a", properties=again, defaultValue=7),
        rows("list", component("number", "b"), component("textfield", "c"), properties=again),
    )
    first = {it.key: it for it in made.view(None, {}, {}, {}, FUNCTIONS)}
    assert (first["a"].value, len(first["list"].rows)) == ("7", 1)
    before = {"a": Decimal(3), "list": [{"b": Decimal(1), "c": "甲"}, {"b": Decimal(2), "c": "乙"}]}
    shown = {it.key: it for it in made.view(None, {}, {}, before, FUNCTIONS)}
    assert shown["a"].value == "3"
    assert [[cell.value for cell in row] for row in shown["list"].rows] == [["1", "甲"], ["2", "乙"]]
    assert [cell.value for cell in shown["list"].template] == ["", ""]
    posted = made.view({"a": ["4"], "list[0].b": ["9"]}, {}, {}, before, FUNCTIONS)
    assert [len(it.rows) for it in posted if it.key == "list"] == [1]


def test_a_drawing_of_the_process_is_shown_as_a_picture_and_a_posted_one_is_not() -> None:
    drawn = {"basis": "N18-2", "picture": True}
    made = form(
        component("textarea", "map", readonly=True, properties=drawn), component("textarea", "b", properties=drawn)
    )
    first, other = made.view({"map": ["<b>"], "b": ["<b>"]}, {}, {}, {"map": "<svg/>"}, FUNCTIONS)
    assert first.picture == "data:image/svg+xml;base64,PHN2Zy8+"
    assert other.picture == ""
