import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.calendars import Days
from gridflow.catalogue import City
from gridflow.people.calendars import (
    begin_calendar,
    calendar_version,
    import_calendar,
    load_notice,
    shut,
    stored_calendar,
)
from gridflow.people.errors import CalendarMissing
from gridflow.people.models import CalendarNotice, Unit
from gridflow.people.service import import_divisions

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
HOURS = ("08:30-12:00", "14:00-17:30")


def test_national_notices_are_loaded_once_and_an_unpublished_year_is_provisional(
    session: Session, city: City, tmp_path: Path
) -> None:
    with clock.set_to(NOW):
        assert import_calendar(session, city, tmp_path) == 7
        assert import_calendar(session, city, tmp_path) == 0
    calendar = stored_calendar(session, "jia")
    assert calendar.known_years == frozenset(range(2020, 2027))
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))
    assert calendar.is_provisional(date(2027, 1, 4))
    assert calendar.is_working_day(date(2027, 1, 4))
    assert calendar.version == calendar_version(session, "jia")
    documents = session.scalars(select(CalendarNotice.document).where(CalendarNotice.year == 2026)).all()
    assert len(documents) == 1
    assert "国务院办公厅关于 2026 年部分节假日安排的通知" in documents[0]


def test_a_regional_notice_beats_the_national_one_and_its_missing_years_are_provisional(
    session: Session, city: City, tmp_path: Path
) -> None:
    notice = {"year": 2023, "document": "放假通知", "off": ["2023-04-21", "2023-04-22", "2023-04-23"], "work": []}
    (tmp_path / "hills.json").write_text(json.dumps({"notices": [notice]}))
    with clock.set_to(NOW):
        import_calendar(session, replace(city, regions=("hills",)), tmp_path)
    calendar = stored_calendar(session, "jia")
    assert not calendar.is_working_day(date(2023, 4, 23))
    assert calendar.known_years == {2023}
    assert calendar.is_provisional(date(2026, 10, 1))
    assert not calendar.is_working_day(date(2026, 10, 1))


def test_a_corrected_notice_replaces_the_older_which_stays_on_record(session: Session) -> None:
    begin_calendar(session, "jia", HOURS, ("national",))
    first = load_notice(session, "jia", "national", 2030, Days(frozenset({date(2030, 5, 1)})), "甲字 1 号")
    second = load_notice(session, "jia", "national", 2030, Days(frozenset({date(2030, 5, 2)})), "甲字 2 号")
    assert second == first + 1
    calendar = stored_calendar(session, "jia")
    assert calendar.holidays == {date(2030, 5, 2)}
    assert calendar.version == str(second)
    documents = session.scalars(select(CalendarNotice.document).order_by(CalendarNotice.version)).all()
    assert documents == ["甲字 1 号", "甲字 2 号"]


def test_a_unit_shut_by_order_rests_while_others_work(session: Session, city: City, divisions: Path) -> None:
    import_divisions(session, divisions, city)
    unit_id = session.scalars(select(Unit.id).where(Unit.code == "110001001")).one()
    begin_calendar(session, "jia", HOURS, ("national",))
    shut(session, "jia", date(2030, 8, 5), date(2030, 8, 6), "台风", "防指 3 号", unit_id)
    version = shut(session, "jia", date(2030, 8, 7), date(2030, 8, 7), "台风", "防指 4 号")
    assert stored_calendar(session, "jia", unit_id).closures == {date(2030, 8, day) for day in (5, 6, 7)}
    assert stored_calendar(session, "jia").closures == {date(2030, 8, 7)}
    assert calendar_version(session, "jia") == str(version)


def test_changed_hours_move_the_version_and_equal_ones_do_not(session: Session) -> None:
    begin_calendar(session, "jia", HOURS, ("national",))
    before = calendar_version(session, "jia")
    begin_calendar(session, "jia", HOURS, ("national",))
    assert calendar_version(session, "jia") == before
    begin_calendar(session, "jia", ("09:00-17:00",), ("national",))
    assert calendar_version(session, "jia") != before


def test_a_city_without_a_calendar_is_named(session: Session) -> None:
    for ask in (stored_calendar, calendar_version):
        with pytest.raises(CalendarMissing, match="城市“yi”还没有工作日历"):
            ask(session, "yi")
    with pytest.raises(CalendarMissing):
        shut(session, "yi", date(2030, 1, 1), date(2030, 1, 1), "台风", "1 号")


def test_an_unchanged_calendar_costs_one_statement_and_a_change_elsewhere_is_seen(session: Session) -> None:
    begin_calendar(session, "jia", HOURS, ("national",))
    session.commit()
    engine = session.get_bind()
    with Session(engine) as reader:
        first = stored_calendar(reader, "jia")
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: seen.append(statement))
    with Session(engine) as reader:
        assert stored_calendar(reader, "jia") is first
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1
    with Session(engine) as writer:
        load_notice(writer, "jia", "national", 2030, Days(frozenset({date(2030, 5, 1)})), "甲字 1 号")
        assert stored_calendar(writer, "jia").holidays
        writer.rollback()
    with Session(engine) as writer:
        load_notice(writer, "jia", "national", 2030, Days(frozenset({date(2030, 5, 2)})), "甲字 2 号")
        writer.commit()
    with Session(engine) as reader:
        assert stored_calendar(reader, "jia").holidays == {date(2030, 5, 2)}
