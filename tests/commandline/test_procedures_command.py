"""`gridflow procedures`: check, show and new, as a process owner meets them."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridflow.application import VERBS
from gridflow.bpmn.linting.vocabulary import ACTIONS
from gridflow.cli import main
from gridflow.config import ROOT

Damage = Callable[[Path], None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the product's files that may be damaged."""
    for folder in ("processes", "forms", "templates", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("GRIDFLOW_HOME", str(tmp_path))
    return tmp_path


def gridflow(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def change(path: str, old: str, new: str) -> Damage:
    """Return a damage that changes a text in a file."""

    def damage(home: Path) -> None:
        file = home / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    return damage


def remove(path: str) -> Damage:
    return lambda home: (home / path).unlink()


EVENT = "processes/event/event.bpmn"
HANDLING = "processes/_shared/handling.bpmn"
FIXING = "processes/event/fixing.bpmn"
REVISIT = "forms/revisit/revisit_by_office.json"
DISPATCHING = "processes/_shared/dispatching.bpmn"
DUTIES = "processes/_cities/ningbo.obligations.csv"
EXAMPLE = "processes/event/scenarios/corrected-once-then-decided-on-what-is-there.ningbo.toml"
DAMAGES: dict[str, tuple[Damage, tuple[str, ...]]] = {
    "a form is missing": (remove("forms/event/fix_on_site.json"), ("fix_on_site", "表单")),
    "a role does not exist": (change(EVENT, 'role="field_worker"', 'role="sheriff"'), ("sheriff", "角色")),
    "a condition is broken": (
        change(EVENT, 'xsi:type="bpmn:tFormalExpression">', 'xsi:type="bpmn:tFormalExpression">((1 '),
        ("条件",),
    ),
    "a default flow is gone": (change(HANDLING, ' default="ask_verified_to_rework"', ""), ("默认",)),
    "an article does not exist": (change(EVENT, 'article="N', 'article="N99 N'), ("N99",)),
    "a called diagram is missing": (remove("processes/_shared/objection.bpmn"), ("objection",)),
    "a variable is misspelt": (change(EVENT, "if matter_code =", "if mater_code ="), ("mater_code", "没有变量")),
    "an entry of the case is misspelt": (change(EVENT, "if matter_code =", "if case.twon ="), ("twon", "没有")),
    "an entry of a limit is misspelt": (change(HANDLING, "limit.handling.", "limit.handling.x_"), ("x_",)),
    "a limit has no row in the table": (change(FIXING, 'limit="on_site"', 'limit="on_cite"'), ("on_cite", "时限")),
    "an article of a lane does not exist": (
        change(EVENT, 'gridflow:role="town">', 'gridflow:role="town" gridflow:article="B99">'), ("B99", "town_lane")
    ),
    "an article is miswritten": (change(EVENT, 'article="N', 'article="第18条 N'), ("第18条",)),
    "a state a case cannot end in": (
        change("processes/_shared/urge.bpmn", 'gridflow:action="open_procedure"', 'gridflow:action="close_case"'),
        ("state",),
    ),
    "a procedure to open does not exist": (
        change("processes/_shared/urge.bpmn", "'\"supervision\"'", "'\"supervison\"'"), ("supervison",)
    ),
    "a document does not exist": (change(DISPATCHING, 'document="', 'document="no_paper '), ("no_paper", "文书")),
    "two tables decide the same": (
        lambda home: shutil.copy(
            home / "processes/_shared/route.dmn", home / "processes/_shared/route_2.dmn"
        ),
        ("route", "已有"),
    ),
    "an action does not exist": (change(HANDLING, 'action="limit_stop"', 'action="limit_freeze"'), ("limit_freeze",)),
    "a decision has no table": (remove("processes/event/decisions/classify.dmn"), ("classify",)),
    "a file is no XML": (change(EVENT, "<bpmn:process ", "<bpmn:process <"), (EVENT.rsplit("/", 1)[1],)),
    "a file declares an entity": (change(EVENT, "?>", '?><!DOCTYPE x [<!ENTITY a "b">]>'), ("DOCTYPE",)),
    "a table cell is broken": (change("processes/_shared/limit.dmn", "<text>", "<text>((("), ("limit",)),
    "a form asks for what nobody writes": (change(REVISIT, '"=reached', '"=raeched'), ("raeched", "没有变量")),
    "a duty rests on an article that does not exist": (change(DUTIES, "\nN18-3,", "\nN98-3,"), ("N98-3",)),
    "what carries a duty is gone": (
        change(DUTIES, "step:handling/overdue", "step:handling/overdo"), ("N18-3", "step:handling/overdo", "不存在")
    ),
    "an example rests on an article that does not exist": (
        change(EXAMPLE, 'articles = ["N18-2"', 'articles = ["N98-2"'), (f"{EXAMPLE}:2", "N98-2", "articles")
    ),
    "an example rests on an article of another city": (
        change(EXAMPLE, 'articles = ["N18-2"', 'articles = ["B18-2"'), (f"{EXAMPLE}:2", "B18-2", "articles")
    ),
    "an example cannot be read": (change(EXAMPLE, "articles = [", "articles = "), (EXAMPLE, "TOML")),
    "an example names articles in other words": (
        change(EXAMPLE, 'articles = ["N18-2"]', 'articles = 18'), (EXAMPLE, "articles")
    ),
    "a form field has no basis": (change("forms/event/report.json", '"basis"', '"basics"'), ("report",)),
}  # fmt: skip


def test_the_shipped_procedures_are_clean(home: Path) -> None:
    result = gridflow("procedures", "check")

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "0 个错误，0 条提醒"


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_copy_fails_in_a_helpful_sentence(home: Path, name: str) -> None:
    damage, words = DAMAGES[name]
    damage(home)

    result = gridflow("procedures", "check")

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert all(word in result.output for word in words), result.output


@pytest.mark.parametrize("content", [b"", b"\x00\xff" * 50, b"<a>" * 5000, b"<?xml version='1.0'?><x/>"])
@pytest.mark.parametrize("suffix", [".bpmn", ".dmn", ".json"])
def test_any_file_gets_an_answer_and_never_a_traceback(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"hostile{suffix}"
    path.write_bytes(content)

    result = gridflow("procedures", "check", str(path), "--json")

    findings = json.loads(result.output)
    assert result.exit_code == 1
    assert findings[0]["message"]
    assert findings[0]["remedy"]


def test_a_single_file_of_an_installation_is_checked_with_its_procedure(home: Path) -> None:
    change(DISPATCHING, "if matter_code = null", "if mater_code = null")(home)

    broken = gridflow("procedures", "check", str(home / DISPATCHING), "--json")
    sound = gridflow("procedures", "check", str(home / HANDLING))

    assert {finding["rule"] for finding in json.loads(broken.output)} == {"expression-invalid"}
    assert "mater_code" in broken.output
    assert (sound.exit_code, sound.output) == (0, "0 个错误，0 条提醒\n")


@pytest.mark.parametrize("place", ["processes/event/event.bpmn", "processes/event/beside.bpmn", "elsewhere.bpmn"])
def test_a_file_anywhere_is_asked_for_its_roles_and_articles(home: Path, place: str) -> None:
    text = (home / EVENT).read_text(encoding="utf-8")
    text = text.replace('role="field_worker"', 'role="sheriff"', 1).replace('article="N', 'article="N99 N', 1)
    (home / place).write_text(text, encoding="utf-8")

    found = json.loads(gridflow("procedures", "check", str(home / place), "--json").output)

    assert {(one["rule"], one["message"]) for one in found} == {
        ("role-unknown", "角色 sheriff 不存在。"), ("article-unknown", "条款 N99 在条例中不存在。")
    }  # fmt: skip


def test_whoever_acts_in_an_example_is_a_role_of_its_city(home: Path) -> None:
    example = next((home / "processes/event/scenarios").glob("*.ningbo.toml"))
    text = example.read_text(encoding="utf-8")
    example.write_text(text.replace('as = "field_worker"', 'as = "emperor:palace"', 1), encoding="utf-8")

    found = json.loads(gridflow("procedures", "check", "--json").output)

    assert [(one["rule"], one["message"]) for one in found] == [
        ("role-unknown", "案例中的人员“emperor:palace”不是宁波市的角色。")
    ]


@pytest.mark.parametrize("codes", ["N99", "Z1"])
def test_a_form_anywhere_is_asked_for_its_articles(home: Path, codes: str) -> None:
    form = home / "alone.json"
    text = (home / REVISIT).read_text(encoding="utf-8").replace('"basis": "N24-2 B20-2"', f'"basis": "{codes}"', 1)
    form.write_text(text, encoding="utf-8")

    result = gridflow("procedures", "check", str(form))

    assert result.exit_code == 1
    assert codes in result.output


def test_a_table_with_faults_is_told_decision_by_decision(tmp_path: Path) -> None:
    path = tmp_path / "two.dmn"
    cell = "<literalExpression><text>1 ==</text></literalExpression>"
    path.write_text(
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="n">\n'
        f'<decision id="a" name="甲">{cell}</decision>\n<decision id="b" name="乙">{cell}</decision></definitions>'
    )

    found = json.loads(gridflow("procedures", "check", str(path), "--json").output)

    assert [(one["element"], one["name"], one["line"]) for one in found] == [("a", "甲", 2), ("b", "乙", 3)]
    assert all("相等只写一个“=”" in one["message"] for one in found)


@pytest.mark.parametrize("kind", ["folder", "link to itself", "pipe", "unreadable"])
def test_what_is_no_file_to_read_is_said_in_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "strange.bpmn"
    if kind == "folder":
        path.mkdir()
    elif kind == "link to itself":
        path.symlink_to(path)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/proc/1/mem")

    result = gridflow("procedures", "check", str(path))

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert len(result.output.splitlines()) == 2


def test_the_kind_of_a_file_without_a_telling_name_is_seen_in_it(tmp_path: Path) -> None:
    path = tmp_path / "table.dmn11.xml"
    path.write_bytes((ROOT / "processes/_shared/limit.dmn").read_bytes())

    assert gridflow("procedures", "check", str(path)).exit_code == 0


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    result = gridflow("procedures", "check", str(tmp_path / "nothing.bpmn"))

    assert result.exit_code == 1
    assert "无法打开" in result.output


def test_the_check_knows_every_verb_the_application_carries_out() -> None:
    assert frozenset(ACTIONS) == VERBS


def test_a_new_procedure_passes_the_check_at_once(home: Path) -> None:
    made = gridflow("procedures", "new", "street_light", "--title", "路灯报修")
    checked = gridflow("procedures", "check")
    shown = gridflow("procedures", "show", "street_light")

    assert made.exit_code == 0, made.output
    assert checked.exit_code == 0, checked.output
    assert "0 个错误" in checked.output
    assert "人工 handle 办理" in shown.output


def test_a_procedure_is_not_overwritten_by_a_new_one(home: Path) -> None:
    result = gridflow("procedures", "new", "event")

    assert result.exit_code == 1
    assert "未被使用" in result.output
