"""Limits: rows that say until when, moved only here, each change kept with its old and new instant."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI
from gridflow.db import new_id
from gridflow.engine.errors import LimitUnknown
from gridflow.engine.limit_rows import write
from gridflow.engine.models import Limit
from gridflow.engine.reckoning import Terms, last_request, reckon, resumed
from gridflow.engine.runtime.whereabouts import Whereabouts


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
        where: Callable[[str], Whereabouts],
        past: Callable[[str, Sequence[str]], Limit | None],
    ) -> None:
        """Take the rows as read; owner holds city, case_id and instance_id for new rows.

        `where` tells of a token; `past` finds the newest row that ended in one of some parallel instances or outside.
        """
        self._rows = list(rows)
        self._calendar = calendar
        self._decide = decide
        self._now = now
        self._owner = owner
        self._where = where
        self._past = past
        self._asking: str | None = None
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

    def running(self, name: str, task_id: str | None = None) -> Limit | None:
        """Return the row of that name that a token is under: the nearest around it, else one that no task carries.

        A row of another parallel instance is never meant. Without a token the newest counts.
        """
        rows = [row for row in reversed(self._rows) if row.name == name and row.ended_at is None]
        if task_id is None:
            return next(iter(rows), None)
        here = self._where(task_id)
        nearest = [row for key in here.around for row in rows if row.task_id == key]
        mine = [row for row in rows if row.item in (None, *here.items)]
        return next(iter(nearest + sorted(mine, key=lambda row: row.task_id is not None)), None)

    def over(self, task_id: str) -> list[Limit]:
        """Return the running rows a token is under: what something around it carries, and what no task carries."""
        here = self._where(task_id)
        return [
            row
            for row in self._rows
            if row.ended_at is None
            and (row.task_id is None or row.task_id in here.around)
            and row.item in (None, *here.items)
        ]

    def by_id(self, limit_id: str) -> Limit | None:
        """Return a row by its id."""
        return next((row for row in self._rows if row.id == limit_id), None)

    def start(self, name: str, data: Mapping[str, object], *, task_id: str | None = None, remind: str = "") -> Limit:
        """Return the running limit of a name that a task is under, starting one that it carries if there is none.

        A limit that an action or something around the task started is shared; one that another task carries is not.
        """
        return self._shared(name, task_id) or self._begin(name, data, task_id, remind)

    def _shared(self, name: str, task_id: str | None) -> Limit | None:
        rows = [row for row in self._rows if row.name == name and row.ended_at is None]
        around = self._where(task_id).around if rows and task_id is not None else ()
        return next((row for key in (*around, None) for row in rows if row.task_id == key), None)

    def runs(self, name: str, task_id: str | None) -> bool:
        """Tell whether a limit of a name runs that `start` would return and not begin."""
        return self._shared(name, task_id) is not None

    def begin(self, name: str, data: Mapping[str, object], task_id: str, remind: str) -> Limit:
        """Start a limit for an action, replacing the one of that name it is under.

        It ends by an action or with the instance; begun inside a parallel instance, with that.
        """
        item = self._where(task_id).item
        running = self.running(name, task_id)
        row = self._begin(name, data, item, remind)  # first: one that cannot begin must leave the old one running
        if running and item in (None, running.item):
            self._end(running, "dropped")
        self.moved.add(name)
        return row

    def _begin(self, name: str, data: Mapping[str, object], task_id: str | None, remind: str) -> Limit:
        terms = Terms.of(name, self._decide(name, data))
        calendar = self._calendar()
        due = terms.until or reckon(calendar, self._now, terms.amount, terms.unit)
        row = Limit(
            id=new_id(), **self._owner, name=name, task_id=task_id, item=self._where(task_id).item if task_id else None,
            amount=terms.amount, unit=terms.unit,
            basis=terms.basis, calendar_version=calendar.version, provisional=_provisional(calendar, due),
            started_at=self._now, due=due, first_due=due, extensions=0, remind=remind,
            paused_at=None, ended_at=None, outcome=None,
        )  # fmt: skip
        self._rows.append(row)
        self._new.append(row)
        self._note(row, "started", until=terms.until)
        return row

    def extend(self, name: str, task_id: str, *, days: Decimal | None = None, until: datetime | None = None) -> Limit:
        """Move the due instant later, by working days or to an instant.

        Source: B18-1, B19(2).
        """
        row = self._need(name, task_id)
        old = row.due
        row.due = until or self._calendar().add_working_days(row.due, days or Decimal(0))
        row.extensions += 1
        self._moved(row, "extended", old, days=days, until=until)
        return row

    def pause(self, name: str, task_id: str) -> None:
        """Stop the clock of a limit; what is left of its working time waits, and so do its timers."""
        row = self._need(name, task_id)
        if row.paused_at is None:
            row.paused_at = self._now
            self.moved.add(row.name)
            self._note(row, "paused")

    def restart(self, name: str, task_id: str) -> None:
        """Let a paused limit run on with the working time it had left."""
        row = self._need(name, task_id)
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

    def stop(self, name: str, task_id: str) -> None:
        """End a limit: met or late by its due instant now; does nothing when none of that name runs."""
        row = self.running(name, task_id)
        if row is not None:
            self._end(row)

    def remind(self, row: Limit, percentages: str) -> None:
        """Give a limit the reminders of the task that works under it."""
        row.remind = percentages
        if row not in self._new:
            self._note(row, "reminded")

    def end_with_task(self, row: Limit, *, dropped: bool) -> None:
        """End a limit because its task is over."""
        self._end(row, "dropped" if dropped else None)

    def end_all(self) -> None:
        """End whatever still runs, because the instance is over."""
        for row in self._rows:
            if row.ended_at is None:
                self._end(row)

    @contextmanager
    def seen_from(self, task_id: str | None) -> Iterator[None]:
        """Let expressions see the limits that a token is under; None leaves that to whoever asked before."""
        before, self._asking = self._asking, task_id or self._asking
        try:
            yield
        finally:
            self._asking = before

    def view(self) -> "LimitView":
        """Return what expressions see as `limit`."""
        return LimitView(self)

    def latest(self) -> Mapping[str, Limit]:
        """Return the newest row of each name."""
        return {row.name: row for row in self._rows}

    def seen(self, name: str) -> Limit:
        """Return the limit of a name that whoever asks is under, else the newest it had; raises KeyError.

        In a parallel instance a row of another one is never meant, even after both have ended.
        """
        here = self._where(self._asking) if self._asking else Whereabouts()
        under = self.running(name, self._asking) if self._asking else None
        if under is not None or not here.items:
            return under or self.latest()[name]
        mine = [row for row in (*self._rows, self._past(name, here.items)) if row and row.name == name]
        ended = [row for row in mine if row.item in (None, *here.items)]
        if not ended:
            raise KeyError(name)
        return max(ended, key=lambda row: row.id)

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
            "overdue": row.outcome != "dropped" and row.due < (row.paused_at or row.ended_at or self._now),
        }

    def save(self, session: Session) -> None:
        """Write new and changed rows, in one statement."""
        if self._touched:
            write(session, [row for row in self._rows if row.id in self._touched])

    def _need(self, name: str, task_id: str) -> Limit:
        row = self.running(name, task_id)
        if row is None:
            raise LimitUnknown(name)
        return row

    def _end(self, row: Limit, outcome: str | None = None) -> None:
        row.ended_at = self._now
        row.outcome = outcome or ("late" if row.due < (row.paused_at or self._now) else "met")
        self._note(row, row.outcome)

    def _moved(self, row: Limit, what: str, old: datetime, **why: object) -> None:
        row.provisional = _provisional(self._calendar(), row.due)
        self.moved.add(row.name)
        self._note(row, what, old_due=old, **why)

    def _note(self, row: Limit, what: str, **why: object) -> None:
        self._touched.add(row.id)
        note = {"id": row.id, "limit": row.name, "what": what, "due": row.due, "basis": row.basis}
        self.changes.append(note | {name: value for name, value in why.items() if value is not None})


class LimitView(Mapping[str, object]):
    """The context `limit` of expressions, worked out only for the names that are asked for."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def __getitem__(self, name: str) -> object:
        """Return the limit of a name."""
        return self._limits.describe(self._limits.seen(name))

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._limits.latest() if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _provisional(calendar: Calendar, due: datetime) -> bool:
    return calendar.is_provisional(due.astimezone(SHANGHAI).date())
