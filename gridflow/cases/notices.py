"""Tell people off the page: a task has come or come back, half the time is used, somebody should know."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.branches import answering
from gridflow.cases.keeping import without_kept
from gridflow.cases.models import Submission
from gridflow.cases.office import Office
from gridflow.db import db, table
from gridflow.engine.commands import Task
from gridflow.engine.jobs import add_job, job_row
from gridflow.engine.models import Job, Limit, WorkItem
from gridflow.engine.turn import Turn
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
        text = f"{item.place}{until}。请登录系统办理。"
        _mail(office, receivers(session, item), _subject(word, item), text)


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
            _mail(office, receivers(session, item), _subject("催办", item), f"{item.place}，{used}。")


def notify(office: Office, job: Job) -> None:
    """Mail a role at a unit of the case, or a person, what a diagram says."""
    session = db.session()
    payload: dict[str, Any] = job.payload
    people: Iterable[User | None] = ()
    if payload.get("person"):
        people = [user_by_id(session, job.city, payload["person"])]
    elif payload.get("unit_id") and payload.get("post"):
        people = holders(session, payload["unit_id"], payload["post"], clock.today())
    told = without_kept(session, job.case_id, [user for user in people if user])
    _mail(office, told, f"【通知】{payload['number']}", payload["text"])


def tell_withdrawn(office: Office, job: Job) -> None:
    """Mail whoever could do a task that need not be done any more, but for the one who saw to that."""
    session, payload = db.session(), job.payload
    gone = select(WorkItem).where(WorkItem.instance_id == job.instance_id, WorkItem.task_id.in_(payload["tasks"]))
    for item in session.scalars(gone.where(WorkItem.status == "withdrawn")).all():
        text = f"{item.place}：这项任务不用再办，{payload['why']}。填写过的草稿没有送出。"
        people = [user for user in receivers(session, item) if user.id != payload["by"]]
        _mail(office, people, _subject("收回", item), text)


def withdrawn(turn: Turn) -> dict[str, Any] | None:
    """Return the job that tells about the tasks a command takes back, and why; None where there are none."""
    waited = {waiter.task_id for waiter in turn.before.humans}
    gone = [step.task_id for step in turn.run.trail if step.what == "cancelled" and step.task_id in waited]
    if not gone:
        return None
    passed = next((node.name for _, node in turn.passed() if node.name), "")
    payload = {
        "tasks": gone, "by": turn.actor.user_id, "why": f"案件已经过“{passed}”" if passed else "案件已转入其他环节"
    }  # fmt: skip
    return job_row("withdrawn", turn.facts.city, payload, case_id=turn.facts.case_id, instance_id=turn.instance_id)


def answer_asker(session: Session, task: Task, chosen: Sequence[str]) -> None:
    """Have whoever asked for something, an objection say, told that a step of others has answered it."""
    item, answers = task.item, answering(task.turn.parsed)
    offers = [offer for offer, processes in answers.items() if item.process_id in processes]
    if not offers:
        return
    filed = table(Submission).c
    asked = session.execute(
        select(filed.actor_id, filed.step, filed.unit_id)
        .where(filed.case_id == item.case_id, filed.instance_id == item.instance_id, filed.element_id.in_(offers))
        .order_by(filed.at.desc(), filed.id.desc())
        .limit(1)
    ).one_or_none()
    if asked is None or asked.actor_id in (None, task.turn.actor.user_id) or _told_anyway(session, item, asked.unit_id):
        return
    said = f"：{'，'.join(chosen)}" if chosen else ""
    text = f"{item.place}：您提出的“{asked.step}”，{item.step}已有结果{said}。详见任务和案件经过。"
    payload = {"number": item.case_number, "text": text, "person": asked.actor_id}
    add_job(session, "notify", item.city, payload, case_id=item.case_id, instance_id=item.instance_id)


def _told_anyway(session: Session, item: WorkItem, unit_id: str | None) -> bool:
    """Tell whether the diagram itself has a mail on its way to the unit that asked: one answer, one mail."""
    on_its_way = select(Job.payload).where(
        Job.instance_id == item.instance_id, Job.kind == "notify", Job.state == "waiting"
    )
    return any(payload.get("unit_id") == unit_id for payload in session.scalars(on_its_way)) if unit_id else False


def receivers(session: Session, item: WorkItem) -> list[User]:
    """Return the people who may do a task now."""
    if item.person_id is not None:
        user = user_by_id(session, item.city, item.person_id)
        return [user] if user and user.active else []
    if item.unit_id is None or item.role is None:
        return []
    return [user for user in holders(session, item.unit_id, item.role, clock.today()) if user.id not in item.excluded]


def _subject(word: str, item: WorkItem) -> str:
    """Return what a mail is about, each thing once: 【待办】镇街交办 SJ-330203-20261123-00001-2."""
    return f"【{word}】{item.step.removeprefix(word)} {item.case_number}"


def _mail(office: Office, people: Iterable[User], subject: str, text: str) -> None:
    for user in people:
        if user.email:
            office.mail.send(user.email, subject, text)
