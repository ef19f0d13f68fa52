"""Read inboxes: one indexed query a page, whatever else waits in the city.

A box is the union of branches, each of which one index serves in the order of the page: a post at a unit, tasks
addressed to a person, tasks claimed. The statements depend only on how many posts one holds and
for how many one stands in, and are made once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, Text, and_, bindparam, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import OPEN, Limit, WorkItem
from gridflow.people.models import Unit, User

PAGE = 50
MOST_COUNTED = 1000
"""Badges stop counting here and say 999+."""
BOXES = ("mine", "unit")
CLAIMED = "claimed"
"""Counted, but no box of its own: what one has claimed lies in one's own."""
ITEM, USER, UNIT, LIMIT = map(table, (WorkItem, User, Unit, Limit))
_SHOWN = [
    ITEM.c[name]
    for name in (
        "id", "case_id", "case_number", "title", "step", "place", "level", "urgency", "due_at", "returned",
        "created_at", "role", "unit_id", "person_id", "claimed_by", "claimed_until", "limit_id",
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One line of an inbox."""

    id: str
    case_id: str
    case_number: str
    title: str
    step: str
    place: str
    level: str
    urgency: str
    due: datetime | None
    limit_unit: str
    """In what its limit counts: WD, WH, H or M."""
    overdue: bool
    returned: bool
    created_at: datetime
    role: str
    """What the post is called in this city; empty where a person is named."""
    unit_name: str
    holder: str | None
    """Who has claimed it now; None when nobody has."""
    mine: bool
    """Claimed by, or addressed to, the viewer."""


@dataclass(frozen=True, slots=True)
class InboxPage:
    """Fifty lines of an inbox."""

    items: Sequence[InboxItem]
    total: int
    """At most MOST_COUNTED."""
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Counts:
    """The badges, each at most MOST_COUNTED."""

    mine: int
    unit: int
    claimed: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Next:
    """A step a case waits in."""

    name: str
    who: str
    """The person it is addressed to, else the unit."""
    since: datetime


def inbox_page(
    session: Session, viewer: Viewer, box: str, search: str, page: int, total: int | None = None
) -> InboxPage:
    """Return one page of a box, the most overdue first, in one statement; in two where the total is not known yet."""
    held = _held(viewer)
    words = search.split()
    asked = _asked(viewer) | {f"word{number}": f"%{_escaped(word)}%" for number, word in enumerate(words)}
    if total is None or words:
        total = min(session.execute(_total(box, held, len(words)), asked).scalar_one(), MOST_COUNTED)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(_page(box, held, len(words)), asked | {"before": (page - 1) * PAGE, "upto": page * PAGE})
    titles = _titles(viewer)
    now = clock.now()
    items = [_item(row, viewer, now, row.holder, row.unit_name or "", titles, row.counts_in) for row in rows]
    return InboxPage(items, total, page, pages)


def counts(session: Session, viewer: Viewer) -> Counts:
    """Return the badges in one statement."""
    row = session.execute(_counts(_held(viewer)), _asked(viewer) | {"instant": clock.now()}).one()
    return Counts(*(min(number, MOST_COUNTED) for number in row))


def due_before(session: Session, viewer: Viewer, instant: datetime) -> int:
    """Return how many of the viewer's tasks are due before an instant, late ones too, at most MOST_COUNTED."""
    asked = _asked(viewer) | {"instant": instant}
    return min(int(session.execute(_due(_held(viewer)), asked).scalar_one()), MOST_COUNTED)


def next_steps(session: Session, case_id: str) -> list[Next]:
    """Return the steps a case waits in, oldest first, in one statement."""
    rows = session.execute(_NEXT, {"case": case_id})
    return [Next(row.step, row.person or row.unit or "", row.created_at) for row in rows]


def item_of(session: Session, viewer: Viewer, row: WorkItem, limit_unit: str | None) -> InboxItem:
    """Return one task as an inbox shows it; limit_unit is in what its limit counts."""
    unit = viewer.units.get(row.unit_id or "") or (session.get(Unit, row.unit_id) if row.unit_id else None)
    mine = row.claimed_by == viewer.user.id
    others = select(User.name).where(User.id == row.claimed_by)
    holder = viewer.user.name if mine else session.scalar(others) if row.claimed_by else None
    return _item(row, viewer, clock.now(), holder, unit.name if unit else "", _titles(viewer), limit_unit)


_NEXT = (
    select(ITEM.c.step, ITEM.c.created_at, UNIT.c.name.label("unit"), USER.c.name.label("person"))
    .outerjoin(UNIT, UNIT.c.id == ITEM.c.unit_id)
    .outerjoin(USER, USER.c.id == ITEM.c.person_id)
    .where(ITEM.c.case_id == bindparam("case"), OPEN)
    .order_by(ITEM.c.id)
)


# ------------------------------------------------------------ what is asked


@dataclass(frozen=True, slots=True)
class _Held:
    """What the statements depend on."""

    posts: int
    persons: int
    """Oneself and those one stands in for."""


def _held(viewer: Viewer) -> _Held:
    return _Held(len(viewer.actor.posts), 1 + len(viewer.actor.stands_for))


def _asked(viewer: Viewer) -> dict[str, Any]:
    me = viewer.user.id
    asked = {"me": me, "barred": f'%"{me}"%', "now": clock.now()}
    asked |= {f"person{number}": person for number, person in enumerate((me, *sorted(viewer.actor.stands_for)))}
    for number, (unit, role) in enumerate(sorted(viewer.actor.posts)):
        asked |= {f"unit{number}": unit, f"role{number}": role}
    return asked


def _escaped(word: str) -> str:
    """Return a word as LIKE takes it literally."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _branches(box: str, held: _Held) -> list[ColumnElement[bool]]:
    """Return the conditions of a box's branches; no task is in two of them."""
    of_person = ITEM.c.person_id.in_([bindparam(f"person{number}") for number in range(held.persons)])
    claimed = and_(ITEM.c.claimed_by == bindparam("me"), OPEN, ITEM.c.claimed_until >= bindparam("now"))
    if box == CLAIMED:
        return [claimed]
    if box == "mine":
        return [and_(of_person, OPEN), and_(claimed, or_(ITEM.c.person_id.is_(None), ~of_person))]
    may = and_(OPEN, ITEM.c.person_id.is_(None), type_coerce(ITEM.c.excluded, Text).not_like(bindparam("barred")))
    return [
        and_(ITEM.c.unit_id == bindparam(f"unit{number}"), ITEM.c.role == bindparam(f"role{number}"), may)
        for number in range(held.posts)
    ]


def _matching(words: int) -> list[ColumnElement[bool]]:
    columns = (ITEM.c.title, ITEM.c.case_number, ITEM.c.place, ITEM.c.step)
    return [
        or_(*(column.ilike(bindparam(f"word{number}"), escape="/") for column in columns)) for number in range(words)
    ]


def _first(columns: Sequence[ColumnElement[Any]], branches: Sequence[ColumnElement[bool]], most: Any) -> CTE:
    """Return the first tasks of some branches, those that are due first."""
    found = [
        select(*columns).where(branch).order_by(ITEM.c.due_at.asc().nulls_last(), ITEM.c.id).limit(most).subquery()
        for branch in branches
    ] or [select(*columns).where(ITEM.c.id.is_(None)).subquery()]  # nobody without a post has a unit's box
    return union_all(*(select(each) for each in found)).cte()


@lru_cache
def _page(box: str, held: _Held, words: int) -> Select[Any]:
    branches = [and_(branch, *_matching(words)) for branch in _branches(box, held)]
    first = _first(_SHOWN, branches, bindparam("upto"))
    return (
        select(first, USER.c.name.label("holder"), UNIT.c.name.label("unit_name"), LIMIT.c.unit.label("counts_in"))
        .outerjoin(USER, USER.c.id == first.c.claimed_by)
        .outerjoin(UNIT, UNIT.c.id == first.c.unit_id)
        .outerjoin(LIMIT, LIMIT.c.id == first.c.limit_id)
        .order_by(first.c.due_at.asc().nulls_last(), first.c.id)
        .limit(PAGE)
        .offset(bindparam("before"))
    )


@lru_cache
def _total(box: str, held: _Held, words: int) -> Select[Any]:
    branches = [and_(branch, *_matching(words)) for branch in _branches(box, held)]
    first = _first([ITEM.c.due_at], branches, MOST_COUNTED)
    return select(func.count()).select_from(first)


@lru_cache
def _counts(held: _Held) -> Select[int, int, int, int]:
    mine, unit, claimed = (_first([ITEM.c.due_at], _branches(box, held), MOST_COUNTED) for box in (*BOXES, CLAIMED))
    late = _number(unit, due=True) + _number(_of_person(held), due=True)
    return select(_number(mine), _number(unit), _number(claimed), late)


@lru_cache
def _due(held: _Held) -> Select[Any]:
    """Return the query for how many tasks of the unit and the person are due before an instant."""
    unit = _first([ITEM.c.due_at], _branches("unit", held), MOST_COUNTED)
    return select(_number(unit, due=True) + _number(_of_person(held), due=True))


def _of_person(held: _Held) -> CTE:
    return _first([ITEM.c.due_at], _branches("mine", held)[:1], MOST_COUNTED)


def _number(tasks: CTE, *, due: bool = False) -> ColumnElement[int]:
    """Return how many tasks there are, or how many of them are due before an instant: those that stand first."""
    found = select(func.count()).select_from(tasks)
    return (found.where(tasks.c.due_at < bindparam("instant")) if due else found).scalar_subquery()


# ------------------------------------------------------------ lines


def _titles(viewer: Viewer) -> Mapping[str, str]:
    return {role.post: role.title for role in viewer.city.roles.values()}


def _item(
    row: Any,
    viewer: Viewer,
    now: datetime,
    holder: str | None,
    unit_name: str,
    titles: Mapping[str, str],
    limit_unit: str | None,
) -> InboxItem:
    held = row.claimed_by is not None and row.claimed_until >= now
    return InboxItem(
        id=row.id,
        case_id=row.case_id,
        case_number=row.case_number,
        title=row.title,
        step=row.step,
        place=row.place,
        level=row.level,
        urgency=row.urgency,
        due=row.due_at,
        limit_unit=limit_unit or "WD",
        overdue=row.due_at is not None and row.due_at < now,
        returned=row.returned,
        created_at=row.created_at,
        role=titles.get(row.role, row.role or ""),
        unit_name=unit_name,
        holder=holder if held else None,
        mine=viewer.actor.is_person(row.person_id) or (held and row.claimed_by == viewer.user.id),
    )
