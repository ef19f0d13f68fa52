"""The tables of a case: the matter itself, and what people handed in about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class Case(Base):
    """A matter from its report to its archive; it may have several instances."""

    __tablename__ = "case"
    __table_args__ = (
        Index("ix_case_reporter", "reporter_id", "opened_at"),
        Index("ix_case_city_state", "city", "state", "opened_at"),
        Index("ix_case_spot", "spot", "category", "opened_at"),
        Index("ix_case_place", "city", "place_code", "category", "opened_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    county: Mapped[str] = mapped_column(String(6))
    number: Mapped[str] = mapped_column(String(40), unique=True)
    query_code: Mapped[str] = mapped_column(String(8))
    """Lets the person who reported look the case up; cannot be guessed."""
    slug: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    """Made of a category or matter name and a place, never of typed text."""
    state: Mapped[str] = mapped_column(String(32), default="open")
    """open, or how it ended: one of STATES."""
    place_code: Mapped[str] = mapped_column(String(20))
    """The code of the grid or unit it lies at; whoever answers for a place answers for all codes that begin like it."""
    grid_code: Mapped[str | None] = mapped_column(String(20))
    """None for a case that lies at a unit; so is every tier below that unit."""
    place: Mapped[str] = mapped_column(Text)
    village_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    town_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    county_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    city_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    category: Mapped[str | None] = mapped_column(String(16))
    level: Mapped[str | None] = mapped_column(String(4))
    urgency: Mapped[str | None] = mapped_column(String(16))
    matter_code: Mapped[str | None] = mapped_column(String(32))
    spot: Mapped[str | None] = mapped_column(String(64))
    """The cell of its point, else a keyed digest of its grid and the words for the place: finds duplicates."""
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    dup_of: Mapped[str | None] = mapped_column(String(40))
    """The number of the case it repeats, as those who looked at it say."""
    restricted: Mapped[bool] = mapped_column(default=False)
    """Whether it is kept from somebody, as case_kept_from says."""
    handlers_only: Mapped[bool] = mapped_column(default=False)
    """Whether only those may see it who have or had a task of it, and whoever reported it."""
    reporter_hidden: Mapped[bool] = mapped_column(default=False)
    """Whether whoever reported it is named to nobody."""
    channel: Mapped[str] = mapped_column(String(32))
    reporter_id: Mapped[str | None] = mapped_column(String(32))
    reporter_kind: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dossier: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the sealed case file; None until it is archived."""
    sealed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sealed_entries: Mapped[int | None]
    """The sealed file covers audit entries 1 to this number."""


class CaseLink(Base):
    """A case that has to do with another, as an action has written."""

    __tablename__ = "case_link"
    __table_args__ = (Index("ix_case_link_other", "other_id"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    other_id: Mapped[str] = mapped_column(ForeignKey("case.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    """One of states.LINKS: merged_into, follows, reports_on for a report past a blocked tier."""
    city: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class CaseKeptFrom(Base):
    """A person, or everybody acting for a unit or one below it, who may never see a case. Source: N18-4, domain 2.7."""

    __tablename__ = "case_kept_from"
    __table_args__ = (Index("ix_case_kept_from_case", "case_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    user_id: Mapped[str | None] = mapped_column(ForeignKey("user_account.id"))
    unit_code: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Submission(Base):
    """A filled form as handed in: public values as they are, the rest as vault tokens."""

    __tablename__ = "submission"
    __table_args__ = (Index("ix_submission_case", "case_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    instance_id: Mapped[str | None] = mapped_column(String(32))
    process_id: Mapped[str] = mapped_column(String(64))
    element_id: Mapped[str] = mapped_column(String(64))
    form_id: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[str | None] = mapped_column(String(64))
    unit_id: Mapped[str | None] = mapped_column(String(32))
    public: Mapped[dict[str, Any]] = mapped_column(JSONText)
    tokens: Mapped[dict[str, str]] = mapped_column(JSONText)
    """Field to vault token, for narrative and personal fields."""


class Attachment(Base):
    """A file handed in with a form; its content lies in the blob store under its hash."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_case", "case_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(32))
    case_id: Mapped[str] = mapped_column(ForeignKey("case.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    field: Mapped[str] = mapped_column(String(64))
    name_token: Mapped[str] = mapped_column(String(40))
    """The file's own name lies in the vault: people write names and numbers into it."""
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When it was destroyed as the law demands; its hash stays."""


class Draft(Base):
    """What somebody typed into a form; sealed like the vault, since it may hold anything."""

    __tablename__ = "draft"

    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The task, the offer or the procedure the form belongs to."""
    box: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CaseSerial(Base):
    """The last serial given out for case numbers of a county and day; gaps are allowed."""

    __tablename__ = "case_serial"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
