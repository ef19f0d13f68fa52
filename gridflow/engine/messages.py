"""Messages between instances: delivered to whoever waits for them, else kept until somebody does.

Without a key a message stays in its case. With one it goes to the case that waits for this name and key, its own first.
Another case is reached by a job, because a command locks one case only; a signal goes to every case of the city so.
What was kept for a key is brought together with who waits for it by a job as well: commands with many keys must not
wait for each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
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
    wait = None if key is None else _first(session, city, name, key)
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
    if key is not None:
        letter = {"name": name, "key": key}  # somebody may begin to wait at this moment
        add_job(session, "send_kept", city, letter, case_id=case_id)
    return False


def ask_for_kept(session: Session, wait: Mapping[str, Any], now: datetime) -> None:
    """Have a worker bring to a wait what was kept for it, if anything was."""
    key = wait["key"]
    if key is not None:
        _meet(session, wait["city"], wait["name"], key, among_others=True)
    if session.execute(_kept_for(wait, now)).one_or_none() is not None:
        letter = {"wait": wait["id"]} if key is None else {"name": wait["name"], "key": key}
        add_job(session, "send_kept", wait["city"], letter, case_id=wait["case_id"])


def send_kept(session: Session, city: str, name: str, key: str, now: datetime) -> bool:
    """Send the oldest message that was kept for a key to the first who waits for it; returns False when one is missing.

    The worker who asks for it does nothing else in its transaction.
    """
    _meet(session, city, name, key)
    wait = _first(session, city, name, key)
    kept = None if wait is None else _take(session, {**wait._mapping, "city": city, "name": name, "key": key}, now)
    if kept is not None:
        _send(session, city, wait, unpack(kept.payload), name=name, key=key, sender=kept.case_id)
    return kept is not None


def _first(session: Session, city: str, name: str, key: str) -> Any:
    return session.execute(_ready(city, name).where(WAITS.c.key == key).limit(1)).one_or_none()


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


def take_kept(session: Session, wait: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """Return the payload of the message that was kept in its case for a wait without a key; None when there is none."""
    kept = _take(session, wait, now)
    return None if kept is None else unpack(kept.payload)


def _take(session: Session, wait: Mapping[str, Any], now: datetime) -> Any:
    """Mark the oldest message that was kept for a wait as taken and return it, None when there is none."""
    kept = session.execute(_kept_for(wait, now)).one_or_none()
    if kept is not None:
        taken = update(KEPT_MESSAGES).where(KEPT_MESSAGES.c.id == kept.id)
        session.execute(taken.values(taken_by=wait["instance_id"]))
    return kept


def _kept_for(wait: Mapping[str, Any], now: datetime) -> Any:
    """Ask for the oldest message that was kept for a wait: for its key, or else in its case.

    A wait that is over takes none: another message may have gone before, and the case another way.
    """
    of = KEPT_MESSAGES.c
    mine = of.case_id == wait["case_id"] if wait["key"] is None else of.key == wait["key"]
    kept = select(KEPT_MESSAGES).where(of.city == wait["city"], of.name == wait["name"], of.taken_by.is_(None), mine)
    waits = select(WAITS.c.id).where(WAITS.c.id == wait["id"]).exists()
    return kept.where(of.expires_at > now, waits).order_by(of.id).limit(1)


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


def _meet(session: Session, city: str, name: str, key: str, *, among_others: bool = False) -> None:
    """Let who begins to wait for a key and who brings kept messages to it go one after the other, lest they miss.

    SQLite has one writer at a time. Commands wait among others, so never for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        taken = func.pg_advisory_xact_lock_shared if among_others else func.pg_advisory_xact_lock
        session.execute(select(taken(func.hashtextextended(f"{city}/{name}/{key}", 0))))
