"""Tables of the editions of a list, of duty sheets, and of how units meet the duties a listed matter brings."""

from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class MatterEdition(Base):
    """One published change of a city's or a county's list: its publication stamp. Source: N11-1, B12-1."""

    __tablename__ = "matter_edition"
    __table_args__ = (Index("ix_matter_edition_city", "city", "county", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    county: Mapped[str | None] = mapped_column(String(6))
    """None for the city's list."""
    number: Mapped[int]
    """The starting list is edition 1."""
    change: Mapped[str] = mapped_column(String(12))
    """admit, adjust, renew or exit."""
    matter_code: Mapped[str] = mapped_column(String(16))
    matter_version: Mapped[int]
    case_number: Mapped[str] = mapped_column(String(40))
    effective_on: Mapped[date]
    """The first day of the version; after an exit the first day off the list."""
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[str] = mapped_column(String(64))
    """The code of the office."""


class DutySheet(Base):
    """What a unit signed for a listed matter; the newest counts. Source: N12-1, B13-2."""

    __tablename__ = "duty_sheet"
    __table_args__ = (Index("ix_duty_sheet_matter", "city", "matter_code"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    matter_code: Mapped[str] = mapped_column(String(16))
    unit_code: Mapped[str] = mapped_column(String(64))
    contacts: Mapped[list[str]] = mapped_column(JSONText)
    """Accounts of the unit's people who guide: no name and no number of a person is kept here."""
    office_phone: Mapped[str] = mapped_column(String(40))
    """Of the unit, never of a person."""
    it_support: Mapped[str] = mapped_column(String(500))
    fund: Mapped[int]
    """Yuan a year."""
    training: Mapped[str] = mapped_column(String(500))
    case_number: Mapped[str] = mapped_column(String(40))
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class GuidanceRequest(Base):
    """Somebody in a grid asked the unit of a matter for guidance. Source: N12-1, B13-2."""

    __tablename__ = "guidance_request"
    __table_args__ = (Index("ix_guidance_request_matter", "city", "matter_code", "asked_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    matter_code: Mapped[str] = mapped_column(String(16))
    unit_code: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class OffListDemand(Base):
    """A unit asked grid staff for work that is not on the list, and was refused. Source: N13-2, B13-1."""

    __tablename__ = "off_list_demand"
    __table_args__ = (Index("ix_off_list_demand_unit", "city", "unit_code", "refused_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    unit_code: Mapped[str] = mapped_column(String(64))
    county: Mapped[str] = mapped_column(String(6))
    """Where the work was asked for."""
    case_number: Mapped[str] = mapped_column(String(40))
    matter_code: Mapped[str | None] = mapped_column(String(16))
    """A matter that is no longer listed, where one was named."""
    refused_at: Mapped[datetime] = mapped_column(UTCDateTime)
