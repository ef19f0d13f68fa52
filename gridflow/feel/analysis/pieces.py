"""The values of one input cut into pieces, each of which every test answers alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from gridflow.feel.analysis.boundaries import ORDERED, NotAnalysable
from gridflow.feel.running import LOCAL
from gridflow.feel.values import DECIMALS, Months, Value, kind, order

_DAY = timedelta(days=1)
_TICK = timedelta(milliseconds=1)
"""Instants are compared no finer."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Values of one kind: one value, or all between two neighbouring constants (None has no end)."""

    kind: str
    low: Value
    high: Value
    point: bool
    """It is the one value `low`."""
    witness: Value
    """One of its values."""

    def holds(self, value: Value) -> bool:
        """Tell whether a value is one of the piece."""
        if self.kind == "unknown":
            return True
        if kind(value) != self.kind:
            return False
        if self.point:
            return bool(value == self.low)
        above = self.low is None or order(value, self.low) == 1
        return above and (self.high is None or order(value, self.high) == -1)


EMPTY = Piece("null", None, None, point=True, witness=None)
"""No value at all."""
ANYTHING = Piece("unknown", None, None, point=False, witness=None)
"""Whatever an input may be whose values cannot be cut."""


def cut(values: Iterable[Value], kinds: frozenset[str]) -> list[Piece]:
    """Return the pieces of the kinds given, or of the kinds of the constants where none is; null comes last.

    Raises NotAnalysable where constants of one kind have no order among each other.
    """
    known = [value for value in values if value is not None]
    wanted = kinds or frozenset(map(kind, known)) or frozenset({"string"})
    found: list[Piece] = []
    for each in (*ORDERED, "boolean"):
        if each in wanted:
            found += _of_kind(each, [value for value in known if kind(value) == each])
    return [*found, EMPTY]


def _of_kind(name: str, values: Sequence[Value]) -> list[Piece]:
    if name == "boolean":
        return [Piece(name, value, value, point=True, witness=value) for value in (True, False)]
    points = _sorted(values)
    found: list[Piece] = []
    for low, high in zip([None, *points], [*points, None], strict=True):
        if low is not None:
            found.append(Piece(name, low, low, point=True, witness=low))
        witness = _WITNESS[name](low, high)
        if witness is not None and _inside(witness, low, high):
            found.append(Piece(name, low, high, point=False, witness=witness))
    return found


def _inside(value: Value, low: Value, high: Value) -> bool:
    return (low is None or order(value, low) == 1) and (high is None or order(value, high) == -1)


def _sorted(values: Sequence[Value]) -> list[Value]:
    """Sort constants and leave out those that are equal."""

    def compare(left: Value, right: Value) -> int:
        answer = order(left, right)
        if answer is None:
            raise NotAnalysable
        return answer

    found: list[Value] = []
    for value in sorted(values, key=cmp_to_key(compare)):
        if not found or compare(found[-1], value):
            found.append(value)
    return found


# ------------------------------------------------------------ one value between two others


def _number(low: Decimal | None, high: Decimal | None) -> Decimal:
    if high is None:
        return Decimal(0) if low is None else low + 1
    if low is None:
        return high - 1
    return DECIMALS.divide(DECIMALS.add(low, high), Decimal(2))


def _string(low: str | None, high: str | None) -> str:
    """Return the text nearest behind the lower end: nothing lies between `a` and `a` with a first character added."""
    if low is None:
        return "" if high else "其他"
    return low + ("\0" if high is not None else "其他")


def _date(low: date | None, high: date | None) -> date | None:
    found: date | None = _shifted(low, high, _DAY, date(2026, 1, 1))
    return found


def _datetime(low: datetime | None, high: datetime | None) -> datetime | None:
    found: datetime | None = _shifted(low, high, _TICK, datetime(2026, 1, 1, tzinfo=LOCAL))
    return found


def _shifted(low: Any, high: Any, step: timedelta, usual: Any) -> Any:
    try:
        return usual if low is None and high is None else high - step if low is None else low + step
    except OverflowError:
        return None


def _time(low: time | None, high: time | None) -> time | None:
    """Times of a day have ends of their own."""
    if low is None:
        return time(0, tzinfo=high.tzinfo if high else None)
    at = datetime.combine(date(2026, 1, 1), low) + _TICK
    return at.timetz() if at.day == 1 else None


def _span(low: timedelta | None, high: timedelta | None) -> timedelta | None:
    found: timedelta | None = _shifted(low, high, timedelta(microseconds=1), timedelta())
    return found


def _months(low: Months | None, high: Months | None) -> Months:
    if low is not None:
        return Months(low.count + 1)
    return Months(high.count - 1 if high is not None else 0)


_WITNESS: dict[str, Callable[[Any, Any], Value]] = {
    "number": _number,
    "string": _string,
    "date": _date,
    "time": _time,
    "date and time": _datetime,
    "days and time duration": _span,
    "years and months duration": _months,
}
