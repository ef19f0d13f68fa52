"""A third city and a new procedure are new files only: not one byte of Python changes."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridflow.catalogue import Catalogue
from gridflow.cli import main
from gridflow.config import ROOT

Run = Callable[..., Result]
VILLAGE = "990101001001"
DIVISIONS = f"""code,name,level,parent,kind,statistical_zone
990100,新河市,city,990000,,
990101,东区,district,990100,区,
990101001,桥头街道,town,990101,街道,
{VILLAGE},河沿社区,village,990101001,居委会,
"""
CELL = {"type": "Polygon", "coordinates": [[[110.0, 30.0], [110.1, 30.0], [110.1, 30.1], [110.0, 30.1], [110.0, 30.0]]]}
ORDINANCE = "# 新河市网格条例\n\n## 第一条\n为了规范网格化服务管理，制定本条例。\n\n## 第二条\n限时办结。\n"
BASES = "processes/_cities/xinhe.bases.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The product's files with a city of its own beside the shipped ones."""
    for folder in ("processes", "forms", "templates", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    found_city(tmp_path)
    return tmp_path


def found_city(home: Path) -> None:
    """Add the city: its file, ordinance, matter list, divisions and cells."""
    cities = home / "processes/_cities"
    shipped = (cities / "ningbo.toml").read_text(encoding="utf-8")
    for old, new in (
        ('code = "ningbo"', 'code = "xinhe"'), ("ningbo.ordinance.md", "xinhe.ordinance.md"), ("宁波市", "新河市"),
        ('"330200"', '"990100"'), ('law = "N"', 'law = "X"'), ('case_prefix = "SJ"', 'case_prefix = "XJ"'),
        ('"330203001005"', f'"{VILLAGE}"'), ('"330203001"', '"990101001"'), ('"330203"', '"990101"'),
        ('login_prefix = "nb"', 'login_prefix = "xh"'), ("甬网格", "新网格"),
    ):  # fmt: skip
        shipped = shipped.replace(old, new)
    (cities / "xinhe.toml").write_text(shipped, encoding="utf-8")
    (cities / "xinhe.ordinance.md").write_text(ORDINANCE, encoding="utf-8")
    shutil.copy(cities / "ningbo.matters.csv", cities / "xinhe.matters.csv")
    off_list = (home / "forms/event/handle_off_list.ningbo.json").read_text(encoding="utf-8")
    own = off_list.replace("N13-2", "X1").replace("宁波条例第十三条第二款", "新河条例第一条")
    (home / "forms/event/handle_off_list.xinhe.json").write_text(own, encoding="utf-8")
    (home / "data/admin/divisions_990100.csv").write_text(DIVISIONS, encoding="utf-8")
    feature = {"type": "Feature", "properties": {"code": VILLAGE}, "geometry": CELL}
    cells = {"type": "FeatureCollection", "features": [feature]}
    (home / "data/geo/demo_villages_990100.geojson").write_text(json.dumps(cells), encoding="utf-8")


def translate(home: Path) -> None:
    """Say for every code of the common files what stands for it: time limits are article 2, everything else 1."""
    named = set()
    for path in (*home.glob("processes/**/*.bpmn"), *home.glob("forms/**/*.json"), *home.glob("processes/*/*.toml")):
        if not path.name.endswith((".ningbo.json", ".beihai.json")):
            named |= set(re.findall(r"\bN[1-9][-\d()]*", path.read_text(encoding="utf-8")))
    rows = [f"{code},{'X2' if code == 'N18-3' else 'X1'}," for code in sorted(named)]
    (home / BASES).write_text("\n".join(["rule,articles,note", *rows]) + "\n", encoding="utf-8")


@pytest.fixture
def gridflow(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("GRIDFLOW_HOME", str(home))
    return lambda *words: CliRunner().invoke(main, list(words))


def test_a_case_of_the_shipped_procedure_closes_in_a_city_that_is_files_only(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDFLOW_HOME", str(home))
    told = home / "processes/event/scenarios/fire-lane-cleared-on-the-spot.ningbo.toml"
    text = told.read_text(encoding="utf-8").replace("330203001005C00", f"{VILLAGE}C00")
    told.with_name("fire-lane-cleared-on-the-spot.xinhe.toml").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(main, ["scenarios", "run", "--city", "xinhe"])

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "1 passed, 0 failed"


def test_what_only_the_new_city_lacks_is_said_with_its_name(home: Path, gridflow: Run) -> None:
    (home / "forms/event/handle_off_list.xinhe.json").unlink()

    found = gridflow("procedures", "check")

    assert found.exit_code == 1
    assert "表单 handle_off_list 不存在（新河市）" in found.output


def test_every_basis_the_city_did_not_translate_is_told_with_its_places(home: Path, gridflow: Run) -> None:
    untold = gridflow("procedures", "check")
    line = next(line for line in untold.output.splitlines() if "N18-3 B19(2) 对应" in line)

    assert untold.exit_code == 0
    assert line.startswith(f"{BASES} 提醒 [basis-missing] 新河市")
    assert "挂账（suspend）" in line
    assert "表单（extension）" in line

    (home / BASES).write_text("rule,articles,note\nN18-3,X2,限时办结\n", encoding="utf-8")
    assert "N18-3 B19(2) 对应" not in gridflow("procedures", "check").output


def test_a_city_that_translated_every_basis_is_clean(home: Path, gridflow: Run) -> None:
    translate(home)

    lines = gridflow("procedures", "check").output.splitlines()

    assert [line for line in lines[:-1] if "scenario-missing" not in line] == []


def test_steps_fields_figures_and_the_record_show_the_articles_of_the_city(home: Path) -> None:
    translate(home)
    bundle = Catalogue.read(home).bundle("xinhe", "event")
    city = bundle.city_file

    assert [article.heading for article in city.articles("N18-3 B18-1 B19(2)")] == ["第二条"]
    assert city.own_codes("N18-1 B5-4") == ("X1",)
    assert "第二条：时限自交办起算" in bundle.diagram("handling").decode()
    assert not re.search("[NB]18", "".join(re.findall("<bpmn:text>[^<]*", bundle.diagram("handling").decode())))


@pytest.mark.parametrize("city", ["xinhe", "ningbo", "beihai"])
def test_a_new_procedure_rests_on_an_article_of_every_city(home: Path, gridflow: Run, city: str) -> None:
    assert gridflow("procedures", "new", "street_light").exit_code == 0

    shown = gridflow("procedures", "show", "street_light", "--city", city).output

    assert "· 依据 第一条" in shown
    assert "人工 handle 办理 · 第一条" in shown


def test_a_new_procedure_runs_to_its_end_from_its_files_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDFLOW_HOME", str(home))
    CliRunner().invoke(main, ["procedures", "new", "street_light", "--title", "路灯报修"])
    scenarios = home / "processes/street_light/scenarios"
    scenarios.mkdir()
    (scenarios / "lamp-mended.xinhe.toml").write_text(SCENARIO, encoding="utf-8")

    result = CliRunner().invoke(main, ["scenarios", "run", "street_light"])

    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "1 passed, 0 failed"


SCENARIO = f"""
title = "路灯报修后由街道办结"
begins = 2026-11-23T09:00:00+08:00

[[step]]
as = "field_worker"
start = "open"
values = {{ grid_code = "{VILLAGE}C001", description = "桥头路口东侧第三盏路灯不亮，请尽快修理" }}

[[step]]
as = "town"
task = "handle"
values = {{ handling_note = "已更换灯泡并试亮" }}

[expect]
state = "closed"
path = ["open", "handle", "close_case", "end_closed"]
audit = ["open_case", "complete_task"]
"""
