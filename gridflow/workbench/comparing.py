"""What changed between two versions of a procedure, in the words of each kind of file."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import PurePosixPath
from typing import Any

from gridflow.bpmn import Diagram, read
from gridflow.catalogue import Bundle
from gridflow.feel.decisions.document import open_document, part, parts, text_of

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
_CONTEXT = 2
_UNSAID = frozenset({"line", "incoming", "outgoing"})
"""What is not a change by itself: it follows from another one."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs."""

    kind: str
    """added, removed, changed or moved."""
    subject: str
    """The element, rule or field, by name and id."""
    what: str = ""
    """The property; empty for the thing as a whole."""
    old: str = ""
    new: str = ""
    element: str = ""
    """The id of a drawn element, to mark it."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs."""

    path: str
    kind: str
    """added, removed or changed."""
    changes: Sequence[Change] = ()
    lines: Sequence[str] = ()
    """A line-by-line comparison where there is no better one; each begins with +, - or a space."""


def compare(old: Bundle, new: Bundle) -> list[FileChange]:
    """Return what differs, file by file; files that can be read are compared by what they say, not by their text."""
    return [
        _file(path, old.files.get(path), new.files.get(path))
        for path in sorted({*old.files, *new.files})
        if old.files.get(path) != new.files.get(path)
    ]


def touched(changes: Sequence[FileChange]) -> frozenset[str]:
    """Return the ids of the drawn elements that differ."""
    return frozenset(one.element for file in changes for one in file.changes if one.element)


def _file(path: str, old: bytes | None, new: bytes | None) -> FileChange:
    if old is None:
        return FileChange(path, ADDED, lines=[f"+{line}" for line in (new or b"").decode().splitlines()])
    if new is None:
        return FileChange(path, REMOVED)
    compared = {".bpmn": _diagrams, ".dmn": _tables, ".json": _forms}.get(PurePosixPath(path).suffix)
    found = list(compared(old, new)) if compared else []
    return FileChange(path, CHANGED, found, () if found else _lines(old, new))


def _lines(old: bytes, new: bytes) -> list[str]:
    found = difflib.unified_diff(old.decode().splitlines(), new.decode().splitlines(), lineterm="", n=_CONTEXT)
    return [line for line in found if not line.startswith(("+++", "---"))]


# ------------------------------------------------------------ diagrams


def _diagrams(old: bytes, new: bytes) -> Iterator[Change]:
    before, after = read(old), read(new)
    yield from _things(_drawn(before), _drawn(after))
    for element, shape in after.shapes.items():
        there = before.shapes.get(element)
        if there and there.bounds != shape.bounds:
            yield Change(MOVED, _named(_drawn(after).get(element), element), element=element)


def _drawn(diagram: Diagram) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for process in diagram.processes.values():
        found |= {**process.nodes, **process.flows, **process.lanes}
    return found


def _things(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for one in before.keys() - after.keys():
        yield Change(REMOVED, _named(before[one], one))
    for one in after.keys() - before.keys():
        yield Change(ADDED, _named(after[one], one), element=one)
    for one, thing in after.items():
        for what, old, new in _properties(before.get(one), thing):
            yield Change(CHANGED, _named(thing, one), what, old, new, one)


def _properties(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    if before is None or type(before) is not type(after):
        return
    for field in fields(after):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old == new or field.name in _UNSAID:
            continue
        if isinstance(new, Mapping):
            names = sorted({*old, *new})
            yield from (
                (name, _said(old.get(name)), _said(new.get(name))) for name in names if old.get(name) != new.get(name)
            )
        else:
            yield field.name, _said(old), _said(new)


def _named(thing: Any, ident: str) -> str:
    name = getattr(thing, "name", "")
    return f"{name}（{ident}）" if name else ident


def _said(value: object) -> str:
    """Write a value; definitions of events by what they say."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "、".join(_said(one) for one in value)
    if hasattr(value, "__dataclass_fields__"):
        return " ".join(str(getattr(value, field.name)) for field in fields(value) if getattr(value, field.name))  # type: ignore[arg-type]
    return str(value)


# ------------------------------------------------------------ decision tables


def _tables(old: bytes, new: bytes) -> Iterator[Change]:
    before, after = _cells(old), _cells(new)
    for key in before.keys() - after.keys():
        yield Change(REMOVED, before[key].row, before[key].head, before[key].text)
    for key in after.keys() - before.keys():
        yield Change(ADDED, after[key].row, after[key].head, "", after[key].text)
    for key in sorted(after.keys() & before.keys()):
        if before[key].text != after[key].text:
            yield Change(CHANGED, after[key].row, after[key].head, before[key].text, after[key].text)


@dataclass(frozen=True, slots=True)
class _Cell:
    row: str
    """As people count it."""
    head: str
    text: str


def _cells(content: bytes) -> dict[tuple[str, str, int], _Cell]:
    """Return every cell by decision, rule and column; a rule is known by its id: one put in between moves none."""
    found: dict[tuple[str, str, int], _Cell] = {}
    for decision in parts(open_document(content), "decision"):
        ident, grid = decision.get("id") or "", part(decision, "decisionTable")
        name = decision.get("name") or ident
        if grid is None:
            found[ident, "", 0] = _Cell(name, "表达式", text_of(part(decision, "literalExpression")))
            continue
        found[ident, "", 0] = _Cell(name, "命中规则", grid.get("hitPolicy") or "UNIQUE")
        heads = [column.get("label") or text_of(part(column, "inputExpression")) for column in parts(grid, "input")]
        heads += [column.get("label") or column.get("name") or "" for column in parts(grid, "output")]
        for number, rule in enumerate(parts(grid, "rule"), 1):
            cells = [*parts(rule, "inputEntry"), *parts(rule, "outputEntry")]
            row, known = f"{name} 第 {number} 行", rule.get("id") or str(number)
            for column, (head, cell) in enumerate(zip(heads, cells, strict=False)):
                found[ident, known, column] = _Cell(row, head, text_of(cell))
    return found


# ------------------------------------------------------------ forms


def _forms(old: bytes, new: bytes) -> Iterator[Change]:
    before, after = _fields_of(old), _fields_of(new)
    for key in before.keys() - after.keys():
        yield Change(REMOVED, _labelled(before[key], key))
    for key in after.keys() - before.keys():
        yield Change(ADDED, _labelled(after[key], key))
    for key in after.keys() & before.keys():
        for what in sorted({*before[key], *after[key]}):
            was, now = before[key].get(what), after[key].get(what)
            if was != now:
                yield Change(CHANGED, _labelled(after[key], key), what, _json(was), _json(now))


def _fields_of(content: bytes) -> dict[str, dict[str, Any]]:
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


def _labelled(component: Mapping[str, Any], key: str) -> str:
    label = component.get("label")
    return f"{label}（{key}）" if label else key


def _json(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
