"""Forms compared field by field, property by property."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridflow.formats import gettext as _
from gridflow.workbench.comparing.changes import ADDED, CHANGED, MOVED, REMOVED, Change, displaced, merged
from gridflow.workbench.comparing.meanings import NOTHING_KNOWN, Meanings

Fields = Mapping[str, Mapping[str, Any]]
NAMED_ABOVE = frozenset({"id", "label", "dateLabel", "type"})
"""What is said of a new field before its properties, or only means something to an editor."""


@dataclass(frozen=True, slots=True)
class Property:
    """What a field says of one thing in both versions."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of both versions."""

    key: str
    label: str
    type: str
    kind: str
    """added, removed, changed, moved (it stands elsewhere), or empty."""
    properties: Sequence[Property]
    """Those that differ; of a field that is only there once, all."""


def fields_of(old: bytes | None, new: bytes | None, known: Meanings = NOTHING_KNOWN) -> list[FieldChange]:
    """Return every field of two forms in their order."""
    before, after = (_flat_fields(content) if content else {} for content in (old, new))
    moved = displaced(list(before), list(after))
    return [
        _field(key, before.get(key), after.get(key), known, moved=key in moved)
        for key in merged(list(before), list(after))
    ]


def forms(old: bytes | None, new: bytes | None, known: Meanings = NOTHING_KNOWN) -> Iterator[Change]:
    """Yield what differs between two forms."""
    every = fields_of(old, new, known)
    often = Counter(field.label for field in every)
    for field in every:
        subject = field.label or field.key
        if field.label and often[field.label] > 1:
            subject = _("%(name)s（%(words)s）", name=field.label, words=field.key)
        if field.kind in (ADDED, REMOVED):
            pair = ("", field.type) if field.kind == ADDED else (field.type, "")
            yield Change(field.kind, subject, "type", *pair)
        if field.kind == ADDED and old is not None:  # a new form is read as it stands
            own = (one for one in field.properties if one.name not in NAMED_ABOVE)
            yield from (Change(ADDED, subject, one.name, "", one.new) for one in own)
        if field.kind == MOVED:
            yield Change(MOVED, subject)
        if field.kind == CHANGED:
            yield from (Change(CHANGED, subject, one.name, one.old, one.new) for one in field.properties)


def _field(
    key: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, known: Meanings, *, moved: bool
) -> FieldChange:
    was, now = old or {}, new or {}
    differing = [
        _property(name, was.get(name), now.get(name), known)
        for name in merged(list(was), list(now))
        if was.get(name) != now.get(name)
    ]
    kind = ADDED if old is None else REMOVED if new is None else CHANGED if differing else MOVED if moved else ""
    label, type_ = (str((new or was).get(name, "")) for name in ("label", "type"))
    return FieldChange(key, label, type_, kind, differing)


def _property(name: str, old: object, new: object, known: Meanings) -> Property:
    """Return what a field says of one thing; as it stands in the files where words do not tell the two apart."""
    pair = _said(name, old, known), _said(name, new, known)
    return Property(name, *(pair if pair[0] != pair[1] else (_json(old), _json(new))))


def _said(name: str, value: object, known: Meanings) -> str:
    if name == "values" and isinstance(value, list):
        return _("、").join(str(each.get("label") or each.get("value")) for each in value)
    return known.of(name, value) if isinstance(value, str) else _json(value)


def _flat_fields(content: bytes) -> Fields:
    """Return every property of every component, nested ones by a path of names, by the component's key."""
    found: dict[str, dict[str, Any]] = {}

    def walk(components: Sequence[dict[str, Any]], above: str) -> None:
        for number, one in enumerate(components):
            key = f"{above}{one.get('key') or one.get('path') or one.get('id') or number}"
            found[key] = dict(_flat(one, ""))
            walk(one.get("components", ()), f"{key}.")

    walk(json.loads(content).get("components", ()), "")
    return found


def _flat(value: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        if isinstance(one, Mapping):
            yield from _flat(one, f"{above}{name}.")
        elif name != "components":
            yield f"{above}{name}", one


def _json(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
