"""Read inboxes: one indexed query a page, whatever else waits in the city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.viewer import Viewer
from gridflow.db import table
from gridflow.engine.models import WorkItem
from gridflow.people.models import Unit, User

PAGE = 50
MOST_COUNTED = 1000
"""Badges stop counting here and say 999+."""
BOXES = ("mine", "unit", "claimed")
ITEM = table(WorkItem)


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


def inbox_page(session: Session, viewer: Viewer, box: str, search: str, page: int) -> InboxPage:
    """Return one page of a box, the most overdue first, in three statements."""
    where = and_(_in_box(viewer, box), _matching(search))
    total = session.scalar(_bounded(where)) or 0
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(
        select(ITEM).where(where).order_by(ITEM.c.due_at.asc().nulls_last(), ITEM.c.id)
        .limit(PAGE).offset((page - 1) * PAGE)
    ).all()  # fmt: skip
    names = _names(session, {row.claimed_by for row in rows if row.claimed_by})
    units = _unit_names(session, {row.unit_id for row in rows if row.unit_id})
    return InboxPage([_item(row, viewer, names, units) for row in rows], total, page, pages)


def counts(session: Session, viewer: Viewer) -> Counts:
    """Return the badges in one statement."""
    boxes = [_bounded(_in_box(viewer, box)).scalar_subquery() for box in BOXES]
    late = and_(or_(_in_box(viewer, "unit"), _in_box(viewer, "mine")), ITEM.c.due_at < clock.now())
    row = session.execute(select(*boxes, _bounded(late).scalar_subquery())).one()
    return Counts(row[0], row[1], row[2], row[3])


def item_of(session: Session, viewer: Viewer, row: Any) -> InboxItem:
    """Return one task as an inbox shows it."""
    names = _names(session, {row.claimed_by} - {None})
    return _item(row, viewer, names, _unit_names(session, {row.unit_id} - {None}))


def _in_box(viewer: Viewer, box: str) -> ColumnElement[bool]:
    now, me = clock.now(), viewer.user.id
    claimed = and_(ITEM.c.claimed_by == me, ITEM.c.status == "open", ITEM.c.claimed_until >= now)
    if box == "claimed":
        return claimed
    if box == "mine":
        persons = [me, *viewer.actor.stands_for]
        return or_(and_(ITEM.c.person_id.in_(persons), ITEM.c.status == "open"), claimed)
    posts = [
        and_(ITEM.c.unit_id == unit, ITEM.c.role == role, ITEM.c.status == "open")
        for unit, role in sorted(viewer.actor.posts)
    ]
    return and_(or_(false(), *posts), ITEM.c.person_id.is_(None), cast(ITEM.c.excluded, Text).not_like(f'%"{me}"%'))


def _matching(search: str) -> ColumnElement[bool]:
    words = search.split()
    columns = (ITEM.c.title, ITEM.c.case_number, ITEM.c.place, ITEM.c.step)
    return and_(True, *(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words))  # noqa: FBT003  -- SQL true


def _bounded(where: ColumnElement[bool]) -> Select[int]:
    return select(func.count()).select_from(select(ITEM.c.id).where(where).limit(MOST_COUNTED).subquery())


def _names(session: Session, user_ids: set[str]) -> Mapping[str, str]:
    if not user_ids:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))}


def _unit_names(session: Session, unit_ids: set[str]) -> Mapping[str, str]:
    if not unit_ids:
        return {}
    return {row.id: row.name for row in session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))}


def _item(row: Any, viewer: Viewer, names: Mapping[str, str], units: Mapping[str, str]) -> InboxItem:
    now = clock.now()
    titles = {role.post: role.title for role in viewer.city.roles.values()}
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
        overdue=row.due_at is not None and row.due_at < now,
        returned=row.returned,
        created_at=row.created_at,
        role=titles.get(row.role, row.role or ""),
        unit_name=units.get(row.unit_id, ""),
        holder=names.get(row.claimed_by) if held else None,
        mine=viewer.actor.is_person(row.person_id) or (held and row.claimed_by == viewer.user.id),
    )
