"""Figures of a place and a period: how many cases, how they ended, and rates with both their parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case, Submission
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.catalogue.rates import Handed, Rate
from gridflow.db import table
from gridflow.engine.models import Definition, Limit
from gridflow.people.models import Unit, UnitKind
from gridflow.people.permissions import Permission
from gridflow.registers.queries import category_names, grid_name

RECURRING = 5
"""So many cases of one category in one grid within the period count as recurring."""
MOST_RECURRING = 20
_LIMITS, _FILED = table(Limit).c, table(Submission).c


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of China, the last one included."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The first instant."""
        return datetime.combine(self.first, time(), clock.SHANGHAI)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), clock.SHANGHAI)

    def holds(self, instant: Any) -> ColumnElement[bool]:
        """Return the condition that a column of instants lies in it."""
        return and_(instant >= self.begins, instant < self.ends)


@dataclass(frozen=True, slots=True)
class Share:
    """A rate with its parts."""

    title: str
    note: str
    basis: str
    counted: int
    of: int
    extended: int | None = None
    """Of a limit: how many were met by the due date they had in the end; None for other rates."""

    @property
    def percent(self) -> str:
        """The share in percent, one place; a stroke where there is nothing to divide by."""
        return _percent(self.counted, self.of)

    @property
    def extended_percent(self) -> str:
        """The share by the due date in the end."""
        return _percent(self.extended or 0, self.of)


@dataclass(frozen=True, slots=True)
class Line:
    """The cases of a procedure opened in the period."""

    title: str
    opened: int
    ended: Mapping[str, int]
    """By the state they ended in."""

    @property
    def open(self) -> int:
        """Those that still go on."""
        return self.opened - sum(self.ended.values())


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind of case that came up again and again in one grid."""

    category: str
    grid: str
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page shows."""

    lines: Sequence[Line]
    shares: Sequence[Share]
    recurring: Sequence[Recurring]


@dataclass(frozen=True, slots=True)
class Place:
    """A unit whose cases can be counted by themselves."""

    code: str
    name: str


def places_of(session: Session, viewer: Viewer) -> list[Place]:
    """Return the counties or towns within the viewer's places, by code."""
    below = UnitKind.COUNTY_OFFICE if _whole_city(viewer) else UnitKind.TOWN
    found = select(Unit.code, Unit.name).where(Unit.kind == below, viewer.scope.within(Unit.city, Unit.code))
    return [Place(row.code, row.name) for row in session.execute(found.order_by(Unit.code))]


def figures(session: Session, office: Office, viewer: Viewer, period: Period, place: str | None) -> Figures:
    """Count the cases the viewer may see, of one place if its code is given; costs two statements a rate."""
    seen = [Case.city == viewer.city.code, not_kept(viewer)]
    if not viewer.may(Permission.CASE_INSPECT):
        seen.append(viewer.scope.within(Case.city, Case.place_code))
    if place:
        seen.append(Case.place_code.startswith(place, autoescape=True))
    mine = and_(*seen)
    return Figures(
        lines=_lines(session, office, viewer, and_(mine, period.holds(Case.opened_at))),
        shares=[_share(session, rate, mine, period) for rate in office.rates if viewer.city.based_on(rate.basis)],
        recurring=_recurring(session, viewer, and_(mine, period.holds(Case.opened_at))),
    )


def _lines(session: Session, office: Office, viewer: Viewer, mine: ColumnElement[bool]) -> list[Line]:
    counted: dict[str, dict[str, int]] = {}
    for row in session.execute(
        select(Case.slug, Case.state, func.count().label("n")).where(mine).group_by(Case.slug, Case.state)
    ):
        counted.setdefault(row.slug, {})[row.state] = row.n
    in_force = select(Definition.slug, Definition.in_force).where(Definition.city == viewer.city.code)
    titles = {
        row.slug: office.engine.versions.get(session, row.in_force).bundle.title
        for row in session.execute(in_force) if row.slug in counted
    }  # fmt: skip
    return [
        Line(titles.get(slug, slug), sum(states.values()), {state: n for state, n in states.items() if state != "open"})
        for slug, states in sorted(counted.items(), key=lambda each: -sum(each[1].values()))
    ]


def _share(session: Session, rate: Rate, mine: ColumnElement[bool], period: Period) -> Share:
    if rate.limit:
        return _kept(session, rate, mine, period)
    counted, of = (_number(session, part, mine, period) for part in (rate.counted, rate.of) if part)
    return Share(rate.title, rate.note, rate.basis, counted, of)


def _kept(session: Session, rate: Rate, mine: ColumnElement[bool], period: Period) -> Share:
    """Count the limits due in the period by their first due date; one dropped with its step counts for neither."""
    done = _LIMITS.ended_at
    row = session.execute(
        select(
            func.count().label("of"),
            func.count(case((done <= _LIMITS.first_due, 1))).label("strict"),
            func.count(case((_LIMITS.outcome == "met", 1))).label("extended"),
        )
        .select_from(table(Limit))
        .join(Case, Case.id == _LIMITS.case_id)
        .where(mine, _LIMITS.name == rate.limit, period.holds(_LIMITS.first_due))
        .where(or_(_LIMITS.outcome.is_(None), _LIMITS.outcome != "dropped"))
    ).one()
    return Share(rate.title, rate.note, rate.basis, row.strict, row.of, row.extended)


def _number(session: Session, part: Handed, mine: ColumnElement[bool], period: Period) -> int:
    plain = session.get_bind().dialect.name == "sqlite"
    public = _FILED.public if plain else cast(_FILED.public, JSON)
    answers = [
        public.op("->>", return_type=String())(literal(key, String())).in_(values)
        for key, values in part.answers.items()
    ]
    filed = select(func.count()).select_from(table(Submission)).join(Case, Case.id == _FILED.case_id)
    return session.execute(
        filed.where(mine, _FILED.form_id == part.form, period.holds(_FILED.at), *answers)
    ).scalar_one()


def _recurring(session: Session, viewer: Viewer, mine: ColumnElement[bool]) -> list[Recurring]:
    found = (
        select(Case.category, Case.grid_code, func.count().label("n"))
        .where(mine, Case.category.is_not(None), Case.grid_code.is_not(None))
        .group_by(Case.category, Case.grid_code)
        .having(func.count() >= RECURRING)
        .order_by(func.count().desc(), Case.grid_code, Case.category)
        .limit(MOST_RECURRING)
    )
    names = category_names(session, viewer.city.code)
    return [
        Recurring(
            names.get(row.category, row.category), grid_name(session, viewer.city.code, row.grid_code) or "", row.n
        )
        for row in session.execute(found)
    ]


def _whole_city(viewer: Viewer) -> bool:
    return any(len(prefix) == 4 for prefix in viewer.scope.prefixes)


def _percent(counted: int, of: int) -> str:
    return f"{100 * counted / of:.1f}%" if of else "—"
