"""What nobody is asked at, counted from the record: decisions, automatic steps, events, ends, and ways from gateways.

Every command's entry names the elements it completed and the flows it passed, flows without their diagram.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry
from gridflow.bpmn import Diagram, Flow, Node, Process
from gridflow.cases.keeping import open_to
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import members, table
from gridflow.engine.models import Instance
from gridflow.engine.operations.models import Migration
from gridflow.workbench.insight.cases import PAGE
from gridflow.workbench.insight.counting import HALF, NINETY
from gridflow.workbench.insight.entries import Written, alike
from gridflow.workbench.insight.period import Period, answered_for
from gridflow.workbench.insight.waits import TIMED, leading_in, waits
from gridflow.workbench.words import value_word

ENTRIES, INSTANCES, CASES, MIGRATIONS = (table(each) for each in (AuditEntry, Instance, Case, Migration))
SHOWN_OTHERWISE = frozenset({"userTask", "manualTask", "callActivity"})
"""Tasks of people are counted by their rows, calls by the diagram they call."""
DECIDING = frozenset({"exclusiveGateway", "inclusiveGateway"})
FLOW = "sequenceFlow"
Counts = Mapping[str, tuple[int, int]]
"""How many cases, and how many times, by name."""


@dataclass(frozen=True, slots=True)
class Passing:
    """How often something was passed in a period."""

    name: str
    kind: str
    cases: int | None
    """None where the record does not say which flow it was."""
    times: int | None
    """None of a flow, and of what is done for each of many: the record may name it more than once."""
    half: float | None = None
    """How many hours the one in the middle took; None where the record does not say, and of what takes no time."""
    ninety: float | None = None
    """How many hours nine in ten do not outlast."""

    @property
    def timed(self) -> bool:
        """Whether it is a step that may take time."""
        return self.kind in TIMED


@dataclass(frozen=True, slots=True)
class Passer:
    """A case that passed something."""

    case_id: str
    instance_id: str
    number: str
    at: datetime
    """The last time."""


def passings(
    session: Session, office: Office, viewer: Viewer, slug: str, period: Period, diagrams: Mapping[str, Diagram]
) -> dict[tuple[str, str], Passing]:
    """Return how often the elements and flows of the diagrams in force were passed, and how long steps took."""
    here = recorded(viewer, slug, period)
    entries, present = alike(session, here)
    versions = [diagrams, *_others(session, office, here, present)]
    told = told_apart(versions)
    elements = _by_name((each.elements, each.entries) for each in entries)
    flows = _by_name((each.flows, each.entries) for each in entries)
    lasted = waits(entries, leading_in(versions, told))
    found: dict[tuple[str, str], Passing] = {}
    for process_id, process in _processes(diagrams):
        for node in process.nodes.values():
            if node.kind in SHOWN_OTHERWISE:
                continue
            step = f"{process_id}/{node.id}"
            cases, times = elements.get(step, (0, 0))
            hours = (lasted.get(step, {}).get(percent) for percent in (HALF, NINETY))
            found[process_id, node.id] = Passing(called(node), node.kind, cases, None if node.loop else times, *hours)
            for flow in ways(process, node):
                passed = flows.get(flow.id, (0, 0))[0] if flow.id in told else None
                found[process_id, flow.id] = Passing(way_name(process, flow), FLOW, passed, None)
    return found


def passers(
    session: Session, viewer: Viewer, slug: str, period: Period, process: str, element: str, page: int, *, flow: bool
) -> tuple[Sequence[Passer], bool]:
    """Return fifty cases that passed an element or a flow, the newest first, without cases kept from the viewer."""
    member = members(session, ENTRIES.c.flows if flow else ENTRIES.c.elements)
    last = func.max(ENTRIES.c.at, type_=ENTRIES.c.at.type)
    rows = session.execute(
        select(CASES.c.id, CASES.c.number, func.max(ENTRIES.c.instance_id).label("instance_id"), last.label("last"))
        .join_from(ENTRIES, INSTANCES, INSTANCES.c.id == ENTRIES.c.instance_id)
        .join(CASES, CASES.c.id == ENTRIES.c.case_id)
        .join(member, true())
        .where(recorded(viewer, slug, period), member.c.value == (element if flow else f"{process}/{element}"))
        .where(open_to(viewer))
        .group_by(CASES.c.id, CASES.c.number)
        .order_by(last.desc(), CASES.c.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    return [Passer(row.id, row.instance_id, row.number, row.last) for row in rows[:PAGE]], len(rows) > PAGE


def recorded(viewer: Viewer, slug: str, period: Period) -> ColumnElement[bool]:
    """Return the condition of the entries that count; the statement joins the instances."""
    first, over = period.instants
    during = and_(ENTRIES.c.city == viewer.city.code, ENTRIES.c.at >= first, ENTRIES.c.at < over)
    return and_(during, INSTANCES.c.slug == slug, answered_for(viewer, ENTRIES.c.case_id))


def ways(process: Process, node: Node) -> list[Flow]:
    """Return the flows a gateway decides between; what others send on has gone every way."""
    flows = [process.flows[each] for each in node.outgoing if each in process.flows]
    return flows if node.kind in DECIDING and len(flows) > 1 else []


def way_name(process: Process, flow: Flow) -> str:
    """Return what a way from a gateway is called: by its answer, else by what it leads to."""
    return f"{called(process.nodes[flow.source])} → {flow.name or called(process.nodes[flow.target])}"


def told_apart(versions: Iterable[Mapping[str, Diagram]]) -> frozenset[str]:
    """Return the flows that were the same in every version, and of one diagram."""
    drawn: dict[str, set[tuple[str, str, str]]] = {}
    for diagrams in versions:
        for process_id, process in _processes(diagrams):
            for flow in process.flows.values():
                drawn.setdefault(flow.id, set()).add((process_id, flow.source, flow.target))
    return frozenset(flow for flow, places in drawn.items() if len(places) == 1)


def _others(
    session: Session, office: Office, here: ColumnElement[bool], present: frozenset[str]
) -> Iterator[Mapping[str, Diagram]]:
    """Yield the diagrams of the versions that counted cases run by, and of those they have left since."""
    counted = select(ENTRIES.c.instance_id).join(INSTANCES, INSTANCES.c.id == ENTRIES.c.instance_id).where(here)
    left = select(MIGRATIONS.c.from_version).where(MIGRATIONS.c.instance_id.in_(counted))
    for version in present.union(session.scalars(left)):
        parsed = office.engine.versions.get(session, version)
        yield {each: parsed.diagrams[each] for each in parsed.bundle.process_ids}


def _by_name(found: Iterable[tuple[Mapping[str, int], Sequence[Written]]]) -> Counts:
    """Return by name how many cases there are, and how often it is named in all."""
    cases: dict[str, set[str]] = {}
    times: Counter[str] = Counter()
    for names, entries in found:
        ids = {entry.case_id for entry in entries}
        for name, many in names.items():
            cases.setdefault(name, set()).update(ids)
            times[name] += many * len(entries)
    return {name: (len(ids), times[name]) for name, ids in cases.items()}


def _processes(diagrams: Mapping[str, Diagram]) -> Iterator[tuple[str, Process]]:
    for process_id, diagram in diagrams.items():
        yield process_id, diagram.processes[process_id]


def called(node: Node) -> str:
    """Return what a node is called: by its name, else by its kind."""
    return node.name or value_word("kind", node.kind)
