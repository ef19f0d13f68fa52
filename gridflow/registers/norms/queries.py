"""Look up the normative documents of a city."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow.registers.norms.errors import NormUnknown
from gridflow.registers.norms.models import Norm


def norms(session: Session, city: str, search: str = "") -> Sequence[Norm]:
    """Return the documents of a city, the newest first; a search looks at title, number and issuer."""
    found = select(Norm).where(Norm.city == city)
    if search:
        found = found.where(or_(*(column.contains(search, autoescape=True) for column in _SEARCHED)))
    return session.scalars(found.order_by(Norm.issued_on.desc(), Norm.id.desc())).all()


def norm(session: Session, city: str, norm_id: str) -> Norm:
    """Return one document of a city; raises NormUnknown."""
    found = session.scalar(select(Norm).where(Norm.id == norm_id, Norm.city == city))
    if found is None:
        raise NormUnknown
    return found


def in_force(row: Norm, today: date) -> bool:
    """Tell whether a document applies on a day."""
    return row.effective_on <= today and (row.ended_on is None or today < row.ended_on)


_SEARCHED = (Norm.title, Norm.number, Norm.issuer)
