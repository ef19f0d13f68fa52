"""What a migration keeps so that it can be undone: the state and the rows of everything that waits."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.db import table, touched
from gridflow.engine.models import Incident, Instance, Limit, MessageWait, TimerDue, WorkItem
from gridflow.engine.operations.incidents import NOBODY_WAITS
from gridflow.engine.operations.models import Migration
from gridflow.engine.runtime.values import pack, unpack

INSTANCES, MIGRATIONS = table(Instance), table(Migration)
ITEMS, LIMITS, INCIDENTS = table(WorkItem), table(Limit), table(Incident)
DERIVED = (table(TimerDue), table(MessageWait))
"""Rows that only say what waits: they are put back as they were."""
LIVING: Mapping[Table, tuple[ColumnElement[bool], Mapping[str, Any]]] = {
    ITEMS: (ITEMS.c.status == "open", {"status": "withdrawn"}),
    LIMITS: (LIMITS.c.ended_at.is_(None), {"outcome": "dropped"}),
    INCIDENTS: (and_(INCIDENTS.c.ended_at.is_(None), INCIDENTS.c.kind.not_in(NOBODY_WAITS)), {}),
}
"""Rows that are never deleted: which of them are alive, and how one ends that the migration made."""
ENDS = {ITEMS: "done_at", LIMITS: "ended_at", INCIDENTS: "ended_at"}


class Kept(NamedTuple):
    """An instance before its migration."""

    blob: bytes
    rows: dict[str, Any]


def keep(session: Session, instance_id: str) -> Kept:
    """Return the state of an instance and the rows of everything that waits there."""
    blob = session.scalars(select(INSTANCES.c.blob).where(INSTANCES.c.id == instance_id)).one()
    rows = {each.name: _rows(session, each, each.c.instance_id == instance_id) for each in DERIVED}
    for each, (alive, _) in LIVING.items():
        rows[each.name] = _rows(session, each, each.c.instance_id == instance_id, alive)
    return Kept(bytes(blob), pack(rows))


def put_back(session: Session, instance_id: str, packed: Mapping[str, Any]) -> None:
    """Bring the rows back: what the migration made ends, what it ended or changed is as before."""
    rows = unpack(packed)
    for each in DERIVED:
        session.execute(delete(each).where(each.c.instance_id == instance_id))
        if rows[each.name]:
            session.execute(insert(each), rows[each.name])
    for each, (alive, ended) in LIVING.items():
        before = {row["id"]: row for row in rows[each.name]}
        made = update(each).where(each.c.instance_id == instance_id, alive, each.c.id.not_in(before))
        session.execute(made.values({**ended, ENDS[each]: clock.now()}))
        for row_id, row in before.items():
            session.execute(update(each).where(each.c.id == row_id).values(_changed(each, row)))


def forget_old(session: Session) -> int:
    """Drop what was kept for migrations that cannot be undone any more, and return how many there were."""
    gone_on = select(INSTANCES.c.id).where(
        INSTANCES.c.id == MIGRATIONS.c.instance_id, INSTANCES.c.row_version != MIGRATIONS.c.row_version
    )
    old = update(MIGRATIONS).where(MIGRATIONS.c.blob.is_not(None), gone_on.exists())
    return touched(session, old.values(blob=None, rows=None))


def _rows(session: Session, each: Table, *where: ColumnElement[bool]) -> list[dict[str, Any]]:
    found: Iterable[Any] = session.execute(select(each).where(*where).order_by(each.c.id))
    return [dict(row._mapping) for row in found]


def _changed(each: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a migration may have changed of a row: a task may have been taken or handed over since."""
    names = ("status", "done_at", "limit_id", "due_at") if each is ITEMS else row.keys()
    return {name: row[name] for name in names}
