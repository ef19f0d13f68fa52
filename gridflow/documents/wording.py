"""How documents say dates, limits, names and articles."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from gridflow.catalogue.bases import NO_BASES
from gridflow.clock import SHANGHAI
from gridflow.formats import bare_basis

BLANK = "—"
_WEEK = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"
_LIMIT_UNITS = {"WD": "个工作日", "WH": "个工作小时", "H": "小时", "M": "分钟"}
_LIMIT_STATES = {
    "running": "进行中",
    "overdue": "已超期",
    "paused": "已暂停",
    "met": "按时",
    "late": "超期",
    "dropped": "未到期即终止",
    "expired": "期满未办",
}
_ARTICLE = re.compile(r"(?P<law>[A-Z]+)(?P<article>\d+)(?:-(?P<paragraph>\d+))?(?P<tail>(?:\([\da-z]+\))*)")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}\S*)?")
_KIB = 1024
_NUMBER = 7  # digits that make a telephone or identity number


def day(value: Any) -> str:
    """Say a day in full: 2026年11月22日."""
    return f"{moment.year}年{moment.month}月{moment.day}日" if (moment := _moment(value)) else BLANK


def instant(value: Any) -> str:
    """Say an instant in full: 2026年11月22日（周日）17:30."""
    return f"{moment.year}年{short(value)}" if (moment := _moment(value)) else BLANK


def short(value: Any) -> str:
    """Say an instant without its year: 11月22日（周日）17:30."""
    moment = _moment(value)
    if moment is None:
        return BLANK
    return short_day(moment) + hour(moment)


def short_day(value: Any) -> str:
    """Say the day of an instant without its year: 11月22日（周日）."""
    if (moment := _moment(value)) is None:
        return BLANK
    return f"{moment.month}月{moment.day}日（周{_WEEK[moment.weekday()]}）"


def dotted(value: Any) -> str:
    """Say a day in figures, for narrow columns: 2026-11-22."""
    return f"{moment:%Y-%m-%d}" if (moment := _moment(value)) else BLANK


def hour(value: Any) -> str:
    """Say the hour of an instant: 17:30; of a day nothing."""
    return f"{moment:%H:%M}" if isinstance(moment := _moment(value), datetime) else ""


def precise(value: Any) -> str:
    """Say an instant to the second, for the record: 2026-11-22 17:30:05."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if (moment := _moment(value)) else BLANK


def limit(value: Mapping[str, Any]) -> str:
    """Say how long a limit is: 3 个工作日."""
    return f"{_plain(value['amount'])} {_LIMIT_UNITS.get(str(value['unit']), str(value['unit']))}"


def limit_state(value: Any) -> Markup:
    """Say how a limit stands, late ones in the words and colour of lateness."""
    text = _text(value) or "running"
    kind = {"late": "late", "overdue": "late", "超期": "late", "met": "good", "按时": "good"}.get(text, "plain")
    return Markup('<span class="{}">{}</span>').format(kind, _LIMIT_STATES.get(text, text))


def weekday(value: Any) -> str:
    """Say the day of the week of an instant: 日 for Sunday."""
    return _WEEK[moment.weekday()] if (moment := _moment(value)) else BLANK


def iso(value: Any) -> str:
    """Say an instant for machines: 2026-11-22T17:30:00+08:00."""
    return moment.isoformat(timespec="seconds") if isinstance(moment := _moment(value), datetime) else ""


def size(value: Any) -> str:
    """Say a number of bytes: 375 KB."""
    number = int(value)
    return f"{number / _KIB / _KIB:.1f} MB" if number >= _KIB * _KIB else f"{max(1, round(number / _KIB))} KB"


def masked_name(value: Any) -> str:
    """Keep the family name: 张三 becomes 张*, 张小三 becomes 张**."""
    text = _text(value)
    return text[:1] + "*" * (len(text) - 1) if text else BLANK


def masked_number(value: Any) -> str:
    """Hide the middle of a telephone or identity number: 138****8000."""
    text = _text(value)
    hidden = len(text) - 7
    return text[:3] + "*" * hidden + text[-4:] if hidden > 0 else "*" * len(text)


def shown(value: Any) -> str:
    """Say a value of a form in one line; nothing given prints a dash."""
    if isinstance(value, Undefined) or value is None or value in ("", [], {}):
        return BLANK
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(shown(item) for item in value)
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{shown(item)}" for key, item in value.items())
    return _dated(value)


def paragraphs(value: Any) -> Markup:
    """Set a typed text as paragraphs, one a line; nothing given prints a dash."""
    lines = [line.strip() for line in shown(value).splitlines() if line.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)


def article(code: Any) -> str:
    """Say an article code: N18-2 is 第十八条第二款, N10(3) is 第十条第（三）项."""
    found = _ARTICLE.fullmatch(_text(code))
    if not found:
        return _text(code)
    said = f"第{chinese(int(found['article']))}条"
    if found["paragraph"]:
        said += f"第{chinese(int(found['paragraph']))}款"
    items = re.findall(r"\d+", found["tail"])
    return said + "".join(f"第（{chinese(int(item))}）项" for item in items)


def chinese(number: int) -> str:
    """Say a whole number from 0 to 99 in Chinese numerals: 18 is 十八."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


def breakable(value: Any) -> str:
    """Break a long code where it may be broken, after its hyphens."""
    return Markup("-<wbr>").join(escape(part) for part in _text(value).split("-"))


@pass_context
def unit(context: Context, code: Any) -> str:
    """Say the name of a unit code or of a list of them; an unknown code prints as it is."""
    if isinstance(code, list | tuple):
        return "、".join(unit(context, item) for item in code) or BLANK
    names: Mapping[str, str] = context.get("units") or {}
    return names.get(text, text) if (text := _text(code)) else BLANK


@pass_context
def field(context: Context, key: str) -> str:
    """Say the latest value of a form field as the step that gave it showed it, else as the variable stands."""
    for step in reversed(context.get("steps") or []):
        for value in step["values"]:
            if value.get("key") == key:
                return said(value)
    return shown((context.get("values") or {}).get(key))


def said(value: Mapping[str, Any]) -> str:
    """Say a value a step gave; a personal one only as far as it may be printed."""
    text = shown(value["value"])
    if value.get("kind") != "personal":
        return text
    return masked_number(text) if sum(char in "0123456789*" for char in text) >= _NUMBER else masked_name(text)


def clause(value: Any) -> str:
    """Say a text without the stop at its end, so that another may follow."""
    return _text(value).rstrip("。；，.; \n")


@pass_context
def filled(context: Context, key: str) -> bool:
    """Tell whether a form field was ever given."""
    return field(context, key) != BLANK


@pass_context
def basis(context: Context, codes: Any) -> str:
    """Say what some article codes are in the city whose articles are at hand."""
    return "、".join(map(article, own(context, _text(codes).split()))) or BLANK


@pass_context
def own(context: Context, codes: list[str]) -> list[str]:
    """Return the city's own codes of a list: those of its ordinance, else what its table of bases says for them."""
    articles, bases = context.get("articles") or {}, context.get("bases") or NO_BASES
    return [code for code in codes if code in articles] or list(bases.of(codes) or ())


def _text(value: Any) -> str:
    return "" if isinstance(value, Undefined) or value is None else str(value)


def _plain(value: Any) -> str:
    number = Decimal(str(value)).normalize()
    return f"{number:f}"


def _dated(value: Any) -> str:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, str) and _ISO.fullmatch(value):
        with suppress(ValueError):  # no day of the calendar: it stays as typed
            value = _moment(value)
            return instant(value) if isinstance(value, datetime) else day(value)
    return day(value) if isinstance(value, date) else str(value)


def _moment(value: Any) -> date | datetime | None:
    """Read an instant or a day; frozen inputs carry both as ISO texts."""
    if isinstance(value, Undefined) or value is None or value == "":
        return None
    if isinstance(value, str):
        value = date.fromisoformat(value) if "T" not in value and " " not in value else datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return value if isinstance(value, date) else None
    return value.astimezone(SHANGHAI) if value.tzinfo else value


FILTERS: dict[str, Callable[..., Any]] = {
    "article": article,
    "basis": basis,
    "clause": clause,
    "codes": breakable,
    "day": day,
    "dotted": dotted,
    "field": field,
    "instant": instant,
    "iso": iso,
    "limit": limit,
    "bare_basis": bare_basis,
    "limit_state": limit_state,
    "masked_name": masked_name,
    "masked_number": masked_number,
    "own": own,
    "paragraphs": paragraphs,
    "precise": precise,
    "hour": hour,
    "said": said,
    "short": short,
    "short_day": short_day,
    "shown": shown,
    "size": size,
    "unit": unit,
    "weekday": weekday,
}
