"""One frozen working calendar and its arithmetic.

Day one of a limit is the day after dispatch, and a limit in days is due at close of business (domain 3.7).
All instants are aware; days begin and end in China. Results are in Asia/Shanghai.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from gridflow.calendars.days import Days, national_days
from gridflow.calendars.errors import SpanTooLong
from gridflow.calendars.hours import Hours, Span, checked, daily, spans
from gridflow.clock import SHANGHAI

MOST_DAYS = 2000
"""No limit lasts longer than this many working days; more is a slip of the pen."""

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """The working days and hours of one unit, as known at one time.

    A year outside `known_years` has no published notice yet: its days follow whatever is in `holidays` and
    `makeup_days` (nothing: Monday to Friday) and count as provisional.
    """

    hours: Hours
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    closures: frozenset[date] = frozenset()
    """Days the unit is shut by order, a typhoon for instance; they beat make-up days."""
    known_years: frozenset[int] = frozenset()
    version: str = ""
    """Names this state of the calendar: limits record it."""

    def __post_init__(self) -> None:
        checked(self.hours)

    @classmethod
    def national(
        cls,
        years: Iterable[int],
        hours: Hours,
        regional: Mapping[int, Days] | None = None,
        closures: Iterable[date] = (),
        version: str = "",
    ) -> "Calendar":
        """Build a calendar from the national days and, where the region has its own, the regional notices.

        `regional` None: the region has no days of its own. A year missing from it is provisional.
        """
        known = {year: days for year in years if (days := national_days(year))}
        layers = [days.overlaid((regional or {}).get(year, Days())) for year, days in known.items()]
        return cls(
            hours=hours,
            holidays=frozenset().union(*(layer.holidays for layer in layers)),
            makeup_days=frozenset().union(*(layer.makeup_days for layer in layers)),
            closures=frozenset(closures),
            known_years=frozenset(known if regional is None else known.keys() & regional.keys()),
            version=version,
        )

    @cached_property
    def daily(self) -> timedelta:
        """The working time of one working day."""
        return daily(self.hours)

    def is_working_day(self, day: date) -> bool:
        """Tell whether people work on a day."""
        if day in self.closures:
            return False
        if day in self.makeup_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def is_provisional(self, day: date) -> bool:
        """Tell whether the notice for the day's year is still missing."""
        return day.year not in self.known_years

    def workday_add(self, day: date, count: int) -> date:
        """Return the count-th working day after a day; a negative count goes back, zero is the day itself."""
        if abs(count) > MOST_DAYS:
            raise SpanTooLong(f"期限 {count} 个工作日太长，最多 {MOST_DAYS} 个工作日，请检查时限表。")
        step = _DAY if count >= 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def add_working_days(self, start: datetime, count: Decimal | int) -> datetime:
        """Return when a limit in working days is due: close of business of the last day.

        Part of a day is that part of the daily hours, counted on from the last whole day, or from the start
        where there is none. A negative count gives the close of business so many working days before.
        """
        whole = int(count)
        due = _local(start)
        if whole:
            due = self._close(self.workday_add(due.date(), whole))
        return self._move(due, _times(self.daily, count - whole)) if count != whole else due

    def add_working_hours(self, start: datetime, count: Decimal | int) -> datetime:
        """Return when so many working hours have passed; outside opening hours they do not pass."""
        return self._move(_local(start), _times(timedelta(hours=1), count))

    def remaining(self, start: datetime, due: datetime) -> timedelta:
        """Return the working time from an instant until a limit is due, zero when it is past.

        Kept while a limit is paused and handed to `resume`.
        """
        left, due = _local(start), _local(due)
        first, total = left.date(), timedelta()
        for number in range((due.date() - first).days + 1):
            for opens, closes in self._spans(first + _DAY * number):
                total += max(min(closes, due) - max(opens, left), timedelta())
        return total

    def resume(self, at: datetime, left: timedelta) -> datetime:
        """Return when a limit is due that restarts with so much working time left."""
        return self._move(_local(at), left)

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """Return the whole working minutes between two instants, negative when the end comes first."""
        if end < start:
            return -self.working_minutes(end, start)
        return self.remaining(start, end) // timedelta(minutes=1)

    def working_days_between(self, start: date | datetime, end: date | datetime) -> int:
        """Count the working days after one day up to and including another, negative when it comes first.

        The inverse of `add_working_days`: an instant counts as its day in China.
        """
        first, last = _day(start), _day(end)
        if last < first:
            return -self.working_days_between(last, first)
        whole = sum(len(self._working_days(year)) for year in range(first.year, last.year))
        return whole + self._working_day_of_year(last) - self._working_day_of_year(first)

    def share(self, start: datetime, due: datetime, fraction: Decimal | Fraction) -> datetime:
        """Return the instant at which a fraction of the working time until due is used.

        Where no working time lies between (a limit in natural hours, at night) natural time counts.
        """
        working = self.remaining(start, due)
        if not working:
            return _local(start) + _times(due - start, fraction)
        return self._move(_local(start), _times(working, fraction))

    @cached_property
    def _known_years(self) -> dict[int, list[date]]:
        return {}

    def _working_day_of_year(self, day: date) -> int:
        """Return how many working days its year has up to and including a day."""
        return bisect_right(self._working_days(day.year), day)

    def _working_days(self, year: int) -> list[date]:
        """Return the working days of a year, listed once: what is late by months is counted on every page."""
        if year not in self._known_years:
            first = date(year, 1, 1)
            days = (first + _DAY * n for n in range((date(year, 12, 31) - first).days + 1))
            self._known_years[year] = [day for day in days if self.is_working_day(day)]
        return self._known_years[year]

    @cached_property
    def _known_spans(self) -> dict[date, tuple[Span, ...]]:
        return {}

    def _spans(self, day: date) -> tuple[Span, ...]:
        found = self._known_spans.get(day)
        if found is None:
            found = spans(self.hours, day) if self.is_working_day(day) else ()
            self._known_spans[day] = found
        return found

    def _close(self, day: date) -> datetime:
        return datetime.combine(day, self.hours[-1][1], SHANGHAI)

    def _move(self, start: datetime, left: timedelta) -> datetime:
        if abs(left) > self.daily * MOST_DAYS:
            raise SpanTooLong(f"期限太长，最多 {MOST_DAYS} 个工作日，请检查时限表。")
        return self._back(start, -left) if left < timedelta() else self._on(start, left)

    def _on(self, start: datetime, left: timedelta) -> datetime:
        at, ahead = start, self._spans_from(start.date(), _DAY)
        while left:
            opens, closes = next(ahead)
            begin = max(opens, start)
            used = min(max(closes - begin, timedelta()), left)
            at, left = begin + used, left - used
        return at

    def _back(self, start: datetime, left: timedelta) -> datetime:
        at, behind = start, self._spans_from(start.date(), -_DAY)
        while left:
            opens, closes = next(behind)
            end = min(closes, start)
            used = min(max(end - opens, timedelta()), left)
            at, left = end - used, left - used
        return at

    def _spans_from(self, day: date, step: timedelta) -> Iterator[Span]:
        while True:
            yield from self._spans(day)[:: 1 if step > timedelta() else -1]
            day += step


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI)


def _day(when: date | datetime) -> date:
    return _local(when).date() if isinstance(when, datetime) else when


def _times(span: timedelta, fraction: Decimal | Fraction | int) -> timedelta:
    exact = Fraction(span // timedelta(microseconds=1)) * Fraction(fraction)
    return timedelta(microseconds=round(exact))
