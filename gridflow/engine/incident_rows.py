"""The rows of what is parked: nodes that could not go on, tasks and offers that nobody could be given."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import update

from gridflow.db import new_id, table
from gridflow.engine.errors import RoutingFailed, about
from gridflow.engine.models import Incident
from gridflow.engine.runtime.run import Waiter, Waiting
from gridflow.engine.turn import Trouble, Turn
from gridflow.errors import GridflowError


class IncidentRows:
    """Compares what was parked before a command with what is parked after it."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.rows: list[dict[str, Any]] = []

    def compare(self, after: Waiting) -> None:
        """Open and end incidents; comes last, when everything else has told its troubles."""
        known = {waiter.task_id for waiter in self.turn.before.incidents}
        waiting = {waiter.task_id: waiter for waiter in after.incidents}
        services = {waiter.task_id for waiter in self.turn.before.services}
        fresh = [
            Trouble(waiting[task_id], "job" if task_id in services else "node", waiting[task_id].cause or "")
            for task_id in waiting.keys() - known
        ]
        for trouble in [*fresh, *self.turn.effects.troubles]:
            self._open(trouble)
        if known - waiting.keys():
            self.end(known - waiting.keys())

    def unplaced(self, waiter: Waiter, failed: GridflowError) -> None:
        """Park what could not be put before anybody; the command of whoever came before goes through."""
        kind = failed.kind if isinstance(failed, RoutingFailed) else "routing"
        name = self.turn.parsed.names.get(waiter.element_id, "")
        self.turn.effects.troubles.append(Trouble(waiter, kind, about(name, failed.message)))

    def end(self, task_ids: Collection[str]) -> None:
        """End the incidents of tokens that are parked no more."""
        self.turn.session.execute(
            update(table(Incident))
            .where(
                Incident.instance_id == self.turn.instance_id,
                Incident.task_id.in_(task_ids),
                Incident.ended_at.is_(None),
            )
            .values(ended_at=self.turn.instant)
        )

    def _open(self, trouble: Trouble) -> None:
        waiter = trouble.waiter
        row = self.turn.owner | {
            "id": new_id(),
            "task_id": waiter.task_id,
            "process_id": waiter.process_id,
            "element_id": waiter.element_id,
            "kind": trouble.kind,
            "cause": trouble.cause,
            "opened_at": self.turn.instant,
        }
        self.rows.append(row)
        note = {"element": waiter.element_id, "kind": trouble.kind, "cause": trouble.cause}
        self.turn.note("incidents", note)
