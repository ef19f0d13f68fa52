"""The matter list as procedures change it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from gridflow.registers.errors import MatterUnchanged, MatterUnknown
from gridflow.registers.matters.models import DutySheet, MatterEdition, OffListDemand
from gridflow.registers.matters.queries import (
    demands_by_unit,
    duty_sheet,
    edition_number,
    editions,
    matters_ever,
    unanswered,
)
from gridflow.registers.matters.service import (
    Stamp,
    adjust,
    admit,
    answer_guidance,
    ask_guidance,
    count_demand,
    leave,
    next_code,
    sign_duties,
)
from gridflow.registers.models import Matter
from gridflow.registers.queries import matter_context, matters_on, versions

TODAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
CITY = Stamp("jia", None, "QD-1", "110000", AT)
COUNTY = Stamp("jia", "110001", "QD-2", "110001", AT)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path / 'list.db'}")
    names = ("matter", "matter_edition", "duty_sheet", "guidance_request", "off_list_demand")
    Matter.metadata.create_all(engine, [Matter.metadata.tables[name] for name in names])
    with Session(engine) as session:
        yield session
    engine.dispose()


def proposed(**changed: object) -> dict[str, object]:
    return {
        "name": "集中充电点巡查", "base": "J10(4)", "category": "0403", "level": "L2", "on_site": False,
        "lead": "fire", "owner": "110001-fire", "grid_action": "发现并报送", "unit_duty": "检测和整改",
        "basis": "某法第二十条", "minutes": 5, "times_a_year": 12, "volume": 4, "term": "permanent", "since": TODAY,
        "until": None, **changed,
    }  # fmt: skip


def test_codes_count_on_under_each_item_of_the_ordinance(session: Session) -> None:
    assert next_code(session, "jia", "J10(4)") == "J04-001"
    assert [admit(session, CITY, proposed()).matter.code for _ in range(2)] == ["J04-001", "J04-002"]
    assert next_code(session, "jia", "J12-2(11)") == "J11-001"
    with pytest.raises(MatterUnchanged, match="基本内容"):
        next_code(session, "jia", "J10")


def test_every_change_is_a_published_edition_of_its_own_list(session: Session) -> None:
    code = admit(session, COUNTY, proposed()).matter.code
    admit(session, CITY, proposed())
    adjust(session, COUNTY, code, {"grid_action": "只报送", "since": date(2026, 12, 1)})

    assert edition_number(session, "jia", None) == 2
    assert edition_number(session, "jia", "110001") == 3
    assert edition_number(session, "jia", "110002") == 1
    assert {one.change for one in editions(session, "jia", "110002")} == {"admit"}  # the city's alone


def test_a_countys_list_contains_the_citys_and_no_other_countys(session: Session) -> None:
    own, everywhere = admit(session, COUNTY, proposed()).matter.code, admit(session, CITY, proposed()).matter.code

    assert {one.code for one in matters_on(session, "jia", TODAY, "110001")} == {own, everywhere}
    assert [one.code for one in matters_on(session, "jia", TODAY, "110002")] == [everywhere]
    assert matter_context(session, "jia", TODAY, "110001")[own]["active"] is True
    assert matter_context(session, "jia", TODAY, "110002")[own]["active"] is False


def test_only_the_office_that_keeps_a_list_changes_it(session: Session) -> None:
    code = admit(session, CITY, proposed()).matter.code

    with pytest.raises(MatterUnchanged, match="市级清单"):
        adjust(session, COUNTY, code, {"since": date(2026, 12, 1)})
    with pytest.raises(MatterUnknown, match="核对代码"):
        leave(session, CITY, "J99-001", TODAY)


def test_an_adjustment_keeps_what_it_does_not_name_and_ends_the_version_before(session: Session) -> None:
    code = admit(session, CITY, proposed()).matter.code
    adjust(session, CITY, code, {"grid_action": "只报送", "since": date(2026, 12, 1)})

    first, second = versions(session, "jia", code)
    assert (first.until, second.since) == (date(2026, 11, 30), date(2026, 12, 1))
    assert (second.grid_action, second.unit_duty, second.version) == ("只报送", "检测和整改", 2)


def test_an_adjustment_on_the_day_of_admission_begins_the_day_after(session: Session) -> None:
    code = admit(session, CITY, proposed()).matter.code

    assert adjust(session, CITY, code, {"since": TODAY}).matter.since == date(2026, 11, 24)


def test_an_exit_is_in_force_from_its_day_and_not_before(session: Session) -> None:
    code = admit(session, CITY, proposed()).matter.code
    leave(session, CITY, code, date(2026, 12, 21))

    assert matter_context(session, "jia", date(2026, 12, 20))[code]["active"] is True
    assert matter_context(session, "jia", date(2026, 12, 21))[code]["active"] is False
    assert [one.code for one in matters_ever(session, "jia")] == [code]


def test_a_temporary_matter_that_ran_out_keeps_its_last_day(session: Session) -> None:
    code = admit(session, CITY, proposed(term="temporary", until=date(2026, 12, 20))).matter.code
    left = leave(session, CITY, code, date(2026, 12, 22))

    assert left.matter.until == date(2026, 12, 20)
    assert session.scalar(select(func.count()).select_from(MatterEdition)) == 2


def test_the_newest_duty_sheet_counts(session: Session) -> None:
    for contacts, day in ((["a"], 23), (["b"], 24)):
        sheet = DutySheet(
            city="jia", matter_code="J04-001", unit_code="110001-fire", contacts=contacts, office_phone="0574-87654321",
            it_support="位置图", fund=30000, training="每季一次", case_number="QD-1",
            signed_at=datetime(2026, 11, day, tzinfo=UTC),
        )  # fmt: skip
        sign_duties(session, sheet)

    found = duty_sheet(session, "jia", "J04-001")
    assert found is not None
    assert found.contacts == ["b"]
    assert duty_sheet(session, "yi", "J04-001") is None


def test_refused_demands_count_against_the_unit_within_the_year(session: Session) -> None:
    for unit, year in (("110001-fire", 2026), ("110001-fire", 2026), ("110001-health", 2026), ("110001-fire", 2024)):
        count_demand(
            session,
            OffListDemand(
                city="jia", unit_code=unit, county="110001", case_number="SJ-1", matter_code=None,
                refused_at=datetime(year, 11, 1, tzinfo=UTC),
            ),
        )  # fmt: skip

    since = datetime(2025, 11, 23, tzinfo=UTC)
    assert demands_by_unit(session, "jia", since) == {"110001-fire": 2, "110001-health": 1}
    assert demands_by_unit(session, "yi", since) == {}


def test_an_answer_of_the_unit_clears_its_requests_only(session: Session) -> None:
    for unit in ("110001-fire", "110001-fire", "110001-health"):
        ask_guidance(session, "jia", "J04-001", unit, "worker", AT)
    session.flush()

    assert answer_guidance(session, "jia", "J04-001", "110001-fire", "guide", AT) == 2
    session.flush()
    assert [one.unit_code for one in unanswered(session, "jia", "J04-001")] == ["110001-health"]
