"""A case as a reader sees it: header, story, data, files and diagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.blobs.store import BlobStore
from gridflow.bpmn import Taken, draw, read
from gridflow.cases.due import amount_words
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import STATES, Attachment, Case
from gridflow.cases.office import Office
from gridflow.cases.queries import Drawn, FieldValue, attachments_of, case_of, drawn, handles, limits_of
from gridflow.cases.story import Told, told
from gridflow.cases.viewer import Viewer
from gridflow.engine.models import Limit


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit that runs now."""

    label: str
    due: datetime
    first_due: datetime
    amount_words: str
    basis: str
    provisional: bool
    overdue: bool
    paused: bool


@dataclass(frozen=True, slots=True)
class Group:
    """What one form handed in."""

    title: str
    at: datetime | None
    fields: Sequence[FieldValue]


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file handed in."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything the case page shows, whichever tab is open."""

    case: Case
    state: str
    done: bool
    limits: Sequence[LimitShown]
    story: Sequence[Told]
    data: Sequence[Group]
    attachments: Sequence[FileShown]
    masked: bool


def case_view(session: Session, office: Office, viewer: Viewer, case_id: str) -> CaseView:
    """Return a case the viewer may see; raises CaseUnknown, for another city's as well."""
    case = case_of(session, viewer, case_id)
    masked = not handles(session, viewer, case)
    story = told(session, office, case, masked=masked)
    return CaseView(
        case=case,
        state=STATES.get(case.state, case.state),
        done=case.state != "open",
        limits=[_limit(row, story) for row in limits_of(session, case) if row.ended_at is None],
        story=story,
        data=[Group(step.title, step.at, step.values) for step in story if step.values],
        attachments=_files(session, office, case),
        masked=masked,
    )


def diagrams(session: Session, office: Office, viewer: Viewer, case_id: str) -> list[Drawn]:
    """Return the diagrams of a case with the path taken."""
    return drawn(session, office, case_of(session, viewer, case_id))


def picture(found: Drawn) -> str:
    """Return a diagram with its path as SVG."""
    taken = Taken(
        {element: (number,) for element, number in found.elements.items()}, frozenset(found.flows),
        frozenset(found.active),
    )  # fmt: skip
    return draw(read(found.xml), found.process_id, taken)


def marks(found: Drawn) -> Mapping[str, Any]:
    """Return a diagram with its path for the viewer in the browser."""
    return {
        "xml": found.xml.decode(),
        "taken": sorted(found.elements),
        "flows": sorted(set(found.flows)),
        "active": sorted(found.active),
    }


def attachment(
    session: Session, office: Office, viewer: Viewer, case_id: str, file_id: str
) -> tuple[FileShown, str, bytes]:
    """Return a file of a case with its type and content."""
    case = case_of(session, viewer, case_id)
    row = session.scalar(select(Attachment).where(Attachment.id == file_id, Attachment.case_id == case.id))
    if row is None:
        raise CaseUnknown
    name = str(office.vault.read(session, case.city, row.name_token))
    store: BlobStore = office.blobs
    return FileShown(row.id, name, row.size), row.media_type, store.get(row.sha256)


def _files(session: Session, office: Office, case: Case) -> list[FileShown]:
    rows = attachments_of(session, case)
    names = office.vault.read_many(session, case.city, {row.name_token for row in rows}) if rows else {}
    return [FileShown(row.id, str(names.get(row.name_token, "")), row.size) for row in rows]


def _limit(row: Limit, story: Sequence[Told]) -> LimitShown:
    waiting = next((step.title for step in story if step.waiting), "")
    return LimitShown(
        label=f"{waiting}时限" if waiting else "办理时限",
        due=row.due,
        first_due=row.first_due,
        amount_words=amount_words(row.amount, row.unit),
        basis=row.basis,
        provisional=row.provisional,
        overdue=row.due < clock.now(),
        paused=row.paused_at is not None,
    )
