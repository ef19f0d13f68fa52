"""FEEL values as plain JSON."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gridflow.feel.errors import FeelLimit
from gridflow.feel.temporal import show
from gridflow.feel.values import Function, Months, Range, Value

MAX_PARTS = 500_000
MAX_NESTING = 100
MAX_DIGITS = 300
_PART_OF_TEXT = 16  # characters


def to_plain(value: Value) -> Value:
    """Turn a FEEL value into JSON data: whole numbers int, others float, instants and durations ISO text.

    A value of more than 500,000 parts, nested too deep or of more digits than a file may hold is a `FeelLimit`:
    a small expression can repeat one list or one long text many times.
    """
    return _Plain().of(value)


def for_record(values: Mapping[str, Value]) -> dict[str, Value]:
    """Turn values by name into plain JSON; contexts are left out, for they hold whole registers."""
    return {name: to_plain(value) for name, value in values.items() if not _holds_contexts(value)}


def _holds_contexts(value: Value) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list | tuple) and any(map(_holds_contexts, value)))


class _Plain:
    def __init__(self) -> None:
        self.parts = 0
        self.depth = 0

    def of(self, value: Value) -> Value:
        if isinstance(value, str):
            return self.of_text(value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Decimal):
            return _number(value)
        if isinstance(value, datetime | date | time):
            return value.isoformat()
        if isinstance(value, timedelta | Months):
            return show(value)
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise FeelLimit(f"结果套得太深，最多 {MAX_NESTING} 层。")
        found = self.of_many(value)
        self.depth -= 1
        return found

    def of_text(self, text: str) -> str:
        self.count(len(text) // _PART_OF_TEXT)
        return text

    def count(self, parts: int) -> None:
        self.parts += parts
        if self.parts > MAX_PARTS:
            raise FeelLimit(f"结果太大，最多 {MAX_PARTS} 项。")

    def of_many(self, value: Value) -> Value:
        if isinstance(value, Mapping | list | tuple):
            self.count(len(value))
        if isinstance(value, Mapping):
            return {self.of_text(str(key)): self.of(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return [self.of(item) for item in value]
        if isinstance(value, Range):
            return self.of(range_entries(value))
        assert isinstance(value, Function)  # noqa: S101  -- read() lets nothing else in
        return f"function {value.name}"


def _number(value: Decimal) -> int | float:
    if value.adjusted() >= MAX_DIGITS:
        raise FeelLimit(f"数字太大，最多 {MAX_DIGITS} 位。")
    return int(value) if value == value.to_integral_value() else float(value)


def range_entries(value: Range) -> dict[str, Value]:
    """Give a range as the context the standard describes it by."""
    return {
        "start": value.low,
        "end": value.high,
        "start included": value.low_included,
        "end included": value.high_included,
    }
