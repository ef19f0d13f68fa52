"""Tell people off the page: a task has come or come back, half the time is used, somebody should know."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.db import db
from gridflow.engine.models import Job, Limit, WorkItem
from gridflow.formats import china_time
from gridflow.people.models import User
from gridflow.people.queries import holders, user_by_id


def tell(office: Office, job: Job) -> None:
    """Mail everybody who may do the new tasks of a command; texts hold numbers and steps, no narrative."""
    session = db.session()
    items = session.scalars(select(WorkItem).where(WorkItem.id.in_(job.payload["work_items"]))).all()
    for item in items:
        word = "退回" if item.returned else "待办"
        until = f"，时限 {china_time(item.due_at)}" if item.due_at else ""
        text = f"{item.case_number} {item.place}：{item.step}{until}。请登录系统办理。"
        _mail(office, receivers(session, item), f"【{word}】{item.step}", text)


def remind(office: Office, job: Job) -> None:
    """Mail the holders of the tasks under a limit that a share of its time is used.

    Source: N18-3, domain 2.0 BE-50 and BE-80.
    """
    session = db.session()
    limit = session.get_one(Limit, job.payload["limit_id"])
    waiting = select(WorkItem).where(WorkItem.instance_id == limit.instance_id, WorkItem.status == "open")
    for item in session.scalars(waiting).all():
        if item.limit_id in (limit.id, None):
            used = f"时限 {china_time(limit.due)}，已用 {job.payload['percent']}%"
            text = f"{item.case_number} {item.place}：{item.step}，{used}。"
            _mail(office, receivers(session, item), f"【催办】{item.step}", text)


def notify(office: Office, job: Job) -> None:
    """Mail a role at a unit of the case, or a person, what a diagram says."""
    session = db.session()
    payload: dict[str, Any] = job.payload
    people: Iterable[User | None] = ()
    if payload.get("person"):
        people = [user_by_id(session, job.city, payload["person"])]
    elif payload.get("unit_id") and payload.get("post"):
        people = holders(session, payload["unit_id"], payload["post"], clock.today())
    _mail(office, [user for user in people if user], f"【通知】{payload['number']}", payload["text"])


def receivers(session: Session, item: WorkItem) -> list[User]:
    """Return the people who may do a task now."""
    if item.person_id is not None:
        user = user_by_id(session, item.city, item.person_id)
        return [user] if user and user.active else []
    if item.unit_id is None or item.role is None:
        return []
    return [user for user in holders(session, item.unit_id, item.role, clock.today()) if user.id not in item.excluded]


def _mail(office: Office, people: Iterable[User], subject: str, text: str) -> None:
    for user in people:
        if user.email:
            office.mail.send(user.email, subject, text)
