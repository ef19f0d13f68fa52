"""What can be wrong with a working calendar."""

from gridflow.errors import GridflowError


class CalendarError(GridflowError):
    """The base of every error of the calendars."""


class HoursInvalid(CalendarError):
    """The opening hours cannot be read or overlap."""


class SpanTooLong(CalendarError):
    """More working time is asked for than any limit may last."""
