"""The people and registers of the cities, as the engine wants to know them."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.calendars import Calendar
from gridflow.people.models import Post, Unit, UnitKind, User
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

    def belongs(self, session: Session, unit_id: str, codes: Collection[str]) -> bool:
        """Tell whether a unit is one of some units, or one below them."""
        return bool(session.scalar(select(Unit.id).where(Unit.id == unit_id, _among(codes))))

    def manned(self, session: Session, unit_id: str, post: str, but: Collection[str]) -> bool:
        """Tell whether anybody holds a post at a unit today, some people left out."""
        return any(user.id not in but for user in holders(session, unit_id, post, clock.today()))

    def acting_for(
        self, session: Session, city: str, codes: Collection[str], *, at: str = "", person: str = ""
    ) -> list[str]:
        """Return who holds a post today at some units or below them, of those at a unit or of one person."""
        today = clock.today()
        lasting = (Post.since <= today) & or_(Post.until.is_(None), Post.until >= today)
        wanted = Post.user_id == person if person else Post.user_id.in_(select(Post.user_id).where(Post.unit_id == at))
        held = select(Post.user_id).join(Unit, Unit.id == Post.unit_id).where(Unit.city == city, _among(codes))
        return list(session.scalars(held.where(lasting, wanted).distinct()))

    def user_name(self, session: Session, user_id: str) -> str:
        """Return the name colleagues know a user by."""
        return session.scalar(select(User.name).where(User.id == user_id)) or "已注销人员"

    def calendar(self, session: Session, city: str, version: str | None = None) -> Calendar:
        """Return the city's working calendar as it stands now: no statement where its version was read just now."""
        return stored_calendar(session, city, version=version)

    def matters(self, session: Session, city: str, day: date, county: str) -> Mapping[str, Mapping[str, object]]:
        """Return the matter list of a day by code, as it stands in a county."""
        return matter_context(session, city, day, county)


def _among(codes: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a unit is one of some, or a place below one of them."""
    places = Unit.kind != UnitKind.HANDLING
    return or_(false(), Unit.code.in_(codes), *(places & Unit.code.startswith(code) for code in codes))
