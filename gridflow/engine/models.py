"""The tables of the engine: definitions, instances and everything that waits."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id, partial_index

ID = String(32)
CODE = String(64)
OPEN = text("status = 'open'")
"""A task that waits, written as the partial indexes have it, so that they serve it; most tasks are done."""


class Definition(Base):
    """A procedure of a city; what is in force decides how new cases run."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("city", "slug"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    slug: Mapped[str] = mapped_column(CODE)
    in_force: Mapped[str | None] = mapped_column(ID)
    """The version that new cases begin with; None until the first publication."""


class DefinitionVersion(Base):
    """An immutable bundle: the diagram and everything it calls, pinned by its digest."""

    __tablename__ = "definition_version"
    __table_args__ = (UniqueConstraint("definition_id", "number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    definition_id: Mapped[str] = mapped_column(ForeignKey("definition.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    bundle: Mapped[bytes] = mapped_column(LargeBinary)
    origin: Mapped[str] = mapped_column(CODE)
    """shipped, edited or restored."""
    author: Mapped[str | None] = mapped_column(ID)
    approver: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Instance(Base):
    """A running diagram of a case."""

    __tablename__ = "instance"
    __table_args__ = (Index("ix_instance_case_id", "case_id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ID)
    city: Mapped[str] = mapped_column(CODE)
    slug: Mapped[str] = mapped_column(CODE)
    version_id: Mapped[str] = mapped_column(ForeignKey("definition_version.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """What expressions see as `case`, with the unit ids of the case's place; fixed when the instance opens."""
    row_version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str] = mapped_column(CODE, default="running")
    """running, suspended, finished or cancelled."""
    suspended_for: Mapped[str | None] = mapped_column(Text)
    """Why it is suspended, as the operator wrote it."""
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends: Mapped[list[str] | None] = mapped_column(JSONText)
    """The end events reached."""
    item: Mapped[str | None] = mapped_column(CODE)
    """Which of many it was opened for, such as the code of a grid; None where it stands alone."""


class WorkItem(Base):
    """A task that waits for a person, or once did."""

    __tablename__ = "work_item"
    __table_args__ = (
        partial_index("ix_work_item_inbox", "unit_id", "role", "due_at", "id", where=str(OPEN)),
        partial_index("ix_work_item_person", "person_id", "due_at", "id", where=str(OPEN)),
        partial_index("ix_work_item_claim", "claimed_by", "due_at", "id", where=str(OPEN)),
        Index("ix_work_item_case", "case_id", "status"),
        Index("ix_work_item_instance", "instance_id", "element_id", "id"),
        Index("ix_work_item_post", "unit_id", "role", "case_id"),
        partial_index("ix_work_item_done", "done_by", "case_id", where="done_by IS NOT NULL"),
        partial_index("ix_work_item_matter", "city", "matter_code", where="matter_code IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    county: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(CODE)
    process_id: Mapped[str] = mapped_column(CODE)
    element_id: Mapped[str] = mapped_column(CODE)
    case_number: Mapped[str] = mapped_column(CODE)
    title: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    """The name of the task in the diagram."""
    place: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(CODE, default="")
    urgency: Mapped[str] = mapped_column(CODE, default="")
    role: Mapped[str | None] = mapped_column(CODE)
    """The post that may do it at the unit; None where a person is named."""
    unit_id: Mapped[str | None] = mapped_column(ID)
    person_id: Mapped[str | None] = mapped_column(ID)
    excluded: Mapped[list[str]] = mapped_column(JSONText, default=list)
    """Users who may not do it, because they did the step it checks."""
    grid_staff: Mapped[bool] = mapped_column(default=False)
    matter_code: Mapped[str | None] = mapped_column(CODE)
    """The listed matter on which grid staff have it: what is taken back when the matter leaves the list."""
    returned: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(CODE, default="open")
    """open, done, withdrawn, or held while the instance is suspended."""
    limit_id: Mapped[str | None] = mapped_column(ID)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_by: Mapped[str | None] = mapped_column(ID)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[str | None] = mapped_column(ID)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    request: Mapped[str | None] = mapped_column(CODE)
    """The request of done_by that completed it, so that its repetition is answered and not done again."""


class Limit(Base):
    """A time limit: the one truth about a deadline. Source: N18-3, B18-1, B19(3)."""

    __tablename__ = "limit"
    __table_args__ = (Index("ix_limit_instance", "instance_id", "name"), Index("ix_limit_case", "case_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    name: Mapped[str] = mapped_column(CODE)
    task_id: Mapped[str | None] = mapped_column(CODE)
    """The task the limit ends with; None for one that an action started."""
    item: Mapped[str | None] = mapped_column(CODE)
    """The parallel instance it was begun in; None outside of any."""
    amount: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    unit: Mapped[str] = mapped_column(String(2))
    """WD working days, WH working hours, H natural hours, M natural minutes."""
    basis: Mapped[str] = mapped_column(Text)
    calendar_version: Mapped[str] = mapped_column(CODE)
    provisional: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due: Mapped[datetime] = mapped_column(UTCDateTime)
    first_due: Mapped[datetime] = mapped_column(UTCDateTime)
    extensions: Mapped[int] = mapped_column(default=0)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    remind: Mapped[str] = mapped_column(CODE, default="")
    """Percentages of the working time at which the holder is reminded, such as "50 80"."""
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(CODE)
    """met, late or dropped; None while it runs."""


class TimerDue(Base):
    """An instant at which something happens to an instance."""

    __tablename__ = "timer_due"
    __table_args__ = (Index("ix_timer_due_city", "city", "due_at"), Index("ix_timer_due_instance", "instance_id"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    kind: Mapped[str] = mapped_column(CODE)
    """timer (a timer event of the diagram) or reminder (a percentage of a limit)."""
    task_id: Mapped[str | None] = mapped_column(CODE)
    limit_id: Mapped[str | None] = mapped_column(ID)
    percent: Mapped[int | None]
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    held_due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """The true instant while the instance is suspended; due_at is then out of reach."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often a worker began it."""
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """Nobody begins it earlier: a worker has it until then, or it failed and rests."""


class MessageWait(Base):
    """A message event that waits; with a form it is an offer to a person."""

    __tablename__ = "message_wait"
    __table_args__ = (
        Index("ix_message_wait_instance", "instance_id"),
        Index("ix_message_wait_name", "name", "city"),
        Index("ix_message_wait_case", "case_id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(CODE)
    host_task_id: Mapped[str | None] = mapped_column(CODE)
    process_id: Mapped[str] = mapped_column(CODE)
    element_id: Mapped[str] = mapped_column(CODE)
    name: Mapped[str] = mapped_column(CODE)
    """The name of the message."""
    key: Mapped[str | None] = mapped_column(Text)
    """Tells waits of one name apart; None takes any message of the name."""
    label: Mapped[str] = mapped_column(Text)
    form: Mapped[str | None] = mapped_column(CODE)
    role: Mapped[str | None] = mapped_column(CODE)
    unit_id: Mapped[str | None] = mapped_column(ID)
    person_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class MessageIn(Base):
    """A message thrown by an instance or sent from outside, kept until somebody takes it or it expires."""

    __tablename__ = "message_in"
    __table_args__ = (Index("ix_message_in_name", "name", "city"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str | None] = mapped_column(ID)
    name: Mapped[str] = mapped_column(CODE)
    key: Mapped[str | None] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONText)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    taken_by: Mapped[str | None] = mapped_column(ID)


class Job(Base):
    """Work outside the transaction: a rendering, a mail, a delivery, an archive."""

    __tablename__ = "job"
    __table_args__ = (
        partial_index("ix_job_next", "state", "city", "next_at", where="ended_at IS NULL"),
        partial_index("ix_job_case", "case_id", where="case_id IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str | None] = mapped_column(ID)
    instance_id: Mapped[str | None] = mapped_column(ID)
    task_id: Mapped[str | None] = mapped_column(CODE)
    """The service task that waits for the result; None where nothing waits."""
    kind: Mapped[str] = mapped_column(CODE)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(CODE, default="waiting")
    """waiting, claimed, done, failed, held while its instance is suspended, or withdrawn with what waited for it."""
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Incident(Base):
    """A node that could not go on, parked until somebody repairs the cause and retries it."""

    __tablename__ = "incident"
    __table_args__ = (Index("ix_incident_instance", "instance_id"), Index("ix_incident_open", "city", "ended_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instance.id"))
    task_id: Mapped[str] = mapped_column(CODE)
    process_id: Mapped[str] = mapped_column(CODE)
    element_id: Mapped[str] = mapped_column(CODE)
    kind: Mapped[str] = mapped_column(CODE)
    """What could not go on: node, routing, off_list, job, document, timer, or background (task_id is the job)."""
    cause: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    """How often it was retried in vain."""
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class RequestSeen(Base):
    """A request that was carried out, so that its repetition is answered and not done again."""

    __tablename__ = "request_seen"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    case_id: Mapped[str] = mapped_column(ID)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
