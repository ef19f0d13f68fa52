"""Tables of documents: each with the number and the frozen inputs it was issued with, and the counters."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gridflow.db import Base, JSONText, UTCDateTime, new_id

ID = String(32)
CODE = String(64)
DIGEST = String(64)


class Document(Base):
    """A document of a case. What it says is fixed at signing; the PDF is set afterwards from the same inputs."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("city", "organ", "kind", "year", "serial"),
        Index("ix_document_city_number", "city", "number"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True, default=new_id)
    city: Mapped[str] = mapped_column(CODE)
    county_code: Mapped[str] = mapped_column(CODE)
    case_id: Mapped[str] = mapped_column(ID)
    seq: Mapped[int]
    """The place in the case file, from 1, in the order of signing."""
    kind: Mapped[str] = mapped_column(CODE)
    """The name the diagram gives the document."""
    title: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(String(120))
    organ: Mapped[str] = mapped_column(CODE)
    """The unit code whose counter gave the number."""
    year: Mapped[int]
    serial: Mapped[int | None]
    """None where the pattern takes its number from the case."""
    template: Mapped[str] = mapped_column(Text)
    template_digest: Mapped[str] = mapped_column(DIGEST)
    """The digest of the bundle the template and everything it includes come from."""
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONText)
    """Every value the template may name, as it was at signing."""
    instance_id: Mapped[str | None] = mapped_column(ID)
    element_id: Mapped[str | None] = mapped_column(CODE)
    state: Mapped[str] = mapped_column(CODE, default="waiting")
    """waiting, rendered, failed (it will be tried again) or void."""
    sha256: Mapped[str | None] = mapped_column(DIGEST)
    """The PDF in the blob store."""
    fault: Mapped[str | None] = mapped_column(Text)
    """Why the last rendering failed, or why the document was voided."""
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by: Mapped[str | None] = mapped_column(ID)
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_by: Mapped[str | None] = mapped_column(ID)


class NumberSeries(Base):
    """The counter of an organ for one kind of document and one year."""

    __tablename__ = "number_series"

    city: Mapped[str] = mapped_column(CODE, primary_key=True)
    organ: Mapped[str] = mapped_column(CODE, primary_key=True)
    kind: Mapped[str] = mapped_column(CODE, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
