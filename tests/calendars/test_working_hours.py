"""Working hours, pauses and shares of a limit."""

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gridflow.calendars import Calendar, opening_hours
from gridflow.clock import SHANGHAI

CALENDAR = Calendar.national(range(2025, 2028), opening_hours(["08:30-12:00", "14:00-17:30"]))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(lambda it: it.replace(tzinfo=SHANGHAI))  # noqa: DTZ001  -- the zone comes after


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_two_working_hours_pass_over_the_noon_break() -> None:
    assert CALENDAR.add_working_hours(at("2026-11-17 11:00"), 2) == at("2026-11-17 15:00")


def test_working_hours_begin_when_the_office_opens() -> None:
    assert CALENDAR.add_working_hours(at("2026-11-17 22:00"), Decimal("1.5")) == at("2026-11-18 10:00")
    assert CALENDAR.add_working_hours(at("2026-10-03 10:00"), 4) == at("2026-10-08 14:30")


def test_hours_used_up_at_closing_time_end_that_evening() -> None:
    assert CALENDAR.add_working_hours(at("2026-11-17 14:00"), Decimal("3.5")) == at("2026-11-17 17:30")


def test_negative_hours_go_back() -> None:
    assert CALENDAR.add_working_hours(at("2026-11-18 09:30"), -2) == at("2026-11-17 16:30")


def test_no_time_at_all_leaves_the_instant_alone() -> None:
    assert CALENDAR.add_working_hours(at("2026-11-17 22:00"), 0) == at("2026-11-17 22:00")
    assert CALENDAR.add_working_days(at("2026-11-17 22:00"), 0) == at("2026-11-17 22:00")


def test_minutes_outside_hours_do_not_count() -> None:
    assert CALENDAR.working_minutes(at("2026-11-16 17:00"), at("2026-11-17 09:00")) == 60
    assert CALENDAR.working_minutes(at("2026-11-17 09:00"), at("2026-11-16 17:00")) == -60


def test_after_a_pause_the_remainder_resumes() -> None:
    due = CALENDAR.add_working_days(at("2026-11-16 09:00"), 2)
    left = CALENDAR.remaining(at("2026-11-17 10:00"), due)
    assert left == timedelta(hours=5.5 + 7)
    assert CALENDAR.resume(at("2026-11-24 10:00"), left) == at("2026-11-25 17:30")


def test_nothing_remains_of_a_limit_that_is_past() -> None:
    assert CALENDAR.remaining(at("2026-11-19 10:00"), at("2026-11-18 17:30")) == timedelta()


def test_half_of_a_limit_is_half_of_its_working_time() -> None:
    start, due = at("2026-11-17 08:30"), at("2026-11-18 17:30")
    assert CALENDAR.share(start, due, Decimal("0.5")) == at("2026-11-17 17:30")
    assert CALENDAR.share(start, due, Decimal("0.8")) == at("2026-11-18 14:42")


def test_a_night_limit_in_natural_hours_is_shared_by_natural_time() -> None:
    assert CALENDAR.share(at("2026-11-17 20:00"), at("2026-11-17 22:00"), Decimal("0.5")) == at("2026-11-17 21:00")


@given(instants, st.integers(0, 60_000))
def test_working_time_added_can_be_measured_and_taken_back(start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    due = CALENDAR.resume(start, span)
    assert CALENDAR.remaining(start, due) == span
    assert CALENDAR.remaining(CALENDAR.resume(due, -span), due) == span


@given(instants, st.integers(1, 40))
def test_a_limit_in_days_ends_on_a_working_day_at_closing_time(start: datetime, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert CALENDAR.is_working_day(due.date())
    assert (due.hour, due.minute) == (17, 30)
    assert CALENDAR.add_working_days(start, days - 1) < due
