"""What lies in each box of an inbox, as statements that depend only on how many posts one holds; each is made once.

A box is the union of branches, each of which one index serves in the order of the page: a post at a unit, tasks
addressed to a person, tasks claimed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
    type_coerce,
    union_all,
)

from gridflow import clock
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import OPEN, Limit, WorkItem
from gridflow.people.models import Unit, User

PAGE = 20
"""Three screens of an office PC, on which six rows stand; each row more costs everybody who opens the inbox."""
MOST_COUNTED = 1000
"""Badges stop counting here and say 999+."""
BOXES = ("today", "late", "mine", "unit")
"""What is due today and what is late are of one's own and of the unit's together."""
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
_NOT_BARRED = or_(ITEM.c.excluded == [], type_coerce(ITEM.c.excluded, Text).not_like(bindparam("barred")))
"""Most tasks bar nobody: a list that is empty is cheaper than one that is searched."""
_DUE = {
    "today": and_(ITEM.c.due_at >= bindparam("now"), ITEM.c.due_at < bindparam("midnight")),
    "late": ITEM.c.due_at < bindparam("now"),
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the statements depend on."""

    posts: int
    persons: int
    """Oneself and those one stands in for."""


def held_by(viewer: Viewer) -> Held:
    """Return what the statements for somebody depend on."""
    return Held(len(viewer.actor.posts), 1 + len(viewer.actor.stands_for))


def asked_of(viewer: Viewer) -> dict[str, Any]:
    """Return what the statements are asked with for somebody."""
    me = viewer.user.id
    asked = {"me": me, "barred": f'%"{me}"%', "now": clock.now(), "midnight": _midnight()}
    asked |= {f"person{number}": person for number, person in enumerate((me, *sorted(viewer.actor.stands_for)))}
    for number, (unit, role) in enumerate(sorted(viewer.actor.posts)):
        asked |= {f"unit{number}": unit, f"role{number}": role}
    return asked


def _midnight() -> datetime:
    """Return the end of today in China."""
    return datetime.combine(clock.today() + timedelta(days=1), time(), clock.SHANGHAI)


def escaped(word: str) -> str:
    """Return a word as LIKE takes it literally."""
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _branches(box: str, held: Held) -> list[ColumnElement[bool]]:
    """Return the conditions of a box's branches; no task is in two of them."""
    of_person = ITEM.c.person_id.in_([bindparam(f"person{number}") for number in range(held.persons)])
    claimed = and_(ITEM.c.claimed_by == bindparam("me"), OPEN, ITEM.c.claimed_until >= bindparam("now"))
    if box == CLAIMED:
        return [claimed]
    if box in _DUE:
        both = [*_branches("unit", held), and_(of_person, OPEN)]
        return [and_(branch, _DUE[box]) for branch in both]
    if box == "mine":
        return [and_(of_person, OPEN), and_(claimed, or_(ITEM.c.person_id.is_(None), ~of_person))]
    may = and_(OPEN, ITEM.c.person_id.is_(None), _NOT_BARRED)
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
def page_of(box: str, held: Held, words: int) -> Select[Any]:
    """Return the query for a page of a box, those that are due first; asked with `before` and `upto`."""
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
def total_of(box: str, held: Held, words: int) -> Select[Any]:
    """Return the query for how many tasks lie in a box, at most MOST_COUNTED."""
    branches = [and_(branch, *_matching(words)) for branch in _branches(box, held)]
    first = _first([ITEM.c.due_at], branches, MOST_COUNTED)
    return select(func.count()).select_from(first)


@lru_cache
def counts_of(held: Held) -> Select[int, int, int, int, int]:
    """Return the query for the badges: one's own, the unit's, claimed, late, due today; each task is read once."""
    mine, unit, claimed, today = (_counted(_branches(box, held)) for box in ("mine", "unit", CLAIMED, "today"))
    person = _counted(_branches("mine", held)[:1])
    numbers = mine.c.number, unit.c.number, claimed.c.number, unit.c.late + person.c.late, today.c.number
    beside = mine.join(unit, true()).join(claimed, true()).join(today, true()).join(person, true())
    return select(*numbers).select_from(beside)


def _counted(branches: Sequence[ColumnElement[bool]]) -> Subquery:
    """Return one row: how many tasks there are, at most MOST_COUNTED, and how many are late: they stand first."""
    first = _first([ITEM.c.due_at], branches, MOST_COUNTED)
    late = func.count().filter(first.c.due_at < bindparam("now"))
    return select(func.count().label("number"), late.label("late")).select_from(first).subquery()
