"""What each role may do, and over which places.

Roles are the abstract ones that diagrams name; a user's posts become roles through the city file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import InstrumentedAttribute

from gridflow.catalogue import City
from gridflow.people.models import Post, Unit, UnitKind


class Permission(StrEnum):
    """A right, as `resource:action`."""

    CASE_OPEN = "case:open"
    CASE_VIEW = "case:view"
    """Cases inside one's places; one's own reports and tasks need no right."""
    CASE_INSPECT = "case:inspect"
    """Every case of the city, with the whole record."""
    CASE_EXPORT = "case:export"
    TASK_COMPLETE = "task:complete"
    TASK_HAND_OVER = "task:hand_over"
    PERSONAL_REVEAL = "personal:reveal"
    """Names and phones of one's own cases, each view logged."""
    DOCUMENT_VIEW = "document:view"
    GRID_VIEW = "grid:view"
    GRID_MANAGE = "grid:manage"
    POST_APPOINT = "post:appoint"
    """Appoint the grid staff of one's places and issue their cards."""
    MATTER_MANAGE = "matter:manage"
    CALENDAR_MANAGE = "calendar:manage"
    PROCEDURE_VIEW = "procedure:view"
    PROCEDURE_DRAW = "procedure:draw"
    PROCEDURE_APPROVE = "procedure:approve"
    INCIDENT_RETRY = "incident:retry"
    """See what is parked, never what the case is about, and try it again."""
    INSTANCE_OPERATE = "instance:operate"
    """Suspend, resume and migrate; ask for what needs a second person."""
    INSTANCE_APPROVE = "instance:approve"
    """Be the second person for skipping, moving and cancelling."""
    DATA_APPROVE = "data:approve"
    """Answer for a change of a case's data that an operator asks for: cases of one's own places."""
    AUDIT_VIEW = "audit:view"
    OPERATION_VIEW = "operation:view"
    USER_MANAGE = "user:manage"
    UNIT_MANAGE = "unit:manage"


_PUBLIC = frozenset({Permission.CASE_OPEN})
_STAFF = _PUBLIC | {Permission.TASK_COMPLETE, Permission.DOCUMENT_VIEW, Permission.GRID_VIEW, Permission.PROCEDURE_VIEW}
_HANDLER = _STAFF | {Permission.TASK_HAND_OVER, Permission.PERSONAL_REVEAL}
_OFFICE = _HANDLER | {Permission.CASE_VIEW, Permission.CASE_EXPORT}
_COUNTY = _OFFICE | {Permission.GRID_MANAGE, Permission.POST_APPOINT, Permission.DATA_APPROVE}
_CITY = _COUNTY | {Permission.MATTER_MANAGE, Permission.CALENDAR_MANAGE}

HELD: Mapping[str, frozenset[Permission]] = {
    "resident": _PUBLIC,
    "part_time_worker": _STAFF,
    "field_worker": _HANDLER,
    "grid_head": _HANDLER | {Permission.CASE_VIEW},
    "village": _HANDLER | {Permission.CASE_VIEW},
    "town": _OFFICE | {Permission.POST_APPOINT},
    "county_office": _COUNTY,
    "county_head": _COUNTY,
    "city_office": _CITY,
    "city_head": _CITY | {Permission.PROCEDURE_APPROVE},
    "handler": _HANDLER,
    "unit_leader": _HANDLER,
    "instructor": _STAFF | {Permission.CASE_VIEW},
    "inspector": frozenset(
        {
            Permission.CASE_INSPECT,
            Permission.CASE_EXPORT,
            Permission.DOCUMENT_VIEW,
            Permission.GRID_VIEW,
            Permission.PROCEDURE_VIEW,
            Permission.AUDIT_VIEW,
            Permission.OPERATION_VIEW,
        }
    ),
    "process_owner": frozenset(
        {
            Permission.PROCEDURE_VIEW,
            Permission.PROCEDURE_DRAW,
            Permission.PROCEDURE_APPROVE,
            Permission.INCIDENT_RETRY,
            Permission.INSTANCE_APPROVE,
            Permission.DATA_APPROVE,
        }
    ),
    "administrator": frozenset(
        {
            Permission.USER_MANAGE,
            Permission.UNIT_MANAGE,
            Permission.PROCEDURE_VIEW,
            Permission.OPERATION_VIEW,
            Permission.INCIDENT_RETRY,
            Permission.INSTANCE_OPERATE,
            Permission.INSTANCE_APPROVE,
        }
    ),
}
"""Administrators see no case: the separation of duties of domain 6.1."""


def roles_of(city: City, posts: Iterable[Post]) -> frozenset[str]:
    """Return the abstract roles that posts amount to in a city; one post may stand for several."""
    held = {post.role for post in posts}
    return frozenset(role.code for role in city.roles.values() if role.post in held)


@lru_cache(maxsize=1000)
def allowed(roles: frozenset[str]) -> frozenset[Permission]:
    """Return everything the roles together may do."""
    return frozenset[Permission]().union(*(HELD[role] for role in roles))


@dataclass(frozen=True, slots=True)
class Scope:
    """The places a person answers for, in one city."""

    city: str
    prefixes: tuple[str, ...]
    """Beginnings of division codes: four digits for a city, six for a county, nine for a town, twelve for a village."""
    unit_ids: tuple[str, ...]
    """The units one sits in."""

    def covers(self, code: str) -> bool:
        """Tell whether a division, unit or grid code lies in these places."""
        return code.startswith(self.prefixes) if self.prefixes else False

    def within(self, city: InstrumentedAttribute[str], code: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Return the condition that a row lies in these places; both columns should share an index."""
        return and_(city == self.city, or_(false(), *(code.startswith(prefix) for prefix in self.prefixes)))


def scope(city: City, units: Iterable[Unit]) -> Scope:
    """Return the places that come with sitting in units; a handling unit answers for itself alone."""
    units = list(units)
    return Scope(
        city=city.code,
        prefixes=tuple(sorted({prefix_of(unit) for unit in units})),
        unit_ids=tuple(sorted({unit.id for unit in units})),
    )


def prefix_of(unit: Unit) -> str:
    """Return how the codes of everything within a unit's place begin."""
    return unit.code[:4] if unit.kind == UnitKind.CITY_OFFICE else unit.code
