"""The one clock: everything that asks for the time asks here, so that tests and the demo can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
