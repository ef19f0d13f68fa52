"""The documents of a case and its file: what is there, and what is being made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.cases.models import Case
from gridflow.cases.reported import whole_case
from gridflow.cases.viewer import Viewer
from gridflow.documents.models import Document
from gridflow.documents.queries import documents_of_case
from gridflow.engine.models import Job

MADE = ("render", "archive")
"""Jobs that set pages."""
UNDER_WAY = ("waiting", "claimed")
MOST_AHEAD = 1000


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document issued in the case."""

    id: str
    title: str
    number: str
    issued_at: datetime
    ready: bool
    """Whether its PDF has been set."""
    void: bool


@dataclass(frozen=True, slots=True)
class Making:
    """What worker processes still have to set."""

    documents: int
    dossier: bool
    ahead: int
    """Jobs of other cases that come first; at most MOST_AHEAD are counted."""
    stuck: bool
    """Whether one was given up after several attempts."""


@dataclass(frozen=True, slots=True)
class Papers:
    """What the documents tab shows."""

    documents: Sequence[DocumentShown]
    dossier: bool
    sealed_at: datetime | None
    making: Making | None
    """None when nothing is being made."""


def papers_of(session: Session, viewer: Viewer, case_id: str) -> Papers:
    """Return the documents of a case the viewer may see; raises CaseUnknown."""
    return papers(session, whole_case(session, viewer, case_id))


def papers(session: Session, case: Case) -> Papers:
    """Return the documents of a case and how far their making is, in two or three statements."""
    shown = [_document(row) for row in documents_of_case(session, case.city, case.id)]
    return Papers(shown, case.dossier is not None, case.sealed_at, _making(session, case))


def _making(session: Session, case: Case) -> Making | None:
    jobs = session.execute(
        select(Job.kind, Job.state, Job.next_at)
        .where(Job.case_id == case.id, Job.kind.in_(MADE), Job.state.in_((*UNDER_WAY, "failed")))
        .order_by(Job.next_at)
    ).all()
    if not jobs:
        return None
    under_way = [job for job in jobs if job.state in UNDER_WAY]
    return Making(
        documents=sum(job.kind == "render" for job in under_way),
        dossier=any(job.kind == "archive" for job in under_way),
        ahead=_ahead(session, case, under_way[0].next_at) if under_way else 0,
        stuck=len(under_way) < len(jobs),
    )


def _ahead(session: Session, case: Case, first: datetime) -> int:
    before = select(Job.id).where(
        Job.ended_at.is_(None),
        Job.city == case.city,
        Job.state.in_(UNDER_WAY),
        Job.kind.in_(MADE),
        Job.next_at < first,
        Job.case_id != case.id,
    )
    return session.scalar(select(func.count()).select_from(before.limit(MOST_AHEAD).subquery())) or 0


def _document(row: Document) -> DocumentShown:
    ready = row.state == "rendered" and row.sha256 is not None
    return DocumentShown(row.id, row.title, row.number, row.issued_at, ready, row.state == "void")
