"""The procedures of a city as those who answer for them see them; never what a case is about."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.administration.tables import Table, tables_of
from gridflow.bpmn import Taken, draw
from gridflow.cases.cell_words import vocabulary
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.ordinance import Article
from gridflow.db import table
from gridflow.engine.definitions import Parsed, version_in_force
from gridflow.engine.errors import DefinitionUnknown
from gridflow.engine.models import Definition, DefinitionVersion, Incident, Instance
from gridflow.formats import gettext as _

PAGE = 50
LIVE = ("running", "suspended")
_YEARS = re.compile(r"(\d+) ?年")
INSTANCES, CASES, INCIDENTS, VERSIONS = map(table, (Instance, Case, Incident, DefinitionVersion))


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure of the city."""

    slug: str
    title: str
    version: int
    since: datetime
    running: int
    parked: int
    """How many incidents wait."""


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a procedure and what still runs by it."""

    number: int
    created_at: datetime
    digest: str
    origin: str
    """shipped, edited or restored."""
    in_force: bool
    running: int


@dataclass(frozen=True, slots=True)
class ProcedureView:
    """A procedure with everything that can be looked at."""

    slug: str
    title: str
    owner: str
    retention: str
    articles: Sequence[Article]
    parsed: Parsed
    versions: Sequence[VersionLine]
    diagrams: Mapping[str, str]
    """Titles by process, the main one first."""


@dataclass(frozen=True, slots=True)
class RunningLine:
    """A case that runs by the procedure."""

    instance_id: str
    number: str
    status: str
    opened_at: datetime
    parked: bool


@dataclass(frozen=True, slots=True)
class RunningPage:
    """Fifty running cases, the oldest first."""

    lines: Sequence[RunningLine]
    page: int
    more: bool


def procedure_lines(session: Session, office: Office, viewer: Viewer) -> list[ProcedureLine]:
    """Return the procedures in force in the viewer's city, by slug."""
    rows = session.execute(
        select(Definition.slug, VERSIONS.c.id, VERSIONS.c.number, VERSIONS.c.created_at)
        .join(VERSIONS, VERSIONS.c.id == Definition.in_force)
        .where(Definition.city == viewer.city.code)
        .order_by(Definition.slug)
    ).all()
    running = _counted(session, viewer)
    parked = _parked(session, viewer)
    return [
        ProcedureLine(
            row.slug, office.engine.versions.get(session, row.id).bundle.title, row.number, row.created_at,
            sum(count for (slug, _version), count in running.items() if slug == row.slug), parked.get(row.slug, 0),
        )
        for row in rows
    ]  # fmt: skip


def procedure_view(session: Session, office: Office, viewer: Viewer, slug: str) -> ProcedureView:
    """Return a procedure of the viewer's city as it is in force; raises DefinitionUnknown."""
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    manifest, roles = parsed.bundle.manifest, viewer.city.roles
    return ProcedureView(
        slug=slug,
        title=manifest.title,
        owner=roles[manifest.owner].title if manifest.owner in roles else manifest.owner,
        retention=_retention(manifest.retention),
        articles=viewer.city.articles(" ".join(manifest.basis)),
        parsed=parsed,
        versions=_versions(session, viewer, slug, parsed.id),
        diagrams={each: parsed.diagrams[each].processes[each].name or each for each in parsed.bundle.process_ids},
    )


def _retention(words: str) -> str:
    """Return how long cases are kept, a number of years in the reader's language."""
    found = _YEARS.fullmatch(words)
    return _("%(count)s年", count=found[1]) if found else words


def decision_tables(session: Session, office: Office, view: ProcedureView) -> list[tuple[str, Table]]:
    """Return every decision of a procedure with the file it is in."""
    bundle = view.parsed.bundle
    limits: dict[str, str] = {}
    in_force = select(Definition.in_force).where(Definition.city == bundle.city, Definition.in_force.is_not(None))
    for version in session.scalars(in_force):  # a shared table names the limits of every procedure
        limits.update(office.engine.versions.get(session, str(version)).bundle.manifest.limits)
    words = vocabulary(session, bundle, {**limits, **bundle.manifest.limits})
    return [(path, found) for path, content in bundle.decision_files.items() for found in tables_of(content, words)]


def drawing_of(view: ProcedureView, process_id: str, marked: frozenset[str]) -> tuple[bytes, str]:
    """Return a diagram as BPMN and as SVG with some elements marked; raises DefinitionUnknown."""
    if process_id not in view.diagrams:
        raise DefinitionUnknown(process_id)
    picture = draw(view.parsed.diagrams[process_id], process_id, Taken({}, frozenset(), marked) if marked else None)
    return view.parsed.bundle.diagram(process_id), picture


def running_page(session: Session, viewer: Viewer, slug: str, page: int) -> RunningPage:
    """Return the cases of the city that run by a procedure, in one statement."""
    parked = select(INCIDENTS.c.id).where(INCIDENTS.c.instance_id == INSTANCES.c.id, INCIDENTS.c.ended_at.is_(None))
    rows = session.execute(
        select(
            INSTANCES.c.id, INSTANCES.c.status, INSTANCES.c.opened_at, CASES.c.number, parked.exists().label("parked")
        )
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(INSTANCES.c.city == viewer.city.code, INSTANCES.c.slug == slug, INSTANCES.c.status.in_(LIVE))
        .where(not_kept(viewer))
        .order_by(INSTANCES.c.opened_at, INSTANCES.c.id)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    lines = [RunningLine(row.id, row.number, row.status, row.opened_at, bool(row.parked)) for row in rows[:PAGE]]
    return RunningPage(lines, page, len(rows) > PAGE)


def _versions(session: Session, viewer: Viewer, slug: str, in_force: str) -> list[VersionLine]:
    running = _counted(session, viewer)
    rows = session.execute(
        select(VERSIONS.c.id, VERSIONS.c.number, VERSIONS.c.created_at, VERSIONS.c.digest, VERSIONS.c.origin)
        .join(Definition, Definition.id == VERSIONS.c.definition_id)
        .where(Definition.city == viewer.city.code, Definition.slug == slug)
        .order_by(VERSIONS.c.number.desc())
    )
    return [
        VersionLine(
            row.number, row.created_at, row.digest, row.origin, row.id == in_force, running.get((slug, row.id), 0)
        )
        for row in rows
    ]


def _counted(session: Session, viewer: Viewer) -> dict[tuple[str, str], int]:
    """Return how many instances of the city run, by procedure and version."""
    counted = (
        select(INSTANCES.c.slug, INSTANCES.c.version_id, func.count().label("number"))
        .where(INSTANCES.c.city == viewer.city.code, INSTANCES.c.status.in_(LIVE))
        .group_by(INSTANCES.c.slug, INSTANCES.c.version_id)
    )
    return {(row.slug, row.version_id): row.number for row in session.execute(counted)}


def _parked(session: Session, viewer: Viewer) -> dict[str, int]:
    counted = (
        select(INSTANCES.c.slug, func.count().label("number"))
        .join(INCIDENTS, INCIDENTS.c.instance_id == INSTANCES.c.id)
        .where(INCIDENTS.c.city == viewer.city.code, INCIDENTS.c.ended_at.is_(None))
        .group_by(INSTANCES.c.slug)
    )
    return {row.slug: row.number for row in session.execute(counted)}
