"""The days off and the make-up days of a year, national or regional."""

from dataclasses import dataclass
from datetime import date

from chinese_calendar.constants import holidays, workdays


@dataclass(frozen=True, slots=True)
class Days:
    """Days that depart from Monday to Friday, as one published notice names them."""

    holidays: frozenset[date] = frozenset()
    """Days off; a Saturday or Sunday may be among them."""
    makeup_days: frozenset[date] = frozenset()
    """Saturdays and Sundays on which people work."""

    def overlaid(self, regional: "Days") -> "Days":
        """Lay a regional notice over these days; where they disagree the region wins."""
        return Days(
            (self.holidays - regional.makeup_days) | regional.holidays,
            (self.makeup_days - regional.holidays) | regional.makeup_days,
        )


def national_days(year: int) -> Days | None:
    """Return the national days of a year, or None when its notice is not known.

    Source: the yearly notice of the State Council's office, as packaged by chinesecalendar.
    """
    if not any(day.year == year for day in holidays):
        return None
    return Days(
        frozenset(day for day in holidays if day.year == year),
        frozenset(day for day in workdays if day.year == year),
    )
