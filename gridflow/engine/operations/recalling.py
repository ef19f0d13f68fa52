"""Take tasks of grid staff back when their matter has left the list."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridflow.audit.chain import lock
from gridflow.db import table
from gridflow.engine.directory import Actor
from gridflow.engine.models import Instance, MessageWait, WorkItem
from gridflow.engine.operations.migrating import Migrating
from gridflow.engine.turn import Turn

MATTER_EXITED = "matter_exited"
"""The message that says so to a diagram which draws where such work goes; its key is the code of the matter."""
ITEMS, WAITS = table(WorkItem), table(MessageWait)


class Recalling(Migrating):
    """Stops work that grid staff may no longer be asked for."""

    def recall(self, session: Session, instance_id: str, matter_code: str) -> bool:
        """Take back the open tasks of grid staff on a matter that is no longer listed; returns False when none is left.

        Where the diagram has a boundary message `matter_exited` on the task, the work goes on as drawn; elsewhere the
        list guard looks at it again, refuses it, and an incident stands in its place. A suspended instance raises
        InstanceSuspended. Source: N12-2, N13-2, B13-1.
        """
        found = session.execute(select(Instance.case_id, Instance.city).where(Instance.id == instance_id)).one()
        lock(session, found.case_id, found.city)
        open_items = select(ITEMS).where(
            ITEMS.c.instance_id == instance_id, ITEMS.c.matter_code == matter_code, ITEMS.c.status.in_(("open", "held"))
        )
        items = [WorkItem(**row._mapping) for row in session.execute(open_items)]
        if not items:
            return False
        turn, version = self._restore(session, instance_id, Actor.system(found.city))
        if turn.matters.get(matter_code, {}).get("active"):
            return False
        turn.note("off_list", {"matter": matter_code, "elements": [item.element_id for item in items]})
        drawn = _as_drawn(turn, items)
        _look_again(turn, [item for item in items if item.task_id not in drawn])
        self._finish(turn, version, "recall_tasks")
        return True


def _as_drawn(turn: Turn, items: Sequence[WorkItem]) -> set[str]:
    """Let the diagram say where the work goes and return the tasks it took away."""
    hosts = [item.task_id for item in items]
    waits = select(WAITS.c.task_id, WAITS.c.host_task_id).where(
        WAITS.c.instance_id == turn.instance_id, WAITS.c.name == MATTER_EXITED, WAITS.c.host_task_id.in_(hosts)
    )
    found = turn.session.execute(waits).all()
    for wait in found:
        turn.run.deliver(wait.task_id, {})
    return {str(wait.host_task_id) for wait in found}


def _look_again(turn: Turn, items: Sequence[WorkItem]) -> None:
    """Withdraw tasks and let them arrive anew, so that the guard parks them."""
    taken = update(ITEMS).where(ITEMS.c.id.in_([item.id for item in items]))
    turn.session.execute(taken.values(status="withdrawn", done_at=turn.instant))
    for item in items:
        turn.forget_arrival(item.task_id)
