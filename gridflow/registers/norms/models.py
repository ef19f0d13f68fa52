"""The table of normative documents."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, UTCDateTime, new_id


class Norm(Base):
    """A measure, standard or set of rules a city issued. Source: N7-3, N8-3, N11-2, N15-1, B6-1."""

    __tablename__ = "norm"
    __table_args__ = (Index("ix_norm_city", "city", "issued_on"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(60))
    """As the issuer gave it: 甬网格〔2026〕3号."""
    kind: Mapped[str] = mapped_column(String(16))
    """A code of KINDS."""
    issuer: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    ended_on: Mapped[date | None]
    """The first day it no longer applies."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the file in the blob store."""
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    added_by: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
