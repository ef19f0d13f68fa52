"""Named formats of short texts, in place of free regular expressions that can be made to run for hours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

_MOBILE = r"1[3-9]\d{9}"
_LANDLINE = r"0\d{2,3}-?[2-8]\d{6,7}"
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]"
)
_PHONE = re.compile(rf"{_MOBILE}|{_LANDLINE}(-\d{{1,6}})?")
_ID_NUMBER = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One named format."""

    fits: Callable[[str], bool]
    message: str
    input_type: str
    inputmode: str


def is_phone(text: str) -> bool:
    """Tell whether a text is a mobile or landline number of the mainland."""
    return bool(_PHONE.fullmatch(text))


def is_id_number(text: str) -> bool:
    """Tell whether a text is a citizen's identity number: date and check digit must be right."""
    return bool(_ID_NUMBER.fullmatch(text)) and _is_day(text[6:14]) and _check_digit(text) == text[-1]


def is_plate(text: str) -> bool:
    """Tell whether a text is a vehicle's number plate."""
    return bool(_PLATE.fullmatch(text))


PATTERNS: Mapping[str, Pattern] = {
    "phone": Pattern(is_phone, "请填写手机号（11 位）或带区号的座机，例如 0574-87654321。", "tel", "tel"),
    "id_number": Pattern(is_id_number, "身份证号应为 18 位且校验位正确，请核对。", "text", "text"),
    "plate": Pattern(is_plate, "请填写车牌号，例如 浙B12345。", "text", "text"),
}


def _check_digit(text: str) -> str:
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % len(_CHECKS)]


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True
