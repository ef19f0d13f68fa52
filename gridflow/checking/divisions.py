"""Check what a city brings beside its procedures: divisions, the places of its demo, regional days off."""

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from gridflow.bpmn import Finding
from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.cityfile import city_path
from gridflow.checking.findings import Found

COLUMNS = ("code", "name", "level", "parent")
DIGITS = {"city": 6, "district": 6, "town": 9, "village": 12}
"""How long the code of a division of each level is."""

Row = Mapping[str, str]


def bad_places(catalogue: Catalogue, home: Path) -> Iterator[Found]:
    """Find what keeps a city from being installed, or its demo from being laid out."""
    for city in catalogue.cities.values():
        for region in city.regions:
            if not (home / f"data/calendar/{region}.json").is_file():
                message = f"地方节假日 {region} 没有 data/calendar/{region}.json，工作日只按国家的节假日算。"
                yield _told(city, "calendar-missing", message, "请补上这个文件，或把 regions 写成 []。")
        table = next(iter(sorted((home / "data/admin").glob(f"divisions*{city.division}*.csv"))), None)
        if table is None:
            message = f"{city.name}没有区划表，装不进去。"
            yield _told(city, "divisions-missing", message, f"请补上 data/admin/divisions_{city.division}.csv。")
            continue
        path = table.relative_to(home).as_posix()
        divisions = _divisions(table, city)
        yield from (Found(path, finding) for finding in _wrong(city, divisions))
        yield from _demo(city, home, {row["code"]: row for row in divisions})


def _divisions(table: Path, city: City) -> list[Row]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            dict.fromkeys(COLUMNS, "") | {key: value or "" for key, value in row.items() if key}
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if row["code"].startswith(city.division[:4])]


def _wrong(city: City, divisions: list[Row]) -> Iterator[Finding]:
    codes = {row["code"] for row in divisions}
    if city.division not in codes:
        message = f"没有{city.name}自己的一行（{city.division}，level 为 city）。"
        yield _error("division-invalid", city.division, message, "请补上。")
    for row in divisions:
        place = f"{row['code']} {row['name']}"
        if row["level"] not in DIGITS:
            message = f"{place}的层级“{row['level']}”无法识别。"
            yield _error("division-invalid", row["code"], message, f"level 应是 {'、'.join(DIGITS)} 之一。")
        elif not re.fullmatch(rf"\d{{{DIGITS[row['level']]}}}", row["code"]):
            message = f"{place}的代码应是 {DIGITS[row['level']]} 位数字。"
            yield _error("division-invalid", row["code"], message, "请改成统计用区划代码。")
        elif row["level"] != "city" and row["parent"] not in codes:
            message = f"{place}的上级 {row['parent'] or '（空）'} 不在表中。"
            yield _error("division-invalid", row["code"], message, "请补上上级区划，或改正 parent。")


def _demo(city: City, home: Path, divisions: Mapping[str, Row]) -> Iterator[Found]:
    if city.demo is None:
        return
    line = {"village": city.demo.village, "town": city.demo.town, "county": city.demo.county}
    for level, code in line.items():
        if code not in divisions:
            message = f"[demo] 的 {level} {code} 不在区划表中。"
            yield Found(city_path(city.code), _error("demo-place", level, message, "请改成表中的代码。"))
    cells = f"data/geo/demo_villages_{city.division}.geojson"
    if not (home / cells).is_file():
        message = f"有 [demo] 一节，但没有演示用的村居边界 {cells}，演示和案例没有网格。"
        yield _told(city, "cells-missing", message, f"请用 gridflow city sketch {city.code} 画出示意的边界。")


def _told(city: City, rule: str, message: str, remedy: str) -> Found:
    return Found(city_path(city.code), Finding(rule, "warning", "", "", message, remedy))


def _error(rule: str, element: str, message: str, remedy: str) -> Finding:
    return Finding(rule, "error", element, "", message, remedy)
