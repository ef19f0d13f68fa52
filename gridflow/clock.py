"""The one clock: everything that asks for the time asks here, so that tests and the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPANS = {"d": "days", "h": "hours", "m": "minutes"}


class Hand:
    """The hand of a stopped clock, moved by whoever stopped it."""

    def __init__(self, instant: datetime) -> None:
        self._instant = _aware(instant)

    @property
    def instant(self) -> datetime:
        """The instant the clock stands at, in UTC."""
        return self._instant

    def move_to(self, instant: datetime) -> None:
        """Set the clock to an instant, which may lie before the present one."""
        self._instant = _aware(instant)

    def advance(self, span: timedelta) -> None:
        """Move the clock forward by a span."""
        self._instant += span


_stopped: list[Hand] = []


def now() -> datetime:
    """Return the present instant in UTC."""
    return _stopped[-1].instant if _stopped else datetime.now(UTC)


def today() -> date:
    """Return the present day in China."""
    return now().astimezone(SHANGHAI).date()


def moved(instant: datetime, text: str) -> datetime:
    """Return the instant a text means: a span such as +2h, +30m or +1d after another, or an instant in China.

    Raises ValueError and LookupError for any other text.
    """
    if not text.startswith("+"):
        return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    return instant + timedelta(**{_SPANS[text[-1]]: float(text[1:-1])})


@contextmanager
def set_to(instant: datetime) -> Iterator[Hand]:
    """Stop the clock of the whole process at an instant and hand out its hand.

    Meant for the demo, scenarios and tests: it is not a per-thread setting.
    """
    hand = Hand(instant)
    _stopped.append(hand)
    try:
        yield hand
    finally:
        _stopped.remove(hand)


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
