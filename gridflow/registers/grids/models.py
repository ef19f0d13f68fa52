"""Tables of what grids were, what they are to be, and which cases a change moves."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class GridPast(Base):
    """What a grid that keeps its code was until a change. Source: N9."""

    __tablename__ = "grid_past"
    __table_args__ = (Index("ix_grid_past_code", "code", "until"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    geometry: Mapped[str | None] = mapped_column(Text, deferred=True)
    households: Mapped[int]
    population: Mapped[int]
    units_count: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    """The last day it was so."""
    change: Mapped[str | None] = mapped_column(String(40))
    """The number of the case that had made it so; None for one that was loaded."""


class GridCount(Base):
    """How many live and work in a grid on a day, counted after it was drawn. Source: B6-3(2), N7-1."""

    __tablename__ = "grid_count"
    __table_args__ = (Index("ix_grid_count_code", "code", "counted_on"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(20))
    counted_on: Mapped[date]
    households: Mapped[int]
    population: Mapped[int]
    units_count: Mapped[int]
    document: Mapped[str] = mapped_column(String(120))
    """From where the figures come."""
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class GridDue(Base):
    """A grid that is to be adjusted, as a procedure's table has it. Source: B6-3, domain 2.4."""

    __tablename__ = "grid_due"
    __table_args__ = (Index("ix_grid_due_city_code", "city", "code"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(64))
    """The procedure that adjusts it."""
    reason: Mapped[str] = mapped_column(String(300))
    given: Mapped[Any] = mapped_column(JSONText)
    """What its start form is filled with."""
    found_on: Mapped[date]
    ended_on: Mapped[date | None]
    """When it was adjusted, or its figures came back; None while it waits."""


class GridDraft(Base):
    """A grid a change proposes; its code is reserved from the check on, and never given to another."""

    __tablename__ = "grid_draft"
    __table_args__ = (Index("ix_grid_draft_case", "case_id", "number"), Index("ix_grid_draft_code", "code"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    geometry: Mapped[str] = mapped_column(Text)
    """Compact GeoJSON, CGCS2000 degrees."""
    extent: Mapped[str | None] = mapped_column(Text)
    """The area in words."""
    households: Mapped[int]
    population: Mapped[int]
    units_count: Mapped[int]
    managing_unit: Mapped[str | None] = mapped_column(String(64))
    replaces: Mapped[Any] = mapped_column(JSONText)
    """Codes of the grids that the change ends or alters."""
    state: Mapped[str] = mapped_column(String(12))
    """reserved, issued, or dropped when the plan was drawn anew with fewer grids."""


class CaseMove(Base):
    """An open case on ground that a change of grids gives to another grid."""

    __tablename__ = "case_move"

    change_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The case of the change."""
    case_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(40))
    from_grid: Mapped[str] = mapped_column(String(20))
    to_grid: Mapped[str | None] = mapped_column(String(20))
    """None until the town has said which, where neither a point nor the change itself tells."""
    how: Mapped[str] = mapped_column(String(12))
    """point, only (there is one successor), or chosen by the town."""
    moved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
