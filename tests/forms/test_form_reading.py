"""Which form files are accepted, and what is said about the others."""

import json
import re
from pathlib import Path

import pytest
from form_builder import component, form, rows

from gridflow.forms import Form, FormRefused

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "forms").rglob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_form_of_the_product_is_accepted(path: Path) -> None:
    assert Form.read(path.read_bytes()).fields


def test_every_kind_of_the_subset_is_accepted() -> None:
    made = form(
        component("textfield", "a", validate={"required": True, "minLength": 2, "maxLength": 9}, defaultValue="甲"),
        component("textarea", "b", description="写清楚", layout={"row": "1"}, id="Field_1"),
        component("number", "c", decimalDigits=2, increment=0.5, validate={"min": 0, "max": 9.5}),
        component("datetime", "d", subtype="datetime", disallowPassedDates=True, use24h=True),
        component("select", "e", valuesKey="handling_units", searchable=True),
        component("radio", "f", defaultValue="yes"),
        component("checklist", "g", validate={"maxItems": 2}),
        component("taglist", "h", defaultValue=["no"]),
        component("checkbox", "i", conditional={"hide": '=f = "no"'}),
        component("filepicker", "j", multiple=True, accept=".jpg,.pdf"),
        {"type": "group", "label": "组", "properties": {"basis": "B17-2"}, "components": [{"type": "separator"}]},
        rows("k", component("textfield", "l")),
        {"type": "text", "text": "请核对"},
    )
    assert [field.key for field in made.fields] == list("abcdefghijk")


def test_a_group_gives_its_basis_to_its_fields() -> None:
    inner = {"type": "textfield", "key": "a", "label": "栏"}
    made = form({"type": "group", "properties": {"basis": "N18-2 B17-2"}, "components": [inner]})
    assert made.fields[0].basis == ("N18-2", "B17-2")


def test_typed_text_is_narrative_and_choices_are_public_unless_said_otherwise() -> None:
    classes = [
        field.class_
        for field in form(
            component("textfield", "a"),
            component("radio", "b"),
            component("filepicker", "c"),
            component("textfield", "d", properties={"class": "public", "basis": "N9"}),
            component("radio", "e", properties={"class": "personal", "basis": "N9"}),
        ).fields
    ]
    assert classes == ["text", "public", "text", "public", "personal"]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"type": "html", "content": "x", "label": "页"}, "不支持“html”类型"),
        ({"type": "button", "label": "提交"}, "不支持“button”类型"),
        ({"label": "无类型"}, "不支持“None”类型"),
        (component("textfield", "Bad"), "小写字母"),
        (component("textfield", "case"), "保留字"),
        (component("textfield", "a" * 61), "小写字母"),
        (component("textfield", "a", label=""), "label"),
        (component("textfield", "a", properties={}), "缺少依据"),
        (component("textfield", "a", properties={"basis": "第十八条"}), "条款代码"),
        (component("textfield", "a", properties={"basis": "N1", "class": "secret"}), "class"),
        (component("textfield", "a", properties={"basis": "N1", "colour": "red"}), "colour"),
        (component("textfield", "a", validate={"pattern": "(a+)+$"}), "命名格式|不能写正则"),
        (component("textfield", "a", validate={"validationType": "custom"}), "不能写正则"),
        (component("textarea", "a", validate={"pattern": "phone"}), "单行文字"),
        (component("textfield", "a", validate={"minLength": 9, "maxLength": 3}), "minLength"),
        (component("textfield", "a", validate={"maxLength": 10**6}), "maxLength"),
        (component("textfield", "a", validate={"maxLength": -1}), "不小于 0"),
        (component("textfield", "a", validate={"required": "yes"}), "true 或 false"),
        (component("textfield", "a", validate={"custom": True}), "custom"),
        (component("textfield", "a", appearance={"suffixAdorner": "米"}), r"properties\.unit"),
        (component("textfield", "a", defaultValue=3), "defaultValue"),
        (component("textfield", "a", conditional={"hide": "=(("}), "表达式不正确"),
        (component("textfield", "a", conditional={"show": "=true"}), "show"),
        (component("number", "a", validate={"min": 3, "max": 1}), "对调"),
        (component("number", "a", validate={"min": "=x"}), "应是数字"),
        (component("number", "a", serializeToString=True), "serializeToString"),
        (component("datetime", "a", subtype="week"), "subtype"),
        (component("select", "a", values=[]), "两者取一"),
        (component("select", "a", valuesKey="everyone"), "handling_units"),
        (component("select", "a", valuesExpression="=x"), "valuesExpression"),
        (component("select", "a", values=[{"value": "x", "label": "一"}, {"value": "x", "label": "二"}]), "相同"),
        (component("select", "a", values=[{"value": "", "label": "一"}]), "不能为空"),
        (component("select", "a", values=["x"]), "对象的列表"),
        (component("radio", "a", defaultValue="maybe"), "默认值不在选项里"),
        (component("taglist", "a", defaultValue="yes"), "defaultValue"),
        (component("checkbox", "a", defaultValue="yes"), "defaultValue"),
        (component("filepicker", "a", accept=".exe"), "exe"),
        (component("filepicker", "a", properties={"class": "public", "basis": "N1"}), "text 或 personal"),
        (rows("a"), "至少放一个"),
        (rows("a", rows("b", component("textfield", "c"))), "不能再放"),
        (rows("a", {"type": "group", "components": []}), "不能再放"),
        ({"type": "text", "text": "<script>x</script>"}, "HTML"),
        ({"type": "text", "text": "{{name}}"}, "表达式"),
        ({"type": "group", "path": "p", "components": []}, "path"),
        (component("textfield", "a", latest="=now()"), "latest"),
        (component("textfield", "a", properties={"basis": "N1", "latest": "=now()"}), "latest"),
    ],
)
def test_what_is_outside_the_subset_is_refused_with_the_remedy(bad: dict[str, object], told: str) -> None:
    with pytest.raises(FormRefused, match=told):
        form(bad)


def test_the_refusal_names_the_field() -> None:
    with pytest.raises(FormRefused, match="表单栏“height”") as refusal:
        form(component("number", "height", validate={"min": "x"}))
    assert refusal.value.field == "height"


def test_a_key_used_twice_is_refused_even_across_groups() -> None:
    group = {"type": "group", "components": [component("radio", "a")]}
    with pytest.raises(FormRefused, match="相同"):
        form(component("textfield", "a"), group)
    with pytest.raises(FormRefused, match="相同"):
        form(rows("a", component("radio", "b"), component("radio", "b")))


def test_a_column_may_be_named_as_a_field_outside_its_list() -> None:
    assert form(component("radio", "a"), rows("b", component("radio", "a"))).fields


@pytest.mark.parametrize("key", ["conditional", "defaultValue"])
def test_an_expression_about_a_field_further_down_is_refused(key: str) -> None:
    early = component("textfield", "early", **{key: {"hide": '=later = "yes"'} if key == "conditional" else "=later"})
    with pytest.raises(FormRefused, match=r"early.*later"):
        form(early, component("radio", "later"))
    assert form(component("radio", "later"), early).fields


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "JSON"),
        (b"[]", "JSON 对象"),
        (b"\xff", "JSON"),
        (b'{"components": [{"type": "text", "type": "html"}]}', "重复的键"),
        (b'{"components": NaN}', "NaN"),
        (b'{"type": "wizard"}', "default"),
        (b'{"onload": "x"}', "onload"),
        (b'{"components": {}}', "应是列表"),
        (b"[" * 100_000, "JSON"),
        (b'{"components": [{"type": "text", "text": "\\ud83d"}]}', "半个字符"),
        ('{"\\ud83d": 1}'.encode("utf-16"), "半个字符"),
        (b'{"\\ud83d": 1, "\\ud83d": 2}', "重复的键，见 �"),
        (b" " * 300_000, "256 KB"),
    ],
)
def test_a_file_that_is_no_form_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(FormRefused, match=told):
        Form.read(content)


def test_a_character_written_in_two_halves_is_one() -> None:
    made = Form.read(b'{"components": [{"type": "text", "text": "\\ud83d\\ude00"}]}')

    assert made.components[0].text == "😀"


def test_what_only_editors_care_about_is_passed_over() -> None:
    extra = {"schemaVersion": 18, "id": "Form_1", "exporter": {"name": "form-js"}, "executionPlatform": "Camunda"}
    content = json.dumps({"type": "default", "components": [component("radio", "a")], **extra})
    assert re.fullmatch("a", Form.read(content.encode()).fields[0].key)
