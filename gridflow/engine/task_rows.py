"""The rows of people's tasks: which came up in a command, and which were taken back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, bindparam, func, insert, select, sql, update

from gridflow.bpmn import Node
from gridflow.db import new_id, table, touched
from gridflow.engine.incident_rows import IncidentRows
from gridflow.engine.jobs import job_row
from gridflow.engine.keeping import placed
from gridflow.engine.models import Limit, WorkItem
from gridflow.engine.routing import Assignment
from gridflow.engine.runtime.run import Waiter
from gridflow.engine.turn import Turn
from gridflow.errors import GridflowError

_EARLIER = table(WorkItem).alias()


def _first_done(element: str, *more: ColumnElement[bool]) -> ScalarSelect[str]:
    of_instance = (_EARLIER.c.instance_id == bindparam("here"), _EARLIER.c.status == "done")
    # the first by the index: a minimum would read every round of a loop
    done = select(_EARLIER.c.id).where(*of_instance, _EARLIER.c.element_id == bindparam(element), *more)
    return done.order_by(_EARLIER.c.id).limit(1).scalar_subquery()


_AGAIN = _first_done("again", _EARLIER.c.unit_id.is_not_distinct_from(bindparam("at_unit")))
_BACK = func.coalesce(_first_done("by"), _AGAIN) >= _AGAIN
_NEW = insert(table(WorkItem)).values(
    returned=func.coalesce(and_(bindparam("by", type_=String).is_not(None), _BACK), sql.false())
)
"""Marks the tasks that a later step has sent back to a unit that did them before.

What follows a step done again is no return, nor what another unit gets; one drawn with `afresh` is always new.
"""


class TaskRows:
    """Compares the tasks of people before a command with those after it."""

    def __init__(self, turn: Turn, incidents: IncidentRows) -> None:
        self.turn = turn
        self.incidents = incidents
        self.rows: list[dict[str, Any]] = []
        self.by: str | None = None
        """The element of the task that a person has just done, else of one that was taken away."""

    def compare(self, after: Iterable[Waiter], done: Collection[str]) -> None:
        """Open what came up and withdraw what is gone; done are the tasks that a person has just completed."""
        known = {waiter.task_id: waiter.element_id for waiter in self.turn.before.humans}
        waiting = {waiter.task_id: waiter for waiter in after}
        left = [*(task_id for task_id in done if task_id in known), *(known.keys() - waiting.keys())]
        self.by = known[left[0]] if left else None
        for task_id in waiting.keys() - known.keys():
            self._arrive(waiting[task_id])
        gone = known.keys() - waiting.keys() - set(done)
        if gone:
            self._withdraw(gone)
        if self.rows:
            ids = [row["id"] for row in self.rows]
            self.turn.effects.jobs.append(job_row("tell", self.turn.facts.city, {"work_items": ids}))

    def redate(self, limit: Limit) -> None:
        """Show the present due instant of a limit on the tasks under it."""
        items = update(table(WorkItem)).where(WorkItem.limit_id == limit.id, WorkItem.status == "open")
        self.turn.session.execute(items.values(due_at=_shown(limit)))
        for row in self.rows:
            if row["limit_id"] == limit.id:
                row["due_at"] = _shown(limit)

    def insert(self) -> None:
        """Write the tasks that came up."""
        if self.rows:
            here = [{**row, "here": row["instance_id"], "at_unit": row["unit_id"], "by": self.by} for row in self.rows]
            self.turn.session.execute(_NEW, here)

    def _arrive(self, waiter: Waiter) -> None:
        node = self.turn.parsed.node(waiter.process_id, waiter.element_id)
        try:
            with self.turn.limits.seen_from(waiter.task_id):
                limit = self._limit_of(waiter, node)  # first: it runs from the arrival, also while nobody has the task
                assignment = placed(self.turn, waiter.process_id, node, waiter.data)
                row = self._work_item(waiter, node, assignment, limit)
        except GridflowError as failed:
            self.incidents.unplaced(waiter, failed)
            return
        self.rows.append(row)
        self.turn.note("opened", {"element": node.id, "unit": row["unit_id"], "role": row["role"]})

    def _work_item(self, waiter: Waiter, node: Node, assignment: Assignment, limit: Limit | None) -> dict[str, Any]:
        turn, facts = self.turn, self.turn.facts
        title = turn.parsed.attribute(waiter.process_id, node, "title")
        return turn.owner | {
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
        still_open = update(table(WorkItem)).where(
            WorkItem.instance_id == self.turn.instance_id, WorkItem.task_id.in_(gone), WorkItem.status == "open"
        )
        if touched(self.turn.session, still_open.values(status="withdrawn", done_at=self.turn.instant)) < len(gone):
            self.incidents.end(gone)  # a task that could not be placed had no row
        names = [waiter.element_id for waiter in self.turn.before.humans if waiter.task_id in gone]
        self.turn.note("withdrawn", names)


def _shown(limit: Limit) -> datetime | None:
    """Return the due instant people see: none while the clock stands still."""
    return None if limit.paused_at else limit.due
