"""Which joins a token can reach by which of their flows: whoever changes that would starve or flood a join."""

from collections import deque
from collections.abc import Mapping

from gridflow.bpmn import Node, Process

Reached = Mapping[str, frozenset[str]]
"""Parallel joins by id, with the nodes before them from which the token can come in."""


def joins(process: Process, scope: str) -> dict[str, frozenset[str]]:
    """Return the parallel gateways of a (sub-)process that wait for several tokens, with the nodes before them."""
    return {
        node.id: frozenset(process.flows[flow].source for flow in node.incoming)
        for node in process.inside(scope)
        if node.kind == "parallelGateway" and len(node.incoming) > 1
    }


def reached(process: Process, element_id: str) -> Reached:
    """Return the joins that a token at an element can still reach without passing them first."""
    scope = process.nodes[element_id].parent
    found = {join: _sources(process, element_id, join) & into for join, into in joins(process, scope).items()}
    return {join: sources for join, sources in found.items() if sources}


def _sources(process: Process, start: str, join: str) -> frozenset[str]:
    """Return every node a token can pass on its way, the join and what follows it left out."""
    seen, queue = {start}, deque([process.nodes[start]])
    while queue:
        for after in _next(process, queue.popleft()):
            if after.id != join and after.id not in seen:
                seen.add(after.id)
                queue.append(after)
    return frozenset(seen)


def _next(process: Process, node: Node) -> list[Node]:
    leaving = [*node.outgoing, *(flow for event in process.boundaries.get(node.id, ()) for flow in event.outgoing)]
    return [process.nodes[process.flows[flow].target] for flow in leaving]


def upset(process: Process, before: Reached, after: Reached, *, alone: bool) -> list[str]:
    """Return the names of the joins that would wait for ever, or go on too early, if a token changed its place.

    A token that is alone may also stand before or behind a whole parallel region, never inside it.
    """
    return [
        process.nodes[join].name or join
        for join in sorted({*before, *after})
        if join in process.nodes
        and before.get(join, frozenset()) != after.get(join, frozenset())
        and not (alone and _outside(process, before, join) and _outside(process, after, join))
    ]


def _outside(process: Process, places: Reached, join: str) -> bool:
    return places.get(join, frozenset()) in (frozenset(), joins(process, process.nodes[join].parent).get(join))
