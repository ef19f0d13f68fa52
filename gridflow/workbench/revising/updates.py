"""Updates of the product beside what a city changed itself: who changed which file, and whose writing is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.engine.definitions import SHIPPED
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.workbench.errors import RevisionUnknown
from gridflow.workbench.models import Revision, RevisionFile
from gridflow.workbench.revising.revisions import base_of, bundle_of, changed, use

UPDATE = "产品更新"
FIRST = 1
"""The number of the edition in which an update brings a file."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that an update of the product brings."""

    path: str
    edition: str
    """The id of the product's edition, to compare it."""
    beside: int
    """The number of the version it is laid beside."""
    both: bool
    """The city changed it as well: both cannot be had unless somebody writes them together."""
    taken: str
    """product, own, or other where somebody has written it anew."""


def offer_update(session: Session, office: Office, base_id: str, shipped: Bundle) -> None:
    """Lay an update beside what a city has in force: a revision, so that people decide. Design 6.

    It brings what the product changed since the city last took it over, and nothing else: what only the city changed
    stays. Where both changed a file the product's is put aside until somebody chooses it.
    """
    base = office.engine.versions.get(session, base_id).bundle
    title = f"{UPDATE} {shipped.digest[:8]}"
    mine = select(Revision.id).where(Revision.city == shipped.city, Revision.slug == shipped.slug)
    if session.scalar(mine.where(Revision.title == title).limit(1)):
        return
    before = _shipped_before(session, office, base, None)
    news = [
        path
        for path in sorted({*base.files, *shipped.files})
        if before.get(path) != shipped.files.get(path) != base.files.get(path)
    ]
    if not news:
        return
    revision = Revision(
        city=shipped.city, slug=shipped.slug, title=title, base_id=base_id, author=None, state="open",
        created_at=clock.now(),
    )  # fmt: skip
    session.add(revision)
    session.flush()
    for path in news:
        aside = base.files.get(path) != before.get(path)
        edition = RevisionFile(
            revision_id=revision.id, path=path, number=FIRST, content=shipped.files.get(path), aside=aside, draft=False,
            by=None, at=clock.now(),
        )  # fmt: skip
        session.add(edition)
    session.flush()


def brought(session: Session, office: Office, revision: Revision) -> Sequence[Brought]:
    """Return the files an update brings, those both changed first; nothing for a revision of the city."""
    if revision.author is not None:
        return ()
    base, now = base_of(session, office, revision), bundle_of(session, office, revision)
    before = _shipped_before(session, office, base, revision)
    beside, found = office.engine.versions.get(session, revision.base_id).number, []
    for one in session.scalars(_of_the_product().where(RevisionFile.revision_id == revision.id)):
        own, here = base.files.get(one.path), now.files.get(one.path)
        taken = "product" if here == one.content else "own" if here == own else "other"
        found.append(Brought(one.path, one.id, beside, own != before.get(one.path), taken))
    return sorted(found, key=lambda each: (not each.both, each.path))


def choose(session: Session, viewer: Viewer, revision: Revision, path: str, *, product: bool) -> None:
    """Use the product's writing of a file, or the city's own; raises RevisionUnknown for a revision of the city."""
    if revision.author is not None:
        raise RevisionUnknown
    use(session, viewer, revision, path, FIRST if product else 0)


def _shipped_before(session: Session, office: Office, base: Bundle, until: Revision | None) -> Mapping[str, bytes]:
    """Return the product as the city last took it over: its last shipped version, and the updates published since."""
    versions = (
        select(DefinitionVersion.id, DefinitionVersion.created_at)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.city == base.city, Definition.slug == base.slug, DefinitionVersion.origin == SHIPPED)
    )
    last = session.execute(versions.order_by(DefinitionVersion.number.desc()).limit(1)).one_or_none()
    if last is None:
        return base.files
    found = office.engine.versions.get(session, last.id).bundle
    updates = (
        _of_the_product()
        .join(Revision, Revision.id == RevisionFile.revision_id)
        .where(Revision.city == base.city, Revision.slug == base.slug, Revision.state == "published")
        .where(Revision.author.is_(None), Revision.created_at > last.created_at)
        .order_by(Revision.created_at)
    )
    if until is not None:
        updates = updates.where(Revision.created_at < until.created_at)
    return changed(found, {one.path: one.content for one in session.scalars(updates)}).files


def _of_the_product() -> Select[RevisionFile]:
    return select(RevisionFile).where(RevisionFile.number == FIRST, RevisionFile.by.is_(None))
