"""The worked examples of a procedure, as a revision has them: they are proofs of a version and no part of it.

They come with the product. What a revision changes about them counts for it, and once it is published for every later
one of the same city and procedure, unless it is rolled back.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.toml import read_toml
from gridflow.workbench.errors import FileRefused
from gridflow.workbench.models import Publication, Revision, RevisionFile
from gridflow.workbench.revising.files import is_example
from gridflow.workbench.revising.revisions import mark, note, refuse_unless_open

MOST_BYTES = 200_000
_PLACE = "processes/{}/scenarios/"
_UNFIT = re.compile(r"[^\w\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example."""

    path: str
    title: str
    content: bytes
    origin: str
    """shipped, city (a published revision of the city wrote it) or revision (this one did)."""

    @property
    def mark(self) -> str:
        """Tells contents apart."""
        return mark(self.content)


def examples_of(session: Session, office: Office, revision: Revision) -> list[Example]:
    """Return the examples that count for a revision, by path."""
    found: dict[str, tuple[bytes | None, str]] = {
        one.path: (one.content, "shipped")
        for one in office.examples
        if (one.city, one.slug) == (revision.city, revision.slug)
    }
    for row in session.execute(_of_the_city(revision)):
        found[row.path] = (row.content, "city")
    for one in _own(session, revision):
        found[one.path] = (one.content, "revision")
    return [
        Example(path, title_of(content, path), content, origin)
        for path, (content, origin) in sorted(found.items())
        if content is not None
    ]


def changed_examples(session: Session, revision: Revision) -> list[tuple[str, bool]]:
    """Return the path of each example a revision wrote, and whether it takes it out."""
    return [(one.path, one.content is None) for one in _own(session, revision)]


def written_in(session: Session, revisions: Iterable[Revision]) -> list[str]:
    """Return the titles of the examples that revisions wrote, without those they took out."""
    own = [one for revision in revisions for one in _own(session, revision)]
    return list(dict.fromkeys(title_of(one.content, one.path) for one in own if one.content is not None))


def digest_of(examples: Sequence[Example]) -> str:
    """Return what tells sets of examples apart."""
    state = hashlib.sha256()
    for one in examples:
        state.update(f"{one.path}\0{hashlib.sha256(one.content).hexdigest()}\0".encode())
    return state.hexdigest()


def new_path(revision: Revision, title: str, taken: Sequence[Example]) -> str:
    """Return where a new example of that title goes."""
    name, there = _UNFIT.sub("-", title).strip("-")[:60] or "试办", {one.path for one in taken}
    folder = _PLACE.format(revision.slug)
    every = (f"{folder}{name}{f'-{number}' if number else ''}.{revision.city}.toml" for number in range(1000))
    return next(path for path in every if path not in there)


def save_example(session: Session, viewer: Viewer, revision: Revision, path: str, content: bytes | None) -> None:
    """Keep an edition of an example, or with None take it out; raises as revisions.save."""
    refuse_unless_open(session, viewer, revision)
    _refuse_unfit(revision, path, content)
    newest = session.scalar(
        select(func.coalesce(func.max(RevisionFile.number), 0)).where(
            RevisionFile.revision_id == revision.id, RevisionFile.path == path
        )
    )
    session.add(
        RevisionFile(
            revision_id=revision.id, path=path, number=int(newest or 0) + 1, content=content, aside=False, draft=False,
            by=viewer.user.id, at=clock.now(),
        )
    )  # fmt: skip
    session.flush()
    note(session, viewer, "save_revision", revision, path=path, number=int(newest or 0) + 1)


def title_of(content: bytes | None, path: str) -> str:
    """Return what an example calls itself, else its path."""
    try:
        return str(read_toml(content or b"").get("title") or path)
    except ValueError:
        return path


def _refuse_unfit(revision: Revision, path: str, content: bytes | None) -> None:
    name = PurePosixPath(path).name.removesuffix(".toml")
    fits = path.startswith(_PLACE.format(revision.slug)) and name.endswith(f".{revision.city}") and is_example(path)
    if not fits or ".." in path or len(path) > 200:
        raise FileRefused(path, "案例文件只能放在这个流程的 scenarios 文件夹，名称写作“一句话.城市.toml”。")
    if content is None:
        return
    if len(content) > MOST_BYTES:
        raise FileRefused(path, f"超过 {MOST_BYTES // 1000} KB。")
    try:
        raw: Mapping[str, Any] = read_toml(content)
    except ValueError as error:
        raise FileRefused(path, f"不是能读的 TOML（{error}）。") from error
    whole = isinstance(raw.get("title"), str) and isinstance(raw.get("begins"), datetime)
    if not whole or not isinstance(raw.get("step"), list):
        raise FileRefused(path, "应写明 title（一句话）、begins（北京时间）和至少一个 [[step]]。")


def _own(session: Session, revision: Revision) -> Iterator[RevisionFile]:
    """Yield the edition that counts of each example of a revision."""
    rows = select(RevisionFile).where(RevisionFile.revision_id == revision.id, RevisionFile.aside.is_(False))
    newest: dict[str, RevisionFile] = {}
    for one in session.scalars(rows.order_by(RevisionFile.number)):
        if is_example(one.path):
            newest[one.path] = one
    yield from newest.values()


def _of_the_city(revision: Revision) -> Select[str, bytes | None]:
    """Return the query for the editions that published revisions of the same procedure hold, the oldest first.

    What was rolled back no longer counts: its examples speak of a version that is not in force.
    """
    return (
        select(RevisionFile.path, RevisionFile.content)
        .join(Revision, Revision.id == RevisionFile.revision_id)
        .join(Publication, Publication.revision_id == Revision.id)
        .where(
            Revision.city == revision.city, Revision.slug == revision.slug, Publication.version_id.is_not(None),
            Publication.state == "approved", RevisionFile.aside.is_(False),
            RevisionFile.path.like(_PLACE.format(revision.slug) + "%.toml"),
        )
        .order_by(Publication.decided_at, RevisionFile.number)
    )  # fmt: skip
