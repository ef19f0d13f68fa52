"""How personal data look to people who do not handle the case (domain 6.3)."""

from gridflow.forms.patterns import is_id_number, is_phone

_MOBILE = 11
_NAME = 4


def mask(text: str) -> str:
    """Hide most of a personal text: 张* · 138****8000 · 330***********1234 · 解放南路****."""
    if is_id_number(text.upper()):
        return f"{text[:3]}{'*' * 11}{text[-4:]}"
    if is_phone(text):
        return f"{text[:3]}****{text[-4:]}" if len(text) == _MOBILE else f"{text[:4]}****"
    if len(text) <= _NAME:
        return f"{text[:1]}{'*' * (len(text) - 1) or '*'}" if text else ""
    return f"{text[:_NAME]}****"
