"""The flow of tokens played through: every marking a scope can come into, as far as a cap allows.

A place is a sequence flow; chains of plain steps count as one place. Conditions are taken to be free: whatever
the drawing permits may happen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.model import Node

Marking = frozenset[str]
MOST_MARKINGS = 4_000
MOST_ANSWERS = 6
SPLITTING = frozenset({"exclusiveGateway", "eventBasedGateway"})


@dataclass(slots=True)
class Played:
    """What came out of playing."""

    stuck: dict[str, frozenset[str]] = field(default_factory=dict)
    """Joins that wait for ever, with the flows on which nothing comes."""
    crowded: set[str] = field(default_factory=set)
    """Nodes that put a second token where one still lies."""
    apart: set[str] = field(default_factory=set)
    """End events reached while other tokens were still under way."""
    markings: int = 0
    complete: bool = True
    """False if the cap was hit, so that nothing is proved."""


@dataclass(frozen=True)
class Net:
    """A scope as a net of places."""

    scope: Scope

    @cached_property
    def place(self) -> Mapping[str, str]:
        """The place of each flow: the first flow of its chain of plain steps."""
        found = {key: key for key in self.scope.flows}
        for node in self.scope.nodes.values():
            if self._plain(node):
                found[node.outgoing[0]] = node.incoming[0]
        return {key: _first(found, key) for key in found}

    def _plain(self, node: Node) -> bool:
        one_way = len(self.scope.entering(node)) == len(self.scope.leaving(node)) == 1
        alone = len(node.incoming) == len(node.outgoing) == 1
        return one_way and alone and not self._interruptions(node)

    def _interruptions(self, node: Node) -> list[Node]:
        return [event for event in self.scope.boundaries(node) if event.interrupting]

    def into(self, node: Node) -> list[str]:
        """Return the places a node takes from."""
        return self._ins[node.id]

    def out(self, node: Node) -> list[str]:
        """Return the places a node puts to."""
        return self._outs[node.id]

    @cached_property
    def _ins(self) -> Mapping[str, list[str]]:
        nodes = self.scope.nodes.values()
        return {node.id: [self.place[flow.id] for flow in self.scope.entering(node)] for node in nodes}

    @cached_property
    def _outs(self) -> Mapping[str, list[str]]:
        nodes = self.scope.nodes.values()
        return {node.id: [self.place[flow.id] for flow in self.scope.leaving(node)] for node in nodes}

    def play(self, most: int = MOST_MARKINGS) -> Played:
        """Play from the start, and each branch beside its host by itself; stop after `most` markings in all."""
        played = Played()
        begins = [*self.scope.starts[:1], *(n for n in self.scope.kind("boundaryEvent") if not n.interrupting)]
        for node in begins:
            self._from(frozenset(self.out(node)), played, most)
        return played

    def _from(self, first: Marking, played: Played, most: int) -> None:
        seen = {first}
        waiting = [first]
        while waiting:
            marking = waiting.pop()
            nexts = [after for after in self._steps(marking, played) if after not in seen]
            seen.update(nexts)
            waiting.extend(nexts)
            played.markings += 1
            if played.markings > most:
                played.complete = False
                return

    def _steps(self, marking: Marking, played: Played) -> list[Marking]:
        nexts: list[Marking] = []
        for node in self._takers(marking):
            for taken in self._taken(node, marking):
                rest = marking - taken
                if node.kind == "endEvent" and rest:
                    played.apart.add(node.id)
                nexts.extend(self._put(node, rest, played))
        if marking and not nexts:
            self._blame(marking, played)
        return nexts

    def _takers(self, marking: Marking) -> list[Node]:
        return [self.scope.nodes[key] for key in sorted({k for place in marking for k in self._readers[place]})]

    @cached_property
    def _readers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.place.values(), ())
        for node in self.scope.nodes.values():
            if not self._plain(node):
                for place in self.into(node):
                    found[place] = (*found[place], node.id)
        return found

    def _taken(self, node: Node, marking: Marking) -> Iterator[Marking]:
        """Yield each set of tokens the node could take now."""
        places = frozenset(self.into(node))
        if node.kind == "parallelGateway":
            if places <= marking:
                yield places
        elif node.kind == "inclusiveGateway":
            if not self._may_still_come(node, marking):
                yield places & marking
        else:
            yield from (frozenset({place}) for place in sorted(places & marking))

    def _may_still_come(self, node: Node, marking: Marking) -> bool:
        """Whether a token elsewhere could reach a way in that is still empty."""
        places = frozenset(self.into(node))
        return any(self._upstream(node, place) & (marking - places) for place in places - marking)

    def _upstream(self, join: Node, place: str) -> Marking:
        key = (join.id, place)
        if key not in self._upstreams:
            self._upstreams[key] = self._search_upstream(join, place)
        return self._upstreams[key]

    @cached_property
    def _upstreams(self) -> dict[tuple[str, str], Marking]:
        return {}

    def _search_upstream(self, join: Node, place: str) -> Marking:
        found, waiting = {place}, [place]
        while waiting:
            for key in self._writers[waiting.pop()]:
                if key == join.id:
                    continue
                fresh = set(self.into(self.scope.nodes[key])) - found
                found |= fresh
                waiting.extend(fresh)
        return frozenset(found)

    @cached_property
    def _writers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = dict.fromkeys(self.place.values(), ())
        for node in self.scope.nodes.values():
            for event in (node, *self._interruptions(node)):
                for place in self.out(event) if not self._plain(node) else ():
                    found[place] = (*found[place], node.id)
        return found

    def _put(self, node: Node, rest: Marking, played: Played) -> Iterator[Marking]:
        if node.kind == "endEvent" and node.event and node.event.kind == "terminate":
            yield frozenset()
            return
        for places in self._results(node):
            if rest & places:
                played.crowded.add(node.id)
            else:
                yield rest | places

    def _results(self, node: Node) -> Iterator[Marking]:
        """Yield each set of places the node may put tokens to; nothing out means the token is used up."""
        out = self.out(node)
        if node.kind in SPLITTING and out:
            yield from (frozenset({place}) for place in out)
        elif node.kind == "inclusiveGateway" and len(out) > 1:
            yield from self._answers(out)
        else:
            yield frozenset(out)
        for event in self._interruptions(node):
            yield frozenset(self.out(event))

    def _answers(self, out: list[str]) -> Iterator[Marking]:
        sizes = range(1, len(out) + 1) if len(out) <= MOST_ANSWERS else (1, len(out))
        for size in sizes:
            yield from (frozenset(chosen) for chosen in combinations(out, size))

    def _blame(self, marking: Marking, played: Played) -> None:
        for node in self._takers(marking):
            missing = [f.id for f in self.scope.entering(node) if self.place[f.id] not in marking]
            if missing:
                played.stuck[node.id] = frozenset(missing)


def _first(links: Mapping[str, str], key: str) -> str:
    seen = {key}
    while links[key] != key and links[key] not in seen:
        key = links[key]
        seen.add(key)
    return min(seen) if links[key] != key else key
