"""Move the instants of a worked example to other days, so that working days stay working days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Move:
    """From the day an example begins to another first working day, and later in the day by a span."""

    calendar: Calendar
    begins: date
    first: date
    later: timedelta = timedelta()

    def instant(self, instant: datetime) -> datetime:
        """Return the same time of day as many working days after the first as it lay after the beginning."""
        local = instant.astimezone(SHANGHAI)
        return datetime.combine(self.day(local.date()), local.timetz()) + self.later

    def day(self, day: date) -> date:
        """Return the day as many working days after the first."""
        return self.calendar.workday_add(self.first, self.calendar.working_days_between(self.begins, day))

    def value(self, value: Any) -> Any:
        """Return what somebody types with every day and instant in it moved, rows of tables included."""
        if isinstance(value, Mapping):
            return {key: self.value(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.value(part) for part in value]
        if isinstance(value, str) and _INSTANT.fullmatch(value):
            return f"{self.instant(datetime.fromisoformat(value).replace(tzinfo=SHANGHAI)):%Y-%m-%dT%H:%M}"
        if isinstance(value, str) and _DAY.fullmatch(value):
            return self.day(date.fromisoformat(value)).isoformat()
        return value
