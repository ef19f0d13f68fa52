"""How long a limit is and until when it runs: arithmetic over a calendar, nothing stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from gridflow.calendars import Calendar
from gridflow.engine.errors import TermsInvalid
from gridflow.engine.models import Limit

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
    """Return the due instant of a limit that runs on now after a pause; one that was late by then stays as it was."""
    if due <= paused_at:
        return due
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
