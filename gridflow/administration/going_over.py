"""Running cases by the version they go by, and which of them could go over to the version in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.administration.models import Batch, BatchItem
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.definitions import Parsed, version_in_force
from gridflow.engine.errors import DefinitionUnknown
from gridflow.engine.models import Definition, DefinitionVersion, Instance

PAGE = 50
"""Cases that are tried at once, some ten milliseconds each."""
LIVE = ("running", "suspended")
INSTANCES, CASES, VERSIONS = table(Instance), table(Case), table(DefinitionVersion)
BATCHES, ITEMS = table(Batch), table(BatchItem)
SUSPENDED = "案件已暂停。恢复以后才能迁移。"


@dataclass(frozen=True, slots=True)
class OfVersion:
    """An older version by which cases still run."""

    id: str
    number: int
    running: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A running case of an older version."""

    instance_id: str
    number: str
    title: str
    opened_at: datetime
    steps: Sequence[str]
    """Where it waits."""
    reasons: Sequence[str]
    """Why it cannot go over, each with a remedy; none where it can."""
    batch: str | None
    """The batch by which its migration is asked for and waits for a second person."""


@dataclass(frozen=True, slots=True)
class GoingOver:
    """The cases of one older version, fifty at a time, the oldest first."""

    slug: str
    title: str
    new: Parsed
    """The version in force."""
    versions: Sequence[OfVersion]
    """Every older version with running cases, the newest first."""
    chosen: OfVersion | None
    cases: Sequence[OpenCase]
    page: int
    more: bool


def going_over(session: Session, office: Office, viewer: Viewer, slug: str, number: int | None, page: int) -> GoingOver:
    """Return what runs by an older version, tried against the version in force; raises DefinitionUnknown."""
    new = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    versions = _versions(session, viewer, slug, new.id)
    chosen = next((each for each in versions if number in (None, each.number)), None)
    if chosen is None and number is not None and versions:
        raise DefinitionUnknown(slug)
    rows = _rows(session, viewer, chosen.id, page) if chosen else []
    asked = _asked(session, [row.id for row in rows])
    return GoingOver(
        slug=slug,
        title=new.bundle.title,
        new=new,
        versions=versions,
        chosen=chosen,
        cases=[_tried(session, office, viewer, row, new, asked.get(row.id)) for row in rows[:PAGE]],
        page=page,
        more=len(rows) > PAGE,
    )


def _versions(session: Session, viewer: Viewer, slug: str, new: str) -> list[OfVersion]:
    rows = session.execute(
        select(VERSIONS.c.id, VERSIONS.c.number, func.count().label("running"))
        .join(INSTANCES, INSTANCES.c.version_id == VERSIONS.c.id)
        .join(Definition, Definition.id == VERSIONS.c.definition_id)
        .where(Definition.city == viewer.city.code, Definition.slug == slug, VERSIONS.c.id != new)
        .where(INSTANCES.c.status.in_(LIVE))
        .group_by(VERSIONS.c.id, VERSIONS.c.number)
        .order_by(VERSIONS.c.number.desc())
    )
    return [OfVersion(row.id, row.number, row.running) for row in rows]


def _rows(session: Session, viewer: Viewer, version_id: str, page: int) -> Sequence[Any]:
    return session.execute(
        select(INSTANCES.c.id, INSTANCES.c.status, INSTANCES.c.opened_at, CASES.c.number, CASES.c.title)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(INSTANCES.c.city == viewer.city.code, INSTANCES.c.version_id == version_id)
        .where(INSTANCES.c.status.in_(LIVE), not_kept(viewer))
        .order_by(INSTANCES.c.opened_at, INSTANCES.c.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()


def _asked(session: Session, instances: Sequence[str]) -> dict[str, str]:
    """Return the batches that wait for a second person, by the instances they would migrate."""
    found = (
        select(ITEMS.c.subject, BATCHES.c.id)
        .join(BATCHES, BATCHES.c.id == ITEMS.c.batch_id)
        .where(BATCHES.c.kind == "migrate", BATCHES.c.state == "asked", ITEMS.c.subject.in_(instances))
    )
    return {row.subject: row.id for row in session.execute(found)}


def _tried(session: Session, office: Office, viewer: Viewer, row: Any, new: Parsed, batch: str | None) -> OpenCase:
    turn = office.engine.view(session, row.id, viewer.actor)
    waiting = turn.run.waiting()
    steps = [
        turn.parsed.names.get(waiter.element_id, waiter.element_id)
        for waiter in (*waiting.humans, *waiting.services, *waiting.incidents)
    ]
    suspended = row.status == "suspended"
    reasons = [SUSPENDED] if suspended else office.engine.check_migration(session, row.id, new.id, viewer.actor)
    return OpenCase(row.id, row.number, row.title, row.opened_at, list(dict.fromkeys(steps)), reasons, batch)
