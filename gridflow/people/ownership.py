"""Who answers for changing a procedure of a city: its owner and the owner's deputies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow.people.models import ProcedureOwner, User


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who answers for a procedure."""

    id: str
    """Of the row."""
    user_id: str
    name: str
    deputy: bool
    since: date
    until: date | None


def owners(session: Session, city: str, on: date, slug: str | None = None) -> Mapping[str, Sequence[Owner]]:
    """Return who answers for each procedure of a city on a day or later, owners before deputies; one statement."""
    lasting = or_(ProcedureOwner.until.is_(None), ProcedureOwner.until >= on)
    rows = (
        select(ProcedureOwner, User.name)
        .join(User, User.id == ProcedureOwner.user_id)
        .where(ProcedureOwner.city == city, lasting)
        .order_by(ProcedureOwner.deputy, ProcedureOwner.since, ProcedureOwner.id)
    )
    found: dict[str, list[Owner]] = {}
    for row, name in session.execute(rows if slug is None else rows.where(ProcedureOwner.slug == slug)):
        owner = Owner(row.id, row.user_id, name, row.deputy, row.since, row.until)
        found.setdefault(row.slug, []).append(owner)
    return found


def answers_for(named: Sequence[Owner], people: Collection[str], on: date) -> bool:
    """Tell whether one of some people is named for a day; where nobody is, everybody with the right answers."""
    today = [each for each in named if each.since <= on]
    return not today or any(each.user_id in people for each in today)
