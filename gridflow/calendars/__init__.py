"""Arithmetic of working days and hours over a frozen calendar."""

from gridflow.calendars.days import Days, national_days
from gridflow.calendars.errors import CalendarError, HoursInvalid, SpanTooLong
from gridflow.calendars.hours import Hours, opening_hours
from gridflow.calendars.working import Calendar

__all__ = [
    "Calendar",
    "CalendarError",
    "Days",
    "Hours",
    "HoursInvalid",
    "SpanTooLong",
    "national_days",
    "opening_hours",
]
