"""The matter list as staff and residents look it up, and how the units meet the duties it brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import Limit, WorkItem
from gridflow.people.models import Unit, User
from gridflow.registers.errors import MatterUnknown
from gridflow.registers.matters.models import DutySheet, MatterEdition, OffListDemand
from gridflow.registers.matters.queries import (
    demands_by_unit,
    demands_of,
    duty_sheet,
    edition_number,
    editions,
    editions_of,
    matters_ever,
    newest,
    recall_progress,
    unanswered,
    with_duty_sheet,
)
from gridflow.registers.models import Matter
from gridflow.registers.queries import category_names, versions

YEAR = timedelta(days=365)
MOST_UNANSWERED, MOST_OVERDUE, MOST_DEMANDS = 3, 20, 3
"""From when on a unit fails its duties: requests without an answer, percent overdue, off-list demands a year."""
HANDLING = "handling"
"""The limit that tells whether a unit was in time."""
ITEMS, LIMITS, CASES = table(WorkItem), table(Limit), table(Case)


@dataclass(frozen=True, slots=True)
class Line:
    """A matter on the page of the list."""

    matter: Matter
    group: str
    unit: str
    listed: bool
    signed: bool
    """Whether a duty sheet was signed."""
    review_due: bool
    hours: float | None
    """Of one grid a year."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list of the viewer's place."""

    lines: Sequence[Line]
    edition: int
    county_edition: int | None
    """None for whoever sits at the city."""
    changes: Sequence[tuple[MatterEdition, str]]
    """The newest changes with the name of the matter."""
    demands: Sequence[tuple[str, str, int]]
    """Units that asked for off-list work within a year: code, name, how often."""


@dataclass(frozen=True, slots=True)
class Duties:
    """How the unit of a matter meets its duties, over a year."""

    cases: int
    late: int
    unanswered: int
    demands: int
    failures: tuple[str, ...]
    """Codes of what the unit fails in."""

    @property
    def late_percent(self) -> int:
        """The share of late cases, in percent."""
        return round(100 * self.late / self.cases) if self.cases else 0


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter with its history."""

    line: Line
    unit_code: str | None
    history: Sequence[Matter]
    stamps: Mapping[int, MatterEdition]
    """The last publication of each version."""
    sheet: DutySheet | None
    contacts: Sequence[str]
    duties: Duties
    open_tasks: int
    recalled: tuple[int, int]
    """Instances from which tasks were taken back after its exit: done and all."""
    demands: Sequence[OffListDemand]


def list_page(session: Session, viewer: Viewer, search: str = "", *, everything: bool = False) -> ListPage:
    """Return the matters listed today in the viewer's place, with `everything` those that left the list too."""
    city, county = viewer.city.code, county_of(viewer)
    found = [each for each in matters_ever(session, city) if each.county in (None, county) or county is None]
    names, units = category_names(session, city), _units(session, city)
    signed = with_duty_sheet(session, city)
    lines = [_line(viewer, each, names, units, signed=each.code in signed) for each in found]
    shown = [line for line in lines if (line.listed or everything) and _meets(line, search)]
    called = {each.code: each.name for each in found}
    return ListPage(
        lines=shown,
        edition=edition_number(session, city, None),
        county_edition=edition_number(session, city, county) if county else None,
        changes=[(one, called.get(one.matter_code, one.matter_code)) for one in editions(session, city, county, 8)],
        demands=[
            (code, units.get(code, code), number)
            for code, number in demands_by_unit(session, city, clock.now() - YEAR).items()
        ],
    )


def matter_page(session: Session, viewer: Viewer, code: str) -> MatterPage:
    """Return a matter of the viewer's city, listed or not; raises MatterUnknown."""
    city, matter = viewer.city.code, newest(session, viewer.city.code, code)
    if matter is None:
        raise MatterUnknown(f"本市清单中没有事项“{code}”，请核对代码。")
    names, units, sheet = category_names(session, city), _units(session, city), duty_sheet(session, city, code)
    unit = unit_of(viewer, matter)
    stamps = editions_of(session, city, code)
    left = next((one for one in reversed(stamps) if one.change == "exit"), None)
    case_id = (
        session.scalar(select(Case.id).where(Case.city == city, Case.number == left.case_number)) if left else None
    )
    return MatterPage(
        line=_line(viewer, matter, names, units, signed=sheet is not None),
        unit_code=unit,
        history=versions(session, city, code)[::-1],
        stamps={one.matter_version: one for one in stamps},
        sheet=sheet,
        contacts=_contacts(session, sheet),
        duties=_duties(session, city, matter, unit, sheet),
        open_tasks=_open_tasks(session, city, code),
        recalled=recall_progress(session, case_id) if case_id else (0, 0),
        demands=demands_of(session, city, unit, clock.now() - YEAR) if unit else (),
    )


def county_of(viewer: Viewer) -> str | None:
    """Return the county of whoever sits below the city, None at the city."""
    own = [unit for unit in viewer.units.values() if unit.id in viewer.scope.unit_ids]
    return next((unit.county_code for unit in own if unit.tier != "city"), None)


def unit_of(viewer: Viewer, matter: Matter) -> str | None:
    """Return the code of the unit that answers for a matter: who applied, else the department that leads."""
    if matter.owner or not matter.lead:
        return matter.owner
    return f"{matter.county or viewer.city.division}-{matter.lead}"


def _line(viewer: Viewer, matter: Matter, names: Mapping[str, str], units: Mapping[str, str], *, signed: bool) -> Line:
    today, unit = clock.today(), unit_of(viewer, matter)
    listed = matter.since <= today and (matter.until is None or today <= matter.until)
    hours = None
    if matter.minutes and matter.times_a_year and matter.volume:
        hours = round(matter.minutes * matter.times_a_year * matter.volume / 60, 1)
    return Line(
        matter=matter, group=names.get(matter.category, ""), unit=units.get(unit or "", ""), listed=listed,
        signed=signed, review_due=listed and matter.term == "permanent" and today - matter.since >= YEAR, hours=hours,
    )  # fmt: skip


def _meets(line: Line, search: str) -> bool:
    words = (line.matter.name, line.matter.code, line.group, line.unit, line.matter.grid_action)
    return not search or any(search.casefold() in each.casefold() for each in words)


def _units(session: Session, city: str) -> dict[str, str]:
    rows = session.execute(select(Unit.code, Unit.name).where(Unit.city == city, Unit.department.is_not(None)))
    return {row.code: row.name for row in rows}


def _contacts(session: Session, sheet: DutySheet | None) -> list[str]:
    if sheet is None or not sheet.contacts:
        return []
    found = session.execute(select(User.id, User.name).where(User.id.in_(sheet.contacts), User.active))
    names = {row.id: row.name for row in found}
    return [names[one] for one in sheet.contacts if one in names]


def _duties(session: Session, city: str, matter: Matter, unit: str | None, sheet: DutySheet | None) -> Duties:
    since = clock.now() - YEAR
    cases, late = _in_time(session, city, matter.code, since)
    asked = len(unanswered(session, city, matter.code))
    demands = demands_by_unit(session, city, since).get(unit or "", 0)
    failures = {
        "no_contact": not _contacts(session, sheet),
        "no_support": sheet is None or not (sheet.it_support or sheet.fund),
        "no_guidance": asked >= MOST_UNANSWERED,
        "overdue": cases > 0 and 100 * late > MOST_OVERDUE * cases,
        "off_list": demands >= MOST_DEMANDS,
    }
    return Duties(cases, late, asked, demands, tuple(code for code, fails in failures.items() if fails))


def _in_time(session: Session, city: str, code: str, since: datetime) -> tuple[int, int]:
    """Return how many orders on a matter were due since an instant, and how many were late."""
    late = or_(LIMITS.c.outcome == "late", LIMITS.c.ended_at.is_(None) & (LIMITS.c.due < clock.now()))
    counted = (
        select(func.count(), func.count().filter(late))
        .select_from(LIMITS)
        .join(CASES, CASES.c.id == LIMITS.c.case_id)
        .where(CASES.c.city == city, CASES.c.matter_code == code, LIMITS.c.name == HANDLING)
        .where(LIMITS.c.started_at >= since)
    )
    row = session.execute(counted).one()
    return int(row[0]), int(row[1])


def _open_tasks(session: Session, city: str, code: str) -> int:
    counted = select(func.count()).where(ITEMS.c.city == city, ITEMS.c.matter_code == code, ITEMS.c.status == "open")
    return session.scalar(counted) or 0
