"""Definitions: which version is in force, and the parsed form of a version, kept once per process."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.bpmn import Diagram, Node, read
from gridflow.catalogue import Bundle
from gridflow.engine.errors import DefinitionUnknown
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.engine.runtime import specs
from gridflow.feel import DecisionSet, read_decisions

MOST_BYTES = 12_000_000
"""Of the bundles a process keeps parsed, each of which takes three to five times as much then: at most about 50 MB.

All procedures of a city are about 3.5 MB.
"""


SHIPPED = "shipped"
"""The origin of a version that came with the product: the next one may replace it."""


@dataclass(frozen=True)
class Parsed:
    """One version, ready to run; shared by all threads and never changed."""

    id: str
    number: int
    bundle: Bundle
    size: int
    """Bytes of the bundle as stored."""

    @cached_property
    def diagrams(self) -> dict[str, Diagram]:
        """The main diagram and everything it calls, by process id."""
        return {process_id: read(self.bundle.diagram(process_id)) for process_id in self.bundle.process_ids}

    @cached_property
    def specs(self) -> specs.Specs:
        """What the engine runs."""
        files = {process_id: self.bundle.diagram(process_id) for process_id in self.bundle.process_ids}
        return specs.build(files, self.bundle.slug)

    @cached_property
    def decisions(self) -> DecisionSet:
        """Every decision of the bundle."""
        return DecisionSet.merge(read_decisions(content) for content in self.bundle.decision_files.values())

    @cached_property
    def nodes(self) -> dict[tuple[str, str], Node]:
        """Everything drawn, by process and element id."""
        return {
            (process.id, node.id): node
            for diagram in self.diagrams.values()
            for process in diagram.processes.values()
            for node in process.nodes.values()
        }

    @cached_property
    def _lane_attributes(self) -> dict[tuple[str, str], dict[str, str]]:
        return {
            (process.id, lane.id): dict(lane.attributes)
            for diagram in self.diagrams.values()
            for process in diagram.processes.values()
            for lane in process.lanes.values()
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of everything drawn, by element id and, where several diagrams share one, by process/element."""
        drawn = (process for diagram in self.diagrams.values() for process in diagram.processes.values())
        nodes = [(process.id, node) for process in drawn for node in process.nodes.values() if node.name]
        return {
            **{node.id: node.name for _, node in nodes},
            **{f"{process_id}/{node.id}": node.name for process_id, node in nodes},
        }

    def node(self, process_id: str, element_id: str) -> Node:
        """Return an element of a diagram."""
        return self.nodes[process_id, element_id]

    def has(self, process_id: str, element_id: str) -> bool:
        """Tell whether a diagram draws an element of that id; the engine has invisible ones of its own."""
        return (process_id, element_id) in self.nodes

    def attribute(self, process_id: str, node: Node, name: str) -> str | None:
        """Return a gridflow attribute of a node, else the one of its lane, else the one of its host."""
        if name in node.attributes:
            return node.attributes[name]
        lane = self._lane_attributes.get((process_id, node.lane or ""), {})
        if name in lane:
            return lane[name]
        above = node.attached_to or node.parent
        return None if above == process_id else self.attribute(process_id, self.node(process_id, above), name)


class ParsedVersions:
    """The versions this process has parsed, the most recently used kept, up to so many bytes of bundles."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[str, Parsed] = OrderedDict()
        self._lock = Lock()

    def get(self, session: Session, version_id: str) -> Parsed:
        """Return a version, parsing it at most once per process; reads the database only then."""
        with self._lock:
            parsed = self._kept.get(version_id) or _parse(session, version_id)
            self._kept[version_id] = parsed
            self._kept.move_to_end(version_id)
            while len(self._kept) > 1 and sum(each.size for each in self._kept.values()) > self._most:
                self._kept.popitem(last=False)
        return parsed


def version_in_force(session: Session, city: str, slug: str) -> str:
    """Return the id of the version that new cases of a city begin with."""
    version = session.scalar(select(Definition.in_force).where(Definition.city == city, Definition.slug == slug))
    if version is None:
        raise DefinitionUnknown(slug)
    return version


def publish(
    session: Session, bundle: Bundle, *, origin: str = SHIPPED, author: str | None = None, approver: str | None = None
) -> str:
    """Put a bundle in force for its city and return the version's id; an unchanged bundle publishes nothing."""
    definition = session.scalar(
        select(Definition).where(Definition.city == bundle.city, Definition.slug == bundle.slug)
    )
    if definition is None:
        definition = Definition(city=bundle.city, slug=bundle.slug)
        session.add(definition)
        session.flush()
    elif definition.in_force and session.get_one(DefinitionVersion, definition.in_force).digest == bundle.digest:
        return definition.in_force
    numbers = select(func.coalesce(func.max(DefinitionVersion.number), 0))
    version = DefinitionVersion(
        definition_id=definition.id,
        number=session.scalars(numbers.where(DefinitionVersion.definition_id == definition.id)).one() + 1,
        digest=bundle.digest,
        bundle=bundle.to_bytes(),
        origin=origin,
        author=author,
        approver=approver,
        created_at=clock.now(),
    )
    session.add(version)
    session.flush()
    definition.in_force = version.id
    session.flush()
    return version.id


def _parse(session: Session, version_id: str) -> Parsed:
    row = session.execute(
        select(DefinitionVersion.number, DefinitionVersion.bundle).where(DefinitionVersion.id == version_id)
    ).one()
    return Parsed(version_id, row.number, Bundle.from_bytes(row.bundle), len(row.bundle))
