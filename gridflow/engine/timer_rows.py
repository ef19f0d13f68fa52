"""The rows of instants at which something happens: timers of the diagram, and reminders of limits."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete

from gridflow.db import new_id, table, touched
from gridflow.engine.incident_rows import IncidentRows
from gridflow.engine.models import Limit, TimerDue
from gridflow.engine.reckoning import share
from gridflow.engine.runtime.run import Waiter
from gridflow.engine.task_rows import TaskRows
from gridflow.engine.turn import Turn

_TIMERS = table(TimerDue)
_FORGET = delete(_TIMERS).where(
    _TIMERS.c.instance_id == bindparam("instance"), _TIMERS.c.task_id.in_(bindparam("tasks", expanding=True))
)
_FORGET_REMINDERS = delete(_TIMERS).where(_TIMERS.c.limit_id.in_(bindparam("limits", expanding=True)))


class TimerRows:
    """Compares the instants waited for before a command with those after it."""

    def __init__(self, turn: Turn, incidents: IncidentRows) -> None:
        self.turn = turn
        self.incidents = incidents
        self.rows: list[dict[str, Any]] = []
        self.moved: list[str] = []
        """The limits whose reminders stand elsewhere now, or nowhere."""

    def compare(self, after: Iterable[Waiter]) -> None:
        """Set new timers and forget those that are gone or stand elsewhere now."""
        old = {waiter.task_id: waiter.due for waiter in self.turn.before.timers if waiter.due}
        new = {waiter.task_id: waiter.due for waiter in after if waiter.due}
        gone = {task_id for task_id, due in old.items() if new.get(task_id) != due}
        if gone and self._forget(gone) < len(gone):
            self.incidents.end(gone)  # one that was given up had no row
        for task_id, due in new.items():
            if old.get(task_id) != due:
                self._add("timer", due, task_id=task_id)

    def follow_limits(self, tasks: TaskRows) -> None:
        """Set the reminders of limits that began or moved, and the due instants of the tasks under them."""
        limits = self.turn.limits
        touched = {str(change["id"]): change["what"] for change in limits.changes}
        self.moved = [limit_id for limit_id, what in touched.items() if what != "started"]
        for limit_id, what in touched.items():
            limit = limits.by_id(limit_id)
            if limit is not None and limit.ended_at is None:
                if limit.paused_at is None:
                    self._remind(limit)
                if what != "started":
                    tasks.redate(limit)

    def forget_reminders(self) -> None:
        """Delete the reminders of limits that ended or moved."""
        if self.moved:
            self.turn.session.execute(_FORGET_REMINDERS, {"limits": self.moved})

    def _remind(self, limit: Limit) -> None:
        for percent in limit.remind.split():
            at = share(self.turn.calendar, limit, Decimal(percent) / 100)
            if at > self.turn.instant:
                self._add("reminder", at, limit_id=limit.id, percent=int(percent))

    def _forget(self, gone: set[str]) -> int:
        asked = {"instance": self.turn.instance_id, "tasks": list(gone)}
        return touched(self.turn.session, _FORGET, asked)

    def _add(self, kind: str, due: datetime, **what: Any) -> None:
        row = {"id": new_id(), "kind": kind, "due_at": due, "task_id": None, "limit_id": None, "percent": None}
        self.rows.append(self.turn.owner | row | what)
