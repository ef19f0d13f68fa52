"""The posts that grids must or may have filled, from where people may come, and what is published about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gridflow.catalogue.sections import Section

PLACES = ("grid", "micro", "village", "town", "county")
KINDS = ("urban", "rural", "exclusive", "maritime", "micro")
"""Of grids."""
ANY = "any"
"""Stands for every kind of grid."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A post of a city's grid staff."""

    code: str
    """The post, as roles name it."""
    title: str
    letter: str
    """Of the staff code."""
    place: str
    """What one is appointed for: a grid, a micro-grid, a village, a town or a county."""
    needed: bool
    """Whether a place without one has a vacancy."""
    published: bool
    """Whether name and phone stand on the public board."""
    basis: tuple[str, ...]
    duties: str
    sources: Mapping[str, tuple[str, ...]]
    """From where people may come, by kind of grid; `any` for every kind."""

    def sources_for(self, kind: str) -> tuple[str, ...]:
        """Return from where people may come for a kind of grid; empty means the ordinance leaves it open."""
        return self.sources.get(kind, ()) or self.sources.get(ANY, ())


def read_appointments(section: Section) -> Mapping[str, Appointment]:
    """Read the table [appointments] of a city file."""
    posts = section.sections("appointments", required=False)
    return MappingProxyType({code: _appointment(code, post) for code, post in posts})


def _appointment(code: str, section: Section) -> Appointment:
    sources = section.section("sources", required=False)
    found = Appointment(
        code=code,
        title=section.text("title"),
        letter=section.text("letter"),
        place=section.text("place"),
        needed=section.flag("needed", default=False),
        published=section.flag("published", default=False),
        basis=tuple(section.text("basis").split()),
        duties=section.text("duties", ""),
        sources=MappingProxyType({kind: sources.texts(kind, ()) for kind in (*KINDS, ANY)}),
    )
    sources.done()
    section.done()
    if found.place not in PLACES:
        raise section.invalid(f"“place”应是 {'、'.join(PLACES)} 之一，现为“{found.place}”。")
    return found
