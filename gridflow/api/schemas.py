"""The form of a message from outside: a flat JSON object of what a case may hold in the open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from gridflow.api.errors import MessageInvalid
from gridflow.vault.masking import notice

MOST_BYTES = 64 * 1024
MOST_VALUES = 50
LONGEST = 200
"""Characters of a text: a code, a number or a reference. Narrative belongs in a form, where the vault keeps it."""

_NO_TEXT: dict[str, Any] = {
    "required": "必须填写。",
    "null": "必须填写。",
    "invalid": "应为文字。",
    "invalid_utf8": "应为文字。",
}
_NO_LETTER = {"unknown": "没有这个字段。", "type": "应为一个 JSON 对象。"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A message from outside."""

    id: str
    """The sender's own number, so that a repetition is recognised."""
    name: str
    key: str
    values: Mapping[str, Any]


class _Text(fields.String):
    default_error_messages = _NO_TEXT


def _text(longest: int) -> _Text:
    return _Text(required=True, validate=validate.Length(1, longest, error="应为 {min} 到 {max} 个字符。"))


class _Values(fields.Field[dict[str, Any]]):
    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > MOST_VALUES:
            raise ValidationError(f"应为一组名称和值，最多 {MOST_VALUES} 个。")
        wrong = {name: why for name, each in value.items() if (why := _against(name, each))}
        if wrong:
            raise ValidationError(wrong)
        return value


def _against(name: str, value: Any) -> str:
    """Return what is wrong with a value, empty when it may be kept in the open."""
    if not name.isidentifier() or len(name) > 64:
        return "名称应由字母、数字、下划线组成，不超过 64 个字符。"
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, list | dict):
            return "应为文字、数字、真假、空值，或它们的列表。"
        if isinstance(each, str) and len(each) > LONGEST:
            return f"文字不超过 {LONGEST} 个字符；长的叙述请在表单里填写。"
        if isinstance(each, str) and notice(each):
            return "含有电话或身份证号码，个人信息不能这样传送。"
    return "" if not isinstance(value, list) or len(value) <= LONGEST else f"列表不超过 {LONGEST} 项。"


class _LetterSchema(Schema):
    error_messages = _NO_LETTER

    class Meta:
        unknown = RAISE

    id = _text(60)
    name = _text(64)
    key = _text(LONGEST)
    values = _Values(load_default=dict)


def read_letter(text: bytes) -> Letter:
    """Read a message from JSON; raises MessageInvalid with every field that is wrong."""
    return letter(read_json(text))


def letter(given: Any) -> Letter:
    """Return a message if it has the right form; raises MessageInvalid."""
    try:
        return Letter(**_LetterSchema().load(given))
    except ValidationError as error:
        raise MessageInvalid("".join(_lines(error.messages))) from error


def read_json(text: bytes) -> Any:
    """Read JSON with exact decimals; raises MessageInvalid for what is none, NaN included."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise MessageInvalid("内容不是 UTF-8 编码的 JSON。") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _lines(found: Any, where: str = "") -> list[str]:
    if isinstance(found, dict):
        return [line for name, each in found.items() for line in _lines(each, _inside(where, str(name)))]
    if isinstance(found, list):
        return [line for each in found for line in _lines(each, where)]
    return [f"{where}：{found}" if where else str(found)]


def _inside(where: str, name: str) -> str:
    return where if name == "_schema" else f"{where}.{name[:64]}" if where else name[:64]
