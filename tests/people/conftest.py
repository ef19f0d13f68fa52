from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from gridflow.catalogue.cities import City, Demo, Department, Organ, Role
from gridflow.catalogue.ordinance import Ordinance
from gridflow.people.models import Unit

DIVISIONS = """code,name,level,parent,kind
110000,甲市,city,100000,
110001,东区,district,110000,区
110002,西区,district,110000,区
110001001,南街道,town,110001,街道
110001001001,南门社区居委会,village,110001001,居委会
110001001201,北村村委会,village,110001001,村委会
120000,乙市,city,100000,
120001,中区,district,120000,区
"""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path / 'people.db'}")
    people = (
        "unit",
        "user_account",
        "post",
        "deputy",
        "working_calendar",
        "calendar_notice",
        "calendar_day",
        "closure",
    )
    Unit.metadata.create_all(engine, [Unit.metadata.tables[name] for name in people])
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def divisions(tmp_path: Path) -> Path:
    table = tmp_path / "divisions.csv"
    table.write_text(DIVISIONS, encoding="utf-8")
    return table


@pytest.fixture
def city() -> City:
    roles = (
        Role("resident", "群众", "resident", None, grid_staff=False),
        Role("field_worker", "网格长", "grid_head", "village", grid_staff=True),
        Role("grid_head", "网格长", "grid_head", "village", grid_staff=True),
        Role("town", "街道经办人", "town", "town", grid_staff=False),
        Role("handler", "经办人", "handler", "unit", grid_staff=False),
        Role("administrator", "管理员", "administrator", "city", grid_staff=False),
    )
    departments = (Department("justice", "司法局", ("city", "county")), Department("fire", "消防队", ("county",)))
    return City(
        code="jia", name="甲市", division="110000", law="J", case_prefix="SJ",
        ordinance=Ordinance("甲市条例", "jia.md", MappingProxyType({})),
        regions=(), hours=("08:30-12:00", "14:00-17:30"),
        roles=MappingProxyType({role.code: role for role in roles}), switches=MappingProxyType({}),
        organ=Organ("甲市网格办", MappingProxyType({})), numbers=MappingProxyType({}),
        departments=MappingProxyType({it.code: it for it in departments}), authorities=MappingProxyType({}),
        demo=Demo("j", "110001", "110001001", "110001001001", ("赵一", "钱小二", "孙三")),
    )  # fmt: skip
