"""Revisions of procedures, every edition of their files, milestones, requests to publish, and when nothing may be."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id


class Revision(Base):
    """A change of one procedure of one city, counted from the version it began with."""

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_city", "city", "state"), Index("ix_revision_follows", "follows_id"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(100))
    """What it is to change, in the words of whoever began it."""
    base_id: Mapped[str] = mapped_column(ForeignKey("definition_version.id"))
    author: Mapped[str | None] = mapped_column(String(32))
    """None for an update of the product."""
    state: Mapped[str] = mapped_column(String(64))
    """open, asked (waits for approval), published, rolled_back (an earlier version was restored) or discarded."""
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    follows_id: Mapped[str | None] = mapped_column(ForeignKey("revision.id"))
    """The one whose changes it was begun again with."""


class RevisionFile(Base):
    """One edition of a file in a revision: the highest number not put aside counts, older ones can be restored."""

    __tablename__ = "revision_file"
    __table_args__ = (UniqueConstraint("revision_id", "path", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"))
    path: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """None where the file is taken out."""
    aside: Mapped[bool]
    """It was written from an older edition than the one that then counted: kept, and not used."""
    draft: Mapped[bool]
    """It was saved while its author went on working: what they save next stands in its place."""
    by: Mapped[str | None] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ForeignFile(Base):
    """A file of another product as it came, beside the revision whose draft was made of it; never a part of one."""

    __tablename__ = "foreign_file"
    __table_args__ = (Index("ix_foreign_file_revision", "revision_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"))
    name: Mapped[str] = mapped_column(String(200))
    """What it was called."""
    path: Mapped[str] = mapped_column(String(200))
    """Of the draft made of it, among the files of the revision."""
    content: Mapped[bytes] = mapped_column(LargeBinary)
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Milestone(Base):
    """A name for the whole state of a revision at a moment."""

    __tablename__ = "revision_milestone"
    __table_args__ = (Index("ix_revision_milestone_revision", "revision_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"))
    title: Mapped[str] = mapped_column(String(100))
    numbers: Mapped[Mapping[str, int]] = mapped_column(JSONText)
    """The editions that counted, by path; a file that is not named was that of the base."""
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class Freeze(Base):
    """Days on which nothing new is put in force, both included."""

    __tablename__ = "publication_freeze"
    __table_args__ = (Index("ix_publication_freeze_city", "city", "until"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(64))
    slug: Mapped[str | None] = mapped_column(String(64))
    """None: every procedure of the city."""
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    lifted_by: Mapped[str | None] = mapped_column(String(32))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When somebody ended it before its last day."""


class Publication(Base):
    """A request to put a revision in force, and what became of it."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_revision", "revision_id"), Index("ix_publication_open", "city", "state"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(64))
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"))
    digest: Mapped[str] = mapped_column(String(64))
    """Of the bundle as it was sent: nothing else is published."""
    reason: Mapped[str] = mapped_column(String(500))
    basis: Mapped[str] = mapped_column(String(200))
    """The articles or documents the change rests on."""
    effective_on: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(64))
    """open, approved (in force from its day), refused, withdrawn, overtaken or rolled_back.

    Overtaken: another version came before its day. Rolled back: an earlier version was restored after it.
    """
    decided_by: Mapped[str | None] = mapped_column(String(32))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    comment: Mapped[str | None] = mapped_column(String(500))
    remarks: Mapped[dict[str, str]] = mapped_column(JSONText, default=dict)
    """What the decision says of single files, by path."""
    version_id: Mapped[str | None] = mapped_column(ForeignKey("definition_version.id"))
    """What was put in force."""
    order_number: Mapped[str | None] = mapped_column(String(120))
    """Of the order it was published by, given with the approval."""
    order_file: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the order as PDF; None until a worker has set it."""


class Restoration(Base):
    """An earlier version put in force again in an emergency, by one person."""

    __tablename__ = "restoration"

    version_id: Mapped[str] = mapped_column(ForeignKey("definition_version.id"), primary_key=True)
    """The version it made."""
    city: Mapped[str] = mapped_column(String(64))
    before_id: Mapped[str] = mapped_column(ForeignKey("definition_version.id"))
    """What was in force until then."""
    source_id: Mapped[str] = mapped_column(ForeignKey("definition_version.id"))
    """The earlier version, whose content it has."""
    reason: Mapped[str] = mapped_column(String(500))
    undone: Mapped[list[str]] = mapped_column(JSONText)
    """The titles of the revisions that were rolled back by it."""
    running: Mapped[int]
    """How many cases ran by the version it replaced."""
    by: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    order_number: Mapped[str] = mapped_column(String(120))
    order_file: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 of the order as PDF; None until a worker has set it."""


class Trial(Base):
    """A case somebody tries on a revision: a scenario being written. The sandbox it runs in is no part of it."""

    __tablename__ = "trial"

    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    by: Mapped[str] = mapped_column(String(32), primary_key=True)
    city: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """Of the bundle it runs on; the revision may have gone on since."""
    begins: Mapped[datetime] = mapped_column(UTCDateTime)
    """What its own clock began with."""
    steps: Mapped[list[Any]] = mapped_column(JSONText)
    """What was done, each as a scenario has it under `step`, and in words under `said`."""
    report: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """Where it stands."""
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Proving(Base):
    """A run of many cases on a revision: its worked examples, or cases of the past."""

    __tablename__ = "proving"
    __table_args__ = (Index("ix_proving_revision", "revision_id", "kind", "begun_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(String(64))
    revision_id: Mapped[str] = mapped_column(ForeignKey("revision.id"))
    kind: Mapped[str] = mapped_column(String(64))
    """examples or history."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the bundle it runs on."""
    examples: Mapped[str] = mapped_column(String(64))
    """The digest of the worked examples it runs; empty for history."""
    by: Mapped[str] = mapped_column(String(32))
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(64))
    """running, done or cancelled."""
    wanted: Mapped[list[str]] = mapped_column(JSONText)
    """What is carried out, in order: paths of examples, ids of cases."""
    results: Mapped[list[Any]] = mapped_column(JSONText)
    """What became of each so far."""
    chosen: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """Of history: since and until, as days, and how many cases there were."""
