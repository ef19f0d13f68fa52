"""FEEL values as plain JSON."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from gridflow.feel.temporal import show
from gridflow.feel.values import Function, Months, Range, Value


def to_plain(value: Value) -> Value:
    """Turn a FEEL value into JSON data: whole numbers int, others float, instants and durations ISO text."""
    if value is None or isinstance(value, bool | str | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta | Months):
        return show(value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Range):
        return {
            "start": to_plain(value.low),
            "end": to_plain(value.high),
            "start included": value.low_included,
            "end included": value.high_included,
        }
    assert isinstance(value, Function)  # noqa: S101 - read() lets nothing else in
    return f"function {value.name}"
