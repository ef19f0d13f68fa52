"""Revisions: begun from a version, changed file by file, never losing what somebody wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue import Bundle
from gridflow.catalogue.bundle import frozen
from gridflow.engine.definitions import version_in_force
from gridflow.workbench.errors import FileRefused, NotReady, RevisionOver, RevisionUnknown
from gridflow.workbench.library.owners import refuse_stranger
from gridflow.workbench.models import Revision, RevisionFile
from gridflow.workbench.revising.files import accept, is_example, unpack

TITLE = 100


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a file that was handed in."""

    number: int
    aside: bool
    """Somebody else had saved in between: this edition is kept beside theirs."""
    mark: str
    """Of what was saved, to be said when it is saved again."""


def begin(session: Session, viewer: Viewer, slug: str, title: str) -> Revision:
    """Begin a revision from the version in force; raises DefinitionUnknown, NotOwner, and NotReady without a title."""
    if not title.strip():
        raise NotReady("请写明要改什么，例如“缩短签收时限”，同事凭它认出这份修改稿。")
    base = version_in_force(session, viewer.city.code, slug)
    refuse_stranger(session, viewer, slug)
    revision = Revision(
        city=viewer.city.code, slug=slug, title=title.strip()[:TITLE], base_id=base, author=viewer.user.id,
        state="open", created_at=clock.now(),
    )  # fmt: skip
    session.add(revision)
    session.flush()
    note(session, viewer, "begin_revision", revision)
    return revision


def revision_of(session: Session, viewer: Viewer, revision_id: str) -> Revision:
    """Return a revision of the viewer's city; raises RevisionUnknown."""
    revision = session.scalar(select(Revision).where(Revision.id == revision_id, Revision.city == viewer.city.code))
    if revision is None:
        raise RevisionUnknown
    return revision


def editions(session: Session, revision: Revision) -> list[RevisionFile]:
    """Return every edition of every file of a revision, the newest first."""
    rows = select(RevisionFile).where(RevisionFile.revision_id == revision.id)
    return list(session.scalars(rows.order_by(RevisionFile.path, RevisionFile.number.desc())))


def current(session: Session, revision: Revision) -> dict[str, RevisionFile]:
    """Return the edition that counts of each changed file, by path."""
    found: dict[str, RevisionFile] = {}
    for one in editions(session, revision):
        if not one.aside:
            found.setdefault(one.path, one)
    return found


def base_of(session: Session, office: Office, revision: Revision) -> Bundle:
    """Return the procedure as it was when the revision began."""
    return office.engine.versions.get(session, revision.base_id).bundle


def bundle_of(session: Session, office: Office, revision: Revision) -> Bundle:
    """Return the procedure as the revision has it."""
    contents = {path: one.content for path, one in current(session, revision).items() if not is_example(path)}
    return changed(base_of(session, office, revision), contents)


def changed(base: Bundle, contents: Mapping[str, bytes | None]) -> Bundle:
    """Return a procedure with some files replaced, added or (None) taken out."""
    files = {**base.files, **contents}
    there = {path: content for path, content in files.items() if content is not None}
    return Bundle(base.city, base.slug, frozen(there))


def save(
    session: Session,
    office: Office,
    viewer: Viewer,
    revision: Revision,
    path: str,
    content: bytes,
    seen: str,
    *,
    draft: bool = False,
) -> Saved:
    """Keep a new edition of a file; `seen` is the mark of what it was written from.

    Where somebody else saved in between, the edition is put aside: both keep their work. A draft stands in the place
    of the draft the same person saved before it, if that is what they wrote from.
    Raises RevisionOver, NotOwner, and FileRefused for what cannot be read at all; findings do not refuse it.
    """
    refuse_unless_open(session, viewer, revision)
    bundle = bundle_of(session, office, revision)
    accept(bundle, path, content)
    edition = _going_on(session, viewer, revision, path, seen)
    if edition is None:
        newest, _ = _numbers(session, revision, path)
        aside = mark(bundle.files.get(path)) != seen
        edition = _edition(viewer, revision, path, newest + 1, content, aside=aside)
        session.add(edition)
    edition.content, edition.at, edition.draft = content, clock.now(), draft
    session.flush()
    if not draft:
        note(session, viewer, "save_revision", revision, path=path, number=edition.number)
    return Saved(edition.number, edition.aside, mark(content))


def mark(content: bytes | None) -> str:
    """Return a short mark that tells contents apart; empty for a file that is not there."""
    return "" if content is None else sha256(content).hexdigest()[:16]


def _going_on(session: Session, viewer: Viewer, revision: Revision, path: str, seen: str) -> RevisionFile | None:
    """Return the draft somebody goes on with: their own last edition, which nobody wrote after."""
    mine = select(RevisionFile).where(
        RevisionFile.revision_id == revision.id, RevisionFile.path == path, RevisionFile.by == viewer.user.id
    )
    last = session.scalars(mine.order_by(RevisionFile.number.desc()).limit(1)).first()
    _, counting = _numbers(session, revision, path)
    goes_on = last is not None and last.draft and mark(last.content) == seen
    return last if last is not None and goes_on and (last.aside or last.number == counting) else None


def placed(bundle: Bundle, given: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Yield the path and content of files that were handed in, those of a ZIP each.

    A file that came alone is known by its name; raises FileRefused where no file, or several, are called so.
    """
    for name, content in given:
        if name.lower().endswith(".zip"):
            yield from unpack(content).items()
            continue
        there = [path for path in bundle.files if path.rsplit("/", 1)[-1] == name]
        if len(there) != 1:
            why = "流程里没有叫这个名字的文件。新文件请放在压缩包里，带上文件夹。"
            raise FileRefused(name, why if not there else "流程里有几个同名文件，请放在压缩包里，带上文件夹。")
        yield there[0], content


def use(session: Session, viewer: Viewer, revision: Revision, path: str, number: int) -> None:
    """Let an older edition, or one that was put aside, count again; number 0 is the file of the base version."""
    refuse_unless_open(session, viewer, revision)
    wanted = select(RevisionFile).where(RevisionFile.revision_id == revision.id, RevisionFile.path == path)
    if number == 0:
        for one in session.scalars(wanted):
            one.aside = True
    else:
        chosen = session.scalar(wanted.where(RevisionFile.number == number))
        if chosen is None:
            raise RevisionUnknown
        newest, _ = _numbers(session, revision, path)
        session.add(_edition(viewer, revision, path, newest + 1, chosen.content, aside=False))
    session.flush()
    note(session, viewer, "save_revision", revision, path=path, number=number)


def discard(session: Session, viewer: Viewer, revision: Revision) -> None:
    """Give a revision up; its editions stay readable."""
    refuse_unless_open(session, viewer, revision)
    revision.state = "discarded"
    session.flush()
    note(session, viewer, "discard_revision", revision)


def refuse_unless_open(session: Session, viewer: Viewer, revision: Revision) -> None:
    """Raise RevisionOver for what cannot be changed any more, NotOwner for whoever may not change it."""
    if revision.state != "open":
        raise RevisionOver(revision.state)
    refuse_stranger(session, viewer, revision.slug)


def note(session: Session, viewer: Viewer, action: str, revision: Revision, **detail: object) -> None:
    """Write an act upon a revision into the operation log."""
    log_operation(
        session,
        Operation(
            city=revision.city, at=clock.now(), action=action, actor=viewer.user.id, subject=revision.slug,
            detail={"revision": revision.id, "title": revision.title, **detail},
        ),
    )  # fmt: skip


def _numbers(session: Session, revision: Revision, path: str) -> tuple[int, int]:
    """Return the highest number of a file's editions, and the number of the one that counts; 0 for none."""
    here = select(func.coalesce(func.max(RevisionFile.number), 0)).where(
        RevisionFile.revision_id == revision.id, RevisionFile.path == path
    )
    return session.scalars(here).one(), session.scalars(here.where(RevisionFile.aside.is_(False))).one()


def _edition(
    viewer: Viewer, revision: Revision, path: str, number: int, content: bytes | None, *, aside: bool
) -> RevisionFile:
    return RevisionFile(
        revision_id=revision.id, path=path, number=number, content=content, aside=aside, draft=False,
        by=viewer.user.id, at=clock.now(),
    )  # fmt: skip
