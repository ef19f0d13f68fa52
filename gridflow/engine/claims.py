"""Hold a task, give it back, hand it over: commands that do not move the instance."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.db import table, touched
from gridflow.engine.commands import Engine
from gridflow.engine.directory import Actor
from gridflow.engine.errors import NotYours
from gridflow.engine.models import WorkItem

LEASE = timedelta(minutes=30)


def claim(session: Session, engine: Engine, work_item_id: str, actor: Actor) -> WorkItem:
    """Hold a task for LEASE; raises WorkItemTaken when a colleague holds it or it is done."""
    item = engine.work_item(session, work_item_id, actor)
    lock(session, item.case_id, item.city)
    if not _hold(session, item.id, actor):
        engine.explain_loss(session, item.id)
    if item.claimed_by != actor.user_id:
        _record(session, item, actor, "claim", {})
    return item


def renew(session: Session, work_item_id: str, actor: Actor) -> bool:
    """Lengthen the lease because somebody is typing; returns False when the task is not the actor's any more."""
    return _hold(session, work_item_id, actor, only_own=True)


def release(session: Session, engine: Engine, work_item_id: str, actor: Actor) -> None:
    """Give a task back to the unit."""
    item = engine.work_item(session, work_item_id, actor)
    lock(session, item.case_id, item.city)
    held = (WorkItem.id == item.id, WorkItem.claimed_by == actor.user_id, WorkItem.status == "open")
    freed = update(table(WorkItem)).where(*held).values(claimed_by=None, claimed_until=None)
    if touched(session, freed) == 1:
        _record(session, item, actor, "release", {})


def hand_over(session: Session, engine: Engine, work_item_id: str, actor: Actor, to_user: str, reason: str) -> None:
    """Give a task to a colleague who holds the same post, with a reason.

    The list guard applies as when the task was created. Source: N13-2, B13-1.
    """
    item = engine.work_item(session, work_item_id, actor)
    lock(session, item.case_id, item.city)
    holds = item.unit_id and item.role and engine.directory.holds(session, to_user, item.unit_id, item.role)
    if to_user in item.excluded or not holds:
        raise NotYours("接收人不能办理这一环节，请另选一位同岗位人员")
    if item.grid_staff:
        turn = engine.look(session, item.instance_id, actor)
        node = turn.parsed.node(item.process_id, item.element_id)
        data = turn.data_of(item.task_id)
        turn.router.guard(item.process_id, node, data)
    free = (WorkItem.id == item.id, WorkItem.status == "open", _free(actor))
    moved = update(table(WorkItem)).where(*free).values(person_id=to_user, claimed_by=None, claimed_until=None)
    if touched(session, moved) != 1:
        engine.explain_loss(session, item.id)
    _record(session, item, actor, "hand_over", {"to": to_user, "reason": reason})


def _hold(session: Session, work_item_id: str, actor: Actor, *, only_own: bool = False) -> bool:
    may = WorkItem.claimed_by == actor.user_id if only_own else _free(actor)
    open_to_me = update(table(WorkItem)).where(WorkItem.id == work_item_id, WorkItem.status == "open", may)
    return touched(session, open_to_me.values(claimed_by=actor.user_id, claimed_until=clock.now() + LEASE)) == 1


def _free(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that nobody else holds a task."""
    lapsed = WorkItem.claimed_until < clock.now()
    return or_(WorkItem.claimed_by == actor.user_id, WorkItem.claimed_by.is_(None), lapsed)


def _record(session: Session, item: WorkItem, actor: Actor, action: str, changes: dict[str, Any]) -> None:
    append(
        session,
        Entry(
            case_id=item.case_id, city=item.city, county=item.county, at=clock.now(), actor=actor.user_id,
            role=item.role, unit=item.unit_id, action=action, instance_id=item.instance_id,
            changes={"element": item.element_id, **changes},
        ),
    )  # fmt: skip
