"""How instants and words read: Chinese, or what whoever shows a page has them read as."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from gridflow.clock import SHANGHAI

_WEEKDAYS = "一二三四五六日"
_spoken: list[Callable[[str], str]] = []
"""How texts become those of the reader's language; empty where only Chinese is spoken."""
_told: list[Callable[[date], str]] = []
"""How instants and days read in the reader's language; empty where only Chinese is spoken."""
_retold: list[Callable[[str], str]] = []
"""How finished sentences become those of the reader's language; empty where only Chinese is spoken."""


_paper: ContextVar[bool] = ContextVar("paper", default=False)


@contextmanager
def on_paper() -> Iterator[None]:
    """Have instants read in Chinese and with their year meanwhile: paper outlives the year."""
    before = _paper.set(True)
    try:
        yield
    finally:
        _paper.reset(before)


def speak(translate: Callable[[str], str], tell_time: Callable[[date], str], retell: Callable[[str], str]) -> None:
    """Have every word, instant and finished sentence from here on pass through functions that know who reads."""
    _spoken[:], _told[:], _retold[:] = [translate], [tell_time], [retell]


def gettext(text: str, **values: object) -> str:
    """Return a text in the reader's language, its %(names)s filled in; Chinese is the source."""
    said = _spoken[0](text) if _spoken else text
    return said % values if values else said


def retold(sentence: str) -> str:
    """Return what an error, a finding or an incident says in the reader's language; Chinese where none is known."""
    return _retold[0](sentence) if _retold else sentence


def moment(instant: date) -> str:
    """Return an instant in China's time, or a day, as the reader reads it; in Chinese where nobody is known."""
    if _paper.get():
        year = f"{instant.astimezone(SHANGHAI).year}年" if isinstance(instant, datetime) else ""
        return year + china_time(instant)
    return _told[0](instant) if _told else china_time(instant)


def china_time(instant: date) -> str:
    """Return an instant as 11月22日（周日）17:30, a day as 2026年11月22日（周日）."""
    if not isinstance(instant, datetime):
        return f"{instant.year}年{instant.month}月{instant.day}日（周{_WEEKDAYS[instant.weekday()]}）"
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def bare_basis(basis: str) -> str:
    """Return the basis of a limit without the limit's own name, where that stands beside it already."""
    name, colon, rest = basis.partition("：")
    return rest if colon and name.endswith("时限") else basis
