"""A city: everything in which one city differs from another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from gridflow.catalogue.ordinance import Article, Ordinance
from gridflow.catalogue.sections import Value

ROLES = (
    "resident",
    "part_time_worker",
    "field_worker",
    "grid_head",
    "village",
    "town",
    "county_office",
    "city_office",
    "handler",
    "unit_leader",
    "instructor",
    "inspector",
    "process_owner",
    "administrator",
)
"""The abstract roles diagrams may name; every city says who they are."""

TIERS = ("village", "town", "county", "city", "unit")


@dataclass(frozen=True, slots=True)
class Role:
    """Who an abstract role is in this city."""

    code: str
    title: str
    post: str
    """What a user holds at a unit; work items carry it."""
    tier: str | None
    """Where the post sits: village, town, county, city, unit (a handling unit), or None for the public."""
    grid_staff: bool
    """Grid staff may not be given work that is not on the matter list."""


@dataclass(frozen=True, slots=True)
class Department:
    """A kind of handling unit."""

    code: str
    name: str
    tiers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """How documents of one kind are numbered."""

    code: str
    pattern: str
    """str.format text over area, year and serial."""


@dataclass(frozen=True, slots=True)
class Organ:
    """The organ that signs documents."""

    name: str
    details: Mapping[str, Value]
    """Whatever else the file says of it."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the demo takes place, and its invented cast."""

    login_prefix: str
    county: str
    town: str
    village: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class City:
    """One city: law, posts, units, switches, calendar and numbers."""

    code: str
    name: str
    division: str
    """Six-digit code of the city."""
    law: str
    """The letter article codes begin with."""
    case_prefix: str
    ordinance: Ordinance
    regions: tuple[str, ...]
    """Regional notices of days off that apply here."""
    hours: tuple[str, ...]
    """Opening hours, as "08:30-12:00"."""
    roles: Mapping[str, Role]
    switches: Mapping[str, Value]
    organ: Organ
    numbers: Mapping[str, Number]
    departments: Mapping[str, Department]
    demo: Demo | None

    def article(self, code: str) -> Article:
        """Find an article of this city's ordinance; raise ArticleUnknown."""
        return self.ordinance.article(code)

    def articles(self, codes: str) -> tuple[Article, ...]:
        """Find this city's articles in a list such as "N18-2 B17-2"; other cities' codes are passed over."""
        return tuple(self.article(code) for code in codes.split() if re.fullmatch(rf"{self.law}\d.*", code))
