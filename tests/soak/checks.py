"""What must be true of a database after any storm."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry
from gridflow.audit.verify import verify_database
from gridflow.cases.office import Office
from gridflow.db import db, table
from gridflow.engine.directory import Actor
from gridflow.engine.models import Incident, Instance, Job, MessageWait, TimerDue, WorkItem


def faults(office: Office, told: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield everything that is wrong."""
    yield from _diary(list(told))
    with db.engine.connect() as connection:
        report = verify_database(connection)
    if not report.sound:
        yield f"the record is not sound: {report.lines()}"
    with Session(db.engine) as session:
        yield from _counts(session)
        for instance in session.execute(select(table(Instance))):
            yield from _instance(session, office, instance)


def actions() -> list[tuple[str, int]]:
    """Return how often each action stands in the record."""
    counted = select(AuditEntry.action, func.count()).group_by(AuditEntry.action).order_by(AuditEntry.action)
    with Session(db.engine) as session:
        return [(row[0], row[1]) for row in session.execute(counted)]


def _diary(told: list[Mapping[str, Any]]) -> Iterator[str]:
    for line in told:
        if line["what"] == "error":
            yield f"a process met an error: {line['error']}"
    done = Counter(line["item"] for line in told if line["what"] == "done")
    yield from (f"item {item} was done {times} times" for item, times in done.items() if times > 1)


def _counts(session: Session) -> Iterator[str]:
    """Compare versions, audited steps and closed items of every instance."""
    steps = _by_instance(session, AuditEntry.instance_id, AuditEntry.instance_id.is_not(None))
    closed = _by_instance(session, WorkItem.instance_id, WorkItem.status == "done")
    completed = _by_instance(session, AuditEntry.instance_id, AuditEntry.action == "complete_task")
    for instance in session.execute(select(Instance.id, Instance.row_version)):
        if instance.row_version - 1 != steps.get(instance.id):  # it is inserted as version 1 and then saved
            yield f"{instance.id}: version {instance.row_version}, audited steps {steps.get(instance.id)}"
        if closed.get(instance.id, 0) != completed.get(instance.id, 0):
            yield f"{instance.id}: closed {closed.get(instance.id)}, completions audited {completed.get(instance.id)}"


def _by_instance(session: Session, instance_id: Any, wanted: Any) -> dict[str, int]:
    counted = select(instance_id, func.count()).where(wanted).group_by(instance_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def _instance(session: Session, office: Office, instance: Any) -> Iterator[str]:
    """Compare what waits in the stored state with what waits in the tables."""
    of = {"instance_id": instance.id}
    items = _tasks(session, WorkItem, status="open", **of)
    timers, waits = _tasks(session, TimerDue, kind="timer", **of), _tasks(session, MessageWait, **of)
    parked = [row.task_id for row in session.scalars(_all(Incident, **of)) if row.ended_at is None]
    if instance.status != "running":
        if items or timers or waits:
            yield f"{instance.id} is {instance.status} but {items} {timers} {waits} wait"
        return
    waiting = office.engine.look(session, instance.id, Actor.system(instance.city)).run.waiting()
    for what, rows, tokens in (
        ("tasks", items, waiting.humans),
        ("timers", timers, [waiter for waiter in waiting.timers if waiter.due]),
        ("messages", waits, waiting.messages),
    ):
        wanted = {waiter.task_id for waiter in tokens}
        if wanted - set(parked) != set(rows) - set(parked) or len(rows) != len(set(rows)):
            yield f"{instance.id}: {what} {sorted(rows)} in the table, {sorted(wanted)} in the state"
    jobs = session.scalars(_all(Job, **of).where(Job.state.in_(("waiting", "claimed")))).all()
    if not (items or timers or jobs or parked or [wait for wait in waits if wait]):
        yield f"{instance.id} is stuck: nothing of it waits"


def _tasks(session: Session, model: Any, **wanted: Any) -> list[str]:
    return [str(row.task_id) for row in session.scalars(_all(model, **wanted))]


def _all(model: Any, **wanted: Any) -> Any:
    return select(model).filter_by(**wanted)
