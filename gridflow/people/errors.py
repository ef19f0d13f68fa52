"""Errors of units, people and sign-in."""

from gridflow.errors import GridflowError


class PeopleError(GridflowError):
    """The base of the errors of this package."""


class UnitUnknown(PeopleError):
    """No unit of this city has the code."""


class UnitClosed(PeopleError):
    """The unit no longer exists."""


class UserUnknown(PeopleError):
    """No person of this city has the id or login."""


class LoginTaken(PeopleError):
    """Somebody already has this login."""


class PasswordWeak(PeopleError):
    """The password is too short or too simple."""


class SignInRefused(PeopleError):
    """Login or password is wrong, or the account is not in use."""


class AccountLocked(SignInRefused):
    """Too many wrong passwords; the account rests for a while."""


class DivisionsInvalid(PeopleError):
    """The table of divisions cannot be used."""


class CalendarMissing(PeopleError):
    """The city has no working calendar yet."""


class DemoInvalid(PeopleError):
    """The demo section of a city file names something that does not exist."""


class AppointmentRefused(PeopleError):
    """Somebody cannot be appointed, or given a card, as asked."""


class ContactRefused(PeopleError):
    """What a unit says of how it is reached cannot be right."""
