"""The opening hours of one working day."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from gridflow.calendars.errors import HoursInvalid
from gridflow.clock import SHANGHAI

Hours = tuple[tuple[time, time], ...]
Span = tuple[datetime, datetime]

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def opening_hours(texts: Iterable[str]) -> Hours:
    """Read spans such as "08:30-12:00", morning first."""
    return checked(tuple(_read(text) for text in texts))


def checked(hours: Hours) -> Hours:
    """Refuse hours that are empty, out of order or overlap."""
    instants = [instant for span in hours for instant in span]
    if not hours or any(later <= earlier for earlier, later in pairwise(instants)):
        raise HoursInvalid("上班时间应由早到晚填写且互不重叠，例如 08:30-12:00、14:00-17:30，请改正日历中的上班时间。")
    return hours


def daily(hours: Hours) -> timedelta:
    """Return the working time of one working day."""
    return sum((_since_midnight(end) - _since_midnight(start) for start, end in hours), timedelta())


def spans(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return the opening hours of a day as instants, in Chinese time."""
    return tuple((datetime.combine(day, start, SHANGHAI), datetime.combine(day, end, SHANGHAI)) for start, end in hours)


def _read(text: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise HoursInvalid(f"上班时间“{text}”看不懂，请写成 08:30-12:00 的样子。")
    hour, minute, last_hour, last_minute = map(int, found.groups())
    return time(hour, minute), time(last_hour, last_minute)


def _since_midnight(instant: time) -> timedelta:
    return timedelta(hours=instant.hour, minutes=instant.minute, seconds=instant.second)
