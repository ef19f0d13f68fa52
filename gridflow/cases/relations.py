"""How cases hang together: links that actions write, who may follow them, and what lies near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from gridflow.cases.keeping import open_to
from gridflow.cases.models import Case, CaseLink
from gridflow.cases.states import LINKS
from gridflow.cases.viewer import Viewer
from gridflow.db import table

ONE_WAY = frozenset({"reports_on"})
"""Links that only the case they start from shows. Source: N18-4."""
NEARBY = timedelta(days=30)
MOST_NEARBY = 10


@dataclass(frozen=True, slots=True)
class Related:
    """Another case and what it has to do with this one."""

    id: str
    number: str
    title: str
    state: str
    opened_at: datetime
    relation: str
    """A kind of link, seen from this case, or nearby."""


def link(session: Session, city: str, case_id: str, number: str, kind: str, at: datetime) -> bool:
    """Link a case to the one of a number; returns False when the city has no other case of that number."""
    other = session.scalar(select(Case.id).where(Case.number == number.strip(), Case.city == city))
    if other is None or other == case_id:
        return False
    known = select(CaseLink.case_id).where(
        CaseLink.case_id == case_id, CaseLink.other_id == other, CaseLink.kind == kind
    )
    if session.scalar(known) is None:
        _insert(session, city, case_id, other, kind, at)
    return True


def connect(session: Session, case: Case, other: Case, kind: str, at: datetime) -> None:
    """Link a new case to the one it comes from."""
    _insert(session, case.city, case.id, other.id, kind, at)


def _insert(session: Session, city: str, case_id: str, other_id: str, kind: str, at: datetime) -> None:
    row = {"case_id": case_id, "other_id": other_id, "kind": kind, "city": city, "at": at}
    session.execute(insert(table(CaseLink)), [row])


def linked(session: Session, case: Case) -> list[Related]:
    """Return the cases that actions linked to a case, in both directions but for one-way links."""
    links = session.scalars(
        select(CaseLink).where(or_(CaseLink.case_id == case.id, CaseLink.other_id == case.id)).order_by(CaseLink.at)
    ).all()
    ends = [(row.other_id, row.kind) for row in links if row.case_id == case.id]
    ends += [(row.case_id, LINKS[row.kind]) for row in links if row.other_id == case.id and _both(row)]
    found = {row.id: row for row in session.scalars(select(Case).where(Case.id.in_([end for end, _ in ends])))}
    return [_related(found[end], relation) for end, relation in ends if end in found]


def _both(row: CaseLink) -> bool:
    return row.kind not in ONE_WAY


def nearby(session: Session, viewer: Viewer, case: Case) -> list[Related]:
    """Return the cases of the same place and category within thirty days, newest first; one look into an index."""
    found = select(Case).where(
        Case.city == case.city, Case.place_code == case.place_code, Case.category == case.category, Case.id != case.id,
        Case.opened_at.between(case.opened_at - NEARBY, case.opened_at + NEARBY), open_to(viewer),
    )  # fmt: skip
    rows: Sequence[Case] = session.scalars(found.order_by(Case.opened_at.desc()).limit(MOST_NEARBY)).all()
    return [_related(row, "nearby") for row in rows] if case.category else []


def _related(row: Case, relation: str) -> Related:
    return Related(row.id, row.number, row.title, row.state, row.opened_at, relation)
