"""What a command changed about everything that waits, written in as few statements as the changes need."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from gridflow.db import table
from gridflow.engine.incident_rows import IncidentRows
from gridflow.engine.jobs import withdraw_jobs
from gridflow.engine.models import Incident, Job, MessageWait, TimerDue
from gridflow.engine.offer_rows import OfferRows
from gridflow.engine.task_rows import TaskRows
from gridflow.engine.timer_rows import TimerRows
from gridflow.engine.turn import Turn


class Difference:
    """Everything that waits otherwise after a command than before it."""

    def __init__(self, turn: Turn, done: Iterable[str] = ()) -> None:
        """Compare, and take back what is gone; done are the tasks that a person has just completed.

        What cannot be routed is an incident.
        """
        self._turn = turn
        after = turn.run.waiting()
        self._incidents = incidents = IncidentRows(turn)
        self._tasks, self._offers = TaskRows(turn, incidents), OfferRows(turn, incidents)
        self._timers = TimerRows(turn, incidents)
        self._tasks.compare(after.humans, set(done))
        self._offers.compare(after.messages)
        self._timers.compare(after.timers)
        self._timers.follow_limits(self._tasks)
        incidents.compare(after)
        self._services = {waiter.task_id for waiter in (*after.services, *after.incidents)}
        self._done = set(done)

    @property
    def waits(self) -> list[dict[str, Any]]:
        """The rows of the messages that are newly waited for."""
        return self._offers.rows

    def write(self) -> None:
        """Write what is new."""
        turn = self._turn
        self._timers.forget_reminders()
        turn.limits.save(turn.session)
        self._tasks.insert()
        self._withdraw_jobs()
        jobs = [row for row in turn.effects.jobs if row["task_id"] in (None, *self._services)]
        due_together = [row | {"next_at": turn.instant} for row in jobs]  # so that order holds
        for model, rows in (
            (TimerDue, self._timers.rows),
            (MessageWait, self._offers.rows),
            (Incident, self._incidents.rows),
            (Job, due_together),
        ):
            if rows:
                turn.session.execute(insert(table(model)), rows)

    def _withdraw_jobs(self) -> None:
        """Take back the jobs of service tasks that were interrupted: what they asked for is wanted no more."""
        gone = {waiter.task_id for waiter in self._turn.before.services} - self._services - self._done
        if gone:
            withdraw_jobs(self._turn.session, self._turn.facts.case_id, gone)
