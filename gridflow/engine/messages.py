"""Messages between instances: delivered to whoever waits for them, else kept until somebody does.

Without a key a message stays in its case. With one it goes to the case that waits for this name and key, its own first.
Another case is reached by a job, because a command locks one case only; a signal goes to every case of the city so.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow.db import new_id, table
from gridflow.engine.jobs import add_job
from gridflow.engine.models import Instance, MessageIn, MessageWait
from gridflow.engine.runtime.run import Thrown
from gridflow.engine.runtime.values import pack, unpack
from gridflow.engine.turn import UNDER_WAY, Turn

KEPT = timedelta(days=30)
WAITS, KEPT_MESSAGES, INSTANCES = table(MessageWait), table(MessageIn), table(Instance)


def receivers(turn: Turn, thrown: Thrown) -> list[str]:
    """Return the waits in the same case that get a thrown event now: one for a message, all for a signal.

    What concerns other cases, suspended instances, and those whose command goes on after this one, is written down for
    a worker. An escalation that nobody catches stands in the audit entry and goes no further.
    """
    payload, city, under_way = dict(thrown.payload or {}), turn.facts.city, turn.session.info.get(UNDER_WAY, ())
    if thrown.kind == "message":
        key = None if thrown.key is None else str(thrown.key)
        here = _ready(city, thrown.name).where(WAITS.c.case_id == turn.facts.case_id, _fits(WAITS.c.key, key))
        wait = turn.session.execute(here.where(WAITS.c.instance_id != turn.instance_id).limit(1)).one_or_none()
        if wait is None:
            post(turn.session, city, thrown.name, key, payload, now=turn.instant, case_id=turn.facts.case_id)
        elif wait.instance_id in under_way:
            _send(turn.session, city, wait, payload, name=thrown.name, key=key, sender=turn.facts.case_id)
        else:
            return [wait.id]
        return []
    if thrown.kind != "signal":
        return []
    found = turn.session.execute(_waiting(city, thrown.name).where(WAITS.c.instance_id != turn.instance_id)).all()
    mine = [wait for wait in found if wait.case_id == turn.facts.case_id and wait.status == "running"]
    here = [wait for wait in mine if wait.instance_id not in under_way]
    for wait in found:
        if wait not in here:
            letter = {"wait": wait.id, "payload": pack(payload), **armed(wait)}
            add_job(turn.session, "receive", city, letter, case_id=wait.case_id)
    return [wait.id for wait in here]


def post(
    session: Session,
    city: str,
    name: str,
    key: str | None,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    case_id: str | None = None,
) -> bool:
    """Have a worker take a message to the case that waits for its name and key, or keep it until one does.

    Returns whether a case waits for it.
    """
    wait = None
    if key is not None:
        _meet(session, city, name, key)
        wait = session.execute(_ready(city, name).where(WAITS.c.key == key).limit(1)).one_or_none()
    if wait is not None:
        _send(session, city, wait, payload, name=name, key=key, sender=case_id)
        return True
    session.execute(
        insert(KEPT_MESSAGES),
        [{
            "id": new_id(), "city": city, "case_id": case_id, "name": name, "key": key, "payload": pack(dict(payload)),
            "received_at": now, "expires_at": now + KEPT,
        }],
    )  # fmt: skip
    return False


def _send(
    session: Session,
    city: str,
    wait: Any,
    payload: Mapping[str, Any],
    *,
    name: str,
    key: str | None,
    sender: str | None,
) -> None:
    """Have a worker take a message to a wait, or to the next that waits when that is gone by then."""
    letter = {"wait": wait.id, "payload": pack(dict(payload)), "name": name, "key": key, "from": sender}
    add_job(session, "receive", city, letter, case_id=wait.case_id)


def addressee(session: Session, letter: Mapping[str, Any]) -> MessageWait | None:
    """Return the wait a letter goes to, None when it is gone."""
    wanted = {"id": letter["wait"]} if "armed" not in letter else letter["armed"]
    row = session.execute(select(WAITS).where(*(WAITS.c[name] == value for name, value in wanted.items()))).first()
    return MessageWait(**row._mapping) if row else None


def take_kept(turn: Turn, wait: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the payload of the message that was kept for a wait, and mark it taken; None when there is none.

    A wait that is over takes none: another message may have gone before, and the case another way.
    """
    mine = and_(KEPT_MESSAGES.c.case_id == turn.facts.case_id, _fits(KEPT_MESSAGES.c.key, wait["key"]))
    if wait["key"] is not None:
        _meet(turn.session, turn.facts.city, wait["name"], wait["key"])
        mine = or_(mine, KEPT_MESSAGES.c.key == wait["key"])
    kept = turn.session.execute(
        select(KEPT_MESSAGES).where(
            KEPT_MESSAGES.c.city == turn.facts.city,
            KEPT_MESSAGES.c.name == wait["name"],
            KEPT_MESSAGES.c.taken_by.is_(None),
            KEPT_MESSAGES.c.expires_at > turn.instant,
            mine,
            select(WAITS.c.id).where(WAITS.c.id == wait["id"]).exists(),
        ).order_by(KEPT_MESSAGES.c.id).limit(1)
    ).one_or_none()  # fmt: skip
    if kept is None:
        return None
    taken = update(KEPT_MESSAGES).where(KEPT_MESSAGES.c.id == kept.id)
    turn.session.execute(taken.values(taken_by=turn.instance_id))
    payload: dict[str, Any] = unpack(kept.payload)
    return payload


def take_wait(session: Session, wait_id: str) -> MessageWait | None:
    """Remove a wait because its message arrives and return it, None when somebody was quicker."""
    gone = session.execute(delete(WAITS).where(WAITS.c.id == wait_id).returning(*WAITS.c)).one_or_none()
    return MessageWait(**gone._mapping) if gone else None


def armed(wait: Any) -> dict[str, Any]:
    """Say what a wait on an edge is known by: it is armed again after every signal, and then is another row."""
    known = {name: wait._mapping[name] for name in ("instance_id", "host_task_id", "element_id")}
    return {"armed": known} if wait.host_task_id else {}


def _waiting(city: str, name: str) -> Any:
    wanted = (WAITS.c[name] for name in ("id", "case_id", "instance_id", "host_task_id", "element_id"))
    found = select(*wanted, INSTANCES.c.status).join(INSTANCES, INSTANCES.c.id == WAITS.c.instance_id)
    return found.where(WAITS.c.city == city, WAITS.c.name == name).order_by(WAITS.c.id)


def _ready(city: str, name: str) -> Any:
    """Leave out the waits of suspended instances: a message for them is kept until they are resumed."""
    return _waiting(city, name).where(INSTANCES.c.status == "running")


def _fits(column: ColumnElement[Any], key: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column == str(key)) if key is not None else column.is_(None)


def _meet(session: Session, city: str, name: str, key: str) -> None:
    """Let whoever sends and whoever begins to wait for one key go one after the other, or they would miss each other.

    SQLite has one writer at a time. Taken after the case, and nobody who holds it locks a case.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{city}/{name}/{key}", 0))))
