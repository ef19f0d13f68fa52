"""The people and registers of the cities, as the engine wants to know them."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.calendars import Calendar
from gridflow.people.models import Unit, User
from gridflow.people.queries import holders
from gridflow.people.service import stored_calendar
from gridflow.registers.queries import matter_context


class CityDirectory:
    """Looks up units, people, calendars and matters in the caller's transaction."""

    def unit_id(self, session: Session, city: str, code: str) -> str | None:
        """Return the id of an open unit of the city by its code, None when there is none."""
        unit = session.execute(
            select(Unit.id, Unit.closed_on).where(Unit.city == city, Unit.code == code)
        ).one_or_none()
        if unit is None or (unit.closed_on is not None and unit.closed_on <= clock.today()):
            return None
        return str(unit.id)

    def is_active(self, session: Session, city: str, user_id: str) -> bool:
        """Tell whether a user of the city may be given tasks."""
        return bool(session.scalar(select(User.active).where(User.id == user_id, User.city == city)))

    def holds(self, session: Session, user_id: str, unit_id: str, post: str) -> bool:
        """Tell whether an active user holds a post at a unit today."""
        return any(user.id == user_id for user in holders(session, unit_id, post, clock.today()))

    def user_name(self, session: Session, user_id: str) -> str:
        """Return the name colleagues know a user by."""
        return session.scalar(select(User.name).where(User.id == user_id)) or "已注销人员"

    def calendar(self, session: Session, city: str) -> Calendar:
        """Return the city's working calendar as it stands now; one short statement while it is unchanged."""
        return stored_calendar(session, city)

    def matters(self, session: Session, city: str, day: date, county: str) -> Mapping[str, Mapping[str, object]]:
        """Return the matter list of a day by code, as it stands in a county."""
        return matter_context(session, city, day, county)
