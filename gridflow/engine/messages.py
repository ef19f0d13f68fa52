"""Messages between instances: delivered to whoever waits in the same case, else kept until somebody does."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow.db import new_id, table
from gridflow.engine.jobs import add_job
from gridflow.engine.models import MessageIn, MessageWait
from gridflow.engine.runtime import Thrown
from gridflow.engine.turn import Turn
from gridflow.engine.values import pack, unpack

KEPT = timedelta(days=30)
WAITS, KEPT_MESSAGES = table(MessageWait), table(MessageIn)


def receivers(turn: Turn, thrown: Thrown) -> list[str]:
    """Return the waits in the same case that get a thrown event now: one for a message, all for a signal.

    A message nobody waits for is kept; a signal reaches other cases by a job each, since only this case is locked.
    An escalation that nobody catches stands in the audit entry and goes no further.
    """
    if thrown.kind not in ("message", "signal"):
        return []
    wanted = select(WAITS.c.id, WAITS.c.case_id).where(WAITS.c.city == turn.facts.city, WAITS.c.name == thrown.name)
    wanted = wanted.where(WAITS.c.instance_id != turn.instance_id, _fits(WAITS.c.key, thrown.key)).order_by(WAITS.c.id)
    if thrown.kind == "message":
        found = turn.session.execute(wanted.where(WAITS.c.case_id == turn.facts.case_id).limit(1)).all()
        if not found:
            _keep(turn, thrown)
        return [wait.id for wait in found]
    found = turn.session.execute(wanted).all()
    for wait in found:
        if wait.case_id != turn.facts.case_id:
            payload = {"wait": wait.id, "payload": pack(dict(thrown.payload or {}))}
            add_job(turn.session, "receive", turn.facts.city, payload, case_id=wait.case_id)
    return [wait.id for wait in found if wait.case_id == turn.facts.case_id]


def _keep(turn: Turn, thrown: Thrown) -> None:
    turn.session.execute(
        insert(KEPT_MESSAGES),
        [{
            "id": new_id(), "city": turn.facts.city, "case_id": turn.facts.case_id, "name": thrown.name,
            "key": None if thrown.key is None else str(thrown.key), "payload": pack(dict(thrown.payload or {})),
            "received_at": turn.instant, "expires_at": turn.instant + KEPT,
        }],
    )  # fmt: skip


def take_kept(turn: Turn, waiting: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the new waits of a command for which a message was kept, with its payload, and mark it taken."""
    found = []
    for row in waiting:
        kept = turn.session.execute(
            select(KEPT_MESSAGES).where(
                KEPT_MESSAGES.c.case_id == turn.facts.case_id,
                KEPT_MESSAGES.c.name == row["name"],
                KEPT_MESSAGES.c.taken_by.is_(None),
                KEPT_MESSAGES.c.expires_at > turn.instant,
                _fits(KEPT_MESSAGES.c.key, row["key"]),
            ).order_by(KEPT_MESSAGES.c.id).limit(1)
        ).one_or_none()  # fmt: skip
        if kept is not None:
            taken = update(KEPT_MESSAGES).where(KEPT_MESSAGES.c.id == kept.id)
            turn.session.execute(taken.values(taken_by=turn.instance_id))
            found.append((str(row["id"]), unpack(kept.payload)))
    return found


def take_wait(session: Session, wait_id: str) -> MessageWait | None:
    """Remove a wait because its message arrives and return it, None when somebody was quicker."""
    gone = session.execute(delete(WAITS).where(WAITS.c.id == wait_id).returning(*WAITS.c)).one_or_none()
    return MessageWait(**gone._mapping) if gone else None


def _fits(column: ColumnElement[Any], key: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column == str(key)) if key is not None else column.is_(None)
