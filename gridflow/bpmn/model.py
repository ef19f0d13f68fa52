"""A diagram file as frozen values: what it says, not whether it makes sense."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """What an event waits for or throws."""

    kind: str
    """timer, message, signal, error, escalation, terminate, link, compensate, conditional or cancel."""
    ref: str | None = None
    """The id of the message, signal, error or escalation."""
    name: str | None = None
    """Its name, or its code where it has one; None if nothing of that id is declared."""
    timer: str | None = None
    """timeDate, timeDuration or timeCycle."""
    text: str | None = None
    """The timer's or the condition's expression."""
    payload: str | None = None
    """FEEL giving what is sent with it."""
    variable: str | None = None
    """Where what comes with it is put; None for the id of the event."""


@dataclass(frozen=True, slots=True)
class Loop:
    """How often an activity is done."""

    kind: str
    """parallel, sequential (both multi-instance) or standard."""
    collection: str | None = None
    """The variable that holds the list, one instance an entry."""
    item: str | None = None
    """The variable that holds the entry in each instance."""
    output_collection: str | None = None
    output_item: str | None = None
    cardinality: str | None = None
    condition: str | None = None
    """Completion condition of a multi-instance, loop condition of a standard loop."""
    maximum: str | None = None
    test_before: bool = False
    several: bool = False
    """Another repetition is written beside this one."""


@dataclass(frozen=True, slots=True)
class Node:
    """A task, event, gateway, call or sub-process."""

    id: str
    name: str
    kind: str
    """The BPMN tag: userTask, exclusiveGateway ..."""
    parent: str
    """The id of the sub-process or process it stands in."""
    line: int = 0
    lane: str | None = None
    """The innermost lane; the nodes of a sub-process have that of the sub-process."""
    attached_to: str | None = None
    interrupting: bool = True
    events: tuple[EventDefinition, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The gridflow: attributes."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """The gridflow:input parameters, name to FEEL."""
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str | None = None
    called: str | None = None
    """The process a call activity calls, or the decision of a business rule task."""
    loop: Loop | None = None
    triggered_by_event: bool = False
    declares_data: bool = False
    """It has an ioSpecification of its own."""
    ignored: tuple[str, ...] = ()
    """Attributes of the standard that would change how it runs, and that the engine does not look at."""

    @property
    def event(self) -> EventDefinition | None:
        """The event definition, None for a plain event; the linter refuses more than one."""
        return self.events[0] if self.events else None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow."""

    id: str
    name: str
    source: str
    target: str
    parent: str
    condition: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane; `nodes` are the ids written in it, not those of lanes inside it."""

    id: str
    name: str
    nodes: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Stray:
    """An element that stands among the nodes and is none Gridflow knows."""

    id: str
    name: str
    tag: str
    line: int = 0


@dataclass(frozen=True)
class Process:
    """One process with everything in it, sub-processes included (`Node.parent` tells where)."""

    id: str
    name: str
    executable: bool = True
    nodes: Mapping[str, Node] = field(default_factory=dict)
    flows: Mapping[str, Flow] = field(default_factory=dict)
    lanes: Mapping[str, Lane] = field(default_factory=dict)
    declares_data: bool = False
    """It has an ioSpecification, so that only what is declared passes in and out."""
    data_inputs: tuple[str, ...] = ()
    """Variable names taken from the caller: every datum declared, as the engine counts them."""
    data_outputs: tuple[str, ...] = ()
    optional_inputs: tuple[str, ...] = ()
    """Those of the inputs the caller may lack."""
    unlisted_data: tuple[str, ...] = ()
    """Those of the inputs and outputs that stand in no inputSet or outputSet."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    strays: tuple[Stray, ...] = ()
    line: int = 0

    @property
    def required_inputs(self) -> frozenset[str]:
        """The variables without which a call of this process stops."""
        return frozenset(self.data_inputs).difference(self.optional_inputs)

    def inside(self, parent: str) -> Iterator[Node]:
        """Yield the nodes that stand directly in a sub-process or in the process itself."""
        return (node for node in self.nodes.values() if node.parent == parent)

    @cached_property
    def boundaries(self) -> Mapping[str, tuple[Node, ...]]:
        """The boundary events of each activity, by its id."""
        found: dict[str, tuple[Node, ...]] = {}
        for node in self.nodes.values():
            if node.attached_to is not None:
                found[node.attached_to] = (*found.get(node.attached_to, ()), node)
        return found


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in diagram units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an element is drawn."""

    element: str
    bounds: Bounds
    label: Bounds | None = None
    expanded: bool = True
    horizontal: bool = True


@dataclass(frozen=True, slots=True)
class Edge:
    """How a flow, message flow or association is drawn."""

    element: str
    points: tuple[tuple[float, float], ...]
    label: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Artifact:
    """An annotation, group, data object or store: drawn, never run."""

    id: str
    kind: str
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """A pool; `process` is None for one that is not described."""

    id: str
    name: str
    process: str | None
    line: int = 0


@dataclass(frozen=True, slots=True)
class Connection:
    """A message flow or an association."""

    id: str
    kind: str
    """messageFlow, association, dataInputAssociation or dataOutputAssociation."""
    name: str
    source: str | None
    target: str | None
    line: int = 0


@dataclass(frozen=True)
class Diagram:
    """Everything in one file."""

    processes: Mapping[str, Process]
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    edges: Mapping[str, Edge] = field(default_factory=dict)
    participants: tuple[Participant, ...] = ()
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    repeated_ids: tuple[tuple[str, int], ...] = ()
    """Ids given twice, with the line of the second."""
    anonymous: tuple[tuple[str, int], ...] = ()
    """Nodes and flows without an id: tag and line. They stand in the process under an id of the form `?line`."""
    foreign: tuple[tuple[str, str, int], ...] = ()
    """Namespaces of other products' extensions inside processes, with id and line of the first."""

    @cached_property
    def nodes(self) -> Mapping[str, Node]:
        """Every node of every process."""
        return {node.id: node for process in self.processes.values() for node in process.nodes.values()}

    @cached_property
    def flows(self) -> Mapping[str, Flow]:
        """Every sequence flow of every process."""
        return {flow.id: flow for process in self.processes.values() for flow in process.flows.values()}

    def touching(self, node: Node) -> list[tuple[float, float]]:
        """Return the points where drawn flows meet a node."""
        starts = [self.edges[key].points[0] for key in node.outgoing if key in self.edges]
        return starts + [self.edges[key].points[-1] for key in node.incoming if key in self.edges]
