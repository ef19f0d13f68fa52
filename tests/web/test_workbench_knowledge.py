"""What editors of the workbench ask: names to pick from, expressions checked and tried, findings while drawing."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from demo_installation import EVENT, Person
from flask import Flask

from gridflow.bpmn.linting.vocabulary import ACTIONS
from gridflow.workbench.editing.verbs import OPTIONAL, verbs

Meet = Callable[[str], Person]
MAIN = f"processes/{EVENT}/{EVENT}.bpmn"
REPORT = f"forms/{EVENT}/report.json"
LIMITS = "processes/_shared/limit.dmn"


@pytest.fixture(scope="module")
def owner(app: Flask) -> Person:
    return Person(app, "nb-process_owner")


@pytest.fixture(scope="module")
def revision(owner: Person) -> str:
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title="改时限").headers["Location"])


def asked(owner: Person, address: str, **body: Any) -> Any:
    """Ask as an editor does and return the answer."""
    return owner.client.post(address, json=body, headers={"X-CSRFToken": owner.token}).json


def file(owner: Person, revision: str, path: str) -> str:
    """Return a file of the revision."""
    return owner.client.get(f"{revision}/files?path={path}").text


def feel(owner: Person, revision: str, text: str, **more: Any) -> Any:
    return asked(owner, f"{revision}/feel", text=text, **more)


def test_every_action_has_its_words_and_no_other(app: Flask) -> None:
    with app.test_request_context():
        assert verbs().keys() == ACTIONS.keys()
    assert OPTIONAL.keys() <= ACTIONS.keys()
    assert all(
        not set(inputs) & {*ACTIONS[name].needs, *ACTIONS[name].one_of}
        for name, inputs in OPTIONAL.items()
        if name not in ("admit_matter", "adjust_matter")
    )


def test_lists_to_pick_from_say_what_things_are_called(owner: Person, revision: str) -> None:
    known = owner.client.get(f"{revision}/knowledge").json
    titled = {kind: {row["code"]: row for row in rows} for kind, rows in known.items() if kind != "cases"}

    assert titled["roles"]["field_worker"]["title"] == "专职网格员"
    assert titled["articles"]["N18-2"]["text"]
    assert titled["actions"]["close_case"]["inputs"] == [{"name": "state", "required": True}]
    assert titled["limits"]["handling"]["title"] != "handling"
    assert titled["decisions"]["limit"]["outputs"][:2] == ["amount", "unit"]
    assert titled["processes"][EVENT]["path"].startswith(f"processes/{EVENT}/")
    assert all(row["title"] for rows in known.values() for row in rows)


def test_the_rows_of_a_limit_are_told_in_words_and_whose_they_are(owner: Person, revision: str) -> None:
    told = owner.client.get(f"{revision}/limits").json
    rows = {row["rule"]: row for row in told["rows"]}
    users = {(one["limit"], one["element"]) for one in told["users"]}

    assert rows["limit_rule_20"] == {
        "limits": ["handling"], "when": "等级：三级（较复杂）", "long": "5 个工作日", "path": LIMITS,
        "rule": "limit_rule_20",
    }  # fmt: skip
    assert rows["limit_rule_1"]["when"] == "不论情形"
    assert rows["limit_rule_20"]["when"] != rows["limit_rule_19"]["when"] == "等级：二级（一般）、未定"
    assert rows["limit_rule_24"]["long"] == "按表里的公式推算"
    assert {("handling", "handle"), ("handling", "almost_due"), ("acknowledge", "delivered")} <= users


def test_the_files_people_look_for_most_come_first(owner: Person, revision: str) -> None:
    page = owner.get(revision).text

    assert page.index(f"path={MAIN}") < page.index(f"path={LIMITS}") < page.index("全部文件")


def test_what_is_issued_stands_before_the_parts_that_documents_share(owner: Person, revision: str) -> None:
    documents, parts = owner.get(revision).text.split("所有文书")[1].split("各文书共用的部分")

    assert "/closing_record.html" in documents
    assert "/_shared/dispatch_order.html" in documents
    assert "/_parts.html" not in documents
    assert "/_base.html" in parts
    assert "/_letterhead.html" in parts


def test_a_form_of_several_steps_is_called_after_all_of_them(owner: Person, revision: str) -> None:
    page = owner.get(revision).text

    assert '<span class="gf-row-title">镇街审批、区县审批、市级审批</span>' in page
    assert '<span class="gf-row-title">rule_objection</span>' not in page


def test_the_data_dictionary_names_fields_by_their_labels(owner: Person, revision: str) -> None:
    names = {one["name"]: one for one in owner.client.get(f"{revision}/names?path={MAIN}").json["names"]}

    assert names["case.number"]["label"] == "案件编号"
    assert names["category"]["type"] == "string"
    assert "表单" in names["category"]["source"]


def test_what_is_done_for_each_of_many_is_called_after_its_list(owner: Person, revision: str) -> None:
    path = f"processes/{EVENT}/treatment.bpmn"
    names = {one["name"]: one["label"] for one in owner.client.get(f"{revision}/names?path={path}").json["names"]}

    assert names["co_unit"] == "协办单位（其中一项）"
    assert names["co_result"] == "协办单位（一项的结果）"
    assert names["co_results"] == "协办单位（各项的结果）"


def test_an_expression_is_checked_with_the_names_of_its_file(owner: Person, revision: str) -> None:
    wrong = feel(owner, revision, 'categry = "01"', path=MAIN)["problems"]
    assert wrong == [{"position": 0, "message": "没有变量“categry”，是不是“category”。"}]
    assert feel(owner, revision, 'category = "01"', path=MAIN) == {"problems": []}
    assert feel(owner, revision, "1 +", path=MAIN)["problems"][0]["position"] == 3
    assert feel(owner, revision, '> 3, "a"', kind="unary", path=LIMITS)["problems"] == []
    assert feel(owner, revision, "? > ", kind="unary", path=LIMITS)["problems"]


def test_an_expression_is_tried_with_given_values(owner: Person, revision: str) -> None:
    got = feel(owner, revision, "天数 + 1", values={"天数": 2})
    assert (got["value"], got["type"], got["failed"]) == (3, "数字", "")
    assert feel(owner, revision, "[2..5]", kind="unary", values={}, input=3)["value"] is True
    assert feel(owner, revision, '开始 < date("2026-12-01")', values={"开始": "@2026-11-22"})["value"] is True
    assert feel(owner, revision, "city.name", values={})["value"] == "宁波市"
    assert (
        "计算量太大"
        in feel(owner, revision, "some a in 1..9000, b in 1..9000 satisfies a + b < 0", values={})["failed"]
    )
    assert feel(owner, revision, "缺 + 1", values={})["notes"]


def test_an_expression_is_tried_with_what_a_real_case_shows(app: Flask, owner: Person, revision: str) -> None:
    Person(app, "nb-field_worker").report()
    number = owner.client.get(f"{revision}/knowledge").json["cases"][0]["number"]

    assert feel(owner, revision, "case.number", path=MAIN, case=number)["value"] == number
    assert feel(owner, revision, "description", path=MAIN, case=number)["value"] is None  # typed text lies in the vault

    stranger = Person(app, "bh-process_owner")
    stranger.get("/workbench")
    other = str(stranger.post("/workbench/begin", slug=EVENT, title="看别市的案件").headers["Location"])
    assert "没有案件" in feel(stranger, other, "case.number", case=number)["problem"]
    assert stranger.client.get(f"{revision}/knowledge").status_code == 404


def test_findings_are_those_of_the_file_in_the_editor_and_nothing_is_kept(owner: Person, revision: str) -> None:
    paths = [MAIN, REPORT, LIMITS]
    known = {path: file(owner, revision, path) for path in paths}
    assert all(not asked(owner, f"{revision}/findings", path=path, text=known[path])["findings"] for path in paths)

    drawn = known[MAIN].replace('gridflow:role="', 'gridflow:role="no_', 1)
    found = asked(owner, f"{revision}/findings", path=MAIN, text=drawn)["findings"]
    assert found[0]["severity"] == "error"
    assert found[0]["element"]
    twin = known[MAIN].replace(f'<bpmn:process id="{EVENT}"', '<bpmn:process id="triage"')
    found = asked(owner, f"{revision}/findings", path=MAIN, text=twin)["findings"]
    assert "process-repeated" in {one["rule"] for one in found}
    unnamed = '<d:definitions xmlns:d="http://www.omg.org/spec/BPMN/20100524/MODEL"><d:process/></d:definitions>'
    found = asked(owner, f"{revision}/findings", path=MAIN, text=unnamed)["findings"]
    assert [one["rule"] for one in found] == ["id-missing"]
    broken = asked(owner, f"{revision}/findings", path=MAIN, text="<!DOCTYPE x><x/>")["findings"]
    assert [one["rule"] for one in broken] == ["unreadable"]
    assert file(owner, revision, MAIN) == known[MAIN]


def rewritten(text: str, old: str, new: str) -> str:
    """Change a file by its words; they have to be there."""
    assert old in text
    return text.replace(old, new, 1)


def test_a_table_is_checked_cell_by_cell_and_its_gaps_are_told(owner: Person, revision: str) -> None:
    path = f"processes/{EVENT}/decisions/classify.dmn"
    text = file(owner, revision, path)
    sound = asked(owner, f"{revision}/table", path=path, text=text, decision="classify")
    assert (sound["problems"], sound["gaps"], sound["never"], sound["complete"]) == ([], [], [], True)

    wrong = rewritten(text, "substring(category, 1, 2)", "substrng(category, 1, 2)")
    found = asked(owner, f"{revision}/table", path=path, text=wrong, decision="classify")["problems"]
    assert "是不是“substring”" in found[0]["message"]
    assert found[0]["column"] in wrong
    wrong = rewritten(text, '"04", "05"', '"04, "05"')
    found = asked(owner, f"{revision}/table", path=path, text=wrong, decision="classify")
    assert [one["row"] for one in found["problems"]] == [1]
    assert found["problems"][0]["rule"] in wrong

    endless = f"{revision}/table"
    assert "没有这个决策" in asked(owner, endless, path=path, text=text, decision="no")["problem"]
    assert asked(owner, endless, path=path, text="<!DOCTYPE a><a/>")["problem"]


def test_the_limit_table_is_held_against_the_limits_steps_carry(owner: Person, revision: str) -> None:
    text = file(owner, revision, LIMITS)
    found = asked(owner, f"{revision}/table", path=LIMITS, text=text, decision="limit")
    assert not [gap for gap in found["gaps"] if "handling" not in gap["words"] and not gap["blank"]]

    carried = rewritten(text, '"off_list"', '"on_list"')
    found = asked(owner, f"{revision}/table", path=LIMITS, text=carried, decision="limit")
    assert "off_list" in [gap["inputs"]["step"] for gap in found["gaps"] if not gap["blank"]]


def test_a_shared_table_may_read_what_only_another_procedure_writes(owner: Person) -> None:
    owner.get("/workbench")
    other = str(owner.post("/workbench/begin", slug="direct_report", title="改时限").headers["Location"])
    text = file(owner, other, LIMITS)

    found = asked(owner, f"{other}/table", path=LIMITS, text=text, decision="limit")
    assert found["problems"] == []
    wrong = text.replace("<text>step</text>", "<text>stp</text>", 1)
    found = asked(owner, f"{other}/table", path=LIMITS, text=wrong, decision="limit")
    assert "没有变量“stp”" in found["problems"][0]["message"]


def test_inputs_are_tried_on_a_table_by_its_columns(owner: Person, revision: str) -> None:
    path = f"processes/{EVENT}/decisions/list_guard.dmn"
    text = file(owner, revision, path)
    shown = asked(owner, f"{revision}/table", path=path, text=text,
                  inputs={"matter_code": "x", "get value(matters, matter_code).active": True})  # fmt: skip

    assert shown["numbers"] == [2]
    assert shown["hits"][0] in text
    assert (shown["value"], shown["failed"]) == ("on_list", "")
    blank = {"matter_code": "x", "get value(matters, matter_code).active": None}
    assert asked(owner, f"{revision}/table", path=path, text=text, inputs=blank)["value"] == "off_list"


def test_a_field_is_renamed_in_every_file_at_once_and_the_check_stays_clean(app: Flask, owner: Person) -> None:
    owner.get("/workbench")
    own = str(owner.post("/workbench/begin", slug=EVENT, title="改栏目名称").headers["Location"])
    form = "forms/_shared/approve_extension.json"
    names = {"path": form, "old": "approved_days", "new": "days_allowed"}

    told = asked(owner, f"{own}/rename", **names)
    assert told["problems"] == []
    assert {place["path"] for place in told["places"]} >= {form, "processes/_shared/approval.bpmn"}
    assert "approved_days" in file(owner, own, form)  # only asked so far

    done = asked(owner, f"{own}/rename", **names, apply=True)
    assert done["saved"].keys() == set(done["files"])
    assert '"key": "days_allowed"' in file(owner, own, form)
    assert "没有发现问题" in owner.get(f"{own}/check").text

    rows = "forms/_shared/handle.json"
    there = asked(owner, f"{own}/rename", path=rows, old="action_log.acted_at", new="done_when", apply=True)
    assert '"key": "done_when"' in file(owner, own, rows)
    (example, *_) = (path for path in there["files"] if "/scenarios/" in path)
    shown = owner.get(f"{own}/example?path={quote(example)}").text
    assert "done_when = " in shown
    assert "acted_at = " not in shown
    assert {place["words"] for place in there["places"] if place["path"] == example} == {"action_log.acted_at"}
    assert "本稿写的" in owner.get(f"{own}?tab=trial").text

    assert "已经有" in asked(owner, f"{own}/rename", path=form, old="days_allowed", new="category")["problem"]
    assert "没有重复组" in asked(owner, f"{own}/rename", path=rows, old="action_log.gone", new="there")["problem"]
    head = Person(app, "nb-city_head")
    head.get(own)
    answer = head.client.post(f"{own}/rename", json=names, headers={"X-CSRFToken": head.token})
    assert answer.status_code == 403


def test_rules_that_hit_together_and_rules_never_reached_are_findings(owner: Person, revision: str) -> None:
    path = f"processes/{EVENT}/decisions/list_guard.dmn"
    text = file(owner, revision, path)
    unique = rewritten(text, 'hitPolicy="FIRST"', 'hitPolicy="UNIQUE"')
    found = asked(owner, f"{revision}/findings", path=path, text=unique)["findings"]
    assert {(one["rule"], one["severity"]) for one in found} == {("rules-overlap", "error")}

    first, rest = text.split("<rule ", 1)
    everything = '<rule id="all"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry>'
    outputs = '<outputEntry><text>"on_list"</text></outputEntry>' * text.split("</rule>")[0].count("<outputEntry")
    dead = f"{first}{everything}{outputs}</rule><rule {rest}"
    found = asked(owner, f"{revision}/findings", path=path, text=dead)["findings"]
    assert [one["rule"] for one in found] == ["rule-unreached"] * 3


def test_a_name_nobody_writes_is_found_before_publication_where_others_open_the_procedure(owner: Person) -> None:
    owner.get("/workbench")
    own = str(owner.post("/workbench/begin", slug=EVENT, title="写错变量").headers["Location"])
    path = f"processes/{EVENT}/triage.bpmn"
    text = rewritten(file(owner, own, path), 'accept_decision = "forward"', 'acept_decision = "forward"')
    owner.get(f"{own}/edit?path={path}&plain=1")
    seen = re.search(r'name="seen" value="(\w+)"', owner.page.text)[1]
    owner.post(f"{own}/edit", path=path, seen=seen, text=text)

    assert "是不是“accept_decision”" in owner.get(f"{own}/check").text.replace("&#34;", '"')


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("feel", {"text": "\ud800"}),
        ("feel", {"text": "1", "case": "\0"}),
        ("feel", {"text": "1", "kind": "python"}),
        ("feel", {"text": "1", "values": ["a"]}),
        ("findings", {"path": MAIN, "text": "\udfff"}),
        ("findings", {"path": MAIN}),
        ("table", {"path": LIMITS, "text": 5}),
        ("rename", {"old": "a", "new": "\ud800"}),
        ("rename", ["old", "new"]),
        ("findings", {"path": MAIN, "text": "x" * 1_000_001}),
    ],
)
def test_what_an_editor_would_never_send_is_refused(owner: Person, revision: str, what: str, body: Any) -> None:
    answer = owner.client.post(f"{revision}/{what}", json=body, headers={"X-CSRFToken": owner.token})

    assert answer.status_code == 422
    assert "不完整" in answer.json["problem"]


def test_a_hostile_expression_ends_as_a_message(owner: Person, revision: str) -> None:
    deep = "(" * 200 + "1" + ")" * 200
    assert "太深" in feel(owner, revision, deep, values={})["failed"]
    assert "太长" in feel(owner, revision, "1+" * 600 + "1", values={})["failed"]
    assert feel(owner, revision, "for i in 1..99999999 return i", values={})["failed"]
    assert feel(owner, revision, '__import__("os").system("ls")', values={})["problems"]
    doubled = "for a in 1..10000 return [1,2,3,4,5,6,7,8,9,10]"
    assert feel(owner, revision, doubled, values={})["value"] is None
