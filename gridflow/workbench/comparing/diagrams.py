"""Diagrams compared by what they draw and say, element by element."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from gridflow.bpmn import Diagram
from gridflow.bpmn.model import Flow
from gridflow.checking.opening import diagram
from gridflow.formats import gettext as _
from gridflow.workbench.comparing.changes import ADDED, CHANGED, MOVED, REMOVED, Change
from gridflow.workbench.comparing.meanings import NOTHING_KNOWN, Meanings
from gridflow.workbench.words import value_word

UNSAID = frozenset({"line", "incoming", "outgoing", "id", "strays", "unlisted_data"})
"""What is not a change by itself: it follows from another one."""
CONTENTS = frozenset({"nodes", "flows", "lanes"})
"""Things of their own; which lane a node stands in, the node says."""
IN_THE_NAME = frozenset({"name", "text", "parent"})
"""What need not be said of a thing that is only there once."""
REFERRING = frozenset({"parent", "lane", "attached_to", "default", "source", "target"})
"""What names another element."""
NOTHING = Diagram({})


def diagrams(old: bytes | None, new: bytes | None, meanings: Meanings = NOTHING_KNOWN) -> Iterator[Change]:
    """Yield what differs between two diagrams, what was removed first."""
    before, after = (diagram(content) if content else NOTHING for content in (old, new))
    was, now = _Drawn.of(before, meanings), _Drawn.of(after, meanings)
    for one in was.things.keys() - now.things.keys():
        yield from _whole(REMOVED, one, was)
    for one in now.things:
        if one not in was.things:
            yield from _whole(ADDED, one, now)
        else:
            yield from _properties(one, was, now)
    for one in _moved(before, after):
        yield Change(MOVED, now.named(one), element=one)


def marks(changes: Sequence[Change], *, old: bool) -> dict[str, str]:
    """Return how each drawn element of one side is marked: what was changed and moved counts as changed."""
    hidden, found = ADDED if old else REMOVED, {}
    for change in sorted(changes, key=lambda one: one.kind != MOVED):
        if change.element and change.kind != hidden:
            found[change.element] = change.kind
    return found


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a diagram draws, by id."""

    things: Mapping[str, Any]
    names: Mapping[str, int]
    """How many things are called so."""
    meanings: Meanings

    @classmethod
    def of(cls, drawing: Diagram, meanings: Meanings) -> "_Drawn":
        """Gather everything a diagram draws."""
        found: dict[str, Any] = {}
        for process in drawing.processes.values():
            found |= {process.id: process, **process.lanes, **process.nodes, **process.flows}
        found |= dict(drawing.artifacts) | {one.id: one for one in drawing.participants}
        return cls(found, Counter(_name(thing) for thing in found.values()), meanings)

    def named(self, ident: str) -> str:
        """Return what a thing is called: by its name, with its id where several have it; a flow by its ends."""
        thing = self.things.get(ident)
        name = _name(thing)
        if isinstance(thing, Flow):
            ends = f"{self.named(thing.source)} → {self.named(thing.target)}"
            return _("%(name)s（%(words)s）", name=ends, words=name) if name else ends
        if name:
            return name if self.names[name] == 1 else _("%(name)s（%(words)s）", name=name, words=ident)
        kind = value_word("kind", getattr(thing, "kind", ""))
        return _("%(name)s（%(words)s）", name=kind, words=ident) if kind else ident

    def said(self, what: str, value: object) -> str:
        """Return what a property says, another element by its name."""
        return self.named(str(value)) if what in REFERRING else self.meanings.of(what, value)


def _name(thing: Any) -> str:
    return getattr(thing, "name", "") or getattr(thing, "text", "")


def _whole(kind: str, ident: str, drawn: _Drawn) -> Iterator[Change]:
    """Yield a thing that is there only once, with everything it says."""
    subject = drawn.named(ident)
    yield Change(kind, subject, element=ident)
    for what, value in _said_of(drawn.things[ident]).items():
        if what not in IN_THE_NAME:
            words = drawn.said(what, value)
            old, new = ("", words) if kind == ADDED else (words, "")
            yield Change(kind, subject, what, old, new, ident)


def _said_of(thing: Any) -> dict[str, object]:
    """Return every property that says something, the extensions' by their own names."""
    found: dict[str, object] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in UNSAID | CONTENTS or value == field.default or value in (None, "", ()):
            continue
        found |= value if isinstance(value, Mapping) else {field.name: value}
    return found


def _properties(ident: str, was: _Drawn, now: _Drawn) -> Iterator[Change]:
    before, after = was.things[ident], now.things[ident]
    if type(before) is not type(after):
        return
    former, latter = _said_of(before), _said_of(after)
    for what in dict.fromkeys([*latter, *former]):
        if former.get(what) != latter.get(what):
            sides = ((was, former), (now, latter))
            old, new = (side.said(what, one[what]) if what in one else "" for side, one in sides)
            if old == new:
                old, new = (str(one.get(what, "")) for _side, one in sides)
            yield Change(CHANGED, now.named(ident), what, old, new, ident)


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
