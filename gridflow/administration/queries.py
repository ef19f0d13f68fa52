"""What operators see: where instances stand and what is parked, by case number and step; never what a case is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from gridflow.administration.attention import Hanging, hanging, is_late
from gridflow.administration.batches import may_decide_batch, undoable
from gridflow.administration.models import Batch, BatchItem, OperatorRequest
from gridflow.administration.requests import may_decide
from gridflow.cases.keeping import is_kept, not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.definitions import version_in_force
from gridflow.engine.directory import Actor
from gridflow.engine.errors import IncidentOver
from gridflow.engine.models import Incident, Instance, MessageIn
from gridflow.engine.operations.incidents import ways
from gridflow.engine.runtime.values import unpack
from gridflow.people.models import User
from gridflow.people.queries import names_of

PAGE = 50
INCIDENTS, INSTANCES, CASES = table(Incident), table(Instance), table(Case)
REQUESTS, BATCHES, ITEMS, KEPT = table(OperatorRequest), table(Batch), table(BatchItem), table(MessageIn)


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """Something parked."""

    id: str
    instance_id: str
    number: str
    procedure: str
    step: str
    kind: str
    cause: str
    since: datetime
    tries: int
    suspended: bool
    ways: Mapping[str, str]
    """Where one can go on without it; filled for a single incident only."""


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """Fifty incidents, the oldest first."""

    lines: Sequence[IncidentLine]
    hanging: Sequence[Hanging]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class RequestLine:
    """Something that waits for a second person."""

    id: str
    instance_id: str
    number: str
    kind: str
    step: str
    to: str
    values: Mapping[str, Any]
    """New values, shown only to whoever may decide on them."""
    reason: str
    asked_by: str
    asked_at: datetime
    own: bool
    decidable: bool

    @property
    def late(self) -> bool:
        """Whether it has waited long."""
        return is_late(self.asked_at)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch and how far it is."""

    id: str
    kind: str
    procedure: str
    reason: str
    asked_at: datetime
    total: int
    done: int
    refused: int
    paused_at: datetime | None
    slug: str | None
    state: str
    """asked (waits for a second person), begun or declined."""
    asked_by: str
    decided_by: str | None
    decidable: bool
    """Whether it waits for the viewer's decision."""
    revocable: bool
    """Whether the viewer may have it undone, as far as that still goes."""

    @property
    def percent(self) -> int:
        """The share that is over, 100 when nothing waits any more."""
        return 100 * (self.done + self.refused) // max(self.total, 1)


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """An item of a batch that was not carried out."""

    number: str
    subject: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class MessageLine:
    """A message that nobody took yet."""

    number: str
    name: str
    key: str
    received_at: datetime
    expires_at: datetime


# ------------------------------------------------------------ incidents


def incident_page(session: Session, office: Office, viewer: Viewer, slug: str, page: int) -> IncidentPage:
    """Return what is parked in the viewer's city, of one procedure if it is named."""
    of = (INSTANCES.c.slug == slug,) if slug else ()
    rows = session.execute(
        _parked(viewer, *of).order_by(INCIDENTS.c.opened_at, INCIDENTS.c.id).limit(PAGE + 1).offset((page - 1) * PAGE)
    ).all()
    lines = [_line(session, office, row) for row in rows[:PAGE]]
    return IncidentPage(lines, hanging(session, office, viewer), page, len(rows) > PAGE)


def incident(session: Session, office: Office, viewer: Viewer, incident_id: str) -> IncidentLine:
    """Return one parked step with the ways on from it; raises IncidentOver when it is settled."""
    row = session.execute(_parked(viewer, INCIDENTS.c.id == incident_id)).one_or_none()
    if row is None:
        raise IncidentOver
    return _line(session, office, row, with_ways=True)


def _parked(viewer: Viewer, *where: ColumnElement[bool]) -> Any:
    columns = (INSTANCES.c.slug, INSTANCES.c.version_id, INSTANCES.c.status, CASES.c.number)
    return (
        select(*INCIDENTS.c, *columns)
        .join(INSTANCES, INSTANCES.c.id == INCIDENTS.c.instance_id)
        .join(CASES, CASES.c.id == INCIDENTS.c.case_id)
        .where(INCIDENTS.c.city == viewer.city.code, INCIDENTS.c.ended_at.is_(None), not_kept(viewer), *where)
    )


def _line(session: Session, office: Office, row: Any, *, with_ways: bool = False) -> IncidentLine:
    parsed = office.engine.versions.get(session, row.version_id)
    found: Mapping[str, str] = {}
    if with_ways and row.kind == "node":
        turn = office.engine.view(session, row.instance_id, Actor.system(row.city))
        found = ways(turn, row)
    step = parsed.names.get(row.element_id, row.element_id)
    return IncidentLine(
        row.id, row.instance_id, row.number, parsed.bundle.title, step,
        row.kind, row.cause, row.opened_at, row.tries, row.status == "suspended", found,
    )  # fmt: skip


# ------------------------------------------------------------ requests


def request_lines(session: Session, office: Office, viewer: Viewer) -> list[RequestLine]:
    """Return the open requests of the city that the viewer made or may decide on, the oldest first."""
    rows = session.execute(
        select(*REQUESTS.c, INSTANCES.c.version_id, User.name.label("asker"), INCIDENTS.c.element_id)
        .join(INSTANCES, INSTANCES.c.id == REQUESTS.c.instance_id)
        .join(User, User.id == REQUESTS.c.asked_by)
        .outerjoin(INCIDENTS, INCIDENTS.c.id == REQUESTS.c.incident_id)
        .where(REQUESTS.c.city == viewer.city.code, REQUESTS.c.state == "open")
        .order_by(REQUESTS.c.id)
        .limit(PAGE * 4)
    ).all()
    lines = []
    for row in rows:
        case = session.get_one(Case, row.case_id)
        own, may = row.asked_by == viewer.user.id, may_decide(viewer, row.kind, case)
        if (own or may) and not is_kept(session, viewer, case):
            lines.append(
                _request(office.engine.versions.get(session, row.version_id).names, row, case, own=own, may=may)
            )
    return lines


def _request(names: Mapping[str, str], row: Any, case: Case, *, own: bool, may: bool) -> RequestLine:
    details = unpack(row.details)
    step, to = details.get("element") or row.element_id or "", details.get("to") or ""
    return RequestLine(
        row.id, row.instance_id, case.number, row.kind, names.get(step, step), names.get(to, to),
        details.get("values", {}) if may or own else {}, row.reason, row.asker, row.asked_at, own, may and not own,
    )  # fmt: skip


# ------------------------------------------------------------ batches and messages


def batch_lines(
    session: Session, office: Office, viewer: Viewer, batch_id: str | None = None, state: str | None = None
) -> list[BatchLine]:
    """Return the newest batches of the city with their progress, or one of them, or those in a state."""

    def count(*states: str) -> ColumnElement[int]:
        return func.count().filter(ITEMS.c.state.in_(states))

    of = [BATCHES.c.id == batch_id] if batch_id else [BATCHES.c.state == state] if state else []
    wanted = (
        select(*BATCHES.c, func.count().label("total"), count("done").label("done"), count("refused").label("refused"))
        .join(ITEMS, ITEMS.c.batch_id == BATCHES.c.id)
        .where(BATCHES.c.city == viewer.city.code, *of)
        .group_by(*BATCHES.c)
        .order_by(BATCHES.c.asked_at.desc(), BATCHES.c.id.desc())
        .limit(PAGE)
    )
    rows = session.execute(wanted).all()
    people = names_of(session, [each for row in rows for each in (row.asked_by, row.decided_by)])
    return [_batch(session, office, viewer, row, people) for row in rows]


def undoable_count(session: Session, batch_id: str) -> int:
    """Return how many cases of a batch could still go back."""
    return session.scalars(select(func.count()).select_from(undoable(batch_id).subquery())).one()


def _batch(session: Session, office: Office, viewer: Viewer, row: Any, people: Mapping[str | None, str]) -> BatchLine:
    me, decides = viewer.user.id, may_decide_batch(viewer)
    return BatchLine(
        id=row.id,
        kind=row.kind,
        procedure=_about(session, office, viewer, row),
        reason=row.reason,
        asked_at=row.asked_at,
        total=row.total,
        done=row.done,
        refused=row.refused,
        paused_at=row.paused_at,
        slug=row.slug,
        state=row.state,
        asked_by=people.get(row.asked_by, ""),
        decided_by=people.get(row.decided_by),
        decidable=row.state == "asked" and decides and row.asked_by != me,
        revocable=row.kind == "migrate" and (decides or me in (row.asked_by, row.decided_by)),
    )


def _about(session: Session, office: Office, viewer: Viewer, row: Any) -> str:
    """Return the title of the procedure a batch is about; a batch of retries may be about several."""
    if row.slug is None:
        return ""
    version = row.version_id or version_in_force(session, viewer.city.code, row.slug)
    return office.engine.versions.get(session, version).bundle.title


def refused_lines(session: Session, viewer: Viewer, batch_id: str) -> list[RefusedLine]:
    """Return what a batch could not carry out, with the reasons."""
    rows = session.execute(
        select(CASES.c.number, ITEMS.c.subject, ITEMS.c.reasons)
        .join(CASES, CASES.c.id == ITEMS.c.case_id)
        .where(ITEMS.c.batch_id == batch_id, ITEMS.c.state == "refused", not_kept(viewer))
        .order_by(CASES.c.number)
        .limit(PAGE * 4)
    )
    return [RefusedLine(row.number, row.subject, row.reasons) for row in rows]


def message_lines(session: Session, viewer: Viewer) -> list[MessageLine]:
    """Return the messages of the city that nobody took, the oldest first."""
    rows = session.execute(
        select(*KEPT.c, CASES.c.number)
        .outerjoin(CASES, CASES.c.id == KEPT.c.case_id)
        .where(KEPT.c.city == viewer.city.code, KEPT.c.taken_by.is_(None), or_(CASES.c.id.is_(None), not_kept(viewer)))
        .order_by(KEPT.c.id)
        .limit(PAGE * 4)
    )
    return [MessageLine(row.number or "", row.name, row.key or "", row.received_at, row.expires_at) for row in rows]
