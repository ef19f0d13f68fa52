"""How instants and spans read in Chinese."""

from datetime import datetime

from gridflow.clock import SHANGHAI

_WEEKDAYS = "一二三四五六日"


def china_time(instant: datetime) -> str:
    """Return an instant as 11月22日（周日）17:30."""
    local = instant.astimezone(SHANGHAI)
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）{local:%H:%M}"
