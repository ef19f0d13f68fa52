"""How units are reached: a register with validity dates, of which a part is published. Source: N14, B14-1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow.people.errors import ContactRefused
from gridflow.people.models import Contact, Unit

PHONES = ("oversight", "acceptance", "duty", "office")
KINDS = (*PHONES, "address")
_SIGNS = frozenset("0123456789-+（）()、转 ")
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Given:
    """What a unit says of how it is reached."""

    kind: str
    value: str
    public: bool
    since: date
    document: str | None


def set_contact(session: Session, unit: Unit, given: Given, by: str) -> Contact:
    """Add a contact of a unit; the one of its kind that lasts ends the day before. Raises ContactRefused."""
    if given.kind not in KINDS:
        raise ContactRefused("请选择是哪一种联系方式。")
    if not given.value or len(given.value) > LONGEST:
        raise ContactRefused(f"请填写号码或地址，不超过 {LONGEST} 个字。")
    if given.kind in PHONES and not set(given.value) <= _SIGNS:
        raise ContactRefused(f"“{given.value}”不是电话号码：只能有数字、横线、括号和“转”。请改正。")
    for earlier in lasting(session, unit.id, given.since, given.kind):
        earlier.until = given.since - timedelta(days=1)  # before its first day for one that was corrected at once
    contact = Contact(
        city=unit.city, unit_id=unit.id, kind=given.kind, value=given.value, public=given.public,
        since=given.since, until=None, document=given.document, by=by,
    )  # fmt: skip
    session.add(contact)
    session.flush()
    return contact


def end_contact(session: Session, contact: Contact, last_day: date) -> None:
    """End a contact after its last day."""
    contact.until = last_day
    session.flush()


def lasting(session: Session, unit_id: str, on: date, kind: str = "") -> Sequence[Contact]:
    """Return the contacts of a unit that last on a day or begin later, in the order they were added."""
    found = select(Contact).where(Contact.unit_id == unit_id, or_(Contact.until.is_(None), Contact.until >= on))
    if kind:
        found = found.where(Contact.kind == kind)
    return session.scalars(found.order_by(Contact.id)).all()


def past(session: Session, unit_id: str, on: date) -> Sequence[Contact]:
    """Return the contacts of a unit that ended before a day, the latest first."""
    over = select(Contact).where(Contact.unit_id == unit_id, Contact.until < on)
    return session.scalars(over.order_by(Contact.until.desc(), Contact.id.desc())).all()


def published(session: Session, units: Sequence[Unit], on: date) -> list[tuple[Unit, Contact]]:
    """Return what some units publish on a day, in the order of the units and kinds."""
    by_id = {unit.id: unit for unit in units}
    found = select(Contact).where(
        Contact.unit_id.in_(by_id), Contact.public, Contact.since <= on,
        or_(Contact.until.is_(None), Contact.until >= on),
    )  # fmt: skip
    places = list(by_id)
    rows = sorted(session.scalars(found), key=lambda one: (places.index(one.unit_id), KINDS.index(one.kind), one.id))
    return [(by_id[one.unit_id], one) for one in rows]
