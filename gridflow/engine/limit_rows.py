"""The rows of limits: which of them a command reads, and how it writes what it changed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow.db import table
from gridflow.engine.models import Limit

_LIMITS, _OTHERS = table(Limit).c, table(Limit).alias()


def in_force(instance: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition for the running limits of an instance and the newest of each name.

    Earlier rounds of rework are left out: a command must not grow with them.
    """
    newest = select(func.max(_OTHERS.c.id)).where(_OTHERS.c.instance_id == instance).group_by(_OTHERS.c.name)
    return and_(_LIMITS.instance_id == instance, or_(_LIMITS.ended_at.is_(None), _LIMITS.id.in_(newest)))


_IN_FORCE = select(table(Limit)).where(in_force(bindparam("instance", type_=String))).order_by(_LIMITS.id)
_WRITE = {
    name: insert.on_conflict_do_update(
        index_elements=["id"], set_={column.key: insert.excluded[column.key] for column in _LIMITS}
    )
    for name, insert in (
        ("sqlite", sqlite.insert(table(Limit))),
        ("postgresql", postgresql.insert(table(Limit))),
    )
}


def read_limits(session: Session, instance_id: str) -> list[Limit]:
    """Return the limits in force of an instance, oldest first, detached from the session."""
    return [Limit(**row._mapping) for row in session.execute(_IN_FORCE, {"instance": instance_id})]


def past_limit(session: Session, instance_id: str, name: str, items: Sequence[str]) -> Limit | None:
    """Return the newest limit of a name that ended in one of some parallel instances, or outside of any."""
    ended = select(table(Limit)).where(
        _LIMITS.instance_id == instance_id,
        _LIMITS.name == name,
        _LIMITS.ended_at.is_not(None),
        or_(_LIMITS.item.is_(None), _LIMITS.item.in_(items)),
    )
    row = session.execute(ended.order_by(_LIMITS.id.desc()).limit(1)).one_or_none()
    return Limit(**row._mapping) if row else None


def write(session: Session, rows: Sequence[Limit]) -> None:
    """Write limits as they are now, new and changed ones in one statement."""
    session.execute(_WRITE[session.get_bind().dialect.name], [_columns(row) for row in rows])


def _columns(row: Limit) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table(Limit).columns}
