"""How much time is left, in words: working days where there are any, else hours and minutes."""

from datetime import datetime, timedelta
from decimal import Decimal

from gridflow.calendars import Calendar
from gridflow.formats import gettext as _

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def due_words(calendar: Calendar, now: datetime, due: datetime) -> str:
    """Return 剩 3 小时, 剩 2 个工作日 or 超期 1 个工作日, in the reader's language."""
    if now <= due:
        return _("剩 %(span)s", span=_span(calendar, now, due))
    return _("超期 %(span)s", span=_span(calendar, due, now))


def amount_words(amount: Decimal, unit: str) -> str:
    """Return 5 个工作日 for a limit's amount and unit, in the reader's language."""
    count = f"{amount.normalize():f}"
    if unit == "WD":
        return _working_days(count)
    if unit == "WH":
        return _("1 个工作小时") if count == "1" else _("%(count)s 个工作小时", count=count)
    return _hours(count) if unit == "H" else _minutes(count) if unit == "M" else f"{count} {unit}"


def _span(calendar: Calendar, start: datetime, end: datetime) -> str:
    natural = end - start
    if natural < HOUR:
        return _minutes(str(max(1, natural // timedelta(minutes=1))))
    if natural < DAY:
        return _hours(str(natural // HOUR))
    days = calendar.working_days_between(start, end)
    return _working_days(str(days)) if days else _days(str(natural // DAY))


def _working_days(count: str) -> str:
    return _("1 个工作日") if count == "1" else _("%(count)s 个工作日", count=count)


def _days(count: str) -> str:
    return _("1 天") if count == "1" else _("%(count)s 天", count=count)


def _hours(count: str) -> str:
    return _("1 小时") if count == "1" else _("%(count)s 小时", count=count)


def _minutes(count: str) -> str:
    return _("1 分钟") if count == "1" else _("%(count)s 分钟", count=count)
