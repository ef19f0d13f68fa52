"""Timers on the clock of the command. None of them fires by itself: the table of due timers decides."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from gridflow.clock import SHANGHAI
from gridflow.engine.runtime.events import CAUGHT, host_of
from gridflow.engine.runtime.faults import TimerTextInvalid
from gridflow.engine.runtime.tokens import Token
from gridflow.engine.runtime.values import own
from gridflow.feel import Months

DUE = "due"
"""The key of `internal_data` that holds the instant; absent while a timer has none."""
_ISO = re.compile(r"P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


class Timer(TimerEventDefinition):
    """Fires at an instant worked out when the token arrives.

    One that names a limit fires when that is due, or at the instant its text works out from it, a share of its time
    say; it has none while the limit stands still, and is worked out again when the limit is moved.
    """

    kind = "timer"

    def __init__(self, expression: str, limit: str | None) -> None:
        super().__init__(limit, expression)
        self.limit = limit

    def set_up(self, token: Token) -> None:
        """Work the instant out; one without an instant waits for its limit to be moved."""
        token.internal_data.pop(DUE, None)
        due = self._due(token)
        if due is not None:
            token.internal_data[DUE] = own(due)

    def follows(self, token: Token, limit: str) -> bool:
        """Tell whether it goes by a limit of that name that runs; one that was stopped gives no other instant."""
        services = token.workflow.script_engine.services
        return self.limit == limit and bool(services.limit_runs(limit, _host_id(token)))

    def _due(self, token: Token) -> datetime | None:
        services = token.workflow.script_engine.services
        if self.limit is not None:
            due: datetime | None = services.limit_due(self.limit, token.data, _host_id(token))
            if due is None or self.expression in ("", f"limit.{self.limit}.due"):
                return due
        return self.instant(token, services.now())

    def instant(self, token: Token, now: datetime) -> datetime | None:
        """Return when it fires, for a token that arrives now."""
        raise NotImplementedError

    def following(self, _: Token) -> datetime | None:
        """Return when it fires next, None for a timer that fires once."""
        return None

    def is_due(self, token: Token) -> bool:
        """Tell whether its instant has come."""
        due = token.internal_data.get(DUE)
        return due is not None and due <= token.workflow.script_engine.services.now()

    def has_fired(self, token: Token) -> bool:
        """Tell whether it was fired and its instant has really come."""
        return bool(token.internal_data.get(CAUGHT)) and self.is_due(token)

    def _evaluate(self, token: Token, **extra: object) -> Any:
        return token.workflow.script_engine.evaluate(token, self.expression, extra or None)


def _host_id(token: Token) -> str | None:
    host = host_of(token) if hasattr(token.task_spec, "cancel_activity") else None
    return host and host.id


class Date(Timer):
    """timeDate: FEEL giving a date and time; a date means the beginning of that day in China."""

    def instant(self, token: Token, _: datetime) -> datetime:
        """Evaluate the instant."""
        return as_instant(self.expression, self._evaluate(token))


class Duration(Timer):
    """timeDuration: a bare ISO duration or FEEL giving one, counted from the arrival."""

    def instant(self, token: Token, now: datetime) -> datetime:
        """Add the duration to now."""
        value = self.expression if _ISO.fullmatch(self.expression) else self._evaluate(token)
        return after(now, self.expression, value)


class Cycle(Timer):
    """timeCycle: FEEL giving the next instant after `last`; null ends the cycle.

    The next instant is counted from the firing, however late it was, so that a standstill causes no burst.
    """

    def instant(self, token: Token, now: datetime) -> datetime | None:
        """Evaluate the first instant."""
        value = self._evaluate(token, last=now.astimezone(SHANGHAI))
        return None if value is None else as_instant(self.expression, value)

    def following(self, token: Token) -> datetime | None:
        """Evaluate the next instant, which must lie after now."""
        now = token.workflow.script_engine.services.now()
        due = self.instant(token, now)
        if due is not None and due <= now:
            raise TimerTextInvalid(self.expression, due, "晚于 last 的时刻")
        return due


def as_instant(expression: str, value: object) -> datetime:
    """Read what an expression gave as an instant; without a zone it is meant in China."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, time(), SHANGHAI)
    raise TimerTextInvalid(expression, value, "日期时间")


def _parsed(text: str) -> object:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def after(start: datetime, expression: str, value: object) -> datetime:
    """Add what an expression gave to an instant; months are calendar months in China."""
    if isinstance(value, str):
        parts = _ISO.fullmatch(value.strip())
        if parts is None:
            raise TimerTextInvalid(expression, value, "时长")
        years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in parts.groups())
        span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
        return _months_later(start, expression, years * 12 + months) + span
    if isinstance(value, Months):
        return _months_later(start, expression, value.count)
    if isinstance(value, timedelta):
        return start + value
    raise TimerTextInvalid(expression, value, "时长")


def _months_later(start: datetime, expression: str, count: int) -> datetime:
    if not count:
        return start
    local = start.astimezone(SHANGHAI)
    year, month = divmod(local.year * 12 + local.month - 1 + count, 12)
    for day in (local.day, 30, 29, 28):
        try:
            return local.replace(year=year, month=month + 1, day=min(day, local.day))
        except ValueError:
            continue
    raise TimerTextInvalid(expression, count, "日历上有的月份")
