"""Turn the table of administrative divisions into the units of a city."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.db import new_id
from gridflow.people.errors import DivisionsInvalid
from gridflow.people.models import Unit, UnitKind

COLUMNS = {"code", "name", "level", "parent"}
LEVELS = {
    "city": (UnitKind.CITY_OFFICE, "city"),
    "district": (UnitKind.COUNTY_OFFICE, "county"),
    "town": (UnitKind.TOWN, "town"),
    "village": (UnitKind.VILLAGE, "village"),
}
"""Kind and tier of the unit for each level of the table, from the top down."""


def import_divisions(session: Session, table: Path, city: City) -> int:
    """Add the offices, towns, villages and handling units of a city that are not there yet, and return how many.

    The table is a CSV with code, name, level and parent. Departments of the city file become one handling unit
    at each of their tiers. Source: N4, N5, B5.
    """
    divisions = _divisions(table, city)
    known = session.execute(select(Unit.code, Unit.id).where(Unit.city == city.code))
    ids = {row.code: row.id for row in known}
    rows = [row for row in (*_offices(divisions, city), *_handling(divisions, city)) if row["code"] not in ids]
    ids |= {row["code"]: row["id"] for row in rows}
    for row in rows:
        row["parent_id"] = ids.get(row.pop("parent"))
        _check_parent(row)
    if rows:
        session.execute(insert(Unit), rows)
    return len(rows)


def _divisions(table: Path, city: City) -> list[dict[str, str]]:
    """Return a city's part of the table, from the top down."""
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if missing := COLUMNS - set(reader.fieldnames or ()):
            raise DivisionsInvalid(f"区划表 {table.name} 缺少列：{'、'.join(sorted(missing))}，请补上表头。")
        rows = [row for row in reader if row["code"].startswith(city.division[:4])]
    order = list(LEVELS)
    if unknown := next((row for row in rows if row["level"] not in LEVELS), None):
        raise DivisionsInvalid(f"区划表 {table.name} 中 {unknown['code']} 的层级“{unknown['level']}”无法识别。")
    if not rows:
        raise DivisionsInvalid(f"区划表 {table.name} 中没有 {city.name}（{city.division}），请补上该市的区划。")
    return sorted(rows, key=lambda row: (order.index(row["level"]), row["code"]))


def _offices(divisions: Iterable[Mapping[str, str]], city: City) -> Iterator[dict[str, Any]]:
    for row in divisions:
        kind, tier = LEVELS[row["level"]]
        name = row["name"] if kind in {UnitKind.TOWN, UnitKind.VILLAGE} else _office_name(row["name"], city)
        yield _unit(city, row["code"], name, kind, tier, parent=row["parent"], county=row["code"][:6])


def _handling(divisions: Iterable[Mapping[str, str]], city: City) -> Iterator[dict[str, Any]]:
    for row in divisions:
        tier = LEVELS[row["level"]][1]
        for department in city.departments.values():
            if tier in department.tiers:
                yield _unit(
                    city,
                    f"{row['code']}-{department.code}",
                    row["name"] + department.name,
                    UnitKind.HANDLING,
                    tier,
                    parent=row["code"],
                    county=row["code"][:6],
                    department=department.code,
                )


def _unit(
    city: City,
    code: str,
    name: str,
    kind: UnitKind,
    tier: str,
    *,
    parent: str,
    county: str,
    department: str | None = None,
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "city": city.code,
        "code": code,
        "name": name,
        "kind": kind,
        "tier": tier,
        "parent": parent,
        "county_code": county,
        "department": department,
        "closed_on": None,
    }


def _office_name(place: str, city: City) -> str:
    """Name an office as the city names its own: the organ's name with the place in front."""
    return place + city.office


def _check_parent(row: Mapping[str, Any]) -> None:
    """Only the city office has nothing above it."""
    if row["parent_id"] is None and row["kind"] != UnitKind.CITY_OFFICE:
        raise DivisionsInvalid(f"区划表中 {row['code']} {row['name']} 的上级不存在，请补上上级区划。")
