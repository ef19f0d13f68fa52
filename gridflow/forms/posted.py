"""What a browser posted, sorted by field: single names, and rows named `key[0].field`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from gridflow.clock import SHANGHAI
from gridflow.forms.fields import Field
from gridflow.forms.files import Upload

PAGE_NAMES = re.compile(r"csrf_token|_.*")
"""Names the page itself posts; they are no fields."""

_ROW = re.compile(r"([a-z][a-z0-9_]*)\[([0-9]{1,3})\]\.([a-z][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Posted:
    """Values and files by name; rows are numbered from 0 without gaps, wholly blank ones left out."""

    values: Mapping[str, Sequence[str]]
    files: Mapping[str, Sequence[Upload]]
    rows: Mapping[str, int]
    """How many rows each list has."""
    unknown: tuple[str, ...] = field(default=())
    """Names the form does not have."""


def posted(
    components: Iterable[Field], values: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[Upload]]
) -> Posted:
    """Sort what was posted to a form."""
    names, lists = names_of(components)
    texts = {name: list(value) for name, value in values.items() if not PAGE_NAMES.fullmatch(name)}
    chosen = {name: [it for it in value if it.name or it.content] for name, value in files.items()}
    uploads = {name: kept for name, kept in chosen.items() if kept and not PAGE_NAMES.fullmatch(name)}
    known = {name: _place(name, lists) for name in texts.keys() | uploads.keys()}
    unknown = tuple(sorted(name for name, place in known.items() if place is None and name not in names))
    used = {place for name, place in known.items() if place and (uploads.get(name) or any(texts.get(name, ())))}
    order = {place: count for key in lists for count, place in enumerate(sorted(it for it in used if it[0] == key))}

    def renamed(name: str) -> str | None:
        place = known.get(name)
        if place is None:
            return name if name in names else None
        return f"{place[0]}[{order[place]}].{name.rpartition('.')[2]}" if place in order else None

    return Posted(
        {new: value for name, value in texts.items() if (new := renamed(name))},
        {new: value for name, value in uploads.items() if (new := renamed(name))},
        {key: sum(place[0] == key for place in order) for key in lists},
        unknown,
    )


def names_of(components: Iterable[Field]) -> tuple[set[str], dict[str, set[str]]]:
    """Return the names of single fields, and by key the columns of each list of rows."""
    names, lists = set[str](), dict[str, set[str]]()
    for component in components:
        if component.kind == "dynamiclist":
            lists[component.key] = {column.key for column in component.components if column.key}
        elif component.kind == "group":
            inner, inner_lists = names_of(component.components)
            names, lists = names | inner, lists | inner_lists
        elif component.key:
            names.add(component.key)
    return names, lists


def spelled(value: object) -> list[str]:
    """Write a value as a browser would post it."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [text for item in value for text in spelled(item)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, datetime):
        return [f"{value.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"]
    if isinstance(value, time):
        return [f"{value:%H:%M}"]
    return [value.isoformat() if isinstance(value, date) else _plain(value)]


def flattened(values: Mapping[str, object]) -> dict[str, list[str]]:
    """Write values as a browser would post them, rows included; what was posted stays as it is."""
    flat: dict[str, list[str]] = {}
    for name, value in values.items():
        if isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value):
            for index, row in enumerate(value):
                flat |= {f"{name}[{index}].{key}": spelled(inner) for key, inner in row.items()}
        else:
            flat[name] = spelled(value)
    return flat


def _place(name: str, lists: Mapping[str, set[str]]) -> tuple[str, int] | None:
    found = _ROW.fullmatch(name)
    return (found[1], int(found[2])) if found and found[3] in lists.get(found[1], ()) else None


def _plain(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
