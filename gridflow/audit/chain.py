"""The writer's half of a hash chain: lock the head, take the hash; a trigger moves the head with the row."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gridflow.audit.errors import NotRecordable
from gridflow.audit.models import ChainHead, instant_text
from gridflow.db import canonical, table

ALG = "sha256"
ORIGIN = "0" * 64
HEAD = table(ChainHead)
_LOCK = select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.chain == bindparam("chain")).with_for_update()


class Head(NamedTuple):
    """The locked end of a chain; another entry makes it old."""

    chain: str
    seq: int
    hash: str


def lock(session: Session, chain: str, city: str) -> Head:
    """Lock the head of a chain until the transaction ends; a chain that does not exist is begun."""
    found = session.execute(_LOCK, {"chain": chain}).one_or_none()
    if found is None:
        dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
        begin = dialect.insert(HEAD).on_conflict_do_nothing()
        session.execute(begin, {"chain": chain, "city": city, "seq": 0, "hash": ORIGIN})
        found = session.execute(_LOCK, {"chain": chain}).one()
    return Head(chain, found.seq, found.hash)


def link(session: Session, entries: Insert, head: Head, values: dict[str, Any]) -> dict[str, Any]:
    """Add an entry by an INSERT after a locked head, which moves with it, and return the row, numbered and hashed."""
    row = values | {"seq": head.seq + 1, "alg": ALG}
    row["hash"] = digest({"prev": head.hash} | row)
    session.execute(entries, row)
    return row


def digest(row: Mapping[str, Any]) -> str:
    """Return the hash of a row: SHA-256 over its canonical JSON."""
    texts = {name: instant_text(value) if isinstance(value, datetime) else value for name, value in row.items()}
    return hashlib.sha256(canonical(texts).encode()).hexdigest()


def plain(value: object) -> Any:
    """Return a value in the JSON types that have exactly one text: no floats, exact numbers and dates as strings."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal | date | time):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [plain(item) for item in value]
    raise NotRecordable(f"审计记录不能保存 {type(value).__name__} 类型的值；小数请用 Decimal，时间请用带时区的时间。")
