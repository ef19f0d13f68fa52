"""What the pages of the workbench show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.catalogue.bundle import TEMPLATES
from gridflow.engine.definitions import version_in_force
from gridflow.people.ownership import Owner
from gridflow.people.permissions import Permission
from gridflow.people.queries import names_of
from gridflow.workbench.editing.knowing import file_names
from gridflow.workbench.errors import RevisionUnknown
from gridflow.workbench.library.freezes import FreezeLine, first_free_day, freezes
from gridflow.workbench.library.owners import may_change, named_for
from gridflow.workbench.models import Publication, Revision, RevisionFile
from gridflow.workbench.publishing.publications import hands
from gridflow.workbench.revising.files import OF_THE_CITY, is_example
from gridflow.workbench.revising.revisions import base_of, bundle_of, changed, editions

OVER = ("rolled_back", "discarded")
GROUPS = ("diagrams", "tables", "forms", "documents", "parts", "rest")
"""In the order a page lists them."""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file of a revision."""

    path: str
    group: str
    title: str
    shared: bool
    """Other procedures have the same file; the revision changes it for its own only."""
    number: int
    """Of the edition that counts, 0 for the base's."""
    by: str | None
    at: datetime | None
    asides: int
    """Editions somebody wrote at the same time as somebody else, which nobody has looked at since."""
    there: bool


@dataclass(frozen=True, slots=True)
class EditionLine:
    """An edition of a file."""

    id: str
    number: int
    by: str | None
    at: datetime
    aside: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for publication, the newest first in a list."""

    reason: str
    basis: str
    effective_on: date
    by: str
    at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    comment: str | None
    remarks: Mapping[str, str]
    """What the decision says of single files, by path."""
    order_number: str | None
    """Of the order it was published by."""
    order: bool
    """Whether the order can be read."""


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision with everything its page shows."""

    revision: Revision
    procedure: str
    author: str | None
    base: Bundle
    bundle: Bundle
    files: Mapping[str, Sequence[FileLine]]
    """By group."""
    asked: Sequence[Asked]
    owners: Sequence[Owner]
    """Who answers for the procedure; where nobody is named, everybody with the right does."""
    freezes: Sequence[FreezeLine]
    begins: date | None
    """The day an approved revision begins, where it waits for it."""
    went_over: bool
    """Whether it is in force, so that running cases may follow it."""
    may_write: bool
    may_send: bool
    """Whether the viewer answers for the procedure, whatever state the revision is in."""
    may_decide: bool
    again: bool
    """Whether the viewer may begin it again: it was given up or rolled back, or another version came in between."""
    follows: Revision | None
    """The one whose changes it was begun again with."""
    followed: Sequence[Revision]
    """Those begun again with its changes, the newest first."""

    @property
    def titles(self) -> Mapping[str, str]:
        """What people call the files, by path."""
        return {line.path: line.title for lines in self.files.values() for line in lines}

    @property
    def returned(self) -> Asked | None:
        """The refusal that nobody has answered by sending the revision again."""
        last = self.asked[0] if self.asked and self.revision.state == "open" else None
        return last if last and last.state == "refused" else None

    @property
    def written(self) -> list[FileLine]:
        """The files it changes."""
        return [line for lines in self.files.values() for line in lines if line.number]

    def title_of(self, path: str) -> str:
        """Return what a file is called."""
        return next((line.title for lines in self.files.values() for line in lines if line.path == path), path)

    def remark(self, path: str) -> str:
        """Return what the refusal nobody has answered says of a file."""
        return self.returned.remarks.get(path, "") if self.returned else ""


def revision_view(session: Session, office: Office, viewer: Viewer, revision: Revision) -> RevisionView:
    """Return a revision for its page."""
    base, bundle = base_of(session, office, revision), bundle_of(session, office, revision)
    requests = session.scalars(
        select(Publication).where(Publication.revision_id == revision.id).order_by(Publication.asked_at.desc())
    ).all()
    every = editions(session, revision)
    deciding = [who for one in requests for who in (one.asked_by, one.decided_by)]
    people = names_of(session, [revision.author, *(one.by for one in every), *deciding])
    waiting = next((one for one in requests if one.state == "open"), None)
    decides = waiting is not None and viewer.may(Permission.PROCEDURE_APPROVE)
    named, frozen = named_for(session, viewer, revision.slug), freezes(session, revision.city, revision.slug)
    approved = next((one for one in requests if one.state == "approved" and not one.version_id), None)
    mine = may_change(viewer, named)
    return RevisionView(
        revision=revision, procedure=base.title, author=people.get(revision.author), base=base, bundle=bundle,
        files=_grouped(_files(base, bundle, every, people)),
        asked=[
            Asked(
                one.reason, one.basis, one.effective_on, people[one.asked_by], one.asked_at, one.state,
                people.get(one.decided_by), one.decided_at, one.comment, one.remarks,
                one.order_number, one.order_file is not None,
            )
            for one in requests
        ],
        owners=named,
        freezes=frozen,
        begins=first_free_day(frozen, revision.slug, approved.effective_on) if approved else None,
        went_over=any(one.state == "approved" and one.version_id for one in requests),
        may_write=revision.state == "open" and mine,
        may_send=mine,
        again=mine and (revision.state in OVER or (revision.state == "open" and _stale(session, revision))),
        may_decide=decides and viewer.user.id not in hands(session, revision, waiting),
        follows=session.get(Revision, revision.follows_id) if revision.follows_id else None,
        followed=_followed(session, revision),
    )  # fmt: skip


def _followed(session: Session, revision: Revision) -> Sequence[Revision]:
    later = select(Revision).where(Revision.follows_id == revision.id)
    return session.scalars(later.order_by(Revision.created_at.desc())).all()


def _stale(session: Session, revision: Revision) -> bool:
    return version_in_force(session, revision.city, revision.slug) != revision.base_id


def editions_of(session: Session, revision: Revision, path: str) -> list[EditionLine]:
    """Return the editions of one file, the newest first."""
    mine = [one for one in editions(session, revision) if one.path == path]
    people, counting = names_of(session, [one.by for one in mine]), _counting(mine)
    return [
        EditionLine(one.id, one.number, people.get(one.by), one.at, one.aside, one.number == counting) for one in mine
    ]


def text_of(
    session: Session, office: Office, revision: Revision, path: str, number: int | None = None
) -> tuple[str, int]:
    """Return the text of a file and the number of its edition; None for the one that counts. Raises RevisionUnknown."""
    mine = [one for one in editions(session, revision) if one.path == path]
    wanted = _counting(mine) if number is None else number
    base = base_of(session, office, revision).files.get(path)
    content = next((one.content for one in mine if one.number == wanted), base)
    if content is None or path.startswith(OF_THE_CITY) or is_example(path):
        raise RevisionUnknown
    return content.decode(), wanted


def as_of(session: Session, office: Office, revision: Revision, path: str, number: int) -> Bundle:
    """Return the revision with one file in another edition: to compare two editions."""
    text, _ = text_of(session, office, revision, path, number)
    return changed(bundle_of(session, office, revision), {path: text.encode()})


def _files(
    base: Bundle, bundle: Bundle, every: Sequence[RevisionFile], people: Mapping[str | None, str]
) -> list[FileLine]:
    names = file_names(bundle)
    found = []
    for path in sorted({*base.files, *bundle.files, *(one.path for one in every if not is_example(one.path))}):
        mine = [one for one in every if one.path == path]
        counting = _counting(mine)
        used = next((one for one in mine if one.number == counting), None)
        if path.startswith(OF_THE_CITY):
            continue
        found.append(
            FileLine(
                path, _group(path), names.get(path, PurePosixPath(path).name), "/_shared/" in path, counting,
                people.get(used.by) if used else None, used.at if used else None,
                sum(one.aside and one.number > counting for one in mine), path in bundle.files,
            )
        )  # fmt: skip
    return found


def _grouped(files: Sequence[FileLine]) -> dict[str, list[FileLine]]:
    changed_first = sorted(files, key=lambda one: (not one.number, one.shared))
    grouped = {group: [one for one in changed_first if one.group == group] for group in GROUPS}
    return {group: lines for group, lines in grouped.items() if lines}


def _group(path: str) -> str:
    place = PurePosixPath(path)
    if path.startswith(TEMPLATES):
        within = place.name.startswith("_") or path.startswith(f"{TEMPLATES}/_cities/")
        return "rest" if place.suffix != ".html" else "parts" if within else "documents"
    return {".bpmn": "diagrams", ".dmn": "tables", ".json": "forms"}.get(place.suffix, "rest")


def _counting(editions_of_file: Sequence[RevisionFile]) -> int:
    return max((one.number for one in editions_of_file if not one.aside), default=0)
