"""What should not be overlooked: requests that wait for a second person, and cases that hang on an incident."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Label, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.batches import may_decide_batch
from gridflow.administration.models import Batch, OperatorRequest
from gridflow.administration.requests import may_decide
from gridflow.cases.keeping import is_kept, not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer, viewer
from gridflow.db import db, table
from gridflow.engine.models import Incident, Instance, Job
from gridflow.people.models import Post, User
from gridflow.people.permissions import HELD, Permission

REQUESTS, CASES, INCIDENTS, INSTANCES, BATCHES = map(table, (OperatorRequest, Case, Incident, Instance, Batch))
LONG = timedelta(hours=24)
"""A request that has waited longer is shown as late."""
DECIDING = frozenset({Permission.INSTANCE_APPROVE, Permission.DATA_APPROVE})
WORDS = {"skip": "跳过故障环节", "change": "更改数据", "move": "移动", "cancel": "终止流程"}


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests that wait for one person's decision."""

    count: int
    oldest: datetime | None

    @property
    def late(self) -> bool:
        """Whether one of them has waited long."""
        return self.oldest is not None and is_late(self.oldest)


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many incidents a procedure has."""

    slug: str
    title: str
    count: int


def is_late(asked_at: datetime) -> bool:
    """Tell whether a request has waited long."""
    return clock.now() - asked_at > LONG


def asked_of(session: Session, who: Viewer) -> Asked | None:
    """Return what waits for a person's decision, None for somebody who decides on nothing; one statement."""
    if not DECIDING & who.permissions:
        return None
    rows = (
        select(func.count().label("number"), func.min(REQUESTS.c.asked_at).label("oldest"))
        .join(CASES, CASES.c.id == REQUESTS.c.case_id)
        .where(REQUESTS.c.city == who.city.code, REQUESTS.c.state == "open", REQUESTS.c.asked_by != who.user.id)
        .where(_decidable(who), not_kept(who))
    )
    found = session.execute(rows.add_columns(*_asked_batches(who))).one()
    return Asked(found.number + found.batches, min(filter(None, (found.oldest, found.first_batch)), default=None))


def _asked_batches(who: Viewer) -> tuple[Label[int], Label[datetime]]:
    """Return how many migrations wait for a person's decision, and since when, as columns."""
    decides = true() if may_decide_batch(who) else false()
    waiting = and_(
        decides, BATCHES.c.city == who.city.code, BATCHES.c.state == "asked", BATCHES.c.asked_by != who.user.id
    )
    count, first = (
        select(each).where(waiting).scalar_subquery() for each in (func.count(), func.min(BATCHES.c.asked_at))
    )
    return count.label("batches"), first.label("first_batch")


def _decidable(who: Viewer) -> ColumnElement[bool]:
    """Return may_decide as a condition."""
    of_data = REQUESTS.c.kind == "change"
    everywhere = who.may(Permission.PROCEDURE_APPROVE)
    here = true() if everywhere else who.scope.within(Case.city, Case.place_code)
    return or_(
        ~of_data if who.may(Permission.INSTANCE_APPROVE) else false(),
        and_(of_data, here) if who.may(Permission.DATA_APPROVE) else false(),
    )


def tell_asked(office: Office, job: Job) -> None:
    """Mail everybody who may decide on a request; the text holds its number and kind, no values and no reason."""
    session = db.session()
    request = session.get_one(OperatorRequest, job.payload["request"])
    if request.state != "open":
        return
    case = session.get_one(Case, request.case_id)
    text = f"{case.number}：有人申请“{WORDS[request.kind]}”，等您批准。请登录系统，在“待批申请”中处理。"
    for each in _deciders(session, office, request.city):
        told = each.user.id != request.asked_by and may_decide(each, request.kind, case)
        if told and each.user.email and not is_kept(session, each, case):
            office.mail.send(each.user.email, f"【待批】{WORDS[request.kind]}", text)


def _deciders(session: Session, office: Office, city: str) -> list[Viewer]:
    """Return everybody of a city whose posts include deciding on some kind of request."""
    posts = {role.post for role in office.cities[city].roles.values() if DECIDING & HELD[role.code]}
    today = clock.today()
    people = (
        select(User.id)
        .join(Post, Post.user_id == User.id)
        .where(User.city == city, User.active, Post.role.in_(posts), Post.since <= today)
        .where(or_(Post.until.is_(None), Post.until >= today))
        .distinct()
        .order_by(User.id)
    )
    return [viewer(session, office.cities, user) for user in session.scalars(people)]


def hanging(session: Session, office: Office, who: Viewer) -> Sequence[Hanging]:
    """Return how many incidents hang on each procedure of a city, the most first; none to whoever retries none."""
    if not who.may(Permission.INCIDENT_RETRY):
        return []
    counted = (
        select(INSTANCES.c.slug, func.max(INSTANCES.c.version_id).label("version"), func.count().label("number"))
        .join(INCIDENTS, INCIDENTS.c.instance_id == INSTANCES.c.id)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(INCIDENTS.c.city == who.city.code, INCIDENTS.c.ended_at.is_(None), not_kept(who))
        .group_by(INSTANCES.c.slug)
        .order_by(func.count().desc())
    )
    return [
        Hanging(row.slug, office.engine.versions.get(session, row.version).bundle.title, row.number)
        for row in session.execute(counted)
    ]
