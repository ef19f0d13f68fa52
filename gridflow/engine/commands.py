"""The commands that move an instance: each is one short transaction of its caller, with no I/O inside.

Order in each: lock the case, see whether the request was carried out before, take the work item by a conditional
update, restore the run, change it, run until quiet, write the difference, the audit entry and the instance.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.bpmn import Node
from gridflow.db import new_id, table
from gridflow.engine import messages
from gridflow.engine.actions import Action
from gridflow.engine.definitions import ParsedVersions, version_in_force
from gridflow.engine.difference import Difference
from gridflow.engine.directory import Actor, CaseFacts, Directory
from gridflow.engine.errors import (
    InstanceChanged,
    InstanceOver,
    NotYours,
    OfferGone,
    WorkItemGone,
    WorkItemTaken,
    WorkItemUnknown,
)
from gridflow.engine.jobs import job_row
from gridflow.engine.limits import read_limits
from gridflow.engine.models import Incident, Instance, Job, MessageWait, RequestSeen, TimerDue, WorkItem
from gridflow.engine.runtime import Run
from gridflow.engine.turn import Turn
from gridflow.formats import china_time

OnPassed = Callable[[Turn, Node], None]
Record = Callable[[], Mapping[str, Any]]
"""Files what a person handed in and returns what the audit keeps of it; called only when the command goes ahead."""


def nothing_more(turn: Turn, node: Node) -> None:
    """Do nothing when a node is passed."""


def nothing_settled(turn: Turn) -> None:
    """Do nothing when a command is quiet."""


def nothing_filed() -> Mapping[str, Any]:
    """File nothing beside the values."""
    return {}


@dataclass(frozen=True, slots=True)
class Did:
    """What became of a command."""

    case_id: str
    repeated: bool = False
    """The same request was carried out before; nothing was done now."""


@dataclass(frozen=True)
class Engine:
    """Runs the procedures of every city."""

    directory: Directory
    actions: Mapping[str, Action] = field(default_factory=dict)
    on_passed: OnPassed = nothing_more
    """Called for every drawn node a command passed, before it is written; issues documents."""
    on_settled: Callable[[Turn], None] = nothing_settled
    """Called once a command has run until quiet, before it is written."""
    versions: ParsedVersions = field(default_factory=ParsedVersions)

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
        _note_values(turn, {}, values, record())
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
    ) -> Did:
        """Complete a task with the public values of its form.

        record files the rest of the form: the audit keeps vault tokens with their commitments and file hashes.
        Raises WorkItemTaken, WorkItemGone, NotYours, WorkItemUnknown; then nothing was written.
        """
        item = self.work_item(session, work_item_id, actor)
        lock(session, item.case_id, item.city)
        if not _first_time(session, request_id, item.case_id):
            return Did(item.case_id, repeated=True)
        self._take(session, item, actor)
        turn, version = self._restore(session, item.instance_id, replace(actor, unit_id=item.unit_id))
        old = turn.data_of(item.task_id)
        turn.run.complete(item.task_id, dict(values))
        _note_values(turn, old, values, record())
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
        wait = self.offer(session, message_wait_id, actor)
        lock(session, wait.case_id, wait.city)
        if not _first_time(session, request_id, wait.case_id):
            return Did(wait.case_id, repeated=True)
        if session.execute(delete(MessageWait).where(MessageWait.id == wait.id)).rowcount != 1:  # type: ignore[attr-defined]
            raise OfferGone(wait.label)
        turn, version = self._restore(session, wait.instance_id, replace(actor, unit_id=wait.unit_id))
        turn.run.deliver(wait.task_id, dict(values))
        _note_values(turn, {}, values, record())
        self._finish(turn, version, wait.element_id, (wait.role, wait.unit_id))
        return Did(wait.case_id)

    def work_item(self, session: Session, work_item_id: str, actor: Actor) -> WorkItem:
        """Return a task the actor may do, or raise: another city's does not exist for the actor."""
        item = session.execute(
            select(table(WorkItem)).where(WorkItem.id == work_item_id, WorkItem.city == actor.city)
        ).one_or_none()
        if item is None:
            raise WorkItemUnknown
        found = WorkItem(**item._mapping)
        refuse_stranger(found, actor)
        return found

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

    # ------------------------------------------------------------ time and workers

    def fire_timer(self, session: Session, timer_id: str) -> bool:
        """Let a due timer happen; returns False when somebody else did it or it was moved."""
        row = session.execute(select(table(TimerDue)).where(TimerDue.id == timer_id)).one_or_none()
        if row is None:
            return False
        lock(session, row.case_id, row.city)
        gone = session.execute(delete(TimerDue).where(TimerDue.id == timer_id, TimerDue.due_at <= clock.now()))
        if gone.rowcount != 1:  # type: ignore[attr-defined]
            return False
        turn, version = self._restore(session, row.instance_id, Actor.system(row.city))
        if row.kind == "reminder":
            payload = {"limit_id": row.limit_id, "percent": row.percent, "instance_id": row.instance_id}
            turn.effects.jobs.append(job_row("remind", row.city, payload, case_id=row.case_id))
            turn.note("reminder", {"limit_id": row.limit_id, "percent": row.percent})
        else:
            turn.run.fire(row.task_id)
        self._finish(turn, version, "remind" if row.kind == "reminder" else "fire_timer")
        return True

    def service_done(self, session: Session, job: Job, result: Mapping[str, Any]) -> None:
        """Report the result of a job to the service task that waits for it."""
        if job.instance_id is None or job.task_id is None:
            return
        lock(session, str(job.case_id), job.city)
        turn, version = self._restore(session, job.instance_id, Actor.system(job.city))
        if job.task_id not in {waiter.task_id for waiter in turn.before.services}:
            return
        turn.run.service_done(job.task_id, dict(result))
        self._finish(turn, version, "service_done")

    def retry(self, session: Session, incident_id: str, actor: Actor) -> None:
        """Try a parked node again after its cause was repaired."""
        incident = session.scalars(
            select(Incident).where(Incident.id == incident_id, Incident.city == actor.city)
        ).one()
        lock(session, incident.case_id, incident.city)
        turn, version = self._restore(session, incident.instance_id, actor)
        incident.ended_at = turn.instant
        session.flush()
        if incident.kind == "node":
            turn.run.retry(incident.task_id)
        else:  # it could not be routed: look at it as if it had just arrived
            humans = tuple(waiter for waiter in turn.before.humans if waiter.task_id != incident.task_id)
            turn.before = replace(turn.before, humans=humans)
        self._finish(turn, version, "retry")

    # ------------------------------------------------------------ steps of a command

    def look(self, session: Session, instance_id: str, actor: Actor) -> Turn:
        """Return an instance as it stands, to evaluate expressions over it; nothing is locked or written."""
        return self._restore(session, instance_id, actor, lock_row=False)[0]

    def _restore(self, session: Session, instance_id: str, actor: Actor, *, lock_row: bool = True) -> tuple[Turn, int]:
        wanted = select(table(Instance)).where(Instance.id == instance_id)
        row = session.execute(wanted.with_for_update() if lock_row else wanted).one()
        if row.status != "running":
            raise InstanceOver
        parsed = self.versions.get(session, row.version_id)
        turn = Turn(
            session, directory=self.directory, actions=self.actions, parsed=parsed, instance_id=instance_id,
            facts=CaseFacts(**row.facts), actor=actor, now=clock.now(), limit_rows=read_limits(session, instance_id),
        )  # fmt: skip
        turn.run = Run.restore(parsed.specs, row.blob, turn)
        turn.before = turn.run.waiting()
        return turn, row.row_version

    def _take(self, session: Session, item: WorkItem, actor: Actor) -> None:
        now = clock.now()
        free = or_(WorkItem.claimed_by.is_(None), WorkItem.claimed_by == actor.user_id, WorkItem.claimed_until < now)
        taken = session.execute(
            update(table(WorkItem))
            .where(WorkItem.id == item.id, WorkItem.status == "open", free)
            .values(status="done", done_by=actor.user_id, done_at=now)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            self.explain_loss(session, item.id)

    def explain_loss(self, session: Session, work_item_id: str) -> None:
        """Raise the reason why a task cannot be taken any more."""
        item = session.execute(select(table(WorkItem)).where(WorkItem.id == work_item_id)).one()
        if item.status == "withdrawn":
            raise WorkItemGone
        holder = item.done_by if item.status == "done" else item.claimed_by
        name = self.directory.user_name(session, holder) if holder else "系统"
        if item.status == "done":
            raise WorkItemTaken(name, china_time(item.done_at))
        raise WorkItemTaken(name, china_time(item.claimed_until), "正由{who}办理，占用至{when}")

    def _finish(
        self,
        turn: Turn,
        version: int,
        action: str,
        as_post: tuple[str | None, str | None] = (None, None),
        *,
        done: Iterable[str] = (),
    ) -> None:
        turn.settle()
        passed = turn.passed()
        for node in (node for _, node in passed if node.attributes.get("document")):
            self.on_passed(turn, node)
        self.on_settled(turn)
        if turn.run.finished:
            turn.limits.end_all()
        waits = Difference(turn, done).write()
        _save_instance(turn, version)
        append(turn.session, _entry(turn, action, as_post, [node for _, node in passed]))
        self._pass_on(turn, waits)

    def _pass_on(self, turn: Turn, waits: Sequence[Mapping[str, Any]]) -> None:
        """Deliver what the command threw to other instances, and what was kept for the waits it opened."""
        for wait_id, payload in messages.take_kept(turn, [row for row in waits if row["form"] is None]):
            self._deliver(turn.session, wait_id, turn.instance_id, payload)
        for thrown in turn.run.thrown:
            receivers = messages.waits_for(turn.session, turn, thrown)
            for wait in receivers:
                self._deliver(turn.session, wait.id, wait.instance_id, thrown.payload or {})
            if not receivers:
                messages.keep(turn, thrown)

    def _deliver(self, session: Session, wait_id: str, instance_id: str, payload: Mapping[str, Any]) -> None:
        wait = session.get_one(MessageWait, wait_id)
        if messages.forget_wait(session, wait_id):
            lock(session, wait.case_id, wait.city)
            turn, version = self._restore(session, instance_id, Actor.system(wait.city))
            turn.run.deliver(wait.task_id, payload)
            turn.note("received", wait.name)
            self._finish(turn, version, "receive_message")


def refuse_stranger(item: WorkItem, actor: Actor) -> None:
    """Raise NotYours unless the actor holds the post, or is the person, and did not do what the task checks."""
    if item.person_id is not None:
        if not actor.is_person(item.person_id):
            raise NotYours("它指定由其他人办理")
    elif (item.unit_id, item.role) not in actor.posts:
        raise NotYours("它属于其他单位或岗位")
    if actor.user_id in item.excluded:
        raise NotYours("您办理过它要核查的环节，应由他人核查")


def _first_time(session: Session, request_id: str, case_id: str) -> bool:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    seen = dialect.insert(table(RequestSeen)).on_conflict_do_nothing()
    done = session.execute(seen, {"id": request_id, "case_id": case_id, "seen_at": clock.now()})
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _note_values(turn: Turn, old: Mapping[str, Any], new: Mapping[str, Any], record: Mapping[str, Any] | None) -> None:
    changed = {name: [old.get(name), value] for name, value in new.items() if old.get(name) != value}
    if changed:
        turn.effects.changes["values"] = changed
    if record:
        turn.effects.changes["record"] = dict(record)


def _save_instance(turn: Turn, version: int) -> None:
    run = turn.run
    values: dict[str, Any] = {"blob": run.encode(), "row_version": version + 1}
    if run.finished:
        values |= {"status": "finished", "ended_at": turn.instant, "ends": list(run.ended_at)}
    saved = turn.session.execute(
        update(table(Instance)).where(Instance.id == turn.instance_id, Instance.row_version == version).values(values)
    )
    if saved.rowcount != 1:  # type: ignore[attr-defined]
        raise InstanceChanged


def _entry(turn: Turn, action: str, as_post: tuple[str | None, str | None], nodes: list[Node]) -> Entry:
    law = turn.parsed.bundle.city_file.law
    articles = {code for node in nodes for code in node.attributes.get("article", "").split() if code.startswith(law)}
    if turn.run.conflicts:
        turn.effects.changes["conflicts"] = [list(conflict) for conflict in turn.run.conflicts]
    if turn.limits.changes:
        turn.effects.changes["limits"] = turn.limits.changes
    return Entry(
        case_id=turn.facts.case_id,
        city=turn.facts.city,
        county=turn.facts.county,
        at=turn.instant,
        actor=turn.actor.user_id,
        role=as_post[0],
        unit=as_post[1],
        action=action,
        instance_id=turn.instance_id,
        elements=tuple(f"{step.process_id}/{step.element_id}" for step in turn.run.trail if step.what == "completed"),
        flows=tuple(turn.run.flows),
        articles=tuple(sorted(articles)),
        changes=turn.effects.changes,
    )
