"""FEEL types: which values they accept and how a value is made to fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gridflow.feel.values import CHINESE, Value, kind, read

if TYPE_CHECKING:
    from gridflow.feel.running import Run

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

    `allows` is the check of a DMN item definition's allowed values. Every part looked at is a step of the run.
    """

    name: str
    of: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    parameters: int = 0
    allows: Callable[[Run, Value], bool | None] | None = field(default=None, compare=False)

    def accepts(self, run: Run, value: Value, *, lawful: bool = True) -> bool:
        """Tell whether a value other than null is of this type, and with `lawful` among its allowed values."""
        run.charge(1)
        if value is None:
            return self.name == "Null"
        if not self._has_shape(run, value, lawful=lawful):
            return False
        return not lawful or self.allows is None or self.allows(run, value) is True

    def _has_shape(self, run: Run, value: Value, *, lawful: bool) -> bool:
        if self.name == "Any":
            return True
        if self.name != kind(value):
            return False
        if self.name == "function":
            return self.parameters in (-1, len(value.parameters))
        return all(item is None or part.accepts(run, item, lawful=lawful) for part, item in self._inner(value))

    def _inner(self, value: Value) -> Iterator[tuple[Type, Value]]:
        """Pair the parts of a value with their types; an entry that is missing is a failure of its own."""
        if self.of is not None:
            yield from ((self.of, item) for item in (value if self.name == "list" else (value.low, value.high)))
        for name, part in self.entries:
            yield (part, read(value[name])) if name in value else (_NEVER, False)

    def fit(self, run: Run, value: Value) -> Value:
        """Give the value as this type takes it, a list of one unwrapped or made; null where it does not fit."""
        if value is None or self.accepts(run, value):
            return value
        if isinstance(value, list) and len(value) == 1 and self.accepts(run, value[0]):
            return value[0]
        if self.name == "list" and not isinstance(value, list) and self.accepts(run, [value]):
            return [value]
        return None


ANY = Type("Any")
_NEVER = Type("never")


def named(name: str) -> Type | None:
    """Find a built-in type by its name, also by the names of DMN 1.1."""
    name = _OLD_NAMES.get(name, name)
    return Type(name) if name in BUILT_IN else None
