"""The stored working calendars: notices by year and layer, closures by order, a version that moves with each.

Nothing is overwritten: a notice loaded again is a newer version, and the older one stays with its document.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib.metadata import version as package_version
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, bindparam, insert, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.calendars import Calendar, Days, national_days, opening_hours
from gridflow.catalogue import City
from gridflow.db import table
from gridflow.people.errors import CalendarMissing
from gridflow.people.models import CalendarDay, CalendarNotice, Closure, WorkingCalendar

NATIONAL = "national"
FIRST_YEAR = 2020
"""Older national notices are not stored: no case can be that old."""
CHANGED = "calendar changed"
"""Marks a session that moved a calendar."""

_VERSION = select(table(WorkingCalendar).c.version).where(table(WorkingCalendar).c.city == bindparam("city"))
_kept: WeakKeyDictionary[Engine, dict[tuple[str, str | None], Calendar]] = WeakKeyDictionary()


def calendar_version(session: Session, city: str) -> str:
    """Return the version of a city's calendar, in one short statement: what is kept of an older one must go."""
    version = session.execute(_VERSION, {"city": city}).scalar()
    if version is None:
        raise CalendarMissing(f"城市“{city}”还没有工作日历，请先导入。")
    return str(version)


def stored_calendar(session: Session, city: str, unit_id: str | None = None, version: str | None = None) -> Calendar:
    """Return the calendar of a city, or of one unit with its own closures.

    Costs one short statement while the stored version is the one in memory, none where the caller read it just now.
    Raises CalendarMissing.
    """
    kept = _kept.setdefault(session.get_bind().engine, {})
    version = version or calendar_version(session, city)
    calendar = kept.get((city, unit_id))
    if calendar is None or calendar.version != version or CHANGED in session.info:
        calendar = _read(session, city, unit_id)
        if CHANGED not in session.info:  # what was changed here may yet be rolled back
            kept[city, unit_id] = calendar
    return calendar


def begin_calendar(session: Session, city: str, hours: Iterable[str], layers: Iterable[str]) -> None:
    """Set the opening hours of a city and the layers of notices that apply in it."""
    wanted = (list(hours), list(layers))
    opening_hours(wanted[0])
    head = session.get(WorkingCalendar, city)
    if head is None:
        session.add(WorkingCalendar(city=city, hours=wanted[0], layers=wanted[1], version=1))
    elif (head.hours, head.layers) != wanted:
        head.hours, head.layers = wanted
        _advance(session, city)
    session.flush()


def load_notice(session: Session, city: str, layer: str, year: int, days: Days, document: str) -> int:
    """Store a published notice and return the new version of the calendar.

    Open due dates must be computed again afterwards. Source: domain 3.7.
    """
    version = _advance(session, city)
    notice = CalendarNotice(
        city=city, layer=layer, year=year, document=document, version=version, loaded_at=clock.now()
    )
    session.add(notice)
    session.flush()
    rows = [
        {"notice_id": notice.id, "day": day, "city": city, "works": works}
        for works, named in ((False, days.holidays), (True, days.makeup_days))
        for day in sorted(named)
    ]
    if rows:
        session.execute(insert(CalendarDay), rows)
    return version


def shut(
    session: Session, city: str, since: date, until: date, reason: str, document: str, unit_id: str | None = None
) -> int:
    """Shut a unit, or the whole city, from a day to a day by order, and return the new version of the calendar."""
    version = _advance(session, city)
    session.add(
        Closure(city=city, unit_id=unit_id, since=since, until=until, reason=reason, document=document, version=version)
    )
    session.flush()
    return version


def import_calendar(session: Session, city: City, folder: Path) -> int:
    """Load the notices a city does not have yet, national and of its regions, and return how many.

    A region's notices lie in `<region>.json` in the folder; a region without a file has no notices, so that all
    its years are provisional.
    """
    begin_calendar(session, city.code, city.hours, (NATIONAL, *city.regions))
    stored = select(CalendarNotice.layer, CalendarNotice.year).where(CalendarNotice.city == city.code)
    known = {(layer, year) for layer, year in session.execute(stored)}
    loaded = 0
    for layer, year, days, document in (*_national(), *_regional(city.regions, folder)):
        if (layer, year) not in known:
            load_notice(session, city.code, layer, year, days, document)
            loaded += 1
    return loaded


def _advance(session: Session, city: str) -> int:
    head = session.get(WorkingCalendar, city, with_for_update=True)
    if head is None:
        raise CalendarMissing(f"城市“{city}”还没有工作日历，请先设定上班时间。")
    head.version += 1
    session.info[CHANGED] = True
    session.flush()
    return head.version


def _read(session: Session, city: str, unit_id: str | None) -> Calendar:
    head = session.get_one(WorkingCalendar, city, populate_existing=True)
    layers = _layers(session, head)
    days = Days()
    for year in sorted(layers):
        for layer in layers[year]:
            days = days.overlaid(layer)
    return Calendar(
        hours=opening_hours(head.hours),
        holidays=days.holidays,
        makeup_days=days.makeup_days,
        closures=frozenset(_closed_days(session, city, unit_id)),
        known_years=frozenset(year for year, known in layers.items() if len(known) == len(head.layers)),
        version=str(head.version),
    )


def _layers(session: Session, head: WorkingCalendar) -> dict[int, list[Days]]:
    """Return the newest notice of each layer by year, in the order in which the layers are laid over each other."""
    newest: dict[tuple[int, str], str] = {}
    notices = select(CalendarNotice).where(CalendarNotice.city == head.city).order_by(CalendarNotice.version)
    for notice in session.scalars(notices):
        newest[notice.year, notice.layer] = notice.id
    named = _days(session, head.city)
    return {
        year: [named.get(newest[year, layer], Days()) for layer in head.layers if (year, layer) in newest]
        for year in {year for year, _ in newest}
    }


def _days(session: Session, city: str) -> dict[str, Days]:
    """Return the days of every notice of a city by notice id."""
    found: dict[str, tuple[set[date], set[date]]] = {}
    rows = select(CalendarDay.notice_id, CalendarDay.day, CalendarDay.works).where(CalendarDay.city == city)
    for notice_id, day, works in session.execute(rows):
        found.setdefault(notice_id, (set(), set()))[works].add(day)
    return {notice_id: Days(frozenset(off), frozenset(on)) for notice_id, (off, on) in found.items()}


def _closed_days(session: Session, city: str, unit_id: str | None) -> Iterator[date]:
    mine = or_(Closure.unit_id.is_(None), Closure.unit_id == unit_id)
    for closure in session.scalars(select(Closure).where(Closure.city == city, mine)):
        for n in range((closure.until - closure.since).days + 1):
            yield closure.since + timedelta(days=n)


def _national() -> Iterator[tuple[str, int, Days, str]]:
    source = f"chinesecalendar {package_version('chinesecalendar')}"
    for year in range(FIRST_YEAR, clock.today().year + 2):
        if days := national_days(year):
            yield NATIONAL, year, days, f"国务院办公厅关于 {year} 年部分节假日安排的通知（{source}）"


def _regional(regions: Iterable[str], folder: Path) -> Iterator[tuple[str, int, Days, str]]:
    for region in regions:
        path = folder / f"{region}.json"
        notices = json.loads(path.read_text(encoding="utf-8"))["notices"] if path.exists() else []
        for notice in notices:
            off, on = (frozenset(map(date.fromisoformat, notice[key])) for key in ("off", "work"))
            yield region, int(notice["year"]), Days(off, on), notice["document"]
