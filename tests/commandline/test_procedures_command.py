"""`gridflow procedures`: check, show and new, as a process owner meets them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridflow.cli import main
from gridflow.config import ROOT

Damage = Callable[[Path], None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the product's files that may be damaged."""
    for folder in ("processes", "forms", "templates"):
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
HANDLING = "processes/event/handling.bpmn"
DAMAGES: dict[str, tuple[Damage, tuple[str, ...]]] = {
    "a form is missing": (remove("forms/event/fix_on_site.json"), ("fix_on_site", "表单")),
    "a role does not exist": (change(EVENT, 'role="field_worker"', 'role="sheriff"'), ("sheriff", "角色")),
    "a condition is broken": (
        change(EVENT, 'xsi:type="bpmn:tFormalExpression">', 'xsi:type="bpmn:tFormalExpression">((1 '),
        ("条件",),
    ),
    "a default flow is gone": (change(HANDLING, ' default="ask_verified_to_count_rework"', ""), ("默认",)),
    "an article does not exist": (change(EVENT, 'article="N', 'article="N99 N'), ("N99",)),
    "a called diagram is missing": (remove("processes/_shared/objection.bpmn"), ("objection",)),
    "an action does not exist": (change(HANDLING, 'action="limit_stop"', 'action="limit_freeze"'), ("limit_freeze",)),
    "a decision has no table": (remove("processes/event/decisions/classify.dmn"), ("classify",)),
    "a file is no XML": (change(EVENT, "<bpmn:process ", "<bpmn:process <"), (EVENT.rsplit("/", 1)[1],)),
    "a file declares an entity": (change(EVENT, "?>", '?><!DOCTYPE x [<!ENTITY a "b">]>'), ("DOCTYPE",)),
    "a table cell is broken": (change("processes/_shared/limit.dmn", "<text>", "<text>((("), ("limit",)),
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


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    result = gridflow("procedures", "check", str(tmp_path / "nothing.bpmn"))

    assert result.exit_code == 1
    assert "无法打开" in result.output


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
