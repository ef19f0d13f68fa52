"""Tables of the record: entries, their chain heads, the operation log and the daily roots.

Entries, operations and roots are only ever added to; triggers refuse the rest. A chain head is the one row that moves.
A hash is taken over the columns beside it, with instants as text, and `prev`, the hash of the entry before: that is not
stored a second time.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, Digest, JSONText, Microseconds

INSTANT = "%Y-%m-%dT%H:%M:%S.%fZ"


def instant_text(value: datetime) -> str:
    """Return an aware instant as 2026-11-22T03:37:00.000000Z, as hashes are taken over it."""
    return value.astimezone(UTC).strftime(INSTANT)


class ChainHead(Base):
    """The end of a chain; whoever adds to the chain locks this row first."""

    __tablename__ = "chain_head"

    chain: Mapped[str] = mapped_column(String(120), primary_key=True)
    """A case id, `operations:<city>:<day>:<process>`, or `roots:<city>`."""
    city: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(Digest)


class AuditEntry(Base):
    """One command on one case. Source: design section 9."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_city_at", "city", "at"),)

    case_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    city: Mapped[str] = mapped_column(String(32))
    county: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(Microseconds)
    actor: Mapped[str | None] = mapped_column(String(32))
    """A user id; None when the system acted."""
    role: Mapped[str | None] = mapped_column(String(40))
    unit: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(60))
    instance_id: Mapped[str | None] = mapped_column(String(32))
    elements: Mapped[Any] = mapped_column(JSONText)
    flows: Mapped[Any] = mapped_column(JSONText)
    articles: Mapped[Any] = mapped_column(JSONText)
    changes: Mapped[Any] = mapped_column(JSONText)
    alg: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(Digest)


class OperationEntry(Base):
    """A sign-in, view, export or refusal. Source: design section 9."""

    __tablename__ = "operation_entry"
    __table_args__ = (
        Index("ix_operation_entry_city_at", "city", "at"),
        Index("ix_operation_entry_case_id", "case_id"),
    )

    chain: Mapped[str] = mapped_column(String(120), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    city: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(Microseconds)
    actor: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(16))
    """done or refused."""
    subject: Mapped[str | None] = mapped_column(String(120))
    case_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[Any] = mapped_column(JSONText)
    alg: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(Digest)


class DailyRoot(Base):
    """The Merkle root over the heads of a city's chains at the end of a day, chained from day to day."""

    __tablename__ = "daily_root"
    __table_args__ = (Index("uq_daily_root_city_day", "city", "day", unique=True),)

    city: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[str] = mapped_column(String(10))
    """The day in China, as 2026-11-22; every day has a root, an empty one too."""
    chains: Mapped[int]
    """How many chains moved that day."""
    root: Mapped[str] = mapped_column(Digest)
    alg: Mapped[str] = mapped_column(String(8))
    prev: Mapped[str] = mapped_column(Digest)
    """The hash of the root before, kept because roots leave the machine one by one."""
    hash: Mapped[str] = mapped_column(Digest)
