"""Read inboxes: one indexed query a page, whatever else waits in the city."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.cases.viewer import Viewer
from gridflow.engine.models import OPEN, WorkItem
from gridflow.inbox.boxes import (
    ITEM,
    MOST_COUNTED,
    PAGE,
    UNIT,
    USER,
    asked_of,
    counts_of,
    escaped,
    held_by,
    page_of,
    total_of,
)
from gridflow.people.models import Unit, User


class InboxItem(NamedTuple):
    """One line of an inbox; a tuple, for a page makes thirty and looks each up among the lines that are kept."""

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
    """Some lines of an inbox, and how many there are."""

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
    today: int
    """What is still to be done today, of one's own and of the unit's."""


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
    held = held_by(viewer)
    words = search.split()
    asked = asked_of(viewer) | {f"word{number}": f"%{escaped(word)}%" for number, word in enumerate(words)}
    if total is None or words:
        total = min(session.execute(total_of(box, held, len(words)), asked).scalar_one(), MOST_COUNTED)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = session.execute(page_of(box, held, len(words)), asked | {"before": (page - 1) * PAGE, "upto": page * PAGE})
    titles = _titles(viewer)
    now = clock.now()
    items = [_item(row, viewer, now, row.holder, row.unit_name or "", titles, row.counts_in) for row in rows]
    return InboxPage(items, total, page, pages)


def counts(session: Session, viewer: Viewer) -> Counts:
    """Return the badges in one statement."""
    row = session.execute(counts_of(held_by(viewer)), asked_of(viewer)).one()
    return Counts(*(min(number, MOST_COUNTED) for number in row))


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
