"""Tables of units, people, the posts they hold and who stands in for whom."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, UTCDateTime, new_id


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
