"""The one table of all ledgers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class LedgerEntry(Base):
    """An entry as handed in: never changed, only ended with a reason; a correction is a new entry."""

    __tablename__ = "ledger_entry"
    __table_args__ = (Index("ix_ledger_entry_unit", "city", "ledger", "unit_code", "id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    ledger: Mapped[str] = mapped_column(String(64))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    unit_code: Mapped[str] = mapped_column(String(64))
    """The unit that keeps it; whoever answers for its place sees it."""
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    public: Mapped[dict[str, Any]] = mapped_column(JSONText)
    tokens: Mapped[dict[str, str]] = mapped_column(JSONText)
    """Field to vault token, for narrative and personal fields."""
    until: Mapped[date | None]
    """The last day it holds, for ledgers whose entries run out."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(200))
