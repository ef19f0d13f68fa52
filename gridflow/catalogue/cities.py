"""A city: everything in which one city differs from another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gridflow.catalogue.appointments import Appointment
from gridflow.catalogue.bases import CODE, NO_BASES, Bases
from gridflow.catalogue.errors import ArticleUnknown
from gridflow.catalogue.limits import OwnLimit
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
    "county_head",
    "city_head",
    "handler",
    "unit_leader",
    "instructor",
    "inspector",
    "process_owner",
    "administrator",
)
"""The abstract roles diagrams may name; every city says who they are."""

_CODES = re.compile(rf"(?<![A-Za-z0-9]){CODE.pattern}(?:、{CODE.pattern})*：?(?![A-Za-z0-9])")
"""Codes in a text: 'N18-3、B18-2：'."""

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
class Authority:
    """An organ whose orders an office may record: it orders, the office carries out."""

    code: str
    name: str
    """{county} stands for the county of the case."""
    tier: str
    """county for organs of the case's county, city for those of the city and above."""


@dataclass(frozen=True, slots=True)
class Number:
    """How documents of one kind are numbered."""

    code: str
    pattern: str
    """str.format text over mark (机关代字), area, year, serial and case."""


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
    authorities: Mapping[str, Authority]
    demo: Demo | None
    bases: Bases = NO_BASES
    """What stands in this ordinance for the articles common files name."""
    appointments: Mapping[str, Appointment] = field(default_factory=lambda: MappingProxyType({}))
    """The posts of grid staff, as they are filled and published."""
    limits: tuple[OwnLimit, ...] = ()
    """What its ordinance fixes otherwise than the shared limit table."""
    without: frozenset[str] = frozenset()
    """Shared procedures this city does not have."""

    @property
    def office(self) -> str:
        """What the organs of the city and its counties are called, without their place."""
        return self.organ.name.removeprefix(self.name) or "网格化服务管理机构"

    @property
    def staff(self) -> str:
        """What the ordinance calls those who serve in grids."""
        return str(self.organ.details.get("staff", "网格人员"))

    def article(self, code: str) -> Article:
        """Find an article of this city's ordinance; raise ArticleUnknown."""
        return self.ordinance.article(code)

    def articles(self, codes: str) -> tuple[Article, ...]:
        """Return this city's articles for a list such as "N18-2 B17-2", each once; raise ArticleUnknown."""
        return tuple(dict.fromkeys(map(self.article, self.own_codes(codes))))

    def own_codes(self, codes: str) -> tuple[str, ...]:
        """Return this city's codes for a list: those standing in it, else what its table of bases says."""
        return self.based_on(codes) or ()

    def based_on(self, codes: str) -> tuple[str, ...] | None:
        """Return this city's codes for a list; None where neither the list nor its table of bases says any."""
        named = codes.split()
        return tuple(code for code in named if self.owns(code)) or self.bases.of(named)

    def owns(self, code: str) -> bool:
        """Tell whether a code is written with this city's letter."""
        return re.fullmatch(rf"{self.law}\d.*", code) is not None

    def in_own_words(self, text: str) -> str:
        """Say the codes in a text as this city's articles: “N18-3、B18-2：时限…” becomes “第十八条第三款：时限…”.

        Codes this city knows nothing of stay as they are: the check tells of them.
        """
        return _CODES.sub(lambda found: self._said(found[0]), text)

    def _said(self, written: str) -> str:
        own = self.based_on(written.rstrip("：").replace("、", " "))
        if own is None or not all(self._has(code) for code in own):
            return written
        colon = "：" if own and written.endswith("：") else ""
        return "、".join(self.article(code).heading for code in own) + colon

    def _has(self, code: str) -> bool:
        try:
            return bool(self.article(code))
        except ArticleUnknown:
            return False


def lists_in(text: str) -> list[str]:
    """Return the lists of article codes standing in a text: “N18-3、B18-2：时限…” has "N18-3 B18-2"."""
    return [found.rstrip("：").replace("、", " ") for found in _CODES.findall(text)]
