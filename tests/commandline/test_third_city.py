"""A third city and a new procedure are new files only: not one byte of Python changes."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gridflow.catalogue import Catalogue
from gridflow.cli import main
from gridflow.config import ROOT
from gridflow.scenarios.stage import carried_out

Run = Callable[..., Result]
VILLAGE = "990101001001"
DIVISIONS = f"""code,name,level,parent,kind,statistical_zone
990100,新河市,city,990000,,
990101,东区,district,990100,区,
990101001,桥头街道,town,990101,街道,
{VILLAGE},河沿社区,village,990101001,居委会,
"""
CELL = {"type": "Polygon", "coordinates": [[[110.0, 30.0], [110.1, 30.0], [110.1, 30.1], [110.0, 30.1], [110.0, 30.0]]]}
ORDINANCE = "新河市网格条例\n第一条　为了规范网格化服务管理，制定本条例。\n第二条　限时办结。\n"
FOUNDING = [
    "city", "new", "xinhe", "--name", "新河市", "--division", "990100", "--law", "X", "--prefix", "XJ",
    "--like", "ningbo",
]  # fmt: skip
DEMO = f"""
[demo]
login_prefix = "xh"
county = "990101"
town = "990101001"
village = "{VILLAGE}"
people = {json.dumps([f"新{sign}" for sign in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"], ensure_ascii=False)}
"""
REPORTING = {"kind": "start", "who": "field_worker", "target": "report"}
PRESENT = {
    "category": ["0401"], "matter_code": ["N04-001"], "location_text": ["小区3幢北侧通道"],
    "description": ["两辆面包车停在消防车通道上，消防车进不来。"], "found_at": ["2026-11-23T08:50"],
    "urgency": ["normal"], "source_channel": ["patrol"], "secrecy_flag": ["none"], "can_fix_on_site": ["true"],
}  # fmt: skip
BASES = "processes/_cities/xinhe.bases.csv"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The product's files with a city of its own beside the shipped ones."""
    for folder in ("processes", "forms", "templates", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    found_city(tmp_path)
    return tmp_path


def found_city(home: Path) -> None:
    """Lay the city out as the guide says, then add what only the city knows: matters, divisions, cells and cast."""
    cities, text = home / "processes/_cities", home / "ordinance.txt"
    text.write_text(ORDINANCE, encoding="utf-8")
    laid = CliRunner().invoke(main, [*FOUNDING, "--ordinance", str(text)], env={"GRIDFLOW_HOME": str(home)})
    assert laid.exit_code == 0, laid.output
    with (cities / "xinhe.toml").open("a", encoding="utf-8") as file:
        file.write(DEMO)
    shutil.copy(cities / "ningbo.matters.csv", cities / "xinhe.matters.csv")
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
    for own in home.glob("forms/**/*.xinhe.json"):
        text = re.sub(r"\bN[1-9][-\d()]*", "X1", own.read_text(encoding="utf-8"))
        own.write_text(text.replace("宁波条例第十三条第二款", "新河条例第一条"), encoding="utf-8")
    left = CliRunner().invoke(main, ["city", "bases", "xinhe"], env={"GRIDFLOW_HOME": str(home)}).output
    with (home / BASES).open("a", encoding="utf-8") as file:
        file.write(left.replace(",?,", ",X1,"))


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


def without_cast(home: Path) -> None:
    """Take what only a demo needs out of the city's files."""
    file = home / "processes/_cities/xinhe.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(DEMO, ""), encoding="utf-8")
    (home / "data/geo/demo_villages_990100.geojson").unlink()


def asked(home: Path, place: Path, **what: object) -> dict[str, Any]:
    """Ask the sandbox about a draft of the city's."""
    bundle, file = Catalogue.read(home).bundle("xinhe", "event"), place / "draft.json"
    file.write_bytes(bundle.to_bytes())
    return carried_out(
        {
            "place": str(place), "home": str(home), "fonts": str(ROOT / "var/fonts"), "city": "xinhe", "slug": "event",
            "draft": str(file), "in_force": [str(file)], "trial": "one", "begins": "2026-11-23T09:00:00+08:00",
            "steps": [], **what,
        }
    )  # fmt: skip


def test_a_draft_is_tried_where_the_files_name_no_cast_and_draw_no_map(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    without_cast(home)
    place = tmp_path_factory.mktemp("sandbox")
    form = asked(home, place, do="form", asked=REPORTING)
    typed = {**PRESENT, "grid_code": [next(one for one in offered(form, "grid_code") if one.startswith(VILLAGE))]}

    answer = asked(home, place, do="act", asked={**REPORTING, "typed": typed})

    assert "refused" not in answer, answer
    (task,) = answer["report"]["tasks"]
    assert (task["element"], task["who"]) == ("fix_on_site", "field_worker")
    assert task["person"] or task["by"]


def test_a_trial_of_a_city_without_villages_says_what_is_missing(
    home: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    without_cast(home)
    lines = DIVISIONS.splitlines(keepends=True)[:-1]
    (home / "data/admin/divisions_990100.csv").write_text("".join(lines), encoding="utf-8")

    refused = asked(home, tmp_path_factory.mktemp("sandbox"), do="form", asked=REPORTING)["refused"]

    assert "新河市的区划表里没有村居" in refused
    assert "data/admin/divisions_990100.csv" in refused


def offered(form: dict[str, Any], key: str) -> list[str]:
    field = next(one for one in form["fields"] if one["name"] == key)
    return [option["value"] for option in field["options"]]


def test_what_only_the_new_city_lacks_is_said_with_its_name(home: Path, gridflow: Run) -> None:
    (home / "forms/event/handle_off_list.xinhe.json").unlink()

    found = gridflow("procedures", "check")

    assert found.exit_code == 1
    assert "表单 handle_off_list 不存在（新河市）" in found.output


def test_a_city_is_laid_out_after_another_and_nothing_is_written_over(home: Path, gridflow: Run) -> None:
    city = Catalogue.read(home).city("xinhe")
    again = gridflow(*FOUNDING, "--ordinance", str(home / "ordinance.txt"))

    assert (city.name, city.ordinance.title, city.law) == ("新河市", "新河市网格条例", "X")
    assert city.roles == Catalogue.read(home).city("ningbo").roles
    assert [(one.code, one.state) for one in Catalogue.read(home).obligations("xinhe")] == [
        ("X1-1", "planned"), ("X2-1", "planned"),
    ]  # fmt: skip
    assert (again.exit_code, "xinhe" in again.output) == (1, True)


def test_what_is_not_translated_yet_is_listed_as_rows_of_the_table(home: Path, gridflow: Run) -> None:
    before = gridflow("city", "bases", "xinhe").output.splitlines()
    (home / BASES).write_text("rule,articles,note\n" + "\n".join(before) + "\n", encoding="utf-8")
    row = next(row for row in before if row.startswith("N18-3,?,网格事件办理工作实行限时办结制度"))

    assert gridflow("city", "bases", "xinhe").output.splitlines() == before

    filled = (home / BASES).read_text(encoding="utf-8").replace(row, row.replace(",?,", ",X2,"))
    (home / BASES).write_text(filled, encoding="utf-8")

    left = gridflow("city", "bases", "xinhe").output.splitlines()
    asked, still = ({line.partition(",")[0] for line in lines} for lines in (before, left))
    assert still < asked
    assert {"N18-3", "B19"} <= asked - still, "a list is said as soon as one of its codes is"


def test_every_basis_the_city_did_not_translate_is_told_with_its_places(home: Path, gridflow: Run) -> None:
    untold = [line for line in gridflow("procedures", "check").output.splitlines() if "basis-missing" in line]
    assert len(untold) == 1, "a city just begun is not drowned"
    assert untold[0].startswith(f"{BASES} 提醒 [basis-missing] 新河市还有 ")
    assert "gridflow city bases xinhe" in untold[0]

    translate(home)
    rows = (home / BASES).read_text(encoding="utf-8").splitlines()
    kept = [row for row in rows if row.partition(",")[0] != "N17-3"]
    (home / BASES).write_text("\n".join([*kept, "N17-3,?,信息安全"]) + "\n", encoding="utf-8")
    told = gridflow("procedures", "check").output.splitlines()
    line = next(line for line in told if "N17-3 B15-3 对应" in line)

    assert line.startswith(f"{BASES} 提醒 [basis-missing] 新河市")
    assert "个人信息清理（clean_up）" in line
    assert "表单（file_appeal）" in line


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
