"""Tables of units, people, their posts and deputies, and of the working calendar."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class UnitKind(StrEnum):
    """What a unit is for."""

    CITY_OFFICE = "city_office"
    COUNTY_OFFICE = "county_office"
    TOWN = "town"
    VILLAGE = "village"
    HANDLING = "handling"


class Unit(Base):
    """An office, a town, a village or a handling unit. Source: N4, N5, B5."""

    __tablename__ = "unit"
    __table_args__ = (Index("uq_unit_city_code", "city", "code", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(64))
    """The division code (6, 9 or 12 digits); a handling unit's is `<division>-<department>`."""
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    tier: Mapped[str] = mapped_column(String(8))
    """city, county, town or village."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(6))
    """Six digits; at city tier those of the city itself."""
    department: Mapped[str | None] = mapped_column(String(40))
    closed_on: Mapped[date | None]
    """The first day on which the unit no longer exists."""


class User(Base):
    """A person who can sign in."""

    __tablename__ = "user_account"  # user is a reserved word in PostgreSQL

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32), index=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(160))
    email: Mapped[str | None] = mapped_column(String(120))
    staff_code: Mapped[str | None] = mapped_column(String(16), unique=True)
    """For life: county 6 + letter of the first post + serial 6. Source: N9, domain 4.3."""
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong passwords since the last right one."""
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Post(Base):
    """What a person is at a unit, from a day to a day. Source: N8, B9."""

    __tablename__ = "post"
    __table_args__ = (Index("ix_post_unit_role", "unit_id", "role"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(40))
    """The post as the city calls it: `post` of its role in the city file."""
    grid_code: Mapped[str | None] = mapped_column(String(20))
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None while it lasts."""
    source: Mapped[str | None] = mapped_column(String(40))
    """From where the person came, as the city lists it. Source: N8-2, B9-2, B9-3."""
    document: Mapped[str | None] = mapped_column(String(120))
    """The paper or case by which the person was appointed."""
    phone: Mapped[str | None] = mapped_column(String(30))
    """The work phone; whether it is published is for the city to say. Source: N14, B14-1."""


class Contact(Base):
    """How a unit is reached, from a day to a day; what is public stands on boards. Source: N14, B14-1."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_unit", "unit_id", "kind"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(16))
    """oversight, acceptance, duty, office or address."""
    value: Mapped[str] = mapped_column(String(120))
    public: Mapped[bool]
    """Whether it is published."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None while it lasts."""
    document: Mapped[str | None] = mapped_column(String(120))
    """The paper that says so."""
    by: Mapped[str] = mapped_column(String(32))


class Credential(Base):
    """A work card of grid staff. Source: N15-1, domain 4.3."""

    __tablename__ = "credential"

    number: Mapped[str] = mapped_column(String(24), primary_key=True)
    """Staff code + year 2 + how many-th card 2."""
    city: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    """The last day."""
    ended_on: Mapped[date | None]
    """The day it was taken back or the post ended."""


class Deputy(Base):
    """Who stands in for an absent person, both days included."""

    __tablename__ = "deputy"
    __table_args__ = (Index("ix_deputy_deputy_until", "deputy_id", "until"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    deputy_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"))
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))


class ProcedureOwner(Base):
    """Who answers for changing a procedure of a city, both days included; where nobody does, whoever may draw does."""

    __tablename__ = "procedure_owner"
    __table_args__ = (Index("ix_procedure_owner_city_slug", "city", "slug"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    slug: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    deputy: Mapped[bool]
    """Whether they stand in for the owner; both may change the procedure."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None while it lasts."""
    by: Mapped[str | None] = mapped_column(String(32))
    """Who named them; None where they came with the demo."""


class WorkingCalendar(Base):
    """The head of a city's calendar; it moves with every notice and closure."""

    __tablename__ = "working_calendar"

    city: Mapped[str] = mapped_column(String(32), primary_key=True)
    hours: Mapped[Any] = mapped_column(JSONText)
    """Opening hours, as ["08:30-12:00", …]."""
    layers: Mapped[Any] = mapped_column(JSONText)
    """"national" and the regions whose notices apply, in the order in which they are laid over each other."""
    version: Mapped[int]


class CalendarNotice(Base):
    """A published notice of one layer for one year; the newest version counts. Source: domain 3.7."""

    __tablename__ = "calendar_notice"
    __table_args__ = (
        Index("uq_calendar_notice_city_layer_year_version", "city", "layer", "year", "version", unique=True),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    layer: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    document: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CalendarDay(Base):
    """A day that a notice makes a day off or a working day."""

    __tablename__ = "calendar_day"

    notice_id: Mapped[str] = mapped_column(ForeignKey("calendar_notice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    works: Mapped[bool]
    """True for a make-up working day, False for a day off."""


class Closure(Base):
    """Days on which a unit, or every unit of the city, is shut by order."""

    __tablename__ = "closure"
    __table_args__ = (Index("ix_closure_city_unit", "city", "unit_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """None: the whole city."""
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    """The version of the calendar it was added with."""
