"""The table of verifications of the record that inspectors asked for."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class RecordCheck(Base):
    """One verification: who asked, and what a worker found."""

    __tablename__ = "record_check"
    __table_args__ = (Index("ix_record_check_city", "city", "asked_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """None while a worker has still to do it."""
    seen: Mapped[dict[str, int] | None] = mapped_column(JSONText)
    """How many cases, entries, operations and roots were looked at, those of every city."""
    faults: Mapped[list[str] | None] = mapped_column(JSONText)
    """What is wrong, in words: of this city, and whatever belongs to none."""
