"""Show that a value exists without showing it. Defaults of domain.md 6.3."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a vault value is, which decides how it is masked and whether it can be searched."""

    TEXT = "text"
    PERSONAL = "personal"
    NAME = "name"
    PHONE = "phone"
    IDENTITY = "identity"
    ADDRESS = "address"


SEARCHABLE = frozenset({Kind.NAME, Kind.PHONE, Kind.IDENTITY})
HIDDEN = "＊＊＊"
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ](\d{7,8})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dXx])")
_BUILDING = re.compile(r"\d+\s*(?:号楼|幢|栋|座|号院|号|弄)")
_HAN_NAME = re.compile(r"[㐀-鿿𠀀-𲎯·]{2,6}")
_PLACE = re.compile(r".*[省市县区镇乡村街路巷道社组]")
_LONGEST_PLACE = 6


@dataclass(frozen=True, slots=True)
class Noticed:
    """A phone or identity number somebody typed into free text: characters start to end, without the value."""

    kind: Kind
    start: int
    end: int


def mask(kind: str, value: object) -> str:
    """Return what lists, logs and messages may show of a value; free text shows nothing."""
    if not isinstance(value, str) or kind == Kind.TEXT:
        return HIDDEN
    chosen = Kind(kind) if kind != Kind.PERSONAL else kind_of(value)
    match chosen:
        case Kind.NAME:
            return mask_name(value)
        case Kind.PHONE:
            return mask_phone(value)
        case Kind.IDENTITY:
            return mask_identity(value)
        case Kind.ADDRESS:
            return mask_address(value)
    return HIDDEN


def kind_of(value: str) -> Kind:
    """Tell what a personal value looks like: identity number, phone, address, name, or just personal."""
    text = value.strip()
    if _IDENTITY.fullmatch(text):
        return Kind.IDENTITY
    if _MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text):
        return Kind.PHONE
    if _BUILDING.search(text) or (len(text) > _LONGEST_PLACE and _PLACE.match(text)):
        return Kind.ADDRESS
    return Kind.NAME if _HAN_NAME.fullmatch(text) else Kind.PERSONAL


def mask_name(name: str) -> str:
    """Keep the surname: 张三 becomes 张*, 张小三 becomes 张**."""
    text = name.strip()
    return text[:1] + "*" * (len(text) - 1)


def mask_phone(phone: str) -> str:
    """Keep the first three and last four digits: 138****8000; of a landline the area code and last two."""
    if found := _MOBILE.fullmatch(phone.strip()):
        return f"{found[1]}****{found[3]}"
    if found := _LANDLINE.fullmatch(phone.strip()):
        return f"{found[1]}-{'*' * (len(found[2]) - 2)}{found[2][-2:]}"
    return HIDDEN


def mask_identity(number: str) -> str:
    """Keep the first three and last four characters."""
    text = number.strip()
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}" if len(text) > len("3304000") else HIDDEN


def mask_address(address: str) -> str:
    """Keep an address down to the building and hide the unit."""
    text = address.strip()
    building = [found.end() for found in _BUILDING.finditer(text)]
    place = _PLACE.match(text)
    last = building[-1] if building else place.end() if place else 0
    return text[:last] + ("***" if last < len(text) else "")


def notice(text: str) -> list[Noticed]:
    """Find the phones and identity numbers somebody typed into free text, so that the form can offer to move them."""
    identities = [Noticed(Kind.IDENTITY, found.start(), found.end()) for found in _IDENTITY.finditer(text)]
    phones = [
        Noticed(Kind.PHONE, found.start(), found.end())
        for pattern in (_MOBILE, _LANDLINE)
        for found in pattern.finditer(text)
    ]
    return sorted(identities + phones, key=lambda noticed: noticed.start)


def normalised(kind: str, value: str) -> str:
    """Return the form of a value under which it is searched: digits only for phones, no spaces, capital X."""
    text = re.sub(r"\s", "", value)
    if kind == Kind.PHONE:
        digits = re.sub(r"\D", "", text)
        return digits.removeprefix("86") if len(digits) > len("13800138000") else digits
    return text.upper()
