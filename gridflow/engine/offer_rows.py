"""The rows of messages waited for; one with a form is an offer to a person."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete

from gridflow.db import new_id, table, touched
from gridflow.engine.incident_rows import IncidentRows
from gridflow.engine.keeping import offered
from gridflow.engine.models import MessageWait
from gridflow.engine.runtime.run import Waiter
from gridflow.engine.turn import Turn
from gridflow.errors import GridflowError

_WAITS = table(MessageWait)
_FORGET = delete(_WAITS).where(
    _WAITS.c.instance_id == bindparam("instance"), _WAITS.c.task_id.in_(bindparam("tasks", expanding=True))
)


class OfferRows:
    """Compares the messages waited for before a command with those after it."""

    def __init__(self, turn: Turn, incidents: IncidentRows) -> None:
        self.turn = turn
        self.incidents = incidents
        self.rows: list[dict[str, Any]] = []

    def compare(self, after: Iterable[Waiter]) -> None:
        """Write down what is newly waited for and forget what is waited for no more."""
        known = {waiter.task_id for waiter in self.turn.before.messages}
        waiting = {waiter.task_id: waiter for waiter in after}
        for task_id in waiting.keys() - known:
            self._offer(waiting[task_id])
        gone = known - waiting.keys()
        if gone and self._forget(gone) < len(gone):
            self.incidents.end(gone)  # an offer that could not be placed had no row

    def _forget(self, gone: set[str]) -> int:
        asked = {"instance": self.turn.instance_id, "tasks": list(gone)}
        return touched(self.turn.session, _FORGET, asked)

    def _offer(self, waiter: Waiter) -> None:
        parsed = self.turn.parsed
        node = parsed.node(waiter.process_id, waiter.element_id)
        row = self.turn.owner | {
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
                self.incidents.unplaced(waiter, failed)
                return
            row |= {
                "role": assignment.role, "unit_id": assignment.unit_id, "person_id": assignment.person_id
            }  # fmt: skip
        self.rows.append(row)
