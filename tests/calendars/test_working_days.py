"""Working days as the notices publish them, and limits counted over them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gridflow.calendars import Calendar, Days, HoursInvalid, SpanTooLong, national_days, opening_hours
from gridflow.clock import SHANGHAI

HOURS = opening_hours(["08:30-12:00", "14:00-17:30"])
CALENDAR = Calendar.national(range(2025, 2028), HOURS, version="2026")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_a_make_up_day_of_2026_is_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert CALENDAR.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-01", "2026-02-23", "2026-04-06", "2026-05-05", "2026-06-19", "2026-10-07"])
def test_a_national_holiday_of_2026_is_no_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() < 5
    assert not CALENDAR.is_working_day(date.fromisoformat(day))


def test_a_limit_counts_from_the_day_after_dispatch_to_close_of_business() -> None:
    assert CALENDAR.add_working_days(at("2026-11-16 09:10"), 5) == at("2026-11-23 17:30")


def test_a_limit_runs_across_the_national_holidays_and_the_make_up_day_after_them() -> None:
    due = CALENDAR.add_working_days(at("2026-09-30 10:00"), Decimal(3))
    assert due == at("2026-10-10 17:30")  # 8 and 9 October and the made-up Saturday


def test_dispatch_after_hours_still_makes_the_next_day_day_one() -> None:
    assert CALENDAR.add_working_days(at("2026-11-17 21:00"), 1) == at("2026-11-18 17:30")


def test_dispatch_on_a_holiday_makes_the_next_working_day_day_one() -> None:
    assert CALENDAR.add_working_days(at("2026-10-02 11:00"), 1) == at("2026-10-08 17:30")


def test_the_day_of_dispatch_is_the_day_in_china() -> None:
    dispatched = datetime(2026, 11, 16, 17, 0, tzinfo=UTC)  # 01:00 on the 17th in China
    assert CALENDAR.add_working_days(dispatched, 1) == at("2026-11-18 17:30")


def test_a_limit_into_an_unpublished_year_is_provisional_monday_to_friday() -> None:
    due = CALENDAR.add_working_days(at("2026-12-30 09:00"), 3)
    assert due == at("2027-01-04 17:30")  # 31 December, then 1 January counts until the notice says otherwise
    assert CALENDAR.is_provisional(due.date())
    assert not CALENDAR.is_provisional(date(2026, 12, 31))


def test_half_a_day_is_half_the_daily_hours() -> None:
    assert CALENDAR.add_working_days(at("2026-11-17 09:00"), Decimal("0.5")) == at("2026-11-17 14:30")


def test_a_day_and_a_half_ends_in_the_middle_of_the_second_day() -> None:
    assert CALENDAR.add_working_days(at("2026-11-17 09:00"), Decimal("1.5")) == at("2026-11-19 12:00")


def test_one_working_day_before_a_due_is_close_of_business_of_the_day_before() -> None:
    assert CALENDAR.add_working_days(at("2026-10-08 17:30"), -1) == at("2026-09-30 17:30")


def test_a_closure_beats_a_make_up_day() -> None:
    shut = Calendar(HOURS, makeup_days=frozenset({date(2026, 9, 20)}), closures=frozenset({date(2026, 9, 20)}))
    assert not shut.is_working_day(date(2026, 9, 20))


def test_a_regional_day_off_beats_the_national_make_up_day() -> None:
    off = Days(holidays=frozenset({date(2023, 4, 21), date(2023, 4, 22), date(2023, 4, 23)}))
    national, regional = (Calendar.national([2023], HOURS, layer) for layer in (None, {2023: off}))
    assert national.is_working_day(date(2023, 4, 23))
    assert not regional.is_working_day(date(2023, 4, 23))
    assert not regional.is_provisional(date(2023, 4, 23))


def test_a_year_without_its_regional_notice_keeps_the_national_days_but_is_provisional() -> None:
    calendar = Calendar.national([2026], HOURS, {})
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_provisional(date(2026, 10, 1))


def test_the_days_of_an_unpublished_year_are_not_known() -> None:
    assert national_days(2999) is None


def test_days_between_undo_days_added() -> None:
    start = at("2026-09-28 10:00")
    for count in range(15):
        assert CALENDAR.working_days_between(start, CALENDAR.add_working_days(start, count)) == count
    assert CALENDAR.working_days_between(date(2026, 10, 10), date(2026, 9, 30)) == -3


def test_a_limit_of_ten_thousand_days_is_refused() -> None:
    with pytest.raises(SpanTooLong, match="时限表"):
        CALENDAR.add_working_days(at("2026-11-16 09:10"), 10_000)
    with pytest.raises(SpanTooLong):
        CALENDAR.add_working_hours(at("2026-11-16 09:10"), 10**9)


@pytest.mark.parametrize(
    "texts", [[], ["8:30-12:00"], ["14:00-17:30", "08:30-12:00"], ["09:00-09:00"], ["09:00-24:00"]]
)
def test_hours_that_make_no_sense_are_refused(texts: list[str]) -> None:
    with pytest.raises(HoursInvalid, match="上班时间"):
        opening_hours(texts)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        CALENDAR.add_working_days(datetime(2026, 11, 16, 9), 1)  # noqa: DTZ001  -- the point of the test
