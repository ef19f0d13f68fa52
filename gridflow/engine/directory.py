"""What the engine is told about people, places and registers, as protocols: it looks nothing up by itself."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from sqlalchemy.orm import Session

from gridflow.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever gives a command: a person with the posts held today, or the system."""

    user_id: str | None
    name: str
    city: str
    posts: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    """Pairs of unit id and post."""
    stands_for: frozenset[str] = field(default_factory=frozenset)
    """Users whose tasks may be done as their deputy."""
    unit_id: str | None = None
    """The unit acted for in this command; None for the system and before a task is taken."""
    calendar: str | None = None
    """The version of the city's working calendar as it was read with the posts; None where nobody read it."""

    def is_person(self, user_id: str | None) -> bool:
        """Tell whether the actor is that user or the user's deputy."""
        return user_id is not None and (user_id == self.user_id or user_id in self.stands_for)

    @classmethod
    def system(cls, city: str) -> "Actor":
        """Return the actor of timers and jobs."""
        return cls(None, "系统", city)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known about a case when one of its instances opens."""

    case_id: str
    city: str
    county: str
    number: str
    place: str
    """Shown in inboxes: village and grid."""
    units: Mapping[str, str]
    """Unit ids of the case's place by tier: village, town, county, city."""
    seen: Mapping[str, Any]
    """The context `case` of expressions; JSON values, instants as ISO text."""
    kept: Mapping[str, list[str]] = field(default_factory=dict)
    """Whom it is kept from, `people` by user id and `units` by code; empty where it is kept from nobody."""


class Directory(Protocol):
    """The people and registers of the cities."""

    def unit_id(self, session: Session, city: str, code: str) -> str | None:
        """Return the id of an open unit of the city by its code, None when there is none."""

    def is_active(self, session: Session, city: str, user_id: str) -> bool:
        """Tell whether a user of the city may be given tasks."""

    def holds(self, session: Session, user_id: str, unit_id: str, post: str) -> bool:
        """Tell whether an active user holds a post at a unit today."""

    def belongs(self, session: Session, unit_id: str, codes: Collection[str]) -> bool:
        """Tell whether a unit is one of some units, or one below them."""

    def manned(self, session: Session, unit_id: str, post: str, but: Collection[str]) -> bool:
        """Tell whether anybody holds a post at a unit today, some people left out."""

    def acting_for(
        self, session: Session, city: str, codes: Collection[str], *, at: str = "", person: str = ""
    ) -> list[str]:
        """Return who holds a post today at some units or below them, of those at a unit or of one person."""

    def user_name(self, session: Session, user_id: str) -> str:
        """Return the name colleagues know a user by."""

    def calendar(self, session: Session, city: str, version: str | None = None) -> Calendar:
        """Return the city's working calendar as it stands now; who read its version just now spares a statement."""

    def matters(self, session: Session, city: str, day: date, county: str) -> Mapping[str, Mapping[str, object]]:
        """Return the matter list of a day by code, with `active` telling whether a matter is on it in a county."""
