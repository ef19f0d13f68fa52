"""Functions on dates, and the clock."""

from datetime import date, datetime

from gridflow.feel.functions.registry import built_in, single
from gridflow.feel.running import Run
from gridflow.feel.values import Failure, Value

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@built_in("now", "")
def now(run: Run) -> datetime:
    """Ask the clock handed in, in the zone handed in."""
    instant = run.functions.now()
    return instant.astimezone(run.functions.zone) if run.functions.zone else instant


@built_in("today", "")
def today(run: Run) -> date:
    """Ask the clock for the day in the zone handed in."""
    return now(run).date()


def _date(value: Value) -> date:
    value = single(value)
    if not isinstance(value, date):
        raise Failure("这里要日期")
    return value


@built_in("day of year", "date")
def day_of_year(run: Run, day: Value) -> Value:
    """Count the day within the year, from 1."""
    return run.read(_date(day).timetuple().tm_yday)


@built_in("day of week", "date")
def day_of_week(_run: Run, day: Value) -> str:
    """Name the day of the week in English."""
    return _DAYS[_date(day).weekday()]


@built_in("month of year", "date")
def month_of_year(_run: Run, day: Value) -> str:
    """Name the month in English."""
    return _MONTHS[_date(day).month - 1]


@built_in("week of year", "date")
def week_of_year(run: Run, day: Value) -> Value:
    """Number the week as ISO 8601 does."""
    return run.read(_date(day).isocalendar().week)
