"""Errors of the record."""

from gridflow.errors import GridflowError


class AuditError(GridflowError):
    """The base of the errors of this package."""


class NotRecordable(AuditError):
    """A value that has no exact text (a float, an unknown object) was handed to the record."""


class DayNotOver(AuditError):
    """A day was to be sealed before it was over."""
