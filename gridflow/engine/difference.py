"""What a command changed about everything that waits, written in as few statements as the changes need."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, exists, insert, update

from gridflow.bpmn import Node
from gridflow.db import new_id, table
from gridflow.engine.errors import RoutingFailed, about
from gridflow.engine.jobs import job_row
from gridflow.engine.keeping import offered, placed
from gridflow.engine.models import Incident, Job, Limit, MessageWait, TimerDue, WorkItem
from gridflow.engine.reckoning import share
from gridflow.engine.routing import Assignment
from gridflow.engine.runtime.run import Waiter
from gridflow.engine.turn import Trouble, Turn
from gridflow.errors import GridflowError

_EARLIER = table(WorkItem).alias()
_WORK_ITEMS = insert(table(WorkItem)).values(
    returned=exists().where(
        _EARLIER.c.instance_id == bindparam("here"),
        _EARLIER.c.element_id == bindparam("again"),
        _EARLIER.c.status == "done",
    )
)
"""Marks the tasks that come up again in their instance; one drawn with `afresh` never comes back, it is a new one."""


@dataclass
class Rows:
    """Rows to insert, table by table."""

    work_items: list[dict[str, Any]] = field(default_factory=list)
    timers: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    incidents: list[dict[str, Any]] = field(default_factory=list)


class Difference:
    """Compares what waited before a command with what waits after it."""

    def __init__(self, turn: Turn, done: Iterable[str] = ()) -> None:
        """Take the command; done are the tasks that a person has just completed."""
        self.turn = turn
        self.after = turn.run.waiting()
        self.done = set(done)
        self.rows = Rows()
        self.owner = {
            "city": turn.facts.city, "case_id": turn.facts.case_id, "instance_id": turn.instance_id
        }  # fmt: skip

    def write(self) -> list[dict[str, Any]]:
        """Write every difference and return the messages now waited for; what cannot be routed is an incident."""
        self._humans()
        self._messages()
        self._timers()
        self._limits()
        self._incidents()
        self._insert()
        return self.rows.messages

    # ------------------------------------------------------------ tasks of people

    def _humans(self) -> None:
        known = {waiter.task_id for waiter in self.turn.before.humans}
        waiting = {waiter.task_id: waiter for waiter in self.after.humans}
        self.turn.end_limits()
        for task_id in waiting.keys() - known:
            self._arrive(waiting[task_id])
        gone = known - waiting.keys() - self.done
        if gone:
            self._withdraw(gone)
        if self.rows.work_items:
            ids = [row["id"] for row in self.rows.work_items]
            self.turn.effects.jobs.append(job_row("tell", self.turn.facts.city, {"work_items": ids}))

    def _arrive(self, waiter: Waiter) -> None:
        node = self.turn.parsed.node(waiter.process_id, waiter.element_id)
        try:
            with self.turn.limits.seen_from(waiter.task_id):
                assignment = placed(self.turn, waiter.process_id, node, waiter.data)
                row = self._work_item(waiter, node, assignment)
        except GridflowError as failed:
            self._unplaced(waiter, failed)
            return
        self.rows.work_items.append(row)
        self.turn.note("opened", {"element": node.id, "unit": row["unit_id"], "role": row["role"]})

    def _unplaced(self, waiter: Waiter, failed: GridflowError) -> None:
        """Park what could not be put before anybody; the command of whoever came before goes through."""
        kind = failed.kind if isinstance(failed, RoutingFailed) else "routing"
        name = self.turn.parsed.names.get(waiter.element_id, "")
        self.turn.effects.troubles.append(Trouble(waiter, kind, about(name, failed.message)))

    def _work_item(self, waiter: Waiter, node: Node, assignment: Assignment) -> dict[str, Any]:
        turn, facts = self.turn, self.turn.facts
        limit = self._limit_of(waiter, node)
        title = turn.parsed.attribute(waiter.process_id, node, "title")
        return self.owner | {
            "id": new_id(),
            "county": facts.county,
            "task_id": waiter.task_id,
            "process_id": waiter.process_id,
            "element_id": node.id,
            "case_number": facts.number,
            "title": str(turn.evaluate(title, waiter.data) or "") if title else str(facts.seen.get("title") or ""),
            "step": node.name,
            "place": facts.place,
            "level": str(waiter.data.get("final_level") or waiter.data.get("level") or ""),
            "urgency": str(waiter.data.get("urgency") or ""),
            "role": assignment.role,
            "unit_id": assignment.unit_id,
            "person_id": assignment.person_id,
            "excluded": list(assignment.excluded),
            "grid_staff": assignment.grid_staff,
            "matter_code": assignment.matter,
            "status": "open",
            "limit_id": limit.id if limit else None,
            "due_at": _shown(limit) if limit else None,
            "created_at": turn.instant,
            "again": None if node.attributes.get("afresh") == "true" else node.id,
        }

    def _limit_of(self, waiter: Waiter, node: Node) -> Limit | None:
        name = node.attributes.get("limit")
        if not name:
            return None
        remind = node.attributes.get("remind", "")
        limit = self.turn.limits.start(name, waiter.data, task_id=waiter.task_id, remind=remind)
        if remind and not limit.remind and limit.task_id is not None:  # a timer on its edge or around it was first
            self.turn.limits.remind(limit, remind)
        return limit

    def _withdraw(self, gone: set[str]) -> None:
        withdrawn = self.turn.session.execute(
            update(table(WorkItem))
            .where(WorkItem.instance_id == self.turn.instance_id, WorkItem.task_id.in_(gone), WorkItem.status == "open")
            .values(status="withdrawn", done_at=self.turn.instant)
        )
        if withdrawn.rowcount < len(gone):  # type: ignore[attr-defined]
            self._end_incidents(gone)  # a task that could not be placed had no row
        names = [waiter.element_id for waiter in self.turn.before.humans if waiter.task_id in gone]
        self.turn.note("withdrawn", names)

    # ------------------------------------------------------------ messages

    def _messages(self) -> None:
        known = {waiter.task_id for waiter in self.turn.before.messages}
        waiting = {waiter.task_id: waiter for waiter in self.after.messages}
        for task_id in waiting.keys() - known:
            self._offer(waiting[task_id])
        gone = known - waiting.keys()
        if self._forget(MessageWait, gone) < len(gone):
            self._end_incidents(gone)  # an offer that could not be placed had no row

    def _offer(self, waiter: Waiter) -> None:
        parsed = self.turn.parsed
        node = parsed.node(waiter.process_id, waiter.element_id)
        row = self.owner | {
            "id": new_id(),
            "task_id": waiter.task_id,
            "host_task_id": waiter.host_task_id,
            "process_id": waiter.process_id,
            "element_id": node.id,
            "name": waiter.name or node.id,
            "key": None if waiter.key is None else str(waiter.key),
            "label": node.name,
            "form": node.attributes.get("form", node.id if parsed.bundle.form(node.id) else None),
            "role": None,
            "unit_id": None,
            "person_id": None,
            "created_at": self.turn.instant,
        }
        if row["form"] is not None:
            try:
                with self.turn.limits.seen_from(waiter.task_id):
                    assignment = offered(self.turn, waiter.process_id, node, waiter.data)
            except GridflowError as failed:
                self._unplaced(waiter, failed)
                return
            row |= {
                "role": assignment.role, "unit_id": assignment.unit_id, "person_id": assignment.person_id
            }  # fmt: skip
        self.rows.messages.append(row)

    # ------------------------------------------------------------ timers and limits

    def _timers(self) -> None:
        before = {waiter.task_id: waiter.due for waiter in self.turn.before.timers if waiter.due}
        after = {waiter.task_id: waiter.due for waiter in self.after.timers if waiter.due}
        gone = {task_id for task_id, due in before.items() if after.get(task_id) != due}
        if self._forget(TimerDue, gone) < len(gone):
            self._end_incidents(gone)  # one that was given up had no row
        for task_id, due in after.items():
            if before.get(task_id) != due:
                self._timer("timer", due, task_id=task_id)

    def _limits(self) -> None:
        turn = self.turn
        touched = {str(change["id"]): change["what"] for change in turn.limits.changes}
        old = [limit_id for limit_id, what in touched.items() if what != "started"]
        if old:
            turn.session.execute(delete(table(TimerDue)).where(TimerDue.limit_id.in_(old)))
        for limit_id, what in touched.items():
            limit = turn.limits.by_id(limit_id)
            if limit is not None and limit.ended_at is None:
                if limit.paused_at is None:
                    self._reminders(limit)
                if what != "started":
                    self._redate(limit)

    def _reminders(self, limit: Limit) -> None:
        for percent in limit.remind.split():
            at = share(self.turn.calendar, limit, Decimal(percent) / 100)
            if at > self.turn.instant:
                self._timer("reminder", at, limit_id=limit.id, percent=int(percent))

    def _redate(self, limit: Limit) -> None:
        items = update(table(WorkItem)).where(WorkItem.limit_id == limit.id, WorkItem.status == "open")
        self.turn.session.execute(items.values(due_at=_shown(limit)))
        for row in self.rows.work_items:
            if row["limit_id"] == limit.id:
                row["due_at"] = _shown(limit)

    def _timer(self, kind: str, due: datetime, **what: Any) -> None:
        row = {"id": new_id(), "kind": kind, "due_at": due, "task_id": None, "limit_id": None, "percent": None}
        self.rows.timers.append(self.owner | row | what)

    # ------------------------------------------------------------ incidents

    def _incidents(self) -> None:
        known = {waiter.task_id for waiter in self.turn.before.incidents}
        waiting = {waiter.task_id: waiter for waiter in self.after.incidents}
        services = {waiter.task_id for waiter in self.turn.before.services}
        fresh = [
            Trouble(waiting[task_id], "job" if task_id in services else "node", waiting[task_id].cause or "")
            for task_id in waiting.keys() - known
        ]
        for trouble in [*fresh, *self.turn.effects.troubles]:
            self._incident(trouble)
        if known - waiting.keys():
            self._end_incidents(known - waiting.keys())

    def _incident(self, trouble: Trouble) -> None:
        waiter = trouble.waiter
        row = self.owner | {
            "id": new_id(),
            "task_id": waiter.task_id,
            "process_id": waiter.process_id,
            "element_id": waiter.element_id,
            "kind": trouble.kind,
            "cause": trouble.cause,
            "opened_at": self.turn.instant,
        }
        self.rows.incidents.append(row)
        note = {"element": waiter.element_id, "kind": trouble.kind, "cause": trouble.cause}
        self.turn.note("incidents", note)

    def _end_incidents(self, task_ids: set[str]) -> None:
        self.turn.session.execute(
            update(table(Incident))
            .where(
                Incident.instance_id == self.turn.instance_id,
                Incident.task_id.in_(task_ids),
                Incident.ended_at.is_(None),
            )
            .values(ended_at=self.turn.instant)
        )

    # ------------------------------------------------------------ writing

    def _forget(self, model: type[TimerDue] | type[MessageWait], task_ids: set[str]) -> int:
        """Delete the rows of tokens that wait no longer and return how many there were."""
        if not task_ids:
            return 0
        gone = delete(table(model)).where(model.instance_id == self.turn.instance_id, model.task_id.in_(task_ids))
        return int(self.turn.session.execute(gone).rowcount)  # type: ignore[attr-defined]

    def _insert(self) -> None:
        session = self.turn.session
        self.turn.limits.save(session)
        due_together = [row | {"next_at": self.turn.instant} for row in self.turn.effects.jobs]  # so that order holds
        for inserted, rows in (
            (_WORK_ITEMS, [{**row, "here": row["instance_id"]} for row in self.rows.work_items]),
            (insert(table(TimerDue)), self.rows.timers),
            (insert(table(MessageWait)), self.rows.messages),
            (insert(table(Incident)), self.rows.incidents),
            (insert(table(Job)), due_together),
        ):
            if rows:
                session.execute(inserted, rows)


def _shown(limit: Limit) -> datetime | None:
    """Return the due instant people see: none while the clock stands still."""
    return None if limit.paused_at else limit.due
