"""FEEL values in Python: what they are, how they compare, how they leave as plain JSON.

null None, boolean bool, number Decimal, string str, date, time, date and time datetime, days and time duration
timedelta, years and months duration `Months`, list, context dict, range `Range`, function `Function`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from types import NoneType
from typing import TYPE_CHECKING, Any

from gridflow.feel.errors import FeelRuntimeError

if TYPE_CHECKING:
    from gridflow.feel.running import Run

Value = Any
DECIMALS = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)


class Failure(Exception):
    """One part of an expression has no value; the evaluation goes on with null."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    count: int

    def __str__(self) -> str:
        sign, size = ("-" if self.count < 0 else ""), abs(self.count)
        years, months = divmod(size, 12)
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months or not years else ''}"


Duration = timedelta | Months


@dataclass(frozen=True, slots=True)
class Range:
    """A range of numbers, texts or instants; `operator` is kept where it was written as `< 5`."""

    low: Value
    high: Value
    low_included: bool
    high_included: bool
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value; `call` takes the run and one argument for each parameter."""

    name: str
    parameters: tuple[str, ...]
    call: Callable[[Run, Sequence[Value]], Value]
    signatures: tuple[tuple[str, ...], ...] = ()
    open_ended: bool = False


KINDS: dict[type, str] = {
    NoneType: "null",
    bool: "boolean",
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
CHINESE = {
    "null": "空值",
    "boolean": "是/否",
    "number": "数字",
    "string": "文字",
    "date": "日期",
    "time": "时间",
    "date and time": "日期时间",
    "days and time duration": "时长",
    "years and months duration": "年月时长",
    "list": "列表",
    "context": "数据组",
    "range": "区间",
    "function": "函数",
}
PLAIN = frozenset(KINDS) - {int, float, list, datetime}
_SIMPLE = frozenset({bool, Decimal, str, date, timedelta, Months})
_ORDERED = _SIMPLE - {bool}


def kind(value: Value) -> str:
    """Name the FEEL type of a value."""
    return KINDS.get(type(value)) or "unknown"


def chinese_kind(value: Value) -> str:
    """Name the type of a value for a message."""
    return CHINESE.get(kind(value), "未知类型")


def read(value: Value, zone: tzinfo | None = None) -> Value:
    """Turn a host value into a FEEL value: int and float to Decimal, UTC instants to `zone`.

    The entries of a context are read when they are reached.
    """
    known = type(value)
    if known in PLAIN:
        return value
    if known is int:
        return Decimal(value)
    if known is float:
        return Decimal(repr(value)) if value - value == 0 else None
    if known is datetime:
        return value.astimezone(zone) if zone is not None and value.tzinfo is UTC else value
    if known is list:
        return _read_list(value, zone)
    return _read_relative(value, zone)


def _read_list(items: list[Value], zone: tzinfo | None) -> list[Value]:
    for item in items:
        if type(item) not in PLAIN:
            return [read(item, zone) for item in items]
    return items


def _read_relative(value: Value, zone: tzinfo | None) -> Value:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return Decimal(int(value))
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple):
        return [read(item, zone) for item in value]
    raise FeelRuntimeError(f"变量的值是 {type(value).__name__}，不是表达式能用的数据，请联系管理员。")


def equal(left: Value, right: Value) -> bool | None:
    """Compare two values; null where their types do not compare."""
    known = type(left)
    if known is type(right):
        if known in _SIMPLE:
            return bool(left == right)
        compare = _EQUALS.get(known)
        return compare(left, right) if compare else None
    if left is None or right is None:
        return False
    if known in (int, float) or type(right) in (int, float):
        return equal(read(left), read(right))
    return None


def order(left: Value, right: Value) -> int | None:
    """Give -1, 0 or 1, or null where two values have no order."""
    known = type(left)
    if known is not type(right):
        return None
    if known in _ORDERED:
        return _sign(left, right)
    if known is datetime:
        return _order_keys(_instant(left), _instant(right))
    if known is time:
        return _order_keys(_clock(left), _clock(right))
    return None


def _order_keys(left: tuple[str, Any], right: tuple[str, Any]) -> int | None:
    if left[0] != right[0]:
        return None
    return _sign(left[1], right[1])


def _sign(left: Value, right: Value) -> int:
    return int(left > right) - int(left < right)


def _instant(value: datetime) -> tuple[str, timedelta]:
    """Cut to milliseconds: the test suite of the standard compares no finer; the year 1 has no day before it."""
    since, offset = timedelta(value.toordinal()) + _since_midnight(value), value.utcoffset()
    return ("", since) if offset is None else ("UTC", since - offset)


def _clock(value: time) -> tuple[str, timedelta]:
    since_midnight = _since_midnight(value)
    if value.tzinfo is None:
        return "", since_midnight
    offset = value.utcoffset()
    return (str(value.tzinfo), since_midnight) if offset is None else ("UTC", since_midnight - offset)


def _since_midnight(value: time | datetime) -> timedelta:
    return timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, milliseconds=value.microsecond // 1000
    )


def _equal_lists(left: list[Value], right: list[Value]) -> bool | None:
    if len(left) != len(right):
        return False
    return _all(equal(a, b) for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Value], right: dict[str, Value]) -> bool | None:
    if left.keys() != right.keys():
        return False
    return _all(equal(_entry(value), _entry(right[key])) for key, value in left.items())


def _entry(value: Value) -> Value:
    return value if type(value) in KINDS else read(value)


def _equal_ranges(left: Range, right: Range) -> bool | None:
    if (left.low_included, left.high_included, left.operator) != (
        right.low_included,
        right.high_included,
        right.operator,
    ):
        return False
    return _all((equal(left.low, right.low), equal(left.high, right.high)))


def _all(answers: Any) -> bool | None:
    known: bool | None = True
    for answer in answers:
        if answer is False:
            return False
        known = known and answer
    return known


def _equal_by_order(left: Value, right: Value) -> bool | None:
    answer = order(left, right)
    return None if answer is None else answer == 0


_EQUALS: dict[type, Callable[[Any, Any], bool | None]] = {
    NoneType: lambda _left, _right: True,
    int: lambda left, right: bool(left == right),
    float: lambda left, right: bool(left == right),
    datetime: _equal_by_order,
    time: _equal_by_order,
    list: _equal_lists,
    dict: _equal_contexts,
    Range: _equal_ranges,
}
