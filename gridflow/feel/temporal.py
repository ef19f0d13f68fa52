"""Dates, times and durations: reading, writing and arithmetic."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from gridflow.feel.errors import FeelUnsupported
from gridflow.feel.values import Failure, Months, Value

_DATE = re.compile(r"(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z_+\-/0-9]{1,60})?", re.ASCII
)
_DAYS = re.compile(
    r"(-?)P(?:(\d{1,12})D)?(T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{0,12}))?S)?)?", re.ASCII
)
_MONTHS = re.compile(r"(-?)P(?:(\d{1,12})Y)?(?:(\d{1,12})M)?", re.ASCII)
_LARGEST_OFFSET = timedelta(hours=18)
_LONGEST = timedelta(days=999_999_999)


def parse_date(text: str) -> date:
    """Read `2026-11-22`."""
    match = _DATE.fullmatch(text)
    if not match:
        raise Failure(f"“{text}”不是日期，应写作 2026-11-22")
    return make_date(int(match[1] + match[2]), int(match[3]), int(match[4]))


def make_date(year: int, month: int, day: int) -> date:
    """Build a date; refuse the years that Python does not have."""
    if not -999_999_999 <= year <= 999_999_999:
        raise Failure("年份超出范围")
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year if 0 < year < 10_000 else 2000, month)[1]:
        raise Failure("没有这个日期")
    if not 1 <= year <= 9999:
        raise FeelUnsupported("只支持公元 1 年至 9999 年的日期。")
    return date(year, month, day)


def parse_time(text: str) -> time:
    """Read `17:30:00`, with an offset, `Z` or `@Asia/Shanghai` behind it."""
    match = _TIME.fullmatch(text)
    if not match:
        raise Failure(f"“{text}”不是时间，应写作 17:30:00")
    return make_time(int(match[1]), int(match[2]), int(match[3]), _microseconds(match[4]), _zone(match[5]))


def make_time(hour: int, minute: int, second: int, microsecond: int, zone: tzinfo | None) -> time:
    """Build a time of day."""
    if (hour, minute, second, microsecond) == (24, 0, 0, 0):
        hour = 0
    try:
        return time(hour, minute, second, microsecond, zone)
    except ValueError as error:
        raise Failure("没有这个时间") from error


def parse_datetime(text: str) -> datetime:
    """Read `2026-11-22T17:30:00`; a date alone is its midnight, 24:00:00 that of the next day."""
    day, separator, clock = text.partition("T")
    at = datetime.combine(parse_date(day), parse_time(clock) if separator else time())
    return add_days(at, timedelta(days=1)) if clock.startswith("24:") else at


def parse_duration(text: str) -> timedelta | Months:
    """Read `P3D`, `PT4H`, `P1Y2M`."""
    if (match := _MONTHS.fullmatch(text)) and (match[2] or match[3]):
        count = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-count if match[1] else count)
    match = _DAYS.fullmatch(text)
    if not match or text.endswith(("P", "T")):
        raise Failure(f"“{text}”不是时长，应写作 P3D、PT4H 或 P1Y2M")
    sign, days, _clock, hours, minutes, seconds, fraction = match.groups()
    try:
        span = timedelta(
            int(days or 0), int(seconds or 0), _microseconds(fraction), 0, int(minutes or 0), int(hours or 0)
        )
    except OverflowError as error:
        raise FeelUnsupported("时长太长。") from error
    return -in_bounds(span) if sign else in_bounds(span)


def in_bounds(span: timedelta) -> timedelta:
    """Refuse a span whose opposite Python does not have."""
    if abs(span) >= _LONGEST:
        raise FeelUnsupported("时长太长。")
    return span


def parse_temporal(text: str) -> Value:
    """Read the text of an at-literal, whichever of the five kinds it is."""
    for parse in (parse_date, parse_datetime, parse_time, parse_duration):
        try:
            return parse(text)
        except Failure:
            continue
    raise Failure(f"“{text}”不是日期、时间或时长")


def _microseconds(fraction: str | None) -> int:
    digits = (fraction or "").ljust(6, "0")
    if digits[6:].strip("0"):
        raise FeelUnsupported("秒的小数最多六位。")
    return int(digits[:6])


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return named_zone(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    span = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return fixed_zone(-span if text[0] == "-" else span)


def named_zone(name: str) -> tzinfo:
    """Find a zone of the tz database."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Failure(f"没有时区“{name}”") from error


def fixed_zone(offset: timedelta) -> tzinfo:
    """Make a zone of an offset of at most 18 hours."""
    if abs(offset) > _LARGEST_OFFSET:
        raise Failure("时差超过 18 小时")
    return timezone(offset) if offset else UTC


def show(value: Value) -> str:
    """Write a date, time, date and time or duration as FEEL does."""
    if isinstance(value, timedelta):
        return _show_days(value)
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_show_clock(value)}{_show_zone(value)}"
    if isinstance(value, time):
        return _show_clock(value) + _show_zone(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _show_clock(value: datetime | time) -> str:
    clock = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return f"{clock}.{value.microsecond:06}".rstrip("0") if value.microsecond else clock


def _show_zone(value: datetime | time) -> str:
    zone = value.tzinfo
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = value.utcoffset() or timedelta()
    if not offset:
        return "Z"
    sign, size = ("-", -offset) if offset < timedelta() else ("+", offset)
    minutes, seconds = divmod(size.seconds, 60)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def _show_days(value: timedelta) -> str:
    size = abs(value)
    minutes, seconds = divmod(size.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{seconds}.{size.microseconds:06}".rstrip("0") if size.microseconds else str(seconds)
    clock = "".join((f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{text}S" if text != "0" else ""))
    days = f"{size.days}D" if size.days else ""
    body = days + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta() else "") + "P" + (body or "T0S")


def add_months(value: Value, months: Months) -> Value:
    """Move a date or date and time by months; the day is cut to the length of the month."""
    total = value.year * 12 + value.month - 1 + months.count
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        raise FeelUnsupported("只支持公元 1 年至 9999 年的日期。")
    day = min(value.day, calendar.monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def add_days(value: Value, span: timedelta) -> Value:
    """Move a date, date and time (along its own wall clock) or time by a span."""
    try:
        if type(value) is date:
            return (datetime.combine(value, time()) + span).date()
        if type(value) is time:
            return (
                datetime.combine(date(2000, 1, 2), value) + timedelta(seconds=span.total_seconds() % 86_400)
            ).timetz()
        return value + span
    except OverflowError as error:
        raise FeelUnsupported("只支持公元 1 年至 9999 年的日期。") from error


def between(left: Value, right: Value, zone: tzinfo | None) -> timedelta:
    """Subtract two dates, dates and times, or times; a date stands for its midnight in `zone` or UTC."""
    if type(left) is time and type(right) is time:
        day = date(2000, 1, 1)
        return between(datetime.combine(day, left), datetime.combine(day, right), zone)
    if type(left) is date and type(right) is date:
        return timedelta(days=left.toordinal() - right.toordinal())
    left, right = (_midnight(value, zone) if type(value) is date else value for value in (left, right))
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise Failure("一个时间带时区，另一个不带，不能相减")
    span: timedelta = left.replace(tzinfo=None) - right.replace(tzinfo=None)
    return span if left.tzinfo is None else span - left.utcoffset() + right.utcoffset()


def _midnight(value: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(value, time(), zone or UTC)


def months_between(start: Value, end: Value) -> Months:
    """Count the whole months from one date to another."""
    early, late, sign = (start, end, 1) if start <= end else (end, start, -1)
    count = (late.year - early.year) * 12 + late.month - early.month
    if add_months(early, Months(count)) > late:
        count -= 1
    return Months(sign * count)


def seconds(span: timedelta) -> Decimal:
    """Give a span in seconds, exactly."""
    return Decimal(span.days * 86_400 + span.seconds) + Decimal(span.microseconds) / 1_000_000
