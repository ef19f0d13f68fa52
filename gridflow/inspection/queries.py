"""A case as a reader sees it: header, story, data, files and diagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.blobs.store import BlobStore
from gridflow.bpmn import Taken, draw
from gridflow.cases.covering import covered
from gridflow.cases.due import amount_words
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.models import Attachment, Case
from gridflow.cases.office import Office
from gridflow.cases.queries import (
    Drawn,
    FieldValue,
    archive_waits_for,
    attachments_of,
    case_of,
    drawn,
    handles,
    limits_of,
    open_items,
    related_to,
)
from gridflow.cases.relations import Related, shown_to
from gridflow.cases.story import Told, told
from gridflow.cases.viewer import Viewer
from gridflow.documents.queries import document_of
from gridflow.engine.models import Limit, WorkItem
from gridflow.inspection.papers import Papers, papers
from gridflow.people.permissions import Permission

PAGE = 50


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit that runs now."""

    step: str
    """The task that waits under it; empty for the limit of the whole handling."""
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
    limits: Sequence[LimitShown]
    story: Sequence[Told]
    data: Sequence[Group]
    papers: Papers
    attachments: Sequence[FileShown]
    related: Sequence[Related]
    archive_waits: Sequence[str]
    """The steps a finished case waits for before its file is sealed."""
    masked: bool


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of the list of cases."""

    id: str
    number: str
    title: str
    place: str
    state: str
    """The code; pages say it in words."""
    level: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class CasePage:
    """Fifty cases, newest first."""

    items: Sequence[CaseLine]
    page: int
    more: bool
    """Whether older ones follow; they are not counted."""


def case_list(session: Session, viewer: Viewer, search: str, page: int) -> CasePage:
    """Return the cases of the viewer's places in one statement: for an inspector, those of the whole city."""
    seen = Case.city == viewer.city.code
    if not viewer.may(Permission.CASE_INSPECT):
        seen = viewer.scope.within(Case.city, Case.grid_code)
    seen = and_(seen, shown_to(viewer))
    for word in search.split():
        columns = (Case.number, Case.title, Case.place)
        seen = and_(seen, or_(*(column.icontains(word, autoescape=True) for column in columns)))
    wanted = select(Case).where(seen).order_by(Case.opened_at.desc(), Case.id.desc())
    rows = session.scalars(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return CasePage([_line(row) for row in rows[:PAGE]], page, len(rows) > PAGE)


def _line(row: Case) -> CaseLine:
    return CaseLine(row.id, row.number, row.title, row.place, row.state, row.level or "", row.opened_at)


def case_view(session: Session, office: Office, viewer: Viewer, case_id: str) -> CaseView:
    """Return a case the viewer may see; raises CaseUnknown, for another city's as well."""
    case = case_of(session, viewer, case_id)
    masked = not handles(session, viewer, case)
    story = told(session, office, case, masked=masked)
    if not masked:
        story = [covered(step, viewer) for step in story]
    waiting = open_items(session, case)
    return CaseView(
        case=case,
        limits=[_limit(row, waiting) for row in limits_of(session, case) if row.ended_at is None],
        story=story,
        data=[Group(step.title, step.at, step.values) for step in story if step.values],
        papers=papers(session, case),
        attachments=_files(session, office, case),
        related=related_to(session, viewer, case),
        archive_waits=list(dict.fromkeys(item.step for item in archive_waits_for(session, case))),
        masked=masked,
    )


def diagrams(session: Session, office: Office, viewer: Viewer, case_id: str) -> list[Drawn]:
    """Return the diagrams of a case with the path taken."""
    return drawn(session, office, case_of(session, viewer, case_id))


def picture(found: Drawn) -> str:
    """Return a diagram with its path as SVG."""
    return draw(found.diagram, found.process_id, Taken(found.elements, found.flows, found.active))


def marks(found: Drawn) -> Mapping[str, Any]:
    """Return a diagram with its path for the viewer in the browser."""
    return {
        "xml": found.xml.decode(),
        "taken": sorted(found.elements),
        "flows": sorted(found.flows),
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


def document_pdf(session: Session, office: Office, viewer: Viewer, case_id: str, document_id: str) -> tuple[str, bytes]:
    """Return the name and content of a document of a case; raises CaseUnknown while it is not set."""
    case = case_of(session, viewer, case_id)
    document = document_of(session, case.city, document_id)
    if document.case_id != case.id or document.sha256 is None:
        raise CaseUnknown
    return f"{document.title} {document.number}.pdf", office.blobs.get(document.sha256)


def dossier_pdf(session: Session, office: Office, viewer: Viewer, case_id: str) -> tuple[str, bytes]:
    """Return the name and content of the sealed case file; raises CaseUnknown while there is none."""
    case = case_of(session, viewer, case_id)
    if case.dossier is None:
        raise CaseUnknown
    return f"卷宗 {case.number}.pdf", office.blobs.get(case.dossier)


def _files(session: Session, office: Office, case: Case) -> list[FileShown]:
    rows = attachments_of(session, case)
    names = office.vault.read_many(session, case.city, {row.name_token for row in rows}) if rows else {}
    return [FileShown(row.id, str(names.get(row.name_token, "")), row.size) for row in rows]


def _limit(row: Limit, waiting: Sequence[WorkItem]) -> LimitShown:
    return LimitShown(
        step=next((item.step for item in waiting if item.limit_id == row.id), ""),
        due=row.due,
        first_due=row.first_due,
        amount_words=amount_words(row.amount, row.unit),
        basis=row.basis,
        provisional=row.provisional,
        overdue=row.due < clock.now(),
        paused=row.paused_at is not None,
    )
