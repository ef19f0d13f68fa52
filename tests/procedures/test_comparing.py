"""What differs between two versions of a procedure is said in the words of each kind of file."""

import json
import re

import pytest

from gridflow.catalogue import Bundle, Catalogue
from gridflow.checking.opening import diagram
from gridflow.config import ROOT
from gridflow.workbench.comparing import Change, compare, marks

LIMITS, REPORT, NOTE = (
    "processes/_shared/limit.dmn",
    "forms/event/report.json",
    "templates/documents/event/closing_record.html",
)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Catalogue.read(ROOT).bundle("ningbo", "event")


def changed(bundle: Bundle, path: str, old: str, new: str) -> Bundle:
    text = bundle.files[path].decode()
    assert old in text
    return bundle.with_file(path, text.replace(old, new, 1).encode())


def only(bundle: Bundle, other: Bundle) -> list[Change]:
    """Return the changes of the one file that differs."""
    (file,) = compare(bundle, other)
    return list(file.changes)


def test_nothing_differs_between_a_version_and_itself(bundle: Bundle) -> None:
    assert compare(bundle, bundle) == []


def test_a_cell_of_a_table_is_named_by_row_and_column(bundle: Bundle) -> None:
    (change,) = only(bundle, changed(bundle, LIMITS, '<text>"relay"</text>', '<text>"off_list"</text>'))

    assert (change.kind, change.what, change.old, change.new) == ("changed", "环节", '"relay"', '"off_list"')
    assert change.subject == '办理时限表 第 1 行（"off_list"）'


def test_a_limit_is_told_with_its_unit_and_when_it_counts(bundle: Bundle) -> None:
    (change,) = only(bundle, changed(bundle, LIMITS, "<text>24</text>", "<text>8</text>"))

    assert (change.what, change.old, change.new) == ('"handling"', "24 小时", "8 小时")
    assert change.subject == '办理时限表 第 17 行（"handling" · "L1"、"L2"、未定 · 紧急、特急）'


def test_a_rule_put_first_is_one_addition_and_no_change(bundle: Bundle) -> None:
    text = bundle.files[LIMITS].decode()
    rule = text[text.index("<rule ") : text.index("</rule>") + 7]
    more = text.replace("<rule ", f"{rule.replace('limit_rule_1', 'limit_rule_new')}<rule ", 1)

    found = only(bundle, bundle.with_file(LIMITS, more.encode()))

    assert {change.kind for change in found} == {"added"}
    assert {change.subject for change in found} == {"办理时限表 第 1 行"}


def test_a_renamed_step_and_a_moved_one_are_told_apart(bundle: Bundle) -> None:
    text = bundle.files[bundle.main].decode()
    x = text.index(' x="', text.index("<bpmndi:BPMNShape ")) + 4
    moved = bundle.with_file(bundle.main, (text[:x] + "9" + text[x:]).encode())
    renamed = changed(bundle, bundle.main, 'name="抽查核实"', 'name="实地核实"')

    (change,) = only(bundle, moved)
    assert change.kind == "moved"
    assert marks([change], old=True) == marks([change], old=False) == {change.element: "moved"}
    (change,) = only(bundle, renamed)
    assert (change.kind, change.what, change.old, change.new) == ("changed", "name", "抽查核实", "实地核实")


def test_a_flow_led_elsewhere_says_the_steps_by_their_names(bundle: Bundle) -> None:
    (process,) = diagram(bundle.files[bundle.main]).processes.values()
    flow = next(one for one in process.flows.values() if process.nodes[one.target].name)
    other = next(one for one in process.nodes.values() if one.name and one.kind == "userTask" and one.id != flow.target)
    text = bundle.files[bundle.main].decode()
    tag = re.search(rf'<bpmn:sequenceFlow id="{flow.id}"[^>]*>', text)[0]

    led = changed(bundle, bundle.main, tag, tag.replace(f'targetRef="{flow.target}"', f'targetRef="{other.id}"'))

    (change,) = (one for one in only(bundle, led) if one.what == "target")
    assert (change.old, change.new) == (
        process.nodes[flow.target].name, other.name,
    )  # fmt: skip


def test_a_property_of_a_field_is_named_by_its_label(bundle: Bundle) -> None:
    form = json.loads(bundle.files[REPORT])
    field = next(one for one in form["components"] if one.get("key") == "category")
    field["validate"]["required"] = False
    field["label"] = "事件类别"

    found = only(bundle, bundle.with_file(REPORT, json.dumps(form, ensure_ascii=False).encode()))

    assert {(change.subject, change.what, change.old, change.new) for change in found} == {
        ("事件类别", "label", "类别", "事件类别"),
        ("事件类别", "validate.required", "true", "false"),
    }


def test_a_new_field_is_told_with_all_that_is_asked_of_it(bundle: Bundle) -> None:
    form = json.loads(bundle.files[REPORT])
    choices = [{"value": "yes", "label": "要"}, {"value": "no", "label": "不要"}]
    field = {"type": "radio", "id": "F1", "key": "call_back", "label": "是否回访", "values": choices}
    form["components"].append({**field, "validate": {"required": True}})
    longer = bundle.with_file(REPORT, json.dumps(form, ensure_ascii=False).encode())

    assert [(change.kind, change.subject, change.what, change.new) for change in only(bundle, longer)] == [
        ("added", "是否回访", "type", "radio"),
        ("added", "是否回访", "key", "call_back"),
        ("added", "是否回访", "values", "要、不要"),
        ("added", "是否回访", "validate.required", "true"),
    ]
    assert [(change.kind, change.what) for change in only(longer, bundle)] == [("removed", "type")]


def test_a_template_is_compared_line_by_line(bundle: Bundle) -> None:
    (file,) = compare(bundle, bundle.with_file(NOTE, bundle.files[NOTE] + b"<p>more</p>\n"))

    assert file.changes == []
    assert [line.text for line in file.lines if line.kind == "added"] == ["<p>more</p>"]


def test_a_form_in_another_layout_of_text_says_the_same(bundle: Bundle) -> None:
    packed = json.dumps(json.loads(bundle.files[REPORT]), ensure_ascii=False).encode()

    assert only(bundle, bundle.with_file(REPORT, packed)) == []


def test_what_was_put_in_and_taken_out_is_marked_on_the_side_that_has_it(bundle: Bundle) -> None:
    text = bundle.files[bundle.main].decode()
    note = '<bpmn:textAnnotation id="note_new"><bpmn:text>新注释</bpmn:text></bpmn:textAnnotation>'
    more = bundle.with_file(bundle.main, text.replace("</bpmn:process>", f"{note}</bpmn:process>", 1).encode())

    added, removed = only(bundle, more), only(more, bundle)

    assert {(one.kind, one.subject) for one in added if not one.what} == {("added", "新注释")}
    assert marks(added, old=False) == {"note_new": "added"}
    assert marks(added, old=True) == {}
    assert marks(removed, old=True) == {"note_new": "removed"}


def test_rules_in_another_order_are_moved_and_not_changed(bundle: Bundle) -> None:
    text = bundle.files[LIMITS].decode()
    start, end = text.index("<rule "), text.index("</rule>") + 7
    later = text.index("</rule>", end) + 7
    turned = text[:start] + text[end:later] + text[start:end] + text[later:]

    (change,) = only(bundle, bundle.with_file(LIMITS, turned.encode()))

    assert (change.kind, {change.old, change.new}) == ("moved", {"第 1 行", "第 2 行"})


def test_of_a_line_that_changed_only_the_part_that_differs_is_marked(bundle: Bundle) -> None:
    (file,) = compare(bundle, changed(bundle, NOTE, "结案", "办结"))

    assert [(one.kind, one.part) for one in file.lines if one.part] == [("removed", "结案"), ("added", "办结")]
