"""The diagrams a case has run, each with the path it took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from gridflow.bpmn import Diagram
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.path import path_in
from gridflow.cases.queries import entries_of, instances_of, open_items
from gridflow.engine.definitions import Parsed
from gridflow.engine.models import Instance

FEW = 5
"""More instances of one procedure are drawn as one: three hundred grids went the same ways."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One diagram of a case and how far it went."""

    process_id: str
    title: str
    xml: bytes
    diagram: Diagram
    elements: Mapping[str, tuple[int, ...]]
    """Element id to the numbers of its visits."""
    flows: frozenset[str]
    active: frozenset[str]
    """Where tasks wait now, and automatic steps that are not over."""


def drawn(session: Session, office: Office, case: Case) -> list[Drawn]:
    """Return the diagrams a case has run in the order they were entered, each with the path taken."""
    entries = entries_of(session, case)
    active = {(item.process_id, item.element_id) for item in open_items(session, case)}
    found = []
    for alike in _together(instances_of(session, case)):
        parsed = office.engine.versions.get(session, alike[0].version_id)
        ids = {instance.id for instance in alike}
        mine = [entry for entry in entries if entry.instance_id in ids]
        visits: dict[str, tuple[int, ...]] = {}
        for number, element in enumerate((e for entry in mine for e in entry.elements), 1):
            visits[element] = (*visits.get(element, ()), number)
        flows = frozenset(flow for entry in mine for flow in entry.flows)
        ran = []
        for process_id in parsed.bundle.process_ids:
            one = _one(parsed, process_id, visits, flows, active)
            if one.elements or one.active or process_id == alike[0].slug:
                ran.append(one if len(alike) == 1 else replace(one, title=f"{one.title}（{len(alike)} 份）"))
        found += sorted(ran, key=lambda one: min((numbers[0] for numbers in one.elements.values()), default=0))
    return found


def _together(instances: Sequence[Instance]) -> list[list[Instance]]:
    """Return instances one by one, those of a version there are many of in one group."""
    groups: dict[str, list[Instance]] = {}
    for instance in instances:
        groups.setdefault(instance.version_id, []).append(instance)
    first = {group[0].id for group in groups.values()}
    many = {version for version, group in groups.items() if len(group) > FEW}
    return [
        groups[instance.version_id] if instance.version_id in many else [instance]
        for instance in instances
        if instance.version_id not in many or instance.id in first
    ]


def _one(
    parsed: Parsed,
    process_id: str,
    visits: Mapping[str, tuple[int, ...]],
    flows: frozenset[str],
    active: set[tuple[str, str]],
) -> Drawn:
    diagram = parsed.diagrams[process_id]
    waiting = frozenset(element for process, element in active if process == process_id)
    path = path_in(diagram.processes[process_id], visits, flows, waiting)
    return Drawn(
        process_id=process_id,
        title=diagram.processes[process_id].name,
        xml=parsed.bundle.diagram(process_id),
        diagram=diagram,
        elements=path.elements,
        flows=path.flows,
        active=waiting | path.reached,
    )
