"""The commands that move an instance: each is one short transaction of its caller, with no I/O inside.

Order in each: lock the case, see whether the request was carried out before, take the work item by a conditional
update, restore the run, change it, run until quiet, write the difference, the audit entry and the instance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import HEAD, Head, lock
from gridflow.db import new_id, table, touched
from gridflow.engine.core import INSTANCES, STORED, Stored, refuse_halted
from gridflow.engine.definitions import version_in_force
from gridflow.engine.directory import Actor, CaseFacts
from gridflow.engine.errors import NotYours, OfferGone, WorkItemGone, WorkItemTaken, WorkItemUnknown
from gridflow.engine.limit_rows import in_force
from gridflow.engine.models import Instance, Limit, MessageWait, WorkItem
from gridflow.engine.recording import case_of_request, first_time, note_values
from gridflow.engine.runtime.run import Run
from gridflow.engine.turn import Turn
from gridflow.engine.upkeep import Upkeep
from gridflow.formats import china_time

Record = Callable[[], Mapping[str, Any]]
"""Files what a person handed in and returns what the audit keeps of it; called only when the command goes ahead."""

ITEMS, LIMITS = table(WorkItem), table(Limit)
_ITEM = select(ITEMS).where(ITEMS.c.id == bindparam("item"), ITEMS.c.city == bindparam("of_city"))
_TASK = (
    select(*ITEMS.c, *STORED, *LIMITS.c)
    .select_from(ITEMS)
    .join(INSTANCES, INSTANCES.c.id == ITEMS.c.instance_id)
    .outerjoin(LIMITS, in_force(INSTANCES.c.id))
    .where(ITEMS.c.id == bindparam("item"), ITEMS.c.city == bindparam("of_city"))
    .order_by(LIMITS.c.id)
)
"""A task, its instance and the limits in force, one row for each limit."""
_OF_ITEM, _OF_INSTANCE = len(ITEMS.c), len(ITEMS.c) + len(STORED)
_LOCK = (
    select(HEAD.c.seq, HEAD.c.hash, INSTANCES.c.row_version)
    .join(INSTANCES, INSTANCES.c.case_id == HEAD.c.chain)
    .where(INSTANCES.c.id == bindparam("instance"))
    .with_for_update()
)
"""Locks the case, then the instance."""
_TAKE = update(ITEMS).where(
    ITEMS.c.id == bindparam("item"),
    ITEMS.c.status == "open",
    ITEMS.c.unit_id.is_not_distinct_from(bindparam("at_unit")),
    ITEMS.c.person_id.is_not_distinct_from(bindparam("for_person")),
    or_(
        ITEMS.c.claimed_by.is_(None),
        ITEMS.c.claimed_by == bindparam("me"),
        ITEMS.c.claimed_until < bindparam("now"),
    ),
)


def nothing_filed() -> Mapping[str, Any]:
    """File nothing beside the values."""
    return {}


@dataclass(frozen=True, slots=True)
class Did:
    """What became of a command."""

    case_id: str
    repeated: bool = False
    """The same request was carried out before; nothing was done now."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task and its instance as they were read, before anything was locked."""

    item: WorkItem
    turn: Turn
    version: int
    """That of the instance; a command that finds another one under its lock reads again."""


class Engine(Upkeep):
    """Runs the procedures of every city."""

    # ------------------------------------------------------------ opening

    def open(
        self,
        session: Session,
        facts: CaseFacts,
        slug: str,
        values: Mapping[str, Any],
        actor: Actor,
        *,
        record: Record = nothing_filed,
        as_post: tuple[str | None, str | None] = (None, None),
    ) -> str:
        """Begin an instance of the version in force with the values of its start form; returns its id."""
        lock(session, facts.case_id, facts.city)
        version_id = version_in_force(session, facts.city, slug)
        parsed = self.versions.get(session, version_id)
        turn = Turn(
            session, directory=self.directory, actions=self.actions, parsed=parsed, instance_id=new_id(),
            facts=facts, actor=actor, now=clock.now(),
        )  # fmt: skip
        session.execute(
            insert(table(Instance)),
            [{
                "id": turn.instance_id, "case_id": facts.case_id, "city": facts.city, "slug": slug,
                "version_id": version_id, "facts": asdict(facts), "blob": b"", "opened_at": turn.instant,
                "row_version": 1, "status": "running",
            }],
        )  # fmt: skip
        turn.run = Run.start(parsed.specs, dict(values), turn)
        note_values(turn, {}, values, record())
        self._finish(turn, 1, "open_case" if slug == facts.seen.get("slug") else f"open_{slug}", as_post)
        return turn.instance_id

    # ------------------------------------------------------------ people

    def complete(
        self,
        session: Session,
        work_item_id: str,
        actor: Actor,
        values: Mapping[str, Any],
        *,
        record: Record = nothing_filed,
        request_id: str,
        seen: Task | None = None,
    ) -> Did:
        """Complete a task with the public values of its form.

        record files the rest of the form: the audit keeps vault tokens with their commitments and file hashes.
        seen is the task as the form was checked against; it saves reading it again, and is used up.
        Raises WorkItemTaken, WorkItemGone, NotYours, WorkItemUnknown; then nothing was written.
        """
        item = seen.item if seen else self.work_item(session, work_item_id, actor)
        locked = session.execute(_LOCK, {"instance": item.instance_id}).one()
        if not self._take(session, item, actor, request_id):
            return Did(item.case_id, repeated=True)
        me, version = replace(actor, unit_id=item.unit_id), locked.row_version
        if seen and seen.version == version:
            turn = seen.turn.under_lock(session, me, clock.now())
        else:
            turn, version = self._restore(session, item.instance_id, me)
        turn.head, old = Head(item.case_id, locked.seq, locked.hash), turn.data_of(item.task_id)
        turn.run.complete(item.task_id, dict(values))
        note_values(turn, old, values, record())
        self._finish(turn, version, "complete_task", (item.role, item.unit_id), done=[item.task_id])
        return Did(item.case_id)

    def take_offer(
        self,
        session: Session,
        message_wait_id: str,
        actor: Actor,
        values: Mapping[str, Any],
        *,
        record: Record = nothing_filed,
        request_id: str,
    ) -> Did:
        """Send the message of an offer: its public values are the payload.

        Raises OfferGone when the step it belongs to is over, NotYours when it is not offered to the actor.
        """
        if case_id := case_of_request(session, request_id):  # the offer itself may be gone by now
            return Did(case_id, repeated=True)
        wait = self.offer(session, message_wait_id, actor)
        lock(session, wait.case_id, wait.city)
        if not first_time(session, request_id, wait.case_id):
            return Did(wait.case_id, repeated=True)
        if touched(session, delete(MessageWait).where(MessageWait.id == wait.id)) != 1:
            raise OfferGone(wait.label)
        turn, version = self._restore(session, wait.instance_id, replace(actor, unit_id=wait.unit_id))
        turn.run.deliver(wait.task_id, dict(values))
        note_values(turn, {}, values, record())
        self._finish(turn, version, wait.element_id, (wait.role, wait.unit_id))
        return Did(wait.case_id)

    def task(self, session: Session, work_item_id: str, actor: Actor) -> Task:
        """Return a task the actor may do with its instance, in one statement; raises as work_item, and InstanceOver."""
        rows = session.execute(_TASK, {"item": work_item_id, "of_city": actor.city}).all()
        if not rows:
            raise WorkItemUnknown
        item = cast(WorkItem, rows[0])  # its columns come first; a row reads like the model, which is dear to make
        refuse_stranger(item, actor)
        stored = Stored(*rows[0][_OF_ITEM:_OF_INSTANCE])
        refuse_halted(stored)
        limits = [Limit(**_named(LIMITS, row[_OF_INSTANCE:])) for row in rows if row[_OF_INSTANCE]]
        turn = self._taken_up(session, item.instance_id, stored, actor, limits)
        return Task(item, turn, stored.row_version)

    def work_item(self, session: Session, work_item_id: str, actor: Actor) -> WorkItem:
        """Return a task the actor may do, or raise: another city's does not exist for the actor."""
        found = session.execute(_ITEM, {"item": work_item_id, "of_city": actor.city}).one_or_none()
        if found is None:
            raise WorkItemUnknown
        item = cast(WorkItem, found)
        refuse_stranger(item, actor)
        return item

    def offer(self, session: Session, message_wait_id: str, actor: Actor) -> MessageWait:
        """Return an offer made to the actor, or raise."""
        row = session.execute(
            select(table(MessageWait)).where(MessageWait.id == message_wait_id, MessageWait.city == actor.city)
        ).one_or_none()
        if row is None:
            raise OfferGone("申请")
        wait = MessageWait(**row._mapping)
        if not actor.is_person(wait.person_id) and (wait.unit_id, wait.role) not in actor.posts:
            raise NotYours("这项申请由承办环节的人员提出")
        return wait

    def _take(self, session: Session, item: WorkItem, actor: Actor, request_id: str) -> bool:
        """Mark a task as done, or raise why it cannot be; returns False when this very request did it before."""
        now = clock.now()
        done = {"status": "done", "done_by": actor.user_id, "done_at": now, "request": request_id}
        as_read = {"item": item.id, "at_unit": item.unit_id, "for_person": item.person_id}
        if touched(session, _TAKE, {**as_read, "me": actor.user_id, "now": now, **done}) == 1:
            return True
        found = session.execute(_ITEM, {"item": item.id, "of_city": item.city}).one()
        if (found.status, found.done_by, found.request) != ("done", actor.user_id, request_id):
            self.explain_loss(session, item.id)
        return False

    def explain_loss(self, session: Session, work_item_id: str) -> None:
        """Raise the reason why a task cannot be taken any more."""
        item = session.execute(select(ITEMS).where(ITEMS.c.id == work_item_id)).one()
        if item.status == "withdrawn":
            raise WorkItemGone
        holder = item.done_by if item.status == "done" else item.claimed_by
        name = self.directory.user_name(session, holder) if holder else "系统"
        if item.status == "done":
            raise WorkItemTaken(name, china_time(item.done_at))
        if item.status == "held":
            self.look(session, item.instance_id, Actor.system(item.city))  # raises why the instance is suspended
        if holder is None:
            raise NotYours("它刚刚改由其他单位或人员办理")
        raise WorkItemTaken(name, china_time(item.claimed_until), holds=True)


def _named(of: Table, values: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(of.c.keys(), values, strict=True))


def refuse_stranger(item: WorkItem, actor: Actor) -> None:
    """Raise NotYours unless the actor holds the post, or is the person, and did not do what the task checks."""
    if item.person_id is not None:
        if not actor.is_person(item.person_id):
            raise NotYours("它指定由其他人办理")
    elif (item.unit_id, item.role) not in actor.posts:
        raise NotYours("它属于其他单位或岗位")
    if actor.user_id in item.excluded:
        raise NotYours("您办理过它要核查的环节，应由他人核查")
