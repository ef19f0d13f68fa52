"""Whatever is wrong, a command says it in one line and exits with 1 or 2."""

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridflow.cli import main
from gridflow.config import ROOT

NOWHERE = "postgresql+psycopg://someone:a-secret@127.0.0.1:1/nothing"
USER = ("user", "add", "zhang", "--name", "张三", "--password", "Correct-Horse-9-Battery")
WRONG: dict[str, tuple[dict[str, str], tuple[str, ...], str]] = {
    "an unknown procedure": ({}, ("procedures", "show", "nothing"), "没有流程“nothing”"),
    "an unknown city": ({}, ("procedures", "show", "event", "--city", "atlantis"), "没有城市“atlantis”"),
    "scenarios of nothing": ({}, ("scenarios", "run", "nothing"), "没有流程“nothing”"),
    "scenarios of nowhere": ({}, ("scenarios", "run", "--city", "atlantis"), "没有城市“atlantis”"),
    "no folder of procedures": ({"GRIDFLOW_HOME": "/nowhere"}, ("procedures", "check"), "GRIDFLOW_HOME"),
    "no database": ({}, ("audit", "verify"), "gridflow db upgrade"),
    "no folder for it": ({"GRIDFLOW_VAR": "/nowhere"}, ("audit", "verify"), "GRIDFLOW_DATABASE_URL"),
    "a server that is down": ({"GRIDFLOW_DATABASE_URL": NOWHERE}, ("db", "upgrade"), "数据库不能使用"),
    "no address": ({"GRIDFLOW_DATABASE_URL": "nonsense"}, ("db", "upgrade"), "不是数据库地址"),
    "an address of no kind": ({"GRIDFLOW_DATABASE_URL": "strange://x"}, ("db", "upgrade"), "不是数据库地址"),
    "no keys": ({"GRIDFLOW_DEMO": "0"}, ("audit", "verify"), "GRIDFLOW_SECRET_KEY"),
    "a key that is none": ({"GRIDFLOW_VAULT_KEY": "zz"}, ("audit", "verify"), "GRIDFLOW_VAULT_KEY"),
    "minutes that are none": ({"GRIDFLOW_SESSION_MINUTES": "x"}, ("audit", "verify"), "GRIDFLOW_SESSION_MINUTES"),
    "a city to install": ({}, ("city", "install", "atlantis"), "没有城市“atlantis”"),
    "grids of nowhere": ({}, ("city", "grids", "atlantis", str(ROOT / "README.md")), "没有城市“atlantis”"),
    "grids that are none": ({}, ("city", "grids", "ningbo", str(ROOT / "README.md")), "缺少列"),
    "grids that are a picture": ({}, ("city", "grids", "ningbo", str(ROOT / "docs/screenshot.png")), "UTF-8"),
    "a person of nowhere": ({}, (*USER, "--city", "atlantis", "--role", "town", "--unit", "1"), "没有城市“atlantis”"),
    "a person of no role": ({}, (*USER, "--city", "ningbo", "--role", "king", "--unit", "1"), "king"),
    "no fonts": ({"GRIDFLOW_FONTS": "/nowhere"}, ("worker",), "字体"),
}

WITH_TABLES = {"grids that are none", "grids that are a picture"}


@pytest.fixture
def gridflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("GRIDFLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDFLOW_DEMO", "1")
    monkeypatch.setenv("GRIDFLOW_VAR", str(tmp_path))

    def run(settings: dict[str, str], *words: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(main, list(words))

    return run


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(gridflow, name: str) -> None:
    settings, words, said = WRONG[name]
    if name in WITH_TABLES:
        assert gridflow({}, "db", "upgrade").exit_code == 0

    result = gridflow(settings, *words)

    assert result.exit_code == 1, result.output
    assert len(result.output.splitlines()) == 1, result.output
    assert said in result.output
    assert "a-secret" not in result.output


@pytest.mark.parametrize("words", [("nothing",), ("procedures", "check", "--what"), ("city", "grids", "ningbo"), ()])
def test_what_is_miswritten_is_exit_status_2(gridflow, words: tuple[str, ...]) -> None:
    assert gridflow({}, *words).exit_code == 2


def test_a_folder_that_may_not_be_written_is_said_in_one_line(gridflow, tmp_path: Path) -> None:
    for folder in ("processes", "forms", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / "home" / folder)
    (tmp_path / "home/forms/lamp").write_text("a file where the folder should be")

    result = gridflow({"GRIDFLOW_HOME": str(tmp_path / "home")}, "procedures", "new", "lamp")

    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "forms/lamp" in result.output
