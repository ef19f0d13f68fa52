"""Drafts of forms that are not handed in yet."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, UTCDateTime


class Draft(Base):
    """What somebody typed into a form; sealed like the vault, since it may hold anything."""

    __tablename__ = "draft"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The task, the offer or the procedure the form belongs to."""
    box: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
