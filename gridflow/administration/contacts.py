"""How one's unit is reached: kept by the unit itself or by an administrator, each change logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NotOfThisCity
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.people.contacts import Given, end_contact, lasting, past, set_contact
from gridflow.people.errors import ContactRefused
from gridflow.people.models import Contact, Unit
from gridflow.people.permissions import Permission

FIELDS = ("kind", "value", "public", "since", "document")


@dataclass(frozen=True, slots=True)
class Contacts:
    """The contacts of a unit, for whoever may look at it."""

    unit: Unit
    lasting: Sequence[Contact]
    past: Sequence[Contact]
    may_change: bool


def contacts_of(session: Session, viewer: Viewer, unit: Unit) -> Contacts:
    """Return how a unit is and was reached."""
    today = clock.today()
    return Contacts(unit, lasting(session, unit.id, today), past(session, unit.id, today), may_change(viewer, unit))


def may_change(viewer: Viewer, unit: Unit) -> bool:
    """Tell whether the viewer works at the unit, not as grid staff, or looks after the units of the city."""
    if unit.city != viewer.city.code or (unit.closed_on and unit.closed_on <= clock.today()):
        return False
    office = {role.post for role in viewer.city.roles.values() if not role.grid_staff and role.tier}
    own = any(
        post.unit_id == unit.id and post.user_id == viewer.user.id and post.role in office for post in viewer.posts
    )
    return own or viewer.may(Permission.UNIT_MANAGE)


def change(session: Session, viewer: Viewer, unit: Unit, asked: Mapping[str, str]) -> Contact:
    """Set a contact of a unit from a day on; raises ContactRefused, or NotOfThisCity for whoever may not."""
    if not may_change(viewer, unit):
        raise NotOfThisCity("单位")
    given = Given(
        asked["kind"], asked["value"], asked["public"] == "yes", _day(asked["since"]), asked["document"] or None
    )
    contact = set_contact(session, unit, given, viewer.user.id)
    _log(session, viewer, "set_contact", unit, contact)
    return contact


def end(session: Session, viewer: Viewer, unit: Unit, contact_id: str) -> None:
    """Let today be the last day of a contact."""
    contact = session.get(Contact, contact_id)
    if contact is None or contact.unit_id != unit.id or not may_change(viewer, unit):
        raise NotOfThisCity("单位")
    end_contact(session, contact, max(clock.today(), contact.since))
    _log(session, viewer, "end_contact", unit, contact)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else clock.today()
    except ValueError:
        raise ContactRefused(f"“{text}”不是日期，请按 2026-01-01 这样填写。") from None


def _log(session: Session, viewer: Viewer, action: str, unit: Unit, contact: Contact) -> None:
    detail = {"unit": unit.name, "kind": contact.kind, "value": contact.value, "public": contact.public}
    log_operation(
        session,
        Operation(
            city=viewer.city.code, at=clock.now(), action=action, actor=viewer.user.id, subject=unit.id, detail=detail
        ),
    )
