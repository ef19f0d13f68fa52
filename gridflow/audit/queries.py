"""Read the record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.chain import ORIGIN
from gridflow.audit.models import AuditEntry, OperationEntry, instant_text
from gridflow.db import table

PAGE = 100
_ENTRIES = table(AuditEntry)


def entries(session: Session, city: str, case_id: str) -> Sequence[AuditEntry]:
    """Return the whole record of a case, the first entry first."""
    found = select(AuditEntry).where(AuditEntry.case_id == case_id, AuditEntry.city == city)
    return session.scalars(found.order_by(AuditEntry.seq)).all()


def operations(
    session: Session, city: str, before: datetime, *, case_id: str | None = None, limit: int = PAGE
) -> Sequence[OperationEntry]:
    """Return the newest operations before an instant, of a city or of one case."""
    found = select(OperationEntry).where(OperationEntry.city == city, OperationEntry.at < before)
    if case_id is not None:
        found = found.where(OperationEntry.case_id == case_id)
    return session.scalars(found.order_by(OperationEntry.at.desc()).limit(limit)).all()


def exported(session: Session, city: str, case_id: str) -> list[dict[str, Any]]:
    """Return the record of a case as the JSON objects its hashes are taken over, with the hashes: as a dossier has it.

    `gridflow.audit.proof.check_chain` verifies them without the database.
    """
    found = select(_ENTRIES).where(_ENTRIES.c.case_id == case_id, _ENTRIES.c.city == city).order_by(_ENTRIES.c.seq)
    rows = session.execute(found).all()
    before = [ORIGIN, *(row.hash for row in rows)]
    return [{**row._mapping, "at": instant_text(row.at), "prev": prev} for row, prev in zip(rows, before, strict=False)]
