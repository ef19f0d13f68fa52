"""One instance as an operator sees it, beside the others of its case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry
from gridflow.bpmn import Taken, draw
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.definitions import Parsed
from gridflow.engine.errors import InstanceUnknown
from gridflow.engine.models import Definition, DefinitionVersion, Instance
from gridflow.engine.operations.models import Migration
from gridflow.engine.operations.moving import targets
from gridflow.engine.runtime.run import Waiter
from gridflow.engine.turn import Turn

LIVE = ("running", "suspended")
INSTANCES, CASES, VERSIONS, MIGRATIONS = map(table, (Instance, Case, DefinitionVersion, Migration))


@dataclass(frozen=True, slots=True)
class Sibling:
    """An instance of the case, the shown one included."""

    id: str
    procedure: str
    version: int
    status: str
    here: bool


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A token that waits."""

    task_id: str
    element: str
    step: str
    kind: str
    due: datetime | None
    targets: Mapping[str, str]
    """Where it may be moved to."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of the procedure."""

    id: str
    number: int
    created_at: datetime
    in_force: bool


@dataclass(frozen=True, slots=True)
class InstanceView:
    """Everything the page of an instance shows."""

    id: str
    number: str
    slug: str
    procedure: str
    status: str
    suspended_for: str
    version: VersionLine
    opened_at: datetime
    siblings: Sequence[Sibling]
    waiting: Sequence[WaitingLine]
    diagrams: Mapping[str, str]
    """Titles of the diagrams in which something waits, and of the main one, by process."""
    versions: Sequence[VersionLine]
    """The other versions, the newest first."""
    undoable: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A diagram with what waits in it."""

    xml: bytes
    svg: str
    taken: frozenset[str]
    active: frozenset[str]


def instance_view(session: Session, office: Office, viewer: Viewer, instance_id: str) -> InstanceView:
    """Return an instance of the viewer's city, or raise InstanceUnknown."""
    row = seen_instance(session, viewer, instance_id)
    parsed = office.engine.versions.get(session, row.version_id)
    turn = office.engine.view(session, instance_id, viewer.actor) if row.status in LIVE else None
    versions = _versions(session, row.version_id)
    here = next(version for version in versions if version.id == row.version_id)
    return InstanceView(
        id=row.id,
        number=session.scalars(select(CASES.c.number).where(CASES.c.id == row.case_id)).one(),
        slug=row.slug,
        procedure=parsed.bundle.title,
        status=row.status,
        suspended_for=row.suspended_for or "",
        version=here,
        opened_at=row.opened_at,
        siblings=_siblings(session, office, row),
        waiting=_waiting(turn) if turn else [],
        diagrams=_diagrams(parsed, turn),
        versions=[version for version in versions if version is not here],
        undoable=_undoable(session, row),
    )


def instance_of_case(session: Session, viewer: Viewer, number: str) -> str:
    """Return the main instance of a case by its number; raises InstanceUnknown."""
    found = session.scalar(
        select(INSTANCES.c.id)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(CASES.c.number == number, CASES.c.city == viewer.city.code, not_kept(viewer))
        .order_by(INSTANCES.c.slug != CASES.c.slug, INSTANCES.c.id)
        .limit(1)
    )
    if found is None:
        raise InstanceUnknown
    return str(found)


def picture(session: Session, office: Office, viewer: Viewer, instance_id: str, process_id: str) -> Picture:
    """Return a diagram of an instance with what was passed and what waits."""
    row = seen_instance(session, viewer, instance_id)
    parsed = office.engine.versions.get(session, row.version_id)
    if process_id not in parsed.bundle.process_ids:
        raise InstanceUnknown
    turn = office.engine.view(session, instance_id, viewer.actor) if row.status in LIVE else None
    active = frozenset(waiter.element_id for waiter in _every(turn) if waiter.process_id == process_id)
    passed = session.scalars(select(AuditEntry.elements).where(AuditEntry.instance_id == instance_id))
    prefix = f"{process_id}/"
    taken = frozenset(
        name.removeprefix(prefix) for names in passed for name in names if name.startswith(prefix)
    ) & parsed.diagrams[process_id].nodes.keys()  # fmt: skip
    marks = Taken(dict.fromkeys(taken, ()), frozenset(), active)
    drawn = draw(parsed.diagrams[process_id], process_id, marks)
    return Picture(parsed.bundle.diagram(process_id), drawn, frozenset(taken), active)


def seen_instance(session: Session, viewer: Viewer, instance_id: str) -> Instance:
    """Return the row of an instance of the viewer's city that is not kept from the viewer; raises InstanceUnknown."""
    row = session.execute(
        select(INSTANCES)
        .outerjoin(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(INSTANCES.c.id == instance_id, INSTANCES.c.city == viewer.city.code, not_kept(viewer))
    ).one_or_none()
    if row is None:
        raise InstanceUnknown
    return Instance(**row._mapping)


def _siblings(session: Session, office: Office, row: Instance) -> list[Sibling]:
    columns = (INSTANCES.c.id, INSTANCES.c.version_id, INSTANCES.c.status)
    found = session.execute(select(*columns).where(INSTANCES.c.case_id == row.case_id).order_by(INSTANCES.c.id)).all()
    parsed = {each.id: office.engine.versions.get(session, each.version_id) for each in found}
    return [
        Sibling(each.id, parsed[each.id].bundle.title, parsed[each.id].number, each.status, each.id == row.id)
        for each in found
    ]


def _every(turn: Turn | None) -> list[Waiter]:
    if turn is None:
        return []
    waiting = turn.run.waiting()
    return [*waiting.humans, *waiting.services, *waiting.incidents, *waiting.timers, *waiting.messages]


def _waiting(turn: Turn) -> list[WaitingLine]:
    return [
        WaitingLine(
            waiter.task_id, waiter.element_id, turn.parsed.names.get(waiter.element_id, waiter.element_id),
            waiter.kind, waiter.due,
            {} if waiter.host_task_id else {node.id: node.name or node.id for node in targets(turn, waiter.task_id)},
        )
        for waiter in _every(turn)
    ]  # fmt: skip


def _diagrams(parsed: Parsed, turn: Turn | None) -> dict[str, str]:
    ids = dict.fromkeys([parsed.bundle.slug, *(waiter.process_id for waiter in _every(turn))])
    return {each: parsed.diagrams[each].processes[each].name or each for each in ids}


def _versions(session: Session, version_id: str) -> list[VersionLine]:
    definition = select(VERSIONS.c.definition_id).where(VERSIONS.c.id == version_id).scalar_subquery()
    columns = (VERSIONS.c.id, VERSIONS.c.number, VERSIONS.c.created_at, Definition.in_force)
    rows = session.execute(
        select(*columns)
        .join(Definition, Definition.id == VERSIONS.c.definition_id)
        .where(VERSIONS.c.definition_id == definition)
        .order_by(VERSIONS.c.number.desc())
    )
    return [VersionLine(row.id, row.number, row.created_at, row.id == row.in_force) for row in rows]


def _undoable(session: Session, row: Instance) -> bool:
    last = session.execute(
        select(MIGRATIONS.c.row_version, MIGRATIONS.c.undone_at, MIGRATIONS.c.blob.is_not(None).label("kept"))
        .where(MIGRATIONS.c.instance_id == row.id)
        .order_by(MIGRATIONS.c.id.desc())
        .limit(1)
    ).one_or_none()
    undone = last is None or last.undone_at is not None or not last.kept
    return row.status == "running" and not undone and last is not None and last.row_version == row.row_version
