"""Messages between instances: delivered to whoever waits in the same case, else kept until somebody does."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow.db import new_id, table
from gridflow.engine.models import MessageIn, MessageWait
from gridflow.engine.runtime import Thrown
from gridflow.engine.turn import Turn

KEPT = timedelta(days=30)
WAITS, KEPT_MESSAGES = table(MessageWait), table(MessageIn)


def waits_for(session: Session, turn: Turn, thrown: Thrown) -> Sequence[MessageWait]:
    """Return who waits for a thrown event: a message reaches one wait of the case, a signal all of the city."""
    wanted = select(WAITS).where(WAITS.c.city == turn.facts.city, WAITS.c.name == thrown.name)
    wanted = wanted.where(WAITS.c.instance_id != turn.instance_id, _fits(WAITS.c.key, thrown.key))
    if thrown.kind != "signal":
        wanted = wanted.where(WAITS.c.case_id == turn.facts.case_id).limit(1)
    return [MessageWait(**row._mapping) for row in session.execute(wanted.order_by(WAITS.c.id))]


def keep(turn: Turn, thrown: Thrown) -> None:
    """Keep a message nobody waits for yet; a signal is for those who wait now."""
    if thrown.kind == "signal":
        return
    turn.session.execute(
        insert(KEPT_MESSAGES),
        [{
            "id": new_id(), "city": turn.facts.city, "case_id": turn.facts.case_id, "name": thrown.name,
            "key": None if thrown.key is None else str(thrown.key), "payload": dict(thrown.payload or {}),
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
            found.append((str(row["id"]), kept.payload))
    return found


def forget_wait(session: Session, wait_id: str) -> bool:
    """Remove a wait because its message arrives; returns False when somebody was quicker."""
    gone = session.execute(delete(WAITS).where(WAITS.c.id == wait_id))
    return bool(gone.rowcount == 1)  # type: ignore[attr-defined]


def _fits(column: ColumnElement[Any], key: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column == str(key)) if key is not None else column.is_(None)
