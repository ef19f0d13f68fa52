"""The tables of what operators do: requests for a second person, and batches of commands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id
from gridflow.engine.models import CODE, ID


class OperatorRequest(Base):
    """Something an operator may only do with the approval of a second person."""

    __tablename__ = "operator_request"
    __table_args__ = (Index("ix_operator_request_open", "city", "state"), Index("ix_operator_request_case", "case_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    incident_id: Mapped[str | None] = mapped_column(ID)
    kind: Mapped[str] = mapped_column(CODE)
    """skip, cancel, move or change."""
    details: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """What exactly: the element to go to, or the new values, packed."""
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(CODE, default="open")
    """open, approved or declined."""
    decided_by: Mapped[str | None] = mapped_column(ID)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Batch(Base):
    """One command for many instances, carried out one by one by workers."""

    __tablename__ = "batch"
    __table_args__ = (Index("ix_batch_city", "city", "asked_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    kind: Mapped[str] = mapped_column(CODE)
    """migrate, undo_migration, retry, suspend or resume."""
    slug: Mapped[str | None] = mapped_column(CODE)
    version_id: Mapped[str | None] = mapped_column(ID)
    """The version to go over to; of suspend and resume the one it is about, None for all of the procedure."""
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ID)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(CODE, default="begun")
    """asked (waits for a second person), begun or declined."""
    decided_by: Mapped[str | None] = mapped_column(ID)
    """The second person, where one was asked."""
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Since when nothing more of it is begun."""


class BatchItem(Base):
    """One instance or incident of a batch."""

    __tablename__ = "batch_item"
    __table_args__ = (Index("ix_batch_item_batch", "batch_id", "state"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"))
    case_id: Mapped[str] = mapped_column(ID)
    subject: Mapped[str] = mapped_column(ID)
    """The instance to migrate, suspend or resume, or the incident to retry."""
    state: Mapped[str] = mapped_column(CODE, default="waiting")
    """waiting, done or refused."""
    reasons: Mapped[list[str]] = mapped_column(JSONText, default=list)
    """Why it was refused."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
