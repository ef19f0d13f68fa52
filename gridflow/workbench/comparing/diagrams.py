"""Diagrams compared by what they draw and say, element by element."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from gridflow.bpmn import Diagram
from gridflow.checking.opening import diagram
from gridflow.workbench.comparing.changes import ADDED, CHANGED, MOVED, REMOVED, Change

UNSAID = frozenset({"line", "incoming", "outgoing", "id", "strays", "unlisted_data"})
"""What is not a change by itself: it follows from another one."""
CONTENTS = frozenset({"nodes", "flows", "lanes"})
"""Things of their own; which lane a node stands in, the node says."""
IN_THE_NAME = frozenset({"name", "text", "parent"})
"""What need not be said of a thing that is only there once."""
REFERRING = frozenset({"parent", "lane", "attached_to", "default", "source", "target"})
"""What names another element."""
NOTHING = Diagram({})


def diagrams(old: bytes | None, new: bytes | None) -> Iterator[Change]:
    """Yield what differs between two diagrams, what was removed first."""
    before, after = (diagram(content) if content else NOTHING for content in (old, new))
    was, now = _drawn(before), _drawn(after)
    for one in was.keys() - now.keys():
        yield from _whole(REMOVED, one, was)
    for one, thing in now.items():
        if one not in was:
            yield from _whole(ADDED, one, now)
        else:
            for what, former, latter in _properties(was[one], thing):
                pair = _meant(what, former, was), _meant(what, latter, now)
                yield Change(CHANGED, named(thing, one), what, *pair, one)
    for one in _moved(before, after):
        yield Change(MOVED, named(now.get(one), one), element=one)


def marks(changes: Sequence[Change], *, old: bool) -> dict[str, str]:
    """Return how each drawn element of one side is marked: what was changed and moved counts as changed."""
    hidden, found = ADDED if old else REMOVED, {}
    for change in sorted(changes, key=lambda one: one.kind != MOVED):
        if change.element and change.kind != hidden:
            found[change.element] = change.kind
    return found


def named(thing: Any, ident: str) -> str:
    """Return what an element is called."""
    name = getattr(thing, "name", "") or getattr(thing, "text", "")
    return f"{name}（{ident}）" if name else ident


def _drawn(drawing: Diagram) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for process in drawing.processes.values():
        found |= {process.id: process, **process.lanes, **process.nodes, **process.flows}
    return found | dict(drawing.artifacts) | {one.id: one for one in drawing.participants}


def _whole(kind: str, ident: str, drawn: Mapping[str, Any]) -> Iterator[Change]:
    """Yield a thing that is there only once, with everything it says."""
    thing = drawn[ident]
    yield Change(kind, named(thing, ident), element=ident)
    for what, words in _said_of(thing).items():
        if what not in IN_THE_NAME:
            meant = _meant(what, words, drawn)
            pair = ("", meant) if kind == ADDED else (meant, "")
            yield Change(kind, named(thing, ident), what, *pair, ident)


def _meant(what: str, words: str, drawn: Mapping[str, Any]) -> str:
    """Return what a property says, another element by its name."""
    return named(drawn.get(words), words) if what in REFERRING else words


def _said_of(thing: Any) -> dict[str, str]:
    """Return every property that says something, the extensions' by their own names."""
    found: dict[str, str] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in UNSAID | CONTENTS or value == field.default or value in (None, "", ()):
            continue
        found |= (
            {name: said(each) for name, each in value.items()}
            if isinstance(value, Mapping)
            else {field.name: said(value)}
        )
    return found


def _properties(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    was, now = _said_of(before), _said_of(after)
    if type(before) is type(after):
        yield from (
            (what, was.get(what, ""), now.get(what, ""))
            for what in dict.fromkeys([*now, *was])
            if was.get(what) != now.get(what)
        )


def _moved(before: Diagram, after: Diagram) -> Iterator[str]:
    """Yield the shapes that stand elsewhere, and the flows led another way though both their ends stayed."""
    moved = {
        one for one, shape in after.shapes.items() if (there := before.shapes.get(one)) and there.bounds != shape.bounds
    }
    yield from moved
    for one, edge in after.edges.items():
        led, flow = before.edges.get(one), after.flows.get(one)
        if led and flow and led.points != edge.points and not {flow.source, flow.target} & moved:
            yield one


def said(value: object) -> str:
    """Write a value; definitions of events by what they say."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(said(one) for one in value)
    if is_dataclass(value):
        return " ".join(str(getattr(value, field.name)) for field in fields(value) if getattr(value, field.name))
    return str(value)
