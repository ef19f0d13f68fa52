"""Limits: rows that say until when, moved only here, each change kept with its old and new instant."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI
from gridflow.db import new_id, table
from gridflow.engine.errors import LimitUnknown, TermsInvalid
from gridflow.engine.models import Limit

PENDING = "pending"
"""Stands in a limit that a boundary timer started, until the task it sits on has its work item."""
_LIMITS, _OF_INSTANCE = table(Limit).c, table(Limit).c.instance_id == bindparam("instance")
_NEWEST = select(func.max(_LIMITS.id)).where(_OF_INSTANCE).group_by(_LIMITS.name)
_IN_FORCE = (
    select(table(Limit))
    .where(_OF_INSTANCE, or_(_LIMITS.ended_at.is_(None), _LIMITS.id.in_(_NEWEST)))
    .order_by(_LIMITS.id)
)
NATURAL = {"H": timedelta(hours=1), "M": timedelta(minutes=1)}


@dataclass(frozen=True, slots=True)
class Terms:
    """What the decision `limit` says: how much time, in which unit, on what basis."""

    amount: Decimal
    unit: str
    basis: str
    until: datetime | None = None
    """Given where the table reckons the instant itself."""

    @classmethod
    def of(cls, name: str, decided: Mapping[str, object]) -> "Terms":
        """Read the outputs of the decision; raises TermsInvalid when they do not make a limit."""
        amount, unit, until = decided.get("amount"), decided.get("unit"), decided.get("until")
        if unit not in ("WD", "WH", *NATURAL) or not isinstance(amount, (int, Decimal)) or amount <= 0:
            raise TermsInvalid(name, dict(decided))
        return cls(
            Decimal(amount), str(unit), str(decided.get("basis") or ""), until if isinstance(until, datetime) else None
        )


def reckon(calendar: Calendar, start: datetime, amount: Decimal, unit: str) -> datetime:
    """Return the instant an amount of time after a start."""
    if unit == "WD":
        return calendar.add_working_days(start, amount)
    if unit == "WH":
        return calendar.add_working_hours(start, amount)
    return start + NATURAL[unit] * float(amount)


def resumed(calendar: Calendar, unit: str, paused_at: datetime, now: datetime, due: datetime) -> datetime:
    """Return the due instant of a limit that runs on now after a pause."""
    if unit in NATURAL:
        return due + (now - paused_at)
    return calendar.resume(now, calendar.remaining(paused_at, due))


def share(calendar: Calendar, limit: Limit, fraction: Decimal) -> datetime:
    """Return the instant at which a fraction of a limit's time is used."""
    if limit.unit in NATURAL:
        return limit.started_at + (limit.due - limit.started_at) * float(fraction)
    return calendar.share(limit.started_at, limit.due, fraction)


def last_request(calendar: Calendar, limit: Limit) -> datetime:
    """Return the last instant at which more time may be asked for.

    One working day before the due instant, or half the limit where the limit is one day or less.
    """
    if limit.unit != "WD" or limit.amount <= 1:
        return share(calendar, limit, Decimal("0.5"))
    return calendar.add_working_days(limit.due, -1)


class Limits:
    """The limits of one instance during one command."""

    def __init__(
        self,
        rows: Iterable[Limit],
        *,
        calendar: Callable[[], Calendar],
        decide: Callable[[str, Mapping[str, object]], Mapping[str, object]],
        now: datetime,
        owner: Mapping[str, str],
    ) -> None:
        """Take the rows as read; owner holds city, case_id and instance_id for new rows."""
        self._rows = list(rows)
        self._calendar = calendar
        self._decide = decide
        self._now = now
        self._owner = owner
        self._new: list[Limit] = []
        self._touched: set[str] = set()
        self.changes: list[dict[str, Any]] = []
        """What happened in this command, for the audit."""
        self.moved: set[str] = set()
        """Names whose due instant changed, so that timers follow."""

    @property
    def rows(self) -> tuple[Limit, ...]:
        """The running rows of the instance and the newest of each name, oldest first."""
        return tuple(self._rows)

    def running(self, name: str) -> Limit | None:
        """Return the row of that name that has not ended, if there is one."""
        return next((row for row in reversed(self._rows) if row.name == name and row.ended_at is None), None)

    def by_id(self, limit_id: str) -> Limit | None:
        """Return a row by its id."""
        return next((row for row in self._rows if row.id == limit_id), None)

    def start(
        self,
        name: str,
        data: Mapping[str, object],
        *,
        task_id: str | None = None,
        remind: str = "",
        fresh: bool = False,
    ) -> Limit:
        """Return the running limit of a name, starting it if there is none; `fresh` replaces a running one.

        A limit that an action started is shared by every task that names it; one that a task carries is its own.
        """
        shared = next((row for row in self._rows if row.name == name and _fits(row, task_id)), None)
        if shared is not None and not fresh:
            return shared
        terms = Terms.of(name, self._decide(name, data))
        if fresh and (running := self.running(name)):
            self._end(running, "dropped")
            self.moved.add(name)
        calendar = self._calendar()
        due = terms.until or reckon(calendar, self._now, terms.amount, terms.unit)
        row = Limit(
            id=new_id(), **self._owner, name=name, task_id=task_id, amount=terms.amount, unit=terms.unit,
            basis=terms.basis, calendar_version=calendar.version, provisional=_provisional(calendar, due),
            started_at=self._now, due=due, first_due=due, extensions=0, remind=remind,
            paused_at=None, ended_at=None, outcome=None,
        )  # fmt: skip
        self._rows.append(row)
        self._new.append(row)
        self._note(row, "started", until=terms.until)
        return row

    def extend(self, name: str, *, days: Decimal | None = None, until: datetime | None = None) -> Limit:
        """Move the due instant later, by working days or to an instant.

        Source: B18-1, B19(2).
        """
        row = self._need(name)
        old = row.due
        row.due = until or self._calendar().add_working_days(row.due, days or Decimal(0))
        row.extensions += 1
        self._moved(row, "extended", old, days=days, until=until)
        return row

    def pause(self, name: str) -> None:
        """Stop the clock of a limit; what is left of its working time waits, and so do its timers."""
        row = self._need(name)
        if row.paused_at is None:
            row.paused_at = self._now
            self.moved.add(row.name)
            self._note(row, "paused")

    def restart(self, name: str) -> None:
        """Let a paused limit run on with the working time it had left."""
        row = self._need(name)
        if row.paused_at is None:
            return
        old, paused_at, row.paused_at = row.due, row.paused_at, None
        row.due = resumed(self._calendar(), row.unit, paused_at, self._now, old)
        self._moved(row, "restarted", old, paused_at=paused_at)

    def recomputed(self, row: Limit, due: datetime) -> bool:
        """Move a limit to where the present calendar puts it; returns False when it stays as it is."""
        if row.due == due and row.provisional == _provisional(self._calendar(), due):
            return False
        old, row.due, row.calendar_version = row.due, due, self._calendar().version
        self._moved(row, "recomputed", old)
        return True

    def stop(self, name: str) -> None:
        """End a limit: met or late by its due instant now; does nothing when none of that name runs."""
        row = self.running(name)
        if row is not None:
            self._end(row)

    def end_with_task(self, row: Limit, *, dropped: bool) -> None:
        """End a limit because its task is over."""
        self._end(row, "dropped" if dropped else None)

    def end_all(self) -> None:
        """End whatever still runs, because the instance is over."""
        for row in self._rows:
            if row.ended_at is None:
                self._end(row)

    def view(self) -> "LimitView":
        """Return what expressions see as `limit`."""
        return LimitView(self)

    def latest(self) -> Mapping[str, Limit]:
        """Return the newest row of each name."""
        return {row.name: row for row in self._rows}

    def describe(self, row: Limit) -> dict[str, object]:
        """Return one limit as an expression sees it."""
        return {
            "start": row.started_at.astimezone(SHANGHAI),
            "due": row.due.astimezone(SHANGHAI),
            "first_due": row.first_due.astimezone(SHANGHAI),
            "amount": row.amount,
            "unit": row.unit,
            "last_request_at": last_request(self._calendar(), row).astimezone(SHANGHAI),
            "extensions": row.extensions,
            "overdue": row.outcome != "dropped" and row.due < (row.ended_at or row.paused_at or self._now),
        }

    def save(self, session: Session) -> None:
        """Write new and changed rows: one INSERT, and one UPDATE for each changed row."""
        if self._new:
            session.execute(insert(table(Limit)), [_columns(row) for row in self._new])
        for row in self._rows:
            if row.id in self._touched and row not in self._new:
                session.execute(update(table(Limit)).where(Limit.id == row.id).values(_columns(row)))

    def _need(self, name: str) -> Limit:
        row = self.running(name)
        if row is None:
            raise LimitUnknown(name)
        return row

    def _end(self, row: Limit, outcome: str | None = None) -> None:
        row.ended_at = self._now
        row.outcome = outcome or ("late" if row.due < self._now else "met")
        self._note(row, row.outcome)

    def _moved(self, row: Limit, what: str, old: datetime, **why: object) -> None:
        row.provisional = _provisional(self._calendar(), row.due)
        self.moved.add(row.name)
        self._note(row, what, old_due=old, **why)

    def _note(self, row: Limit, what: str, **why: object) -> None:
        self._touched.add(row.id)
        note = {"id": row.id, "limit": row.name, "what": what, "due": row.due, "basis": row.basis}
        self.changes.append(note | {name: value for name, value in why.items() if value is not None})


def read_limits(session: Session, instance_id: str) -> list[Limit]:
    """Return the running limits of an instance and the newest of each name, oldest first, detached from the session.

    Earlier rounds of rework are left out: a command must not grow with them.
    """
    return [Limit(**row._mapping) for row in session.execute(_IN_FORCE, {"instance": instance_id})]


class LimitView(Mapping[str, object]):
    """The context `limit` of expressions, worked out only for the names that are asked for."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def __getitem__(self, name: str) -> object:
        """Return the newest limit of a name."""
        return self._limits.describe(self._limits.latest()[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._limits.latest())

    def __len__(self) -> int:
        return len(self._limits.latest())


def _fits(row: Limit, task_id: str | None) -> bool:
    """Tell whether a task may run under a limit: its own, or one that no other task carries."""
    return row.ended_at is None and row.task_id in (None, PENDING, task_id)


def _provisional(calendar: Calendar, due: datetime) -> bool:
    return calendar.is_provisional(due.astimezone(SHANGHAI).date())


def _columns(row: Limit) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in table(Limit).columns}
