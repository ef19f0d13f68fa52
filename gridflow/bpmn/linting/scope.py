"""A process or sub-process as the linter walks through it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.model import Diagram, Flow, Lane, Node, Process
from gridflow.bpmn.names import SUB_PROCESSES

Graph = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Scope:
    """The nodes that share one flow of tokens, with what is known around them."""

    id: str
    """The id of the process or of the sub-process."""
    process: Process
    diagram: Diagram
    knowledge: Knowledge

    @property
    def place(self) -> Process | Node:
        """What to point at when the whole scope is meant."""
        return self.process.nodes.get(self.id, self.process)

    @property
    def outermost(self) -> bool:
        """Whether this is the process itself."""
        return self.id == self.process.id

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes that stand directly in the scope."""
        return {node.id: node for node in self.process.inside(self.id)}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """The flows whose two ends stand directly in the scope."""
        return {
            flow.id: flow
            for flow in self.process.flows.values()
            if flow.source in self.nodes and flow.target in self.nodes
        }

    @property
    def is_called(self) -> bool:
        """Whether the process is made to be called: it declares data, or some diagram calls it."""
        return self.process.declares_data or self.process.id in self.knowledge.called

    def kind(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these kinds."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def leaving(self, node: Node) -> list[Flow]:
        """Return the usable flows out of a node."""
        return [self.flows[key] for key in node.outgoing if key in self.flows]

    def entering(self, node: Node) -> list[Flow]:
        """Return the usable flows into a node."""
        return [self.flows[key] for key in node.incoming if key in self.flows]

    def boundaries(self, node: Node) -> list[Node]:
        """Return the boundary events that sit on a node of this scope."""
        return [event for event in self.process.boundaries.get(node.id, ()) if event.id in self.nodes]

    @cached_property
    def after(self) -> Graph:
        """What may come next: along flows, and from an activity to its boundary events."""
        return {
            key: (*(f.target for f in self.leaving(node)), *(b.id for b in self.boundaries(node)))
            for key, node in self.nodes.items()
        }

    @cached_property
    def before(self) -> Graph:
        """What may have come before."""
        return reversed_graph(self.after)

    @cached_property
    def starts(self) -> tuple[Node, ...]:
        """The start events."""
        return tuple(self.kind("startEvent"))

    @cached_property
    def main(self) -> frozenset[str]:
        """What is reached from the start without a non-interrupting boundary event."""
        branches = {node.id for node in self.nodes.values() if is_branch(node)}
        return reached(self.after, (node.id for node in self.starts), without=branches)

    def lane(self, node: Node) -> Lane | None:
        """Return the innermost lane of a node."""
        return self.process.lanes.get(node.lane or "")

    def inherited(self, node: Node, attribute: str) -> str | None:
        """Return an attribute of a node, of its host if it is a boundary event, or of its lanes."""
        host = self.process.nodes.get(node.attached_to or "")
        for owner in (node, host, *self._lanes(node), *self._lanes(host)):
            if owner is not None and attribute in owner.attributes:
                return owner.attributes[attribute]
        return None

    def _lanes(self, node: Node | None) -> Iterator[Lane]:
        lane = None if node is None else self.lane(node)
        while lane is not None:
            yield lane
            lane = self.process.lanes.get(lane.parent or "")

    def called(self, process_id: str | None) -> Process | None:
        """Return the process of that id, from this file or from the bundle."""
        return process_of(self.diagram, self.knowledge, process_id)


def process_of(diagram: Diagram, knowledge: Knowledge, process_id: str | None) -> Process | None:
    """Return the process of that id, from this file or from the bundle."""
    key = process_id or ""
    if key in diagram.processes:
        return diagram.processes[key]
    other = (knowledge.processes or {}).get(key)
    return None if other is None else other.processes.get(key)


def scopes(diagram: Diagram, knowledge: Knowledge) -> Iterator[Scope]:
    """Yield every process and, after it, every sub-process in it."""
    for process in diagram.processes.values():
        yield Scope(process.id, process, diagram, knowledge)
        for node in process.nodes.values():
            if node.kind in SUB_PROCESSES:
                yield Scope(node.id, process, diagram, knowledge)


def is_branch(node: Node) -> bool:
    """Whether the node is a non-interrupting boundary event, which begins a branch of its own."""
    return node.kind == "boundaryEvent" and not node.interrupting


def reversed_graph(graph: Graph) -> Graph:
    """Return the graph with every arrow turned round."""
    found: dict[str, list[str]] = {key: [] for key in graph}
    for key, targets in graph.items():
        for target in targets:
            found[target].append(key)
    return {key: tuple(sources) for key, sources in found.items()}


def reached(graph: Graph, begin: Iterable[str], without: Iterable[str] = ()) -> frozenset[str]:
    """Return what can be reached, the beginning included, never stepping on `without`."""
    barred = frozenset(without)
    found = {key for key in begin if key not in barred}
    open_ends = list(found)
    while open_ends:
        for target in graph.get(open_ends.pop(), ()):
            if target not in found and target not in barred:
                found.add(target)
                open_ends.append(target)
    return frozenset(found)
