"""How much time is left, in words: in working time, as limits count; natural hours only where a limit is in them."""

from datetime import datetime, timedelta
from decimal import Decimal

from gridflow.calendars import Calendar
from gridflow.formats import gettext as _

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTES = 60
MINUTE = timedelta(minutes=1)
DAYS = "WD"
"""The unit whose lateness is told in working days only, as supervision and reports tell it."""
HOURS = "WH"
NATURAL = frozenset({"H", "M"})
"""Units of limits that run day and night."""


def due_words(calendar: Calendar, now: datetime, due: datetime, unit: str = "WD") -> str:
    """Return 剩 2 个工作日, 剩 3 小时（工作时间） or 超期 1 个工作日; natural hours where the limit counts in them."""
    start, end = (now, due) if now <= due else (due, now)
    if unit in NATURAL:
        span = _natural(end - start)
    elif days := _whole_days(calendar, start, end) if unit != HOURS else 0:
        span = _working_days(str(days))
    elif now > due and unit == DAYS:
        return _("超期不足 1 个工作日")
    else:
        span = _part_of_a_day(calendar.working_minutes(start, end))
    return _("剩 %(span)s", span=span) if now <= due else _("超期 %(span)s", span=span)


def amount_words(amount: Decimal, unit: str) -> str:
    """Return 5 个工作日 for a limit's amount and unit, in the reader's language."""
    count = f"{amount.normalize():f}"
    if unit == DAYS:
        return _working_days(count)
    if unit == HOURS:
        return _("1 个工作小时") if count == "1" else _("%(count)s 个工作小时", count=count)
    return _hours(count) if unit == "H" else _minutes(count) if unit == "M" else f"{count} {unit}"


def _natural(span: timedelta) -> str:
    if span < HOUR:
        return _minutes(str(max(1, span // timedelta(minutes=1))))
    return _hours(str(span // HOUR)) if span < 2 * DAY else _days(str(span // DAY))


def _whole_days(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return how many working days pass, 0 where it is less than the working time of one."""
    days = calendar.working_days_between(start, end)
    return days if days > 1 else int(calendar.working_minutes(start, end) >= calendar.daily // MINUTE)


def _part_of_a_day(minutes: int) -> str:
    if minutes < MINUTES:
        return _("不足 1 小时（工作时间）") if minutes < 1 else _("%(count)s 分钟（工作时间）", count=minutes)
    hours = minutes // MINUTES
    return _("1 小时（工作时间）") if hours == 1 else _("%(count)s 小时（工作时间）", count=hours)


def _working_days(count: str) -> str:
    return _("1 个工作日") if count == "1" else _("%(count)s 个工作日", count=count)


def _days(count: str) -> str:
    return _("1 天") if count == "1" else _("%(count)s 天", count=count)


def _hours(count: str) -> str:
    return _("1 小时") if count == "1" else _("%(count)s 小时", count=count)


def _minutes(count: str) -> str:
    return _("1 分钟") if count == "1" else _("%(count)s 分钟", count=count)
