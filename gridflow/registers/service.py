"""Load and change the registers. A register is never overwritten: versions and ends are added."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.db import new_id
from gridflow.people.models import Unit, UnitKind
from gridflow.registers.errors import MatterUnchanged, MatterUnknown, RegisterFileInvalid
from gridflow.registers.models import Category, Grid, Matter
from gridflow.registers.queries import versions

KINDS = {
    "urban": ("C", "网格"),
    "rural": ("R", "网格"),
    "exclusive": ("Z", "专属网格"),
    "maritime": ("H", "涉海专属网格"),
}
"""Letter in the code and word in the name of each kind of grid. Source: domain 4.2."""
GRID_COLUMNS = ("code", "name", "households", "since")
GRID_CODE = re.compile(r"\d{12}[CRZH]\d{3}")
CATEGORY_COLUMNS = ("code", "name", "parent", "level", "limit_hint", "lead", "on_site")
MATTER_COLUMNS = (
    "code", "name", "base", "category", "level", "on_site", "lead", "grid_action", "since", "until", "basis",
)  # fmt: skip
TRUE = {"true", "yes", "1", "是"}
FALSE = {"false", "no", "0", "否", ""}
DEMO_SINCE = date(2020, 1, 1)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[110.0, 30.0], [110.02, 30.0], [110.02, 30.02], [110.0, 30.02], [110.0, 30.0]]],
}
"""About two kilometres, anywhere."""


def import_grids(session: Session, cells: Path, city: City, since: date = DEMO_SINCE) -> int:
    """Cut the villages of a city that have no grids yet into demo grids and return how many grids were made.

    The file is a GeoJSON collection whose features carry the village code, in GCJ-02; the register keeps CGCS2000.
    """
    done = select(Grid.village_unit_id).where(Grid.city == city.code)
    villages = select(Unit.code, Unit.id, Unit.name).where(Unit.city == city.code, Unit.kind == UnitKind.VILLAGE)
    units = {code: (unit_id, name) for code, unit_id, name in session.execute(villages.where(Unit.id.not_in(done)))}
    rows = [
        row
        for feature in json.loads(cells.read_text(encoding="utf-8"))["features"]
        if (code := feature["properties"]["code"]) in units
        for row in _grids(city.code, code, *units[code], feature["geometry"], since)
    ]
    if rows:
        session.execute(insert(Grid), rows)
    return len(rows)


def sketch_grids(session: Session, city: City, village: str) -> None:
    """Cut a square into grids of a village that is on no map."""
    unit = session.execute(select(Unit.id, Unit.name).where(Unit.city == city.code, Unit.code == village)).one()
    session.execute(insert(Grid), list(_grids(city.code, village, unit.id, unit.name, SQUARE, DEMO_SINCE)))


def import_grid_table(session: Session, table: Path, city: City) -> int:
    """Add the grids of an office's own table that a city does not have yet, and return how many.

    Columns: code (village 12 digits, a letter of KINDS, 3 digits), name, households, since. Source: N9, B7.
    """
    known = set(session.scalars(select(Grid.code).where(Grid.city == city.code)))
    villages = dict(
        session.execute(select(Unit.code, Unit.id).where(Unit.city == city.code, Unit.kind == UnitKind.VILLAGE)).all()
    )
    rows = [_grid(table, city, villages, row) for row in _rows(table, GRID_COLUMNS) if row["code"] not in known]
    if rows:
        session.execute(insert(Grid), rows)
    return len(rows)


def _grid(table: Path, city: City, villages: Mapping[str, str], row: Mapping[str, str]) -> dict[str, Any]:
    code = row["code"]
    if GRID_CODE.fullmatch(code) is None or code[:12] not in villages:
        raise RegisterFileInvalid(
            f"{table.name}：网格编码“{code}”应为本市村居的 12 位区划代码，加 C、R、Z、H 之一，加 3 位序号，请改正。"
        )
    if not row["households"].isdecimal():
        raise RegisterFileInvalid(f"{table.name}：{code} 的 households 应为户数，现为“{row['households']}”。")
    return {
        "code": code, "city": city.code, "name": row["name"], "village_unit_id": villages[code[:12]],
        "kind": next(kind for kind, (letter, _) in KINDS.items() if letter == code[12]), "geometry": None,
        "households": int(row["households"]), "predecessors": [], "since": _day(table, row, "since"), "until": None,
    }  # fmt: skip


def import_categories(session: Session, table: Path, city: City) -> int:
    """Add the categories a city does not have yet and return how many."""
    known = set(session.scalars(select(Category.code).where(Category.city == city.code)))
    rows = [_category(table, city.code, row) for row in _rows(table, CATEGORY_COLUMNS) if row["code"] not in known]
    if rows:
        session.execute(insert(Category), rows)
    return len(rows)


def import_matters(session: Session, table: Path, city: City) -> int:
    """Add the matters a city does not have yet, as their first version, and return how many.

    Categories must be there first; a matter of an unknown category is refused.
    """
    known = set(session.scalars(select(Matter.code).where(Matter.city == city.code)))
    filed = set(session.scalars(select(Category.code).where(Category.city == city.code)))
    rows = [_matter(table, city.code, row) for row in _rows(table, MATTER_COLUMNS) if row["code"] not in known]
    if astray := next((row for row in rows if row["category"] not in filed), None):
        raise RegisterFileInvalid(
            f"{table.name}：事项 {astray['code']} 的分类“{astray['category']}”不在分类表中，请改正或补上分类。"
        )
    if rows:
        session.execute(insert(Matter), rows)
    return len(rows)


def list_matter(session: Session, matter: Matter) -> Matter:
    """Add a matter to the list, or its next version, which ends the present one the day before. Source: N11, B12-1."""
    earlier = versions(session, matter.city, matter.code)
    if earlier:
        last = earlier[-1]
        if matter.since <= last.since:
            raise MatterUnchanged(f"事项 {matter.code} 的新版本应晚于现行版本（{last.since} 起），请改启用日期。")
        if last.until is None or last.until >= matter.since:
            last.until = matter.since - timedelta(days=1)
        matter.version = last.version + 1
    session.add(matter)
    session.flush()
    return matter


def take_off(session: Session, city: str, code: str, last_day: date) -> Matter:
    """Take a matter off the list after its last day. Source: N12-2, B13-1."""
    known = versions(session, city, code)
    if not known:
        raise MatterUnknown(f"清单中没有事项“{code}”，请核对代码。")
    last = known[-1]
    if last.until is not None or last_day < last.since:
        raise MatterUnchanged(
            f"事项 {code} 不能以 {last_day} 为最后一天退出：它自 {last.since} 起、至 {last.until or '今'}。"
        )
    last.until = last_day
    session.flush()
    return last


def _grids(
    city: str, code: str, unit_id: str, name: str, cell: dict[str, Any], since: date
) -> Iterator[dict[str, Any]]:
    from gridflow.registers.cutting import cut, unshifted  # brings numpy and shapely, 15 MB that no page needs

    kind = "rural" if code[9] in "235" else "urban"  # domain 4.1: digit 10 tells 居委会 from 村委会
    letter, word = KINDS[kind]
    place = re.sub(r"(居委会|村委会|居民委员会|村民委员会)$", "", name)
    for piece in cut(code, kind, unshifted(cell)):
        yield {
            "code": f"{code}{letter}{piece.sequence:03}",
            "city": city,
            "name": f"{place}第{'一二三四'[piece.sequence - 1]}{word}",
            "village_unit_id": unit_id,
            "kind": kind,
            "geometry": piece.geometry,
            "households": piece.households,
            "population": piece.households * 27 // 10,
            "units_count": piece.households // 12,
            "predecessors": [],
            "since": since,
            "until": None,
        }


def _category(table: Path, city: str, row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "city": city,
        "code": row["code"],
        "name": row["name"],
        "parent": row["parent"] or None,
        "level": row["level"] or None,
        "limit_hint": row["limit_hint"] or None,
        "lead": row["lead"] or None,
        "on_site": _flag(table, row),
    }


def _matter(table: Path, city: str, row: Mapping[str, str]) -> dict[str, Any]:
    texts = {name: row[name] for name in ("code", "name", "base", "category", "level", "grid_action", "basis")}
    return texts | {
        "id": new_id(),
        "city": city,
        "version": 1,
        "on_site": _flag(table, row),
        "lead": row["lead"] or None,
        "since": _day(table, row, "since"),
        "until": _day(table, row, "until") if row["until"] else None,
    }


def _rows(table: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restkey="")
        if missing := [column for column in columns if column not in (reader.fieldnames or ())]:
            raise RegisterFileInvalid(f"{table.name} 缺少列：{'、'.join(missing)}，请补上表头。")
        rows = [{name: (value or "").strip() for name, value in row.items() if name} for row in reader]
    codes = [row["code"] for row in rows]
    if repeated := next((code for code in codes if codes.count(code) > 1), None):
        raise RegisterFileInvalid(f"{table.name} 中代码“{repeated}”出现了多次，请删去重复的行。")
    return rows


def _flag(table: Path, row: Mapping[str, str]) -> bool:
    text = row["on_site"].lower()
    if text not in TRUE | FALSE:
        raise RegisterFileInvalid(
            f"{table.name}：{row['code']} 的 on_site 应为 true 或 false，现为“{row['on_site']}”。"
        )
    return text in TRUE


def _day(table: Path, row: Mapping[str, str], column: str) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise RegisterFileInvalid(
            f"{table.name}：{row['code']} 的 {column} 应为 2026-01-01 这样的日期，现为“{row[column]}”。"
        ) from None
