"""Freezes: days on which nothing new of a procedure, or of a whole city, is put in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.viewer import Viewer
from gridflow.clock import SHANGHAI
from gridflow.engine.definitions import version_in_force
from gridflow.people.models import User
from gridflow.workbench.errors import FreezeRefused
from gridflow.workbench.models import Freeze

LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class FreezeLine:
    """A freeze that lasts or is to come."""

    id: str
    slug: str | None
    since: date
    until: date
    reason: str
    by: str

    def holds(self, slug: str, day: date) -> bool:
        """Tell whether nothing new of a procedure may begin on a day."""
        return self.slug in (None, slug) and self.since <= day <= self.until


def freezes(session: Session, city: str, slug: str | None = None) -> Sequence[FreezeLine]:
    """Return the freezes of a city that are not over, or those that hold one procedure; the earliest first."""
    rows = (
        select(Freeze, User.name)
        .join(User, User.id == Freeze.by)
        .where(Freeze.city == city, Freeze.until >= clock.today(), Freeze.lifted_at.is_(None))
        .order_by(Freeze.since, Freeze.id)
    )
    if slug is not None:
        rows = rows.where(or_(Freeze.slug.is_(None), Freeze.slug == slug))
    return [FreezeLine(row.id, row.slug, row.since, row.until, row.reason, name) for row, name in session.execute(rows)]


def holding(found: Sequence[FreezeLine], slug: str, day: date) -> FreezeLine | None:
    """Return the freeze that holds a procedure on a day; of several the one that lasts longest."""
    held = [each for each in found if each.holds(slug, day)]
    return max(held, key=lambda each: each.until, default=None)


def first_free_day(found: Sequence[FreezeLine], slug: str, day: date) -> date:
    """Return a day, or the first one after it on which nothing holds the procedure."""
    while held := holding(found, slug, day):
        day = held.until + timedelta(days=1)
    return day


def begins(day: date) -> datetime:
    """Return the instant a day begins where the cities are."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def set_freeze(session: Session, viewer: Viewer, given: Mapping[str, str]) -> Freeze:
    """Let nothing new of `slug` (empty: of any procedure) begin from `since` to `until`, for a `reason`.

    Raises FreezeRefused and DefinitionUnknown.
    """
    slug, reason = given.get("slug") or None, given.get("reason", "").strip()
    if slug is not None:
        version_in_force(session, viewer.city.code, slug)
    if not reason:
        raise FreezeRefused("请写明冻结的理由，例如“年终考核期间流程不变”。")
    since, until = _day(given.get("since", "")), _day(given.get("until", ""))
    if until < since or until < clock.today():
        raise FreezeRefused("结束日期应不早于开始日期和今天。请改正日期。")
    if until - since > LONGEST:
        raise FreezeRefused("一次最多冻结一年。请缩短期限，到期前可再设一次。")
    row = Freeze(
        city=viewer.city.code, slug=slug, since=since, until=until, reason=reason[:200], by=viewer.user.id,
        at=clock.now(),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _note(session, viewer, "set_freeze", row)
    return row


def lift(session: Session, viewer: Viewer, freeze_id: str) -> Freeze:
    """End a freeze before its last day; raises FreezeRefused."""
    wanted = select(Freeze).where(Freeze.id == freeze_id, Freeze.city == viewer.city.code)
    row = session.scalar(wanted.where(Freeze.lifted_at.is_(None)))
    if row is None:
        raise FreezeRefused("没有找到这个冻结期，可能别人已经结束了。请刷新页面。")
    row.lifted_at, row.lifted_by = clock.now(), viewer.user.id
    session.flush()
    _note(session, viewer, "lift_freeze", row)
    return row


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FreezeRefused("请填写冻结的起止日期，例如 2026-01-01。") from None


def _note(session: Session, viewer: Viewer, action: str, row: Freeze) -> None:
    detail = {"since": row.since.isoformat(), "until": row.until.isoformat(), "reason": row.reason}
    log_operation(
        session,
        Operation(city=row.city, at=clock.now(), action=action, actor=viewer.user.id, subject=row.slug, detail=detail),
    )
