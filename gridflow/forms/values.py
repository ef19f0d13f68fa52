"""One marshmallow field for each kind: from what was posted to a value, or a message in Chinese."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields

from gridflow.clock import SHANGHAI
from gridflow.forms.fields import ONE_OF, SOME_OF, TYPED, Field
from gridflow.forms.patterns import PATTERNS
from gridflow.forms.texts import forbidden, half_width, tidy

_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2200
_MOST_DIGITS = 18
_NUMBER = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_MESSAGES: dict[str, Any] = {
    "required": "这一栏必填。",
    "null": "这一栏必填。",
    "validator_failed": "填写的内容不正确，请核对。",
}


class _Posted(fields.Field[Any]):
    """A value posted as text; blank is None."""

    default_error_messages = _MESSAGES


class Text(_Posted):
    """Typed text."""

    def __init__(self, field: Field) -> None:
        self._clean: Callable[[str], str] = half_width if field.pattern else tidy
        self._one_line = field.kind == "textfield"
        self._pattern = PATTERNS.get(field.pattern)
        super().__init__(required=field.required, allow_none=not field.required, validate=_length(field))

    def _deserialize(self, value: str, *_: Any, **__: Any) -> str:
        text = self._clean(value)
        if forbidden(text) or (self._one_line and "\n" in text):
            raise ValidationError("含有不能保存的控制字符或换行，请删去后重填。")
        if self._pattern:
            text = text.upper()
            if not self._pattern.fits(text):
                raise ValidationError(self._pattern.message)
        return text


class Number(_Posted):
    """A Decimal, or an int where no decimals are allowed."""

    def __init__(self, field: Field) -> None:
        self._decimals = field.decimals
        super().__init__(required=field.required, allow_none=not field.required, validate=_bounds(field))

    def _deserialize(self, value: str, *_: Any, **__: Any) -> Decimal | int:
        number = _decimal(half_width(value))
        places = max(-int(number.as_tuple().exponent), 0)
        if self._decimals is not None and places > self._decimals:
            raise ValidationError(f"最多 {self._decimals} 位小数。" if self._decimals else "请填写整数。")
        return int(number) if self._decimals == 0 else number


class Instant(_Posted):
    """A date, a time, or an aware instant in Chinese time."""

    def __init__(self, field: Field) -> None:
        self._read = _INSTANTS[field.subtype]
        super().__init__(required=field.required, allow_none=not field.required)

    def _deserialize(self, value: str, *_: Any, **__: Any) -> date | time:
        try:
            return self._read(half_width(value))
        except ValueError as problem:
            raise ValidationError("日期或时间看不懂，请用选择器重新选择，例如 2026-11-22 或 09:30。") from problem


class Choice(_Posted):
    """The value of one option; whether it is offered is checked against the options of the moment."""

    def __init__(self, field: Field) -> None:
        super().__init__(required=field.required, allow_none=not field.required)


class Choices(_Posted):
    """The values of some options."""

    def __init__(self, field: Field) -> None:
        self._least, self._most = max(field.min_items, int(field.required)), field.max_items
        super().__init__(required=field.required, allow_none=not field.required)

    def _deserialize(self, value: Sequence[str], *_: Any, **__: Any) -> list[str]:
        chosen = list(dict.fromkeys(value))
        if not self._least <= len(chosen) <= self._most:
            raise ValidationError(counted(self._least, self._most, "项"))
        return chosen


class Tick(_Posted):
    """A box, ticked or not."""

    def __init__(self, field: Field) -> None:
        self._must = field.required
        super().__init__()

    def _deserialize(self, value: str, *_: Any, **__: Any) -> bool:
        if value not in ("true", "on", "false", ""):
            raise ValidationError("勾选框的值不正确，请重新勾选。")
        ticked = value in ("true", "on")
        if self._must and not ticked:
            raise ValidationError("请勾选后再提交。")
        return ticked


def schema_of(components: Sequence[Field]) -> Schema:
    """Build the schema of the fields that hold one value; groups are flat, lists of rows have their own."""
    return Schema.from_dict(dict(_named(components)))()


def counted(least: int, most: int, unit: str) -> str:
    """Say how many there must be."""
    if least == most:
        return f"应为 {least} {unit}。"
    return f"应为 {least} 至 {most} {unit}。" if least else f"最多 {most} {unit}。"


def _named(components: Sequence[Field]) -> list[tuple[str, Any]]:
    named = [(field.key, _MAKERS[field.kind](field)) for field in components if field.kind in _MAKERS]
    return named + [pair for field in components if field.kind == "group" for pair in _named(field.components)]


def _length(field: Field) -> Callable[[str], None]:
    def check(text: str) -> None:
        if len(text) > field.max_length:
            raise ValidationError(f"最多 {field.max_length} 个字，现在是 {len(text)} 个字，请删减。")
        if len(text) < field.min_length:
            raise ValidationError(f"至少 {field.min_length} 个字，现在是 {len(text)} 个字，请补充。")

    return check


def _bounds(field: Field) -> Callable[[Decimal], None]:
    def check(number: Decimal) -> None:
        if field.min is not None and number < field.min:
            raise ValidationError(f"不能小于 {field.min}{field.unit}。")
        if field.max is not None and number > field.max:
            raise ValidationError(f"不能大于 {field.max}{field.unit}。")

    return check


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValidationError("请填写数字。")
    number = Decimal(text.replace(",", ""))
    if len(number.as_tuple().digits) > _MOST_DIGITS:
        raise ValidationError("数字太大或位数太多，请核对。")
    return number


def _date(text: str) -> date:
    if not _DATE.fullmatch(text):
        raise ValueError("not a date")
    day = date.fromisoformat(text)
    if not _EARLIEST_YEAR <= day.year <= _LATEST_YEAR:
        raise ValueError("a year out of reach")
    return day


def _time(text: str) -> time:
    if not _TIME.fullmatch(text):
        raise ValueError("not a time")
    return time.fromisoformat(text)


def _instant(text: str) -> datetime:
    day, _, hour = text.replace(" ", "T").partition("T")
    return datetime.combine(_date(day), _time(hour), SHANGHAI)


_INSTANTS: Mapping[str, Callable[[str], date | time]] = {"date": _date, "time": _time, "datetime": _instant}
_MAKERS: Mapping[str, Callable[[Field], _Posted]] = {
    **dict.fromkeys(TYPED, Text),
    **dict.fromkeys(ONE_OF, Choice),
    **dict.fromkeys(SOME_OF, Choices),
    "number": Number,
    "datetime": Instant,
    "checkbox": Tick,
}
