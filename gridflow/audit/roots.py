"""The daily roots: one Merkle root over the heads of a city's chains, chained from day to day.

A chain alone does not stop whoever rewrites all of it; a root that left the machine does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, func, insert, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit import merkle
from gridflow.audit.chain import link, lock
from gridflow.audit.errors import DayNotOver
from gridflow.audit.models import AuditEntry, DailyRoot, OperationEntry
from gridflow.db import table

_ROOTS = insert(table(DailyRoot))


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The proof that a daily root covers an entry of a case, and with it every entry before."""

    root: DailyRoot
    seq: int
    """The last entry of the case that the root covers."""
    head: str
    """The hash of that entry."""
    steps: tuple[merkle.Step, ...]


def seal_day(session: Session, city: str, day: date) -> DailyRoot:
    """Compute and chain the root of a day that is over."""
    if day >= clock.today():
        raise DayNotOver(f"{day} 尚未结束，当日的审计根应在次日计算。")
    head = lock(session, f"roots:{city}", city)
    hashes = [hash_ for _, _, hash_ in _heads(session, city, day)]
    values = {"city": city, "day": day.isoformat(), "chains": len(hashes), "root": merkle.root(hashes)}
    values["prev"] = head.hash
    return DailyRoot(**link(session, _ROOTS, head, values))


def seal_due(session: Session, city: str) -> list[DailyRoot]:
    """Seal every day of a city that is over and not sealed yet, from its first entry on, and return the new roots.

    Run it some minutes after midnight: an entry that gets into a sealed day is a fault to the verifier.
    """
    last = session.scalar(select(func.max(DailyRoot.day)).where(DailyRoot.city == city))
    day = date.fromisoformat(last) + timedelta(days=1) if last else _first_day(session, city)
    roots = []
    while day is not None and day < clock.today():
        roots.append(seal_day(session, city, day))
        day += timedelta(days=1)
    return roots


def inclusion(session: Session, city: str, case_id: str) -> Inclusion | None:
    """Return the proof that the newest root which can covers a case; None before the first night."""
    days = select(DailyRoot).where(DailyRoot.city == city).order_by(DailyRoot.day.desc())
    entry = session.scalar(
        select(AuditEntry)
        .where(AuditEntry.case_id == case_id, AuditEntry.city == city)
        .where(AuditEntry.at < _begins(clock.today()))
        .order_by(AuditEntry.seq.desc())
        .limit(1)
    )
    if entry is None:
        return None
    day = entry.at.astimezone(clock.SHANGHAI).date()
    root = session.scalar(days.where(DailyRoot.day == day.isoformat()))
    if root is None:
        return None
    heads = _heads(session, city, day)
    index = next(place for place, (chain, _, _) in enumerate(heads) if chain == case_id)
    _, seq, hash_ = heads[index]
    return Inclusion(root, seq, hash_, tuple(merkle.path([head for _, _, head in heads], index)))


def _heads(session: Session, city: str, day: date) -> list[tuple[str, int, str]]:
    """Return chain, number and hash of the last entry of the day in every chain that moved, by chain."""
    start, end = _begins(day), _begins(day + timedelta(days=1))
    found: list[tuple[str, int, str]] = []
    for model, key in ((AuditEntry, AuditEntry.case_id), (OperationEntry, OperationEntry.chain)):
        moved = (
            select(key.label("chain"), func.max(model.seq).label("seq"))
            .where(model.city == city, model.at >= start, model.at < end)
            .group_by(key)
            .subquery()
        )
        last = select(key, model.seq, model.hash).join(moved, and_(key == moved.c.chain, model.seq == moved.c.seq))
        found += [(row[0], row[1], row[2]) for row in session.execute(last)]
    return sorted(found)


def _first_day(session: Session, city: str) -> date | None:
    instants: Sequence[datetime | None] = [
        session.scalar(select(func.min(model.at)).where(model.city == city)) for model in (AuditEntry, OperationEntry)
    ]
    first = min((instant for instant in instants if instant), default=None)
    return first.astimezone(clock.SHANGHAI).date() if first else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI).astimezone(UTC)
