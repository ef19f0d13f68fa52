"""Things typed into narrative that belong elsewhere: phone and identity numbers, and words of secrecy.

They are noticed and offered for moving, never refused: a report may not be held up (design 13, N18-4).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gridflow.forms.patterns import is_id_number, is_phone

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:0\d{2,3}-[2-8]\d{6,7}|\d{17}[\dXx]|\d{11,12})(?![0-9A-Za-z])")
_SECRET = re.compile(r"绝密|机密|秘密级|国家秘密|涉密")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789XX-")


@dataclass(frozen=True, slots=True)
class Notice:
    """One finding in a text; `start` and `end` count characters."""

    kind: Literal["phone", "id_number", "secret"]
    start: int
    end: int
    message: str


def notices(text: str) -> list[Notice]:
    """Find phone numbers, identity numbers and words of secrecy in a text, in their order."""
    return sorted([*_numbers(text.translate(_HALF_WIDTH)), *_secrets(text)], key=lambda notice: notice.start)


def _numbers(text: str) -> Iterator[Notice]:
    for found in _NUMBER.finditer(text):
        if is_id_number(found[0].upper()):
            yield Notice("id_number", *found.span(), "这里像是身份证号，请移到“身份证号”栏，正文中删去。")
        elif is_phone(found[0]):
            yield Notice("phone", *found.span(), "这里像是电话号码，请移到“联系电话”栏，正文中删去。")


def _secrets(text: str) -> Iterator[Notice]:
    for found in _SECRET.finditer(text):
        yield Notice("secret", *found.span(), "国家秘密不得录入本系统；确属误报请改写，有疑问请联系保密员。")
