"""FEEL types: which values they accept and how a value is made to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from gridflow.feel.values import CHINESE, Function, Range, Value, kind, read

BUILT_IN = frozenset(CHINESE) - {"list", "context", "range", "function", "null"} | {"Any", "Null"}
_OLD_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "any": "Any",
    "integer": "number",
    "long": "number",
    "double": "number",
    "datetime": "date and time",
}


@dataclass(frozen=True, slots=True)
class Type:
    """One type: a built-in name, or `list`, `range`, `context`, `function` with parts.

    `allows` is the check of a DMN item definition's allowed values.
    """

    name: str
    of: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    parameters: int = 0
    allows: Callable[[Value], bool | None] | None = field(default=None, compare=False)

    def accepts(self, value: Value) -> bool:
        """Tell whether a value other than null is of this type."""
        if value is None:
            return self.name == "Null"
        return self._has_shape(value) and (self.allows is None or self.allows(value) is True)

    def _has_shape(self, value: Value) -> bool:
        if self.name == "Any":
            return True
        if self.name != kind(value):
            return False
        check = _PARTS.get(self.name)
        return check(self, value) if check else True

    def fit(self, value: Value) -> Value:
        """Give the value as this type takes it, a list of one unwrapped or made; null where it does not fit."""
        if value is None or self.accepts(value):
            return value
        if isinstance(value, list) and len(value) == 1 and self.accepts(value[0]):
            return value[0]
        if self.name == "list" and not isinstance(value, list) and self.accepts([value]):
            return [value]
        return None


ANY = Type("Any")


def named(name: str) -> Type | None:
    """Find a built-in type by its name, also by the names of DMN 1.1."""
    name = _OLD_NAMES.get(name, name)
    return Type(name) if name in BUILT_IN else None


def _accepts_or_null(part: Type, value: Value) -> bool:
    return value is None or part.accepts(value)


def _list(wanted: Type, value: list[Value]) -> bool:
    return wanted.of is None or all(_accepts_or_null(wanted.of, item) for item in value)


def _context(wanted: Type, value: dict[str, Value]) -> bool:
    return all(name in value and _accepts_or_null(part, read(value[name])) for name, part in wanted.entries)


def _range(wanted: Type, value: Range) -> bool:
    return wanted.of is None or all(_accepts_or_null(wanted.of, end) for end in (value.low, value.high))


def _function(wanted: Type, value: Function) -> bool:
    return len(value.parameters) == wanted.parameters


_PARTS: dict[str, Callable[[Type, Value], bool]] = {
    "list": _list,
    "context": _context,
    "range": _range,
    "function": _function,
}
