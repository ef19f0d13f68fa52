"""Tables of grids, the matter list and the categories."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, new_id


class Grid(Base):
    """A grid of a village or community; a code once used is never used again. Source: N6, N9, B6, B7."""

    __tablename__ = "grid"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    """County 6 + town 3 + village 3 + letter of the kind + sequence 3."""
    city: Mapped[str] = mapped_column(String(32), index=True)
    name: Mapped[str] = mapped_column(String(120))
    village_unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """urban, rural, exclusive, maritime, or micro for a part of another grid."""
    geometry: Mapped[str | None] = mapped_column(Text, deferred=True)
    """Compact GeoJSON of a Polygon or MultiPolygon, CGCS2000 degrees with seven decimals."""
    extent: Mapped[str | None] = mapped_column(Text)
    """The area in words, as it is made public. Source: N14, B14-1."""
    households: Mapped[int]
    population: Mapped[int] = mapped_column(default=0)
    units_count: Mapped[int] = mapped_column(default=0)
    """Organs, companies, shops and the like."""
    managing_unit: Mapped[str | None] = mapped_column(String(64))
    """The code of the unit that manages an exclusive grid. Source: N6-4, N8-3, B9-4."""
    predecessors: Mapped[Any] = mapped_column(JSONText, default=list)
    """Codes of the grids this one was cut or joined from."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None while it lasts."""
    change: Mapped[str | None] = mapped_column(String(40))
    """The number of the case that made it what it is; None for one that was loaded."""
    suspended_on: Mapped[date | None]
    """Since when its effect is suspended by an opinion of the city. Source: B6-2."""
    board: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of its public board as PDF. Source: N14, B14-1."""


class Category(Base):
    """A category of matters, two levels deep, as a city uses it."""

    __tablename__ = "category"

    city: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    parent: Mapped[str | None] = mapped_column(String(12))
    level: Mapped[str | None] = mapped_column(String(4))
    limit_hint: Mapped[str | None] = mapped_column(String(40))
    lead: Mapped[str | None] = mapped_column(String(40))
    on_site: Mapped[bool]


class Matter(Base):
    """One version of an item of a city's matter list. Source: N10, N11, B12, B13."""

    __tablename__ = "matter"
    __table_args__ = (
        Index("uq_matter_city_code_version", "city", "code", "version", unique=True),
        Index("ix_matter_city_since", "city", "since"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    code: Mapped[str] = mapped_column(String(16))
    """Letter of the law + base item 2 + serial 3, without the version."""
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(120))
    base: Mapped[str] = mapped_column(String(16))
    """The item of the ordinance it stands on, as an article code: N10(4)."""
    category: Mapped[str] = mapped_column(String(12))
    level: Mapped[str] = mapped_column(String(4))
    on_site: Mapped[bool]
    """Whether the finder may close it on the spot."""
    lead: Mapped[str | None] = mapped_column(String(40))
    """The department that leads."""
    county: Mapped[str | None] = mapped_column(String(6))
    """The county whose own list it stands on; None for the city's list, which every county's contains."""
    owner: Mapped[str | None] = mapped_column(String(64))
    """The code of the unit that applied for it and answers for it; None for one of the starting list."""
    grid_action: Mapped[str] = mapped_column(String(500), default="")
    """What grid staff do about it, and no more."""
    unit_duty: Mapped[str] = mapped_column(String(1000), default="")
    """What the unit does about it. Source: N12-1, B13-2."""
    basis: Mapped[str] = mapped_column(String(1000), default="")
    minutes: Mapped[int | None]
    """Of one piece of work."""
    times_a_year: Mapped[int | None]
    volume: Mapped[int | None]
    """Pieces of work each time in one grid."""
    term: Mapped[str] = mapped_column(String(12), default="permanent")
    """permanent, trial or temporary."""
    case_number: Mapped[str | None] = mapped_column(String(40))
    """The case that decided on this version; None for one of the starting list."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day on the list; None while it is listed."""
