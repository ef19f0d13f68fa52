from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from gridflow.catalogue.cities import City, Organ
from gridflow.catalogue.ordinance import Ordinance
from gridflow.people.models import Unit, UnitKind
from gridflow.registers.models import Grid


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path / 'registers.db'}")
    Grid.metadata.create_all(engine, [Grid.metadata.tables[name] for name in ("unit", "grid", "category", "matter")])
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def city() -> City:
    empty = MappingProxyType({})
    return City(
        code="jia", name="甲市", division="110000", law="J", case_prefix="SJ",
        ordinance=Ordinance("甲市条例", "jia.md", empty), regions=(), hours=("09:00-17:00",), roles=empty,
        switches=empty, organ=Organ("甲市网格办", empty), numbers=empty, departments=empty, demo=None,
        authorities=empty,
    )  # fmt: skip


@pytest.fixture
def villages(session: Session) -> dict[str, Unit]:
    """An urban community and a rural village."""
    names = {"110001001001": "南门社区居委会", "110001001201": "北村村委会"}
    units = {
        code: Unit(city="jia", code=code, name=name, kind=UnitKind.VILLAGE, tier="village", county_code="110001")
        for code, name in names.items()
    }
    session.add_all(units.values())
    session.flush()
    return units
