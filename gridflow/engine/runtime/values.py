"""The values a case may hold, and how they are written as JSON without ever being taken for anything else.

Plain JSON values stand for themselves. Every other value is an object whose only key is a mark, and an object
of the user's own that has a key beginning like a mark is written as a marked list of pairs: no data can pose as a tag.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from gridflow.engine.runtime.faults import StateUnreadable, ValueRefused
from gridflow.feel import Months

MARK: Final = "~"
DEEPEST: Final = 60
_SMALL: Final = 2**53


def own(value: object, path: str = "", depth: int = 0) -> Any:
    """Return a private copy of a value a case may hold, or raise ValueRefused with the path to what it may not.

    Mappings become dict, other sequences list, an instant gets a fixed offset so that it is the same after a restore.
    """
    if depth > DEEPEST:
        raise ValueRefused(path)
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        return {
            _key(key, path): own(item, f"{path}.{key}" if path else str(key), depth + 1) for key, item in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [own(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
    return _scalar(value, path)


def _text(value: str, path: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueRefused(path) from None
    return str(value)


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise ValueRefused(f"{path}[{key}]")
    return _text(key, path)


def _scalar(value: object, path: str) -> object:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueRefused(path)
        return value.replace(tzinfo=timezone(value.utcoffset() or timedelta()))
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueRefused(path)
    if isinstance(value, float) and not isfinite(value):
        raise ValueRefused(path)
    if value is None or isinstance(value, bool | int | float | Decimal | date | time | timedelta | Months):
        return value
    raise ValueRefused(path)


def pack(value: Any) -> Any:
    """Turn a value into what orjson writes; raises ValueRefused for a type no case may hold."""
    kind = value.__class__
    if kind is str or kind is bool or value is None or kind is float:
        return value
    if kind is int:
        return value if -_SMALL <= value <= _SMALL else {"~i": str(value)}
    if kind is dict:
        return _packed_dict(value)
    if kind is list:
        return [pack(item) for item in value]
    writer = _WRITERS.get(kind)
    if writer is None:
        raise ValueRefused("")
    return writer(value)


def _packed_dict(value: dict[str, Any]) -> dict[str, Any]:
    if any(key.startswith(MARK) for key in value):
        return {"~m": [[key, pack(item)] for key, item in value.items()]}
    return {key: pack(item) for key, item in value.items()}


def unpack(value: Any) -> Any:
    """Turn what orjson read back into the value; raises StateUnreadable for an unknown mark."""
    kind = value.__class__
    if kind is list:
        return [unpack(item) for item in value]
    if kind is not dict:
        return value
    if len(value) == 1:
        (key, item) = next(iter(value.items()))
        if key.startswith(MARK):
            return _marked(key, item)
    return {key: unpack(item) for key, item in value.items()}


def _marked(mark: str, value: Any) -> Any:
    reader = _READERS.get(mark)
    if reader is None:
        raise StateUnreadable(f"未知的数据标记 {mark}")
    return reader(value)


def _span(parts: list[int]) -> timedelta:
    return timedelta(days=parts[0], seconds=parts[1], microseconds=parts[2])


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Decimal: lambda v: {"~n": str(v)},
    date: lambda v: {"~d": v.isoformat()},
    datetime: lambda v: {"~D": v.isoformat()},
    time: lambda v: {"~t": v.isoformat()},
    timedelta: lambda v: {"~p": [v.days, v.seconds, v.microseconds]},
    Months: lambda v: {"~y": v.count},
}
_READERS: dict[str, Callable[[Any], Any]] = {
    "~i": int,
    "~m": lambda v: {key: unpack(item) for key, item in v},
    "~n": Decimal,
    "~d": date.fromisoformat,
    "~D": datetime.fromisoformat,
    "~t": time.fromisoformat,
    "~p": _span,
    "~y": Months,
}
