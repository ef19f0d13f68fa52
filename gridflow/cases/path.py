"""The way a case took through one diagram, from what its record names."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from gridflow.bpmn import Node, Process

Visits = Mapping[str, tuple[int, ...]]
"""Elements as the record names them, process/element, to the numbers of their visits."""


@dataclass(frozen=True, slots=True)
class Path:
    """What of a diagram was passed, and which automatic steps were reached and not left."""

    elements: Visits
    flows: frozenset[str]
    reached: frozenset[str]


def path_in(process: Process, visits: Visits, flows: Set[str], active: Set[str]) -> Path:
    """Return the path through a process; `flows` may name those of others, `active` are tasks that wait.

    A call counts once something inside it happened: one over an empty list is passed without anything being done,
    and one that was broken off was begun all the same.
    """
    own = {element.rpartition("/")[2]: n for element, n in visits.items() if element.startswith(f"{process.id}/")}
    for node in process.nodes.values():
        if node.kind == "callActivity":
            came = any(process.flows[flow].source in own for flow in node.incoming if flow in flows)
            own = _with_call(own, node, _first_inside(node, visits), begun=came)
    reached = frozenset(
        node.id
        for node in process.nodes.values()
        if node.kind == "serviceTask" and node.id not in own and not flows.isdisjoint(node.incoming)
    )
    passed = own.keys() | active | reached
    taken = (flow for flow in process.flows.values() if flow.id in flows and {flow.source, flow.target} <= passed)
    return Path(own, frozenset(flow.id for flow in taken), reached)


def _with_call(
    own: dict[str, tuple[int, ...]], node: Node, first: int | None, *, begun: bool
) -> dict[str, tuple[int, ...]]:
    if first is None:
        return {element: numbers for element, numbers in own.items() if element != node.id}
    return own if node.id in own or not begun else {**own, node.id: (first,)}


def _first_inside(node: Node, visits: Visits) -> int | None:
    """Return the number of the first thing done in the process a call names."""
    inside = (numbers[0] for element, numbers in visits.items() if element.startswith(f"{node.called}/"))
    return min(inside, default=None)
