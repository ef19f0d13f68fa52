"""Role words in place of names: what a sealed file shows of a person, 住户甲."""

from collections.abc import Mapping, Sequence
from typing import Any

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_NAMED = ("姓名", "名称", "当事人", "对象")
_ROLES = ("负责人", "被反映的人")
"""What people are called by whom others report or who act in office; their labels begin so."""


def with_role_words(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return steps whose personal values read as role words, the same person always under the same word.

    The personal values of one step belong to the person it names: a telephone number given with a name reads
    住户甲的联系电话.
    """
    people: dict[str, str] = {}
    return [{**step, "values": _hidden(step["values"], people)} for step in steps]


def _hidden(values: Sequence[Mapping[str, Any]], people: dict[str, str]) -> list[Mapping[str, Any]]:
    values = [{**value, "value": role} if (role := _role(value)) else value for value in values]
    personal = [value for value in values if _is_personal(value) and not _role(value)]
    if not personal:
        return list(values)
    named = next((value for value in personal if _names_a_person(value)), personal[0])
    word = people.setdefault(str(named["value"]), f"住户{_ordinal(len(people))}")
    of = str(named["label"]).removesuffix("姓名")  # 投诉举报人姓名 and 投诉举报人电话 are of one person
    return [{**value, "value": _word(value, word, of)} if value in personal else value for value in values]


def _is_personal(value: Mapping[str, Any]) -> bool:
    return value.get("kind") == "personal" and bool(value.get("value"))


def _role(value: Mapping[str, Any]) -> str:
    return next((role for role in _ROLES if value["label"].startswith(role)), "") if _is_personal(value) else ""


def _names_a_person(value: Mapping[str, Any]) -> bool:
    return any(word in value["label"] for word in _NAMED)


def _word(value: Mapping[str, Any], word: str, of: str) -> str:
    return word if _names_a_person(value) else f"{word}的{value['label'].removeprefix(of)}"


def _ordinal(place: int) -> str:
    return _STEMS[place] if place < len(_STEMS) else str(place + 1)
