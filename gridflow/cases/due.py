"""How much time is left, in words: working days where there are any, else hours and minutes."""

from datetime import datetime, timedelta
from decimal import Decimal

from gridflow.calendars import Calendar

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
UNITS = {"WD": "个工作日", "WH": "个工作小时", "H": "小时", "M": "分钟"}


def due_words(calendar: Calendar, now: datetime, due: datetime) -> str:
    """Return 剩 3 小时, 剩 2 个工作日 or 超期 1 个工作日."""
    if now <= due:
        return f"剩 {_span(calendar, now, due)}"
    return f"超期 {_span(calendar, due, now)}"


def amount_words(amount: Decimal, unit: str) -> str:
    """Return 5 个工作日 for a limit's amount and unit."""
    return f"{amount.normalize():f} {UNITS.get(unit, unit)}"


def _span(calendar: Calendar, start: datetime, end: datetime) -> str:
    natural = end - start
    if natural < HOUR:
        return f"{max(1, natural // timedelta(minutes=1))} 分钟"
    if natural < DAY:
        return f"{natural // HOUR} 小时"
    days = calendar.working_days_between(start, end)
    return f"{days} 个工作日" if days else f"{natural // DAY} 天"
