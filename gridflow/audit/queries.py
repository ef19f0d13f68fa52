"""Read the record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.audit.models import AuditEntry, OperationEntry, instant_text

PAGE = 100


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


def exported(entry: AuditEntry) -> dict[str, Any]:
    """Return an entry as the JSON object its hash is taken over, with the hash: what a dossier carries.

    `gridflow.audit.proof.check_chain` verifies a list of them without the database.
    """
    values = {column.key: getattr(entry, column.key) for column in AuditEntry.__table__.columns}
    return values | {"at": instant_text(entry.at)}
