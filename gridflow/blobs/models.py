"""The table of files: what a stored file is called and what it is."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, UTCDateTime, new_id


class Blob(Base):
    """A file as somebody handed it in; equal contents share one stored file."""

    __tablename__ = "blob"
    __table_args__ = (Index("ix_blob_sha256_city", "sha256", "city"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    """Bytes."""
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
