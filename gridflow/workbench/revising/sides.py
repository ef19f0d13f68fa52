"""What can be compared of a procedure: its versions, the revisions of it, and single editions of their files."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.engine.errors import DefinitionUnknown
from gridflow.engine.models import Definition, DefinitionVersion
from gridflow.people.queries import names_of
from gridflow.workbench.errors import VersionUnknown
from gridflow.workbench.models import Revision, RevisionFile
from gridflow.workbench.revising.revisions import bundle_of, changed

CODE = re.compile(r"(?P<kind>[vre])(?P<of>\w{1,32})")
"""v3 is the third version, r… a revision, e… the revision with one file in that edition."""


@dataclass(frozen=True, slots=True)
class Side:
    """Something to be compared."""

    code: str
    kind: str
    """version, revision or edition."""
    number: int
    """Of the version or the edition; 0 for a revision."""
    title: str
    """Of the revision; of an edition the path of its file."""
    by: str
    """Empty where nobody is known: a version that came with the product, an update."""
    at: datetime
    in_force: bool = False


def sides(session: Session, viewer: Viewer, slug: str) -> list[Side]:
    """Return the versions of a procedure of the viewer's city, then its revisions, each the newest first."""
    definition = session.scalar(select(Definition).where(Definition.city == viewer.city.code, Definition.slug == slug))
    if definition is None:
        raise DefinitionUnknown(slug)
    rows = select(
        DefinitionVersion.id, DefinitionVersion.number, DefinitionVersion.author, DefinitionVersion.created_at
    ).where(DefinitionVersion.definition_id == definition.id)
    versions = session.execute(rows.order_by(DefinitionVersion.number.desc())).all()
    drawn = select(Revision).where(Revision.city == viewer.city.code, Revision.slug == slug)
    revisions = session.scalars(drawn.order_by(Revision.created_at.desc())).all()
    names = names_of(session, {*(one.author for one in versions), *(one.author for one in revisions)})
    return [
        *(
            Side(
                f"v{one.number}", "version", one.number, "", names.get(one.author, ""), one.created_at,
                one.id == definition.in_force,
            )
            for one in versions
        ),
        *(
            Side(f"r{one.id}", "revision", 0, one.title, names.get(one.author, ""), one.created_at)
            for one in revisions
        ),
    ]  # fmt: skip


def side(session: Session, viewer: Viewer, slug: str, code: str) -> Side:
    """Return what a code names; raises VersionUnknown."""
    if code.startswith("e"):
        edition = _edition(session, viewer, slug, code[1:])
        names = names_of(session, {edition.by})
        return Side(code, "edition", edition.number, edition.path, names.get(edition.by, ""), edition.at)
    found = next((one for one in sides(session, viewer, slug) if one.code == code), None)
    if found is None:
        raise VersionUnknown
    return found


def bundle_at(session: Session, office: Office, viewer: Viewer, slug: str, code: str) -> Bundle:
    """Return the procedure as a side has it; raises VersionUnknown for what is not of this procedure and city."""
    found = CODE.fullmatch(code)
    if found is None:
        raise VersionUnknown
    of = found["of"]
    if found["kind"] == "v":
        return _version(session, office, viewer, slug, of)
    if found["kind"] == "r":
        return bundle_of(session, office, _revision(session, viewer, slug, of))
    edition = _edition(session, viewer, slug, of)
    whole = bundle_of(session, office, _revision(session, viewer, slug, edition.revision_id))
    return changed(whole, {edition.path: edition.content})


def usual(session: Session, viewer: Viewer, slug: str, every: list[Side], new: str) -> tuple[str, str]:
    """Return what is compared unless somebody chooses: what a revision began with, else the version before the last."""
    if new.startswith("r"):
        began = select(DefinitionVersion.number).where(
            DefinitionVersion.id == _revision(session, viewer, slug, new[1:]).base_id
        )
        return f"v{session.scalars(began).one()}", new
    versions = [one for one in every if one.kind == "version"]
    place = next((number for number, one in enumerate(versions) if one.in_force), 0)
    before = versions[min(place + 1, len(versions) - 1)]
    return before.code, versions[place].code


def _version(session: Session, office: Office, viewer: Viewer, slug: str, number: str) -> Bundle:
    wanted = (
        select(DefinitionVersion.id)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.city == viewer.city.code, Definition.slug == slug)
    )
    found = session.scalar(wanted.where(DefinitionVersion.number == int(number))) if _small(number) else None
    if found is None:
        raise VersionUnknown
    return office.engine.versions.get(session, found).bundle


def _revision(session: Session, viewer: Viewer, slug: str, revision_id: str) -> Revision:
    mine = select(Revision).where(Revision.city == viewer.city.code, Revision.slug == slug)
    found = session.scalar(mine.where(Revision.id == revision_id))
    if found is None:
        raise VersionUnknown
    return found


def _edition(session: Session, viewer: Viewer, slug: str, edition_id: str) -> RevisionFile:
    found = session.scalar(select(RevisionFile).where(RevisionFile.id == edition_id))
    if found is None:
        raise VersionUnknown
    _revision(session, viewer, slug, found.revision_id)
    return found


def _small(number: str) -> bool:
    return number.isascii() and number.isdecimal() and len(number) < 7
