"""The library: every procedure of a city with its version in force, what runs by it, who changes what in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.checking import Found
from gridflow.checking.kept import checked, known
from gridflow.db import table
from gridflow.engine.definitions import version_in_force
from gridflow.engine.models import Definition, DefinitionVersion, Instance
from gridflow.people.ownership import Owner, owners
from gridflow.people.queries import names_of
from gridflow.workbench.library.freezes import FreezeLine, first_free_day, freezes
from gridflow.workbench.library.neighbours import others_in_force, others_of
from gridflow.workbench.library.owners import may_change
from gridflow.workbench.library.searching import steps_found
from gridflow.workbench.models import Publication, Revision, RevisionFile

RUNNING = ("running", "suspended")
LIVE = ("open", "asked")
PAST = 20
VERSIONS, INSTANCES, PUBLICATIONS, FILES = map(table, (DefinitionVersion, Instance, Publication, RevisionFile))


@dataclass(frozen=True, slots=True)
class Draft:
    """A revision that is not over, or that waits for its day."""

    id: str
    title: str
    state: str
    """open, asked or waiting (approved, not in force yet)."""
    author: str | None
    """None for an update of the product."""
    saved_at: datetime
    saved_by: str | None
    begins: date | None
    """The day an approved one begins, after a freeze if there is one."""


@dataclass(frozen=True, slots=True)
class Version:
    """The version in force."""

    number: int
    since: datetime
    origin: str
    author: str | None
    approver: str | None


@dataclass(frozen=True, slots=True)
class Findings:
    """How many things the check found."""

    errors: int
    others: int


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure of the library."""

    slug: str
    title: str
    version: Version
    running: Mapping[int, int]
    """How many cases run, by number of version, the newest first."""
    drafts: Sequence[Draft]
    updates: Sequence[Draft]
    """Updates of the product that wait for people."""
    owners: Sequence[Owner]
    freezes: Sequence[FreezeLine]
    findings: Findings | None
    """None where the version was not checked since the program began."""
    hits: Sequence[str]
    """The steps a search found."""
    may_change: bool

    @property
    def changed_at(self) -> datetime:
        """When anybody changed anything of it last."""
        return max((self.version.since, *(each.saved_at for each in (*self.drafts, *self.updates))))

    @property
    def older(self) -> int:
        """How many cases run by other versions than the one in force."""
        return sum(count for number, count in self.running.items() if number != self.version.number)


@dataclass(frozen=True, slots=True)
class Past:
    """A revision that is over."""

    id: str
    title: str
    state: str
    """published, rolled_back or discarded."""
    author: str | None
    version: int | None
    """The number of the version it became."""
    approver: str | None
    at: datetime
    reason: str


def library(session: Session, office: Office, viewer: Viewer, search: str = "", slug: str | None = None) -> list[Line]:
    """Return the procedures of the viewer's city in which every word of a search is found; eight statements."""
    city, words, today = viewer.city.code, search.casefold().split()[:8], clock.today()
    in_force = _in_force(session, city, slug)
    versions = {row.slug: office.engine.versions.get(session, row.id) for row in in_force}
    others = others_in_force([each.bundle for each in versions.values()]) if slug is None else {}
    running, frozen, named = running_by_version(session, city), freezes(session, city), owners(session, city, today)
    drafts = _drafts(session, city, frozen)
    people = names_of(session, [each for row in in_force for each in (row.author, row.approver)])
    lines = []
    for row in in_force:
        bundle, mine, owned = versions[row.slug].bundle, drafts.get(row.slug, ()), named.get(row.slug, ())
        hits, found = steps_found(viewer, versions[row.slug], words), known(bundle.digest, others.get(row.slug))
        if hits is None:
            continue
        lines.append(
            Line(
                slug=row.slug,
                title=bundle.title,
                version=Version(
                    row.number, row.created_at, row.origin, people.get(row.author), people.get(row.approver)
                ),
                running=running.get(row.slug, {}),
                drafts=[each for each in mine if each.author],
                updates=[each for each in mine if not each.author],
                owners=owned,
                freezes=[each for each in frozen if each.slug in (None, row.slug)],
                findings=None if found is None else _counted(found),
                hits=hits,
                may_change=may_change(viewer, owned),
            )
        )
    return lines


def _in_force(session: Session, city: str, slug: str | None) -> Sequence[Any]:
    columns = ("id", "number", "created_at", "origin", "author", "approver")
    rows = (
        select(Definition.slug, *(VERSIONS.c[name] for name in columns))
        .join(VERSIONS, VERSIONS.c.id == Definition.in_force)
        .where(Definition.city == city)
        .order_by(Definition.slug)
    )
    return session.execute(rows if slug is None else rows.where(Definition.slug == slug)).all()


def findings_in_force(session: Session, office: Office, viewer: Viewer, slug: str) -> Findings:
    """Check the version in force of a procedure, unless it was checked before; raises DefinitionUnknown."""
    parsed = office.engine.versions.get(session, version_in_force(session, viewer.city.code, slug))
    return _counted(checked(parsed.bundle, others_of(session, office, parsed.bundle)))


def past_revisions(session: Session, viewer: Viewer, slug: str) -> list[Past]:
    """Return the last revisions of a procedure that are over."""
    rows = session.execute(
        select(Revision, PUBLICATIONS, VERSIONS.c.number)
        .outerjoin(PUBLICATIONS, (PUBLICATIONS.c.revision_id == Revision.id) & PUBLICATIONS.c.version_id.is_not(None))
        .outerjoin(VERSIONS, VERSIONS.c.id == PUBLICATIONS.c.version_id)
        .where(Revision.city == viewer.city.code, Revision.slug == slug, Revision.state.not_in(LIVE))
        .where(or_(Revision.state == "discarded", VERSIONS.c.number.is_not(None)))
        .order_by(VERSIONS.c.number.desc(), Revision.created_at.desc())
        .limit(PAST)
    ).all()
    people = names_of(session, [each for row in rows for each in (row.Revision.author, row.decided_by)])
    return [
        Past(
            row.Revision.id, row.Revision.title, row.Revision.state, people.get(row.Revision.author), row.number,
            people.get(row.decided_by), row.decided_at or row.Revision.created_at, row.reason or "",
        )
        for row in rows
    ]  # fmt: skip


def running_by_version(session: Session, city: str) -> Mapping[str, Mapping[int, int]]:
    """Return how many instances of a city run, by procedure and number of version, the newest first."""
    rows = session.execute(
        select(INSTANCES.c.slug, VERSIONS.c.number, func.count().label("running"))
        .join(VERSIONS, VERSIONS.c.id == INSTANCES.c.version_id)
        .where(INSTANCES.c.city == city, INSTANCES.c.status.in_(RUNNING))
        .group_by(INSTANCES.c.slug, VERSIONS.c.number)
        .order_by(VERSIONS.c.number.desc())
    )
    found: dict[str, dict[int, int]] = {}
    for row in rows:
        found.setdefault(row.slug, {})[row.number] = row.running
    return found


def _counted(found: Sequence[Found]) -> Findings:
    errors = sum(one.finding.severity == "error" for one in found)
    return Findings(errors, len(found) - errors)


def _drafts(session: Session, city: str, frozen: Sequence[FreezeLine]) -> Mapping[str, Sequence[Draft]]:
    """Return what is being changed, by procedure, the last changed first."""
    waits = (PUBLICATIONS.c.state == "approved") & PUBLICATIONS.c.version_id.is_(None)
    rows = session.execute(
        select(Revision, PUBLICATIONS.c.effective_on)
        .outerjoin(PUBLICATIONS, (PUBLICATIONS.c.revision_id == Revision.id) & waits)
        .where(Revision.city == city, or_(Revision.state.in_(LIVE), PUBLICATIONS.c.id.is_not(None)))
    ).all()
    saved = _last_saved(session, [row.Revision.id for row in rows])
    people = names_of(session, [*(row.Revision.author for row in rows), *(by for by, _ in saved.values())])
    found: dict[str, list[Draft]] = {}
    for revision, day in rows:
        by, at = saved.get(revision.id, (revision.author, revision.created_at))
        begins = first_free_day(frozen, revision.slug, day) if day else None
        state = "waiting" if day else revision.state
        draft = Draft(
            revision.id, revision.title, state, people.get(revision.author), at, people.get(by), begins
        )  # fmt: skip
        found.setdefault(revision.slug, []).append(draft)
    return {slug: sorted(each, key=lambda one: one.saved_at, reverse=True) for slug, each in found.items()}


def _last_saved(session: Session, revisions: Sequence[str]) -> Mapping[str, tuple[str | None, datetime]]:
    """Return who saved a file last and when, by revision."""
    if not revisions:
        return {}
    last = (
        select(FILES.c.revision_id, func.max(FILES.c.at).label("at"))
        .where(FILES.c.revision_id.in_(revisions))
        .group_by(FILES.c.revision_id)
        .subquery()
    )
    rows = select(FILES.c.revision_id, FILES.c.by, FILES.c.at).join(
        last, (last.c.revision_id == FILES.c.revision_id) & (last.c.at == FILES.c.at)
    )
    return {row.revision_id: (row.by, row.at) for row in session.execute(rows)}
