"""Functions that make values out of texts and parts."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from gridflow.feel.functions.registry import built_in, number, optional, single, text, want, whole
from gridflow.feel.running import Run
from gridflow.feel.temporal import (
    fixed_zone,
    make_date,
    make_time,
    months_between,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
    show,
)
from gridflow.feel.values import DECIMALS, Failure, Months, Range, Value

_NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@built_in("date", "from", "year, month, day")
def make_a_date(_run: Run, first: Value, *parts: Value) -> date:
    """Read a date, take it out of a date and time, or build it."""
    if len(parts) == 1:
        raise Failure("date 要一个或三个参数")
    if parts:
        return make_date(whole(first), whole(parts[0]), whole(parts[1]))
    first = single(first)
    if isinstance(first, datetime):
        return first.date()
    return first if isinstance(first, date) else parse_date(text(first))


@built_in("time", "from", "hour, minute, second, offset?")
def make_a_time(_run: Run, first: Value, *parts: Value) -> time:
    """Read a time, take it out of a date and time, or build it."""
    if len(parts) == 1:
        raise Failure("time 要一个、三个或四个参数")
    if parts:
        return _built_time(first, *parts)
    first = single(first)
    if isinstance(first, datetime):
        return first.timetz()
    if isinstance(first, date):
        return time(tzinfo=fixed_zone(timedelta()))
    return first if isinstance(first, time) else parse_time(text(first))


def _built_time(hour: Value, minute: Value, second: Value, offset: Value = None) -> time:
    exact = number(second)
    micros = int(DECIMALS.multiply(exact, Decimal(1_000_000)))
    zone = None if offset is None else fixed_zone(want(offset, "days and time duration"))
    return make_time(whole(hour), whole(minute), micros // 1_000_000, micros % 1_000_000, zone)


@built_in("date and time", "from", "date, time", "date, timezone")
def make_a_datetime(run: Run, first: Value, second: Value = ...) -> datetime:
    """Read a date and time, or put it together."""
    made: datetime = run.local(_made(single(first), second))
    return made


def _made(first: Value, second: Value) -> datetime:
    if second is ...:
        if isinstance(first, datetime):
            return first
        return datetime.combine(first, time()) if isinstance(first, date) else parse_datetime(text(first))
    if not isinstance(first, date):
        raise Failure("第一个参数应当是日期")
    day = first.date() if isinstance(first, datetime) else first
    clock: time = want(second, "time")
    return datetime.combine(day, clock)


@built_in("duration", "from")
def make_a_duration(_run: Run, given: Value) -> timedelta | Months:
    """Read a duration."""
    given = single(given)
    return given if isinstance(given, timedelta | Months) else parse_duration(text(given))


@built_in("years and months duration", "from, to")
def years_and_months(_run: Run, start: Value, end: Value) -> Months:
    """Count the whole months between two dates."""
    start, end = single(start), single(end)
    if not isinstance(start, date) or not isinstance(end, date):
        raise Failure("两个参数都应当是日期")
    return months_between(*(value.date() if isinstance(value, datetime) else value for value in (start, end)))


@built_in("number", "from, grouping separator?, decimal separator?")
def make_a_number(run: Run, given: Value, grouping: Value = None, decimal: Value = None) -> Decimal:
    """Read a number, with given separators."""
    if isinstance(given, Decimal) and grouping is decimal is None:
        return given
    run.charge(len(text(given)) >> 6)
    digits, group, point = text(given), optional(grouping, text), optional(decimal, text)
    if group not in (None, " ", ",", ".") or point not in (None, ".", ",") or (group is not None and group == point):
        raise Failure("分隔符只能是空格、逗号或句点，且不能相同")
    digits = digits.replace(group, "") if group else digits
    digits = digits.replace(point, ".") if point else digits
    if not _NUMBER.fullmatch(digits):
        raise Failure(f"“{text(given)}”不是数字")
    try:
        return DECIMALS.create_decimal(digits)
    except InvalidOperation as error:
        raise Failure("数字太大") from error


@built_in("string", "from")
def make_a_string(run: Run, given: Value) -> str | None:
    """Write a value as text, local instants without their zone; null stays null."""
    if type(given) is datetime and given.tzinfo is run.functions.zone:
        given = given.replace(tzinfo=None)
    run.pay_for(given)
    return None if given is None else run.text(write(given))


def write(value: Value, *, quoted: bool = False) -> str:
    """Write a value as FEEL does; texts inside lists and contexts are quoted."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return '"' + value.replace('"', '\\"') + '"' if quoted else value
    if isinstance(value, Decimal | int | float):
        return write_number(Decimal(str(value)))
    if isinstance(value, list):
        return "[" + ", ".join(write(item, quoted=True) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {write(item, quoted=True)}" for key, item in value.items()) + "}"
    return _write_range(value) if isinstance(value, Range) else show(value)


def write_number(value: Decimal) -> str:
    """Write a number without exponent and without idle zeros."""
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _write_range(value: Range) -> str:
    if value.operator:
        return f"{value.operator} {write(value.low if value.high is None else value.high, quoted=True)}"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{write(value.low, quoted=True)}..{write(value.high, quoted=True)}{closing}"
