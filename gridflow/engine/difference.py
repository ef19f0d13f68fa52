"""What a command changed about everything that waits, written in as few statements as the changes need."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from gridflow.db import table
from gridflow.engine.incident_rows import IncidentRows
from gridflow.engine.models import Incident, Job, MessageWait, TimerDue
from gridflow.engine.offer_rows import OfferRows
from gridflow.engine.task_rows import TaskRows
from gridflow.engine.timer_rows import TimerRows
from gridflow.engine.turn import Turn


def write_difference(turn: Turn, done: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Write every difference and return the messages now waited for; what cannot be routed is an incident.

    Done are the tasks that a person has just completed.
    """
    after = turn.run.waiting()
    incidents = IncidentRows(turn)
    tasks, offers, timers = TaskRows(turn, incidents), OfferRows(turn, incidents), TimerRows(turn, incidents)
    tasks.compare(after.humans, set(done))
    offers.compare(after.messages)
    timers.compare(after.timers)
    timers.follow_limits(tasks)
    incidents.compare(after)
    turn.limits.save(turn.session)
    tasks.insert()
    due_together = [row | {"next_at": turn.instant} for row in turn.effects.jobs]  # so that order holds
    for model, rows in (
        (TimerDue, timers.rows),
        (MessageWait, offers.rows),
        (Incident, incidents.rows),
        (Job, due_together),
    ):
        if rows:
            turn.session.execute(insert(table(model)), rows)
    return offers.rows
