from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from gridflow.catalogue import City
from gridflow.registers.errors import MatterUnchanged, MatterUnknown, RegisterFileInvalid
from gridflow.registers.models import Matter
from gridflow.registers.queries import (
    categories,
    leading_department,
    list_version,
    matter,
    matter_active,
    matter_context,
    matters_on,
    versions,
)
from gridflow.registers.service import import_categories, import_matters, list_matter, take_off

CATEGORIES = """code,name,parent,level,limit_hint,lead,on_site
04,公共安全,,,,,
0401,消防隐患,04,L3,3 个工作日,fire,false
06,市容,,,,,
0601,乱堆放,06,L1,当日,urban,true
"""
MATTERS = """code,name,base,category,level,on_site,lead,grid_action,basis,since,until
J04-001,楼道堆物,J10(4),0401,L2,true,fire,发现并报送,J10(4),2024-03-01,
J06-001,占道堆放,J10(4),0601,L1,是,fire,发现并报送,J10(4),2024-03-01,2025-12-31
"""
TODAY = date(2026, 11, 22)


@pytest.fixture
def listed(session: Session, city: City, tmp_path: Path) -> None:
    (tmp_path / "categories.csv").write_text(CATEGORIES, encoding="utf-8")
    (tmp_path / "matters.csv").write_text(MATTERS, encoding="utf-8-sig")
    assert import_categories(session, tmp_path / "categories.csv", city) == 4
    assert import_matters(session, tmp_path / "matters.csv", city) == 2


def matter_row(since: date, name: str = "楼道堆物和飞线充电") -> Matter:
    return Matter(
        city="jia", code="J04-001", name=name, base="J10(4)", category="0401", level="L2", on_site=False,
        lead="fire", grid_action="", basis="", since=since,
    )  # fmt: skip


def test_files_become_matters_and_categories_once(session: Session, city: City, tmp_path: Path, listed: None) -> None:
    assert [it.code for it in categories(session, "jia")] == ["04", "0401", "06", "0601"]
    assert [it.code for it in matters_on(session, "jia", TODAY)] == ["J04-001"]
    assert matters_on(session, "yi", TODAY) == []
    assert import_matters(session, tmp_path / "matters.csv", city) == 0
    assert leading_department(session, "jia") == "fire"
    assert leading_department(session, "yi") is None


@pytest.mark.parametrize(
    ("day", "active"),
    [(date(2024, 2, 29), False), (date(2024, 3, 1), True), (date(2025, 12, 31), True), (date(2026, 1, 1), False)],
)
def test_a_matter_is_on_the_list_from_its_first_to_its_last_day(
    session: Session, listed: None, day: date, active: bool
) -> None:
    assert matter_active(session, "jia", "J06-001", day) is active
    assert matter_context(session, "jia", day)["J06-001"]["active"] is active
    assert not matter_active(session, "yi", "J06-001", day)
    assert not matter_active(session, "jia", "J99-999", day)


def test_expressions_see_every_matter_with_whether_it_is_active(session: Session, listed: None) -> None:
    seen = matter_context(session, "jia", TODAY)
    assert seen["J04-001"] == {
        "name": "楼道堆物", "active": True, "on_site": True, "category": "0401", "level": "L2", "lead": "fire",
        "base": "J10(4)", "version": 1, "owner": None, "term": "permanent", "until": None,
    }  # fmt: skip
    assert seen["J06-001"]["active"] is False


def test_a_new_version_ends_the_old_one_the_day_before(session: Session, listed: None) -> None:
    before = list_version(session, "jia")
    list_matter(session, matter_row(date(2026, 12, 1)))
    assert list_version(session, "jia") != before
    assert [(it.version, it.until) for it in versions(session, "jia", "J04-001")] == [
        (1, date(2026, 11, 30)),
        (2, None),
    ]
    names = [it.name for day in (TODAY, date(2026, 12, 1)) if (it := matter(session, "jia", "J04-001", day))]
    assert names == ["楼道堆物", "楼道堆物和飞线充电"]
    assert matter_context(session, "jia", TODAY)["J04-001"]["version"] == 1
    with pytest.raises(MatterUnchanged, match="应晚于现行版本"):
        list_matter(session, matter_row(date(2026, 12, 1)))


def test_a_matter_taken_off_comes_back_as_a_new_version(session: Session, listed: None) -> None:
    take_off(session, "jia", "J04-001", TODAY)
    assert matter_active(session, "jia", "J04-001", TODAY)
    assert not matter_active(session, "jia", "J04-001", date(2026, 11, 23))
    with pytest.raises(MatterUnchanged):
        take_off(session, "jia", "J04-001", TODAY)
    with pytest.raises(MatterUnknown, match="J99-999"):
        take_off(session, "jia", "J99-999", TODAY)
    list_matter(session, matter_row(date(2027, 1, 1)))
    assert not matter_active(session, "jia", "J04-001", date(2026, 12, 31))
    assert matter_active(session, "jia", "J04-001", date(2027, 1, 1))
    assert versions(session, "jia", "J04-001")[0].until == TODAY


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("2024-03-01,\n", "2024年3月,\n", "J04-001 的 since 应为 2026-01-01 这样的日期，现为“2024年3月”"),
        (",0401,L2", ",0499,L2", "J04-001 的分类“0499”不在分类表中"),
        ("true", "maybe", "on_site 应为 true 或 false，现为“maybe”"),
        ("J06-001", "J04-001", "代码“J04-001”出现了多次"),
        (",lead,", ",leader,", "缺少列：lead"),
    ],
)
def test_a_wrong_file_is_refused_with_its_fault(
    session: Session, city: City, tmp_path: Path, old: str, new: str, problem: str
) -> None:
    (tmp_path / "categories.csv").write_text(CATEGORIES, encoding="utf-8")
    (tmp_path / "matters.csv").write_text(MATTERS.replace(old, new, 1), encoding="utf-8")
    import_categories(session, tmp_path / "categories.csv", city)
    with pytest.raises(RegisterFileInvalid, match=problem):
        import_matters(session, tmp_path / "matters.csv", city)
    assert matters_on(session, "jia", TODAY) == []
