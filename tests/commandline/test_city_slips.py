"""Slips of the pen in a city's own files: each is told with its place and what to write instead."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gridflow.catalogue import Catalogue
from gridflow.checking.cityfiles import bad_cities
from gridflow.checking.divisions import bad_places
from gridflow.checking.obligations import uncarried
from gridflow.cli import main
from gridflow.config import ROOT

CITY = "processes/_cities/xinhe"
DIVISIONS = "data/admin/divisions_990100.csv"
SLIPS = {
    "a post's article that does not exist": (".toml", 'basis = "X5-1 X5-2"', 'basis = "X55-1"', "X55-1 在条例中不存在"),
    "two posts with one letter": (".toml", 'letter = "P"', 'letter = "G"', "编码字母都是 G"),
    "grid staff without a post": (".toml", 'post = "part_time_worker"', 'post = "helper"', "[appointments.helper]"),
    "a procedure there is not": (".toml", 'law = "X"', 'law = "X"\nwithout = ["parade"]', "parade 不是流程"),
    "a number that cannot be filled": (".toml", "{mark}交〔{year}〕{serial}号", "{mark}交〔{nian}〕号", "填不出来"),
    "a number without a serial": (".toml", "{mark}交〔{year}〕{serial}号", "{mark}交〔{year}〕号", "会重号"),
    "a switch left out": (".toml", "revisit = true", "revisits = true", "缺少 revisit"),
    "a switch of another kind": (".toml", "micro_grid = false", 'micro_grid = "no"', "micro_grid 写的是“no”"),
    "a matter that is not listed": (".toml", '"X03-001"', '"X03-009"', "事项 X03-009 不在本市的清单里"),
    "a region without notices": (".toml", "regions = []", 'regions = ["hebei"]', "data/calendar/hebei.json"),
    "a demo elsewhere": (".toml", 'town = "990101001"', 'town = "990101009"', "town 990101009 不在区划表中"),
    "an unknown lead": (".matters.csv", ",fire_rescue,", ",firemen,", "firemen 不是本市的单位"),
    "an unknown category": (".matters.csv", ",0401,", ",9999,", "没有分类 9999"),
    "an item that is not there": (".matters.csv", ",X7(4),0401", ",X7(44),0401", "X7(44) 在条例中不存在"),
    "an unknown level": (".matters.csv", ",0401,L2", ",0401,2", "等级 2 无法识别"),
    "a truth in other words": (".matters.csv", ",0401,L2,true", ",0401,L2,是", "on_site 写的是“是”"),
    "a day in other words": (".matters.csv", "2025-09-01", "2025/9/1", "since 写的是“2025/9/1”"),
    "a limit nobody asks for": (".limits.csv", "handling,,", "handlng,,", "没有环节使用时限 handlng"),
    "a limit by no article": (".limits.csv", ",X9-3", ",X99-3", "时限 handling 的依据 X99-3 在条例中不存在"),
    "one code twice": (".matters.csv", "X01-002", "X01-001", "X01-001 前面已有"),
    "a village without its town": (DIVISIONS, "village,990102001", "village,990102009", "上级 990102009 不在表中"),
    "an unknown level of a division": (DIVISIONS, ",district,", ",county,", "层级“county”无法识别"),
    "a code cut short": (DIVISIONS, "990102001201,", "9901020012,", "应是 12 位数字"),
}  # fmt: skip


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with the example city laid over it."""
    home = tmp_path_factory.mktemp("home")
    for folder in ("processes", "forms", "data"):
        shutil.copytree(ROOT / folder, home / folder, ignore=shutil.ignore_patterns("scenarios", "demo_*[05]0.geojson"))
    shutil.copytree(ROOT / "docs/new-city", home, dirs_exist_ok=True)
    return home


def told(home: Path, *marks: str) -> list[str]:
    catalogue = Catalogue.read(home)
    found = [*bad_cities(catalogue), *bad_places(catalogue, home)]
    lines = (f"{one.file} {one.finding.message}{one.finding.remedy}" for one in found)
    return [line for line in lines if any(mark in line for mark in marks or ("xinhe", "9901"))]


def test_nothing_is_wrong_with_the_example(sound: Path) -> None:
    assert told(sound) == []


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_place(sound: Path, slip: str) -> None:
    name, before, after, said = SLIPS[slip]
    path = sound / (name if "/" in name else CITY + name)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    try:
        lines = told(sound)
    finally:
        path.write_text(text, encoding="utf-8")

    assert [line for line in lines if said in line], lines


def test_a_copied_file_that_still_speaks_of_the_other_city_is_told(sound: Path) -> None:
    path = sound / "forms/event/handle_off_list.xinhe.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub("新河条例", "北海条例", text), encoding="utf-8")

    lines = told(sound)
    path.write_text(text, encoding="utf-8")

    assert [line for line in lines if "还写着“北海”" in line and line.startswith("forms/event/")], lines


def test_a_city_does_without_a_shared_procedure_its_ordinance_has_no_word_for(sound: Path) -> None:
    path = sound / f"{CITY}.toml"
    text = path.read_text(encoding="utf-8")
    before = Catalogue.read(sound).procedures("xinhe")
    path.write_text(text.replace('law = "X"', 'law = "X"\nwithout = ["direct_report"]'), encoding="utf-8")
    catalogue, lines = Catalogue.read(sound), told(sound)
    path.write_text(text, encoding="utf-8")

    assert set(before) - set(catalogue.procedures("xinhe")) == {"direct_report"}
    assert "direct_report" in catalogue.procedures("ningbo")
    assert lines == []


FOUNDING = {
    "a division cut short": (("--division", "9903"), "6 位数字"),
    "a division in use": (("--division", "330200"), "区划代码 330200 已由宁波市使用"),
    "a letter that is none": (("--law", "y"), "大写字母"),
}


@pytest.mark.parametrize("slip", FOUNDING)
def test_a_city_that_could_not_be_read_again_is_not_laid_out(sound: Path, slip: str) -> None:
    words, said = FOUNDING[slip]
    text = sound / "条例.txt"
    text.write_text("三河市条例\n第一条　限时办结。\n", encoding="utf-8")
    before = sorted(sound.rglob("*"))

    answer = found(sound, text, *words)

    assert (answer.exit_code, said in answer.output) == (1, True), answer.output
    assert sorted(sound.rglob("*")) == before


def test_a_city_is_laid_out_without_what_is_only_its_patterns(sound: Path) -> None:
    text = sound / "条例.txt"
    text.write_text("三河市条例\n第一条　限时办结。\n", encoding="utf-8")

    answer = found(sound, text, "--like", "beihai")
    city = Catalogue.read(sound).city("sanhe")
    divisions = (sound / "data/admin/divisions_990300.csv").read_text(encoding="utf-8")
    lines = told(sound, "三河市", "sanhe")
    for path in [*sound.rglob("*sanhe*"), *sound.rglob("*990300*")]:
        path.unlink()

    assert answer.exit_code == 0, answer.output
    assert "gridflow city bases sanhe" in answer.output
    assert (city.regions, city.organ.details["mark"]) == ((), "三网格")
    assert {one.name[:2] for one in city.authorities.values()} == {"三河", "{c"}
    assert divisions.splitlines()[1] == "990300,三河市,city,990000,,"
    assert any("事项清单是空的" in line for line in lines)


def test_villages_of_a_demo_are_sketched_side_by_side(sound: Path) -> None:
    cells = sound / "data/geo/demo_villages_990100.geojson"
    kept = cells.read_text(encoding="utf-8")
    cells.unlink()

    answer = run(sound, "city", "sketch", "xinhe", "--at", "110.0,30.0")
    drawn = json.loads(cells.read_text(encoding="utf-8"))["features"]
    again = run(sound, "city", "sketch", "xinhe", "--at", "110.0,30.0")
    cells.write_text(kept, encoding="utf-8")

    assert "已画 3 个村居" in answer.output, answer.output
    assert [one["properties"]["name"] for one in drawn] == ["河沿社区", "槐荫社区", "石桥村"]
    assert drawn[0]["geometry"]["coordinates"][0][1] == drawn[1]["geometry"]["coordinates"][0][0]
    assert (again.exit_code, "已经存在" in again.output) == (1, True)
    assert run(sound, "city", "sketch", "xinhe", "--at", "海边").exit_code == 2


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, list(words), env={"GRIDFLOW_HOME": str(home)})


def found(home: Path, text: Path, *words: str) -> Result:
    options = {"--name": "三河市", "--division": "990300", "--law": "Y", "--prefix": "SH", "--like": "xinhe"}
    options |= {words[0]: words[1], "--ordinance": str(text)}
    return run(home, "city", "new", "sanhe", *(word for pair in options.items() for word in pair))


def test_a_carrier_misspelt_is_told_with_the_nearest_and_the_list_has_it(sound: Path) -> None:
    path = sound / f"{CITY}.obligations.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("step:triage/accept_town", "step:triage/accept_twon").replace(
            "page:matters.index", "page:matter.index"
        ),
        encoding="utf-8",
    )
    catalogue = Catalogue.read(sound)
    bundles = [catalogue.bundle("xinhe", slug) for slug in catalogue.procedures("xinhe")]
    said = [one.finding.remedy for one in uncarried(catalogue, bundles) if "xinhe" in one.file]
    path.write_text(text, encoding="utf-8")

    assert any("最接近的有 triage/accept_town" in line for line in said), said
    assert any("最接近的有 matters.index" in line for line in said), said
    lines = run(sound, "city", "carriers", "xinhe").output.splitlines()
    assert {"step:triage/accept_town  镇街受理研判", "page:matters.index  事项清单"} <= set(lines)
