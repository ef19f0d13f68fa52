"""Normalising what people type."""

import re
import unicodedata

_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff]")
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def tidy(text: str) -> str:
    """Compose characters (NFC), unify line breaks, drop invisible ones and outer white space."""
    text = _INVISIBLE.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")
    return unicodedata.normalize("NFC", text).strip()


def half_width(text: str) -> str:
    """Tidy a number, date or code: full-width digits and letters become plain ones (NFKC)."""
    return unicodedata.normalize("NFKC", tidy(text))


def forbidden(text: str) -> bool:
    """Tell whether a text holds control characters, or marks that reverse the direction of writing."""
    return bool(_FORBIDDEN.search(text))
