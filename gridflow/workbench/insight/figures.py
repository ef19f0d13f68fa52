"""A procedure with its figures, diagram by diagram."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from gridflow.bpmn import Diagram
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.engine.definitions import version_in_force
from gridflow.people.service import stored_calendar
from gridflow.workbench.insight.counting import (
    HALF,
    NINETY,
    Key,
    Lasting,
    cases_by_time,
    counts,
    lasting_of,
    steps_by_time,
)
from gridflow.workbench.insight.period import Period
from gridflow.workbench.insight.recorded import FLOW, Passing, called, passings, way_name

MOST_TASKS = 200_000


@dataclass(frozen=True, slots=True)
class Figure:
    """Of the tasks that came up in a period at one step, or in a whole diagram."""

    name: str
    tasks: int = 0
    cases: int = 0
    open: int = 0
    limited: int = 0
    """How many limits of them ended or are overdue."""
    late: int = 0
    returned: int = 0
    """How many were sent back to those who had done them."""
    half: Lasting | None = None
    ninety: Lasting | None = None

    @property
    def late_share(self) -> int | None:
        """Percent of the limits that were missed."""
        return round(100 * self.late / self.limited) if self.limited else None

    @property
    def returned_share(self) -> int | None:
        """Percent of the tasks that were sent back."""
        return round(100 * self.returned / self.tasks) if self.tasks else None


@dataclass(frozen=True, slots=True)
class Insight:
    """A procedure with its figures, by diagram and element."""

    title: str
    period: Period
    diagrams: Mapping[str, Diagram]
    names: Mapping[str, str]
    figures: Mapping[Key, Figure] = field(default_factory=dict)
    passings: Mapping[Key, Passing] = field(default_factory=dict)
    """Of what nobody waits at."""
    calls: Mapping[str, int] = field(default_factory=dict)
    """From how many places each diagram is called."""

    def of(self, process: str) -> dict[str, Figure]:
        """Return the figures of the elements of one diagram: of a call, those of the diagram it calls."""
        drawn = self.diagrams[process].processes[process].nodes.values()
        found = {}
        for node in drawn:
            key = (node.called or "", "") if node.kind == "callActivity" else (process, node.id)
            if key in self.figures:
                found[node.id] = replace(self.figures[key], name=node.name or node.id)
        known = {node.id for node in drawn}
        gone = {key[1]: one for key, one in self.figures.items() if key[0] == process and key[1] not in known}
        return found | {element: one for element, one in gone.items() if element}

    def passed(self, process: str) -> dict[str, Passing]:
        """Return what of one diagram was passed and nobody waits at; nothing where no case came at all."""
        found = {element: one for (owner, element), one in self.passings.items() if owner == process}
        return found if any(one.cases for one in found.values()) else {}


def insight(session: Session, office: Office, viewer: Viewer, slug: str, period: Period) -> Insight:
    """Return the figures of a procedure in a few statements, over a period, the newest if there is too much.

    Raises DefinitionUnknown. The elements are those of the version in force; a step an older version had and this one
    has not is told beside them.
    """
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    diagrams = {each: parsed.diagrams[each] for each in parsed.bundle.process_ids}
    processes = {each: found.processes[each] for each, found in diagrams.items()}
    names = {each: process.name or each for each, process in processes.items()}
    drawn = {(each, node.id): node for each, process in processes.items() for node in process.nodes.values()}
    period = period.bounded(session, MOST_TASKS)
    calendar = stored_calendar(session, viewer.city.code, version=viewer.calendar)
    figures: dict[Key, Figure] = {}
    for row in session.execute(counts(viewer, slug, period)):
        key = (row.process_id, row.element_id)
        figures[key] = Figure(
            drawn[key].name if key in drawn else row.step,
            row.tasks,
            row.cases,
            row.open,
            row.limited,
            row.late,
            row.returned,
        )
    for key, lasting in lasting_of(session, steps_by_time(viewer, slug, period), calendar).items():
        if key in figures:
            figures[key] = replace(figures[key], half=lasting.get(HALF), ninety=lasting.get(NINETY))
    whole = lasting_of(session, cases_by_time(viewer, slug, period), calendar)
    for process in names:
        inner = [one for (owner, _), one in figures.items() if owner == process]
        if inner:
            lasting = whole.get((process, ""), {})
            figures[process, ""] = _together(names[process], inner, lasting)
    calls = Counter(node.called for node in drawn.values() if node.kind == "callActivity" and node.called)
    passed = passings(session, office, viewer, slug, period, diagrams)
    return Insight(parsed.bundle.title, period, diagrams, names, figures, passed, calls)


@dataclass(frozen=True, slots=True)
class Place:
    """A step, a diagram, or what else a figure is written on."""

    name: str
    kind: str = ""
    """The kind of a node or flow; empty for a diagram, and for what the version in force has not."""


def place(session: Session, office: Office, viewer: Viewer, slug: str, process: str, element: str) -> Place:
    """Return what something is called in the version in force; its id where it is not in it."""
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    found = parsed.diagrams[process].processes[process] if process in parsed.bundle.process_ids else None
    if found is None:
        return Place(element or process)
    if element in found.nodes:
        return Place(called(found.nodes[element]), found.nodes[element].kind)
    if element in found.flows:
        return Place(way_name(found, found.flows[element]), FLOW)
    return Place(element or found.name)


def steps(values: Mapping[str, float]) -> dict[str, int]:
    """Return which of five colours each element has: by its share of the largest."""
    most = max(values.values(), default=0) or 1
    return {element: min(4, int(value / most * 5)) for element, value in values.items()}


def _together(name: str, inner: Sequence[Figure], lasting: Mapping[int, Lasting]) -> Figure:
    """Return the figures of a diagram: its steps together, the cases of the step that most of them passed."""
    return Figure(
        name=name,
        tasks=sum(one.tasks for one in inner),
        cases=max(one.cases for one in inner),
        open=sum(one.open for one in inner),
        limited=sum(one.limited for one in inner),
        late=sum(one.late for one in inner),
        returned=sum(one.returned for one in inner),
        half=lasting.get(HALF),
        ninety=lasting.get(NINETY),
    )
