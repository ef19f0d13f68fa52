"""The table of migrations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id
from gridflow.engine.models import CODE, ID


class Migration(Base):
    """An instance that went over to another version, with what it takes to undo that until its next step."""

    __tablename__ = "migration"
    __table_args__ = (Index("ix_migration_instance", "instance_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    from_version: Mapped[str] = mapped_column(ID)
    to_version: Mapped[str] = mapped_column(ID)
    row_version: Mapped[int]
    """That of the instance after it: once the instance goes on, the migration cannot be undone."""
    blob: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The state before; None once it cannot be undone any more."""
    rows: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    """The rows before, packed, by table."""
    migrated_by: Mapped[str | None] = mapped_column(ID)
    migrated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
