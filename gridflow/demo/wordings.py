"""Other words for what people type in the worked examples, so that two hundred cases do not read alike."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FILE = Path(__file__).with_name("wordings.toml")

Wordings = Mapping[str, str]
"""A value of the examples to the one told instead."""


@dataclass(frozen=True, slots=True)
class Group:
    """Values that may stand for the first of them."""

    values: tuple[str, ...]
    beside: str | None
    """Only in examples that type this value too, and never the first itself."""


@cache
def groups() -> tuple[Group, ...]:
    """Read the groups; where two have the same first value, the earlier one counts."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["group"]
    return tuple(Group(tuple(group["values"]), group.get("beside")) for group in found)


def choose(rng: Random, typed: Collection[str]) -> Wordings:
    """Choose a value of each group for one case, whose example types these values."""
    chosen: dict[str, str] = {}
    for group in groups():
        choice = rng.choice(group.values[1:] if group.beside else group.values)
        if group.beside is None or group.beside in typed:
            chosen.setdefault(group.values[0], choice)
    return chosen


def reworded(value: Any, wordings: Wordings) -> Any:
    """Return what somebody types in other words, rows of tables included."""
    if isinstance(value, Mapping):
        return {key: reworded(part, wordings) for key, part in value.items()}
    if isinstance(value, list):
        return [reworded(part, wordings) for part in value]
    return wordings.get(value, value) if isinstance(value, str) else value


def texts(values: Iterable[Any]) -> Iterator[str]:
    """Yield every text among values, rows of tables included."""
    for value in values:
        if isinstance(value, Mapping):
            yield from texts(value.values())
        elif isinstance(value, list):
            yield from texts(value)
        elif isinstance(value, str):
            yield value
