"""What an operator does to a whole instance: suspend it, resume it, cancel it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gridflow.audit.chain import lock
from gridflow.audit.service import append
from gridflow.db import table, touched
from gridflow.engine.core import Core
from gridflow.engine.directory import Actor
from gridflow.engine.errors import InstanceChanged, InstanceUnknown
from gridflow.engine.models import Instance, MessageWait
from gridflow.engine.operations import holding
from gridflow.engine.recomputing import recompute
from gridflow.engine.recording import entry_of
from gridflow.engine.turn import Turn

Why = Mapping[str, Any]
"""What the audit keeps beside a command: the reason, and who asked for it."""
INSTANCES, WAITS = table(Instance), table(MessageWait)


class Operating(Core):
    """Stops and starts instances."""

    def view(self, session: Session, instance_id: str, actor: Actor) -> Turn:
        """Return an instance of the actor's city as it stands, suspended or not; nothing is locked or written."""
        self._case_of(session, instance_id, actor)
        return self._restore(session, instance_id, actor, lock_row=False, suspended=True)[0]

    def suspend(self, session: Session, instance_id: str, actor: Actor, why: Why) -> None:
        """Let nobody go on: tasks are hidden, timers and jobs wait; limits run on, since no pause is drawn.

        Raises InstanceSuspended when it is suspended already.
        """
        turn, version = self._reach(session, instance_id, actor)
        holding.hold(session, instance_id)
        self._conclude(turn, version, "suspend", why, {"status": "suspended", "suspended_for": why["reason"]})

    def resume(self, session: Session, instance_id: str, actor: Actor, why: Why) -> None:
        """Let an instance go on: its limits follow the calendar of today, and messages kept for it are delivered."""
        turn, version = self._reach(session, instance_id, actor, suspended=True)
        running = update(INSTANCES).where(INSTANCES.c.id == instance_id, INSTANCES.c.status == "suspended")
        if touched(session, running.values(status="running", suspended_for=None)) != 1:
            raise InstanceChanged
        holding.release(session, instance_id)
        recompute(turn)
        turn.effects.changes.update(why)
        self._finish(turn, version, "resume")
        waits = select(WAITS).where(WAITS.c.instance_id == instance_id, WAITS.c.form.is_(None)).order_by(WAITS.c.id)
        self._hand_kept(turn, [dict(row._mapping) for row in session.execute(waits)])

    def cancel(self, session: Session, instance_id: str, actor: Actor, why: Why) -> None:
        """End an instance where it stands: tasks are withdrawn, limits dropped, nothing of it happens any more."""
        turn, version = self._reach(session, instance_id, actor, suspended=True)
        turn.note("withdrawn", [waiter.element_id for waiter in turn.before.humans])
        for row in turn.limits.rows:
            if row.ended_at is None:
                turn.limits.end_with_task(row, dropped=True)
        turn.limits.save(session)
        holding.withdraw(session, instance_id)
        self._conclude(turn, version, "cancel", why, {"status": "cancelled", "ended_at": turn.instant, "ends": []})

    def _case_of(self, session: Session, instance_id: str, actor: Actor) -> str:
        mine = select(INSTANCES.c.case_id).where(INSTANCES.c.id == instance_id, INSTANCES.c.city == actor.city)
        case_id = session.scalar(mine)
        if case_id is None:
            raise InstanceUnknown
        return str(case_id)

    def _reach(self, session: Session, instance_id: str, actor: Actor, *, suspended: bool = False) -> tuple[Turn, int]:
        """Lock the case of an instance of the actor's city and take the instance up."""
        lock(session, self._case_of(session, instance_id, actor), actor.city)
        return self._restore(session, instance_id, actor, suspended=suspended)

    def _conclude(self, turn: Turn, version: int, action: str, why: Why, values: Mapping[str, Any]) -> None:
        """Write what became of an instance that did not move."""
        turn.effects.changes.update(why)
        same = update(INSTANCES).where(INSTANCES.c.id == turn.instance_id, INSTANCES.c.row_version == version)
        if touched(turn.session, same.values(row_version=version + 1, **values)) != 1:
            raise InstanceChanged
        append(turn.session, entry_of(turn, action, (None, turn.actor.unit_id), []))


def is_suspended(session: Session, instance_id: str) -> bool:
    """Tell whether an instance is suspended; raises InstanceUnknown when there is none."""
    status = session.scalar(select(INSTANCES.c.status).where(INSTANCES.c.id == instance_id))
    if status is None:
        raise InstanceUnknown
    return bool(status == "suspended")
