"""The history of a revision across its files: who saved what when, what was named, asked, decided."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.people.queries import names_of
from gridflow.workbench.models import Publication, Revision, RevisionFile
from gridflow.workbench.revising.files import is_example
from gridflow.workbench.revising.milestones import milestones

MOST = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a revision."""

    at: datetime
    by: str | None
    """None for an update of the product."""
    kind: str
    """saved, milestone, asked, or what was decided: approved, refused, withdrawn, overtaken, rolled_back."""
    words: str = ""
    """The name of a milestone, the reason of a request, the comment of a decision."""
    milestone: str = ""
    path: str = ""
    number: int = 0
    aside: bool = False
    gone: bool = False
    """Whether what was saved is a worked example that is there no more."""

    @property
    def of_example(self) -> bool:
        """Whether what was saved is a worked example, which has a page of its own."""
        return is_example(self.path)


def history(session: Session, revision: Revision, examples: Collection[str]) -> list[Event]:
    """Return what happened to a revision, the newest first; the contents are not read.

    `examples` are the paths of the worked examples it has now.
    """
    columns = (RevisionFile.path, RevisionFile.number, RevisionFile.by, RevisionFile.at, RevisionFile.aside)
    saved = session.execute(
        select(*columns)
        .where(RevisionFile.revision_id == revision.id)
        .order_by(RevisionFile.at.desc(), RevisionFile.number.desc())
        .limit(MOST)
    ).all()
    named = milestones(session, revision)
    asked = session.scalars(select(Publication).where(Publication.revision_id == revision.id)).all()
    people = names_of(session, {*(row.by for row in saved), *(one.by for one in named), *_hands(asked)})
    events = [
        *(
            Event(
                row.at, people.get(row.by), "saved", path=row.path, number=row.number, aside=row.aside,
                gone=is_example(row.path) and row.path not in examples,
            )
            for row in saved
        ),
        *(Event(one.at, people.get(one.by), "milestone", one.title, milestone=one.id) for one in named),
        *(event for one in asked for event in _of_request(one, people)),
    ]  # fmt: skip
    return sorted(events, key=lambda event: event.at, reverse=True)[:MOST]


def _of_request(asked: Publication, people: Mapping[str | None, str]) -> Iterator[Event]:
    yield Event(asked.asked_at, people.get(asked.asked_by), "asked", asked.reason)
    if asked.decided_at:
        yield Event(asked.decided_at, people.get(asked.decided_by), asked.state, asked.comment or "")


def _hands(asked: Sequence[Publication]) -> Iterator[str | None]:
    for one in asked:
        yield one.asked_by
        yield one.decided_by
