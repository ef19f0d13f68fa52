"""What going back to an earlier version would change, before anybody does it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.definitions import Parsed
from gridflow.engine.errors import DefinitionUnknown
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.workbench.comparing import FileChange, told
from gridflow.workbench.errors import VersionUnknown
from gridflow.workbench.library.procedures import running_by_version
from gridflow.workbench.models import Publication, Revision
from gridflow.workbench.publishing.restoring import restorations
from gridflow.workbench.trying.examples import written_in

VERSIONS = table(DefinitionVersion)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version one may go back to."""

    id: str
    number: int
    since: datetime
    origin: str
    undone: bool
    """Whether it was rolled back itself."""
    source: int | None
    """The number of the version it put in force again."""
    same: bool
    """Whether it says the same as the version in force."""


@dataclass(frozen=True, slots=True)
class RollbackView:
    """The version in force beside an earlier one."""

    slug: str
    title: str
    now: int
    """The number of the version in force."""
    running: int
    """How many cases run by it."""
    earlier: Sequence[Earlier]
    """The newest first; none where there was never another."""
    chosen: Earlier | None
    changes: Sequence[FileChange]
    """What changes by going back."""
    undone: Sequence[str]
    """The titles of the revisions that are rolled back."""
    examples: Sequence[str]
    """The titles of the worked examples that no longer count: those revisions wrote them."""


def rollback_view(session: Session, office: Office, viewer: Viewer, slug: str, number: int | None) -> RollbackView:
    """Return what going back to a version changes; raises DefinitionUnknown and VersionUnknown."""
    city = viewer.city.code
    definition = session.scalar(select(Definition).where(Definition.city == city, Definition.slug == slug))
    if definition is None or definition.in_force is None:
        raise DefinitionUnknown(slug)
    now = office.engine.versions.get(session, definition.in_force)
    sources = {made: row.source for made, row in restorations(session, city, slug).items()}
    earlier = _earlier(session, definition.id, now, sources)
    chosen = _chosen(earlier, None if number == now.number else number)
    back = office.engine.versions.get(session, chosen.id).bundle if chosen else now.bundle
    undone = _undone(session, definition.id, chosen.number) if chosen else ()
    return RollbackView(
        slug=slug,
        title=now.bundle.title,
        now=now.number,
        running=running_by_version(session, city).get(slug, {}).get(now.number, 0),
        earlier=earlier,
        chosen=chosen,
        changes=told(session, now.bundle, back),
        undone=[revision.title for revision in undone],
        examples=written_in(session, undone),
    )


def _earlier(session: Session, definition_id: str, now: Parsed, sources: Mapping[int, int]) -> list[Earlier]:
    undone = select(Publication.version_id).where(Publication.state == "rolled_back")
    rows = session.execute(
        select(*(VERSIONS.c[name] for name in ("id", "number", "created_at", "origin", "digest")))
        .add_columns(VERSIONS.c.id.in_(undone.where(Publication.version_id.is_not(None))).label("undone"))
        .where(VERSIONS.c.definition_id == definition_id, VERSIONS.c.id != now.id)
        .order_by(VERSIONS.c.number.desc())
    )
    return [
        Earlier(
            id=row.id,
            number=row.number,
            since=row.created_at,
            origin=row.origin,
            undone=row.undone,
            source=sources.get(row.number),
            same=row.digest == now.bundle.digest,
        )
        for row in rows
    ]


def _chosen(earlier: Sequence[Earlier], number: int | None) -> Earlier | None:
    """Return the version of a number, without one the last that was not rolled back; raises VersionUnknown."""
    if number is None:
        return next((each for each in earlier if not each.undone and not each.same), None)
    found = next((each for each in earlier if each.number == number), None)
    if found is None:
        raise VersionUnknown
    return found


def _undone(session: Session, definition_id: str, number: int) -> Sequence[Revision]:
    """Return what was published after a version and is still counted as such."""
    rows = (
        select(Revision)
        .join(Publication, Publication.revision_id == Revision.id)
        .join(VERSIONS, VERSIONS.c.id == Publication.version_id)
        .where(VERSIONS.c.definition_id == definition_id, VERSIONS.c.number > number)
        .where(Publication.state == "approved")
        .order_by(VERSIONS.c.number)
    )
    return session.scalars(rows).all()
