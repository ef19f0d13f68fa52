"""A case as a reader sees it: header, story, data, files and diagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union
from sqlalchemy.orm import Session

from gridflow.bpmn import Taken, draw
from gridflow.cases.batches import Progress, progress_of
from gridflow.cases.covering import readable
from gridflow.cases.drawings import Drawn, drawn
from gridflow.cases.errors import CaseUnknown
from gridflow.cases.hand_ins import PICTURES, FileShown, case_files
from gridflow.cases.keeping import open_to
from gridflow.cases.limits import LimitShown, limit_shown
from gridflow.cases.models import Attachment, Case
from gridflow.cases.offering import Offered, offers_to
from gridflow.cases.office import Office
from gridflow.cases.queries import (
    FieldValue,
    archive_waits_for,
    case_of,
    crowded,
    handles,
    limits_of,
    open_items,
    related_to,
)
from gridflow.cases.relations import Related
from gridflow.cases.reported import handed_in_by, only_reports, to_reporter, whole_case
from gridflow.cases.story import Told, told
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.documents.queries import document_of
from gridflow.engine.models import OPEN, Instance, WorkItem
from gridflow.inspection.papers import Papers, papers
from gridflow.inspection.pictures import small_picture
from gridflow.inspection.places import Counted, counted
from gridflow.people.permissions import Permission

PAGE = 50


@dataclass(frozen=True, slots=True)
class Group:
    """What one form handed in."""

    title: str
    at: datetime | None
    fields: Sequence[FieldValue]


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
    offers: Sequence[Offered]
    """What the viewer may do beside any task."""
    archive_waits: Sequence[str]
    """The steps a finished case waits for before its file is sealed."""
    opening: Sequence[Progress]
    """What many instances are being opened for."""
    counted: Counted | None
    """How far the work is where there are too many places to name; None where there are few."""
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
    """Return the cases of the viewer's places in one statement: for an inspector, those of the whole city.

    Whoever answers for no place finds the cases in which a task was the viewer's or the viewer's post's, and the
    reported ones.
    """
    seen = _found_by(viewer)
    for word in search.split():
        columns = (Case.number, Case.title, Case.place)
        seen = and_(seen, or_(*(column.icontains(word, autoescape=True) for column in columns)))
    wanted = select(Case).where(seen).order_by(Case.opened_at.desc(), Case.id.desc())
    rows = session.scalars(wanted.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return CasePage([_line(row) for row in rows[:PAGE]], page, len(rows) > PAGE)


def _found_by(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.may(Permission.CASE_INSPECT):
        return and_(Case.city == viewer.city.code, open_to(viewer))
    if viewer.may(Permission.CASE_VIEW):
        return and_(viewer.scope.within(Case.city, Case.place_code), open_to(viewer))
    items, me = table(WorkItem).c, viewer.user.id
    took_part = [
        select(items.case_id).where(items.unit_id == unit, items.role == role) for unit, role in viewer.actor.posts
    ]
    took_part += [
        select(items.case_id).where(items.done_by == me),
        select(items.case_id).where(items.person_id == me, OPEN),
    ]
    mine = select(Case.id).where(Case.reporter_id == me)
    return and_(Case.city == viewer.city.code, Case.id.in_(union(mine, *took_part)), open_to(viewer))


def _line(row: Case) -> CaseLine:
    return CaseLine(row.id, row.number, row.title, row.place, row.state, row.level or "", row.opened_at)


def case_view(session: Session, office: Office, viewer: Viewer, case_id: str) -> CaseView:
    """Return a case the viewer may see; raises CaseUnknown, for another city's as well."""
    case = case_of(session, viewer, case_id)
    masked, crowd = not handles(session, viewer, case), crowded(session, case)
    story = readable(session, office, viewer, case, told(session, office, case, masked=masked))
    return CaseView(
        case=case,
        limits=_limits(session, office, case, parts=not crowd),
        story=story,
        data=[Group(step.title, step.at, step.values) for step in story if step.values],
        papers=papers(session, case),
        attachments=case_files(session, office, case),
        related=related_to(session, viewer, case),
        offers=offers_to(session, viewer, case.id),
        archive_waits=list(dict.fromkeys(item.step for item in archive_waits_for(session, case))),
        opening=progress_of(session, case),
        counted=counted(session, office, case) if crowd else None,
        masked=masked,
    )


def diagrams(session: Session, office: Office, viewer: Viewer, case_id: str) -> list[Drawn]:
    """Return the diagrams of a case with the path taken."""
    return drawn(session, office, whole_case(session, viewer, case_id))


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


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a case, or a small picture of it."""

    name: str
    media_type: str
    content: bytes
    small: bool


def attachment(
    session: Session, office: Office, viewer: Viewer, case_id: str, file_id: str, *, small: bool = False
) -> Attached:
    """Return a file of a case; of a picture that can be shown a small one where that is asked for."""
    case = case_of(session, viewer, case_id)
    row = session.scalar(select(Attachment).where(Attachment.id == file_id, Attachment.case_id == case.id))
    if row is None or (only_reports(viewer) and not handed_in_by(session, viewer, row)):
        raise CaseUnknown
    name = str(office.vault.read(session, case.city, row.name_token))
    if small and row.media_type in PICTURES and (picture := small_picture(office.blobs, row.sha256)):
        return Attached(name, "image/jpeg", picture, small=True)
    return Attached(name, row.media_type, office.blobs.get(row.sha256), small=False)


def document_pdf(session: Session, office: Office, viewer: Viewer, case_id: str, document_id: str) -> tuple[str, bytes]:
    """Return the name and content of a document of a case; raises CaseUnknown while it is not set."""
    case = case_of(session, viewer, case_id)
    document = document_of(session, case.city, document_id)
    if document.case_id != case.id or document.sha256 is None:
        raise CaseUnknown
    if only_reports(viewer) and not to_reporter(session, office, document):
        raise CaseUnknown
    return f"{document.title} {document.number}.pdf", office.blobs.get(document.sha256)


def dossier_pdf(session: Session, office: Office, viewer: Viewer, case_id: str) -> tuple[str, bytes]:
    """Return the name and content of the sealed case file; raises CaseUnknown while there is none."""
    case = case_of(session, viewer, case_id)
    if case.dossier is None:
        raise CaseUnknown
    return f"卷宗 {case.number}.pdf", office.blobs.get(case.dossier)


def _limits(session: Session, office: Office, case: Case, *, parts: bool) -> list[LimitShown]:
    """Return the limits that run, those that stand longest first."""
    rows = [row for row in limits_of(session, case, parts=parts) if row.ended_at is None]
    steps = {item.limit_id: item.step for item in open_items(session, case, parts=parts)}
    mine = select(Instance.id, Instance.version_id).where(Instance.id.in_({row.instance_id for row in rows}))
    versions = {row.id: row.version_id for row in session.execute(mine)}
    return [
        limit_shown(
            row,
            office.engine.versions.get(session, versions[row.instance_id]).bundle.manifest.limits,
            steps.get(row.id, ""),
        )
        for row in rows
    ]
