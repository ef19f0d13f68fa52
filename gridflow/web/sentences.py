"""Sentences of the layers below in English: they are raised, kept and stored in Chinese with their values filled in.

Each stands in the code once, as a text or an f-string; `scripts/sentences.py` gathers them with {1}, {2} … for the
values. Here a finished sentence finds the one it was made from, and the English of that one takes the values over. So
whoever raises an error writes plain Chinese, and what was stored years ago still reads in either language.
"""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import NamedTuple

from babel.messages.mofile import read_mo
from markupsafe import Markup

CATALOGUE = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES" / "sentences.mo"
LONGEST = 4_000
"""Characters of a text that is still taken apart; a longer one stays as it is."""
DEEPEST = 6
"""Sentences in sentences; what lies deeper stays as it is."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"(?<=[。；\n])")


class Sentence(NamedTuple):
    """A sentence as the code writes it."""

    written: tuple[str, ...]
    """What stands before, between and after the values."""
    english: str
    """Its English, with {1}, {2} … for the values."""

    def values(self, text: str) -> list[str] | None:
        """Return the values the text was made with, None where it is another sentence; linear in the text."""
        first, *between, last = self.written
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        values = []
        for part in between:
            found = text.find(part, at, end)
            if found < 0:
                return None
            values.append(text[at:found])
            at = found + len(part)
        return [*values, text[at:end]]

    def said(self, values: list[str], depth: int) -> str:
        """Return the English with the values in English; what stands in quotation marks is a name and stays."""
        names = (before.endswith("“") and after.startswith("”") for before, after in pairwise(self.written))
        spoken = [value if name else _value(value, depth) for value, name in zip(values, names, strict=True)]
        return self.english.format("", *spoken)


def retell(text: str) -> str:
    """Return what a layer below says in English, sentence by sentence; what the code does not write stays."""
    if len(text) > LONGEST or isinstance(text, Markup) or not _CHINESE.search(text):
        return text
    return _retold(text, DEEPEST)


def _retold(text: str, depth: int) -> str:
    whole = _whole(text, depth)
    if whole is not None:
        return whole
    parts = [part for part in _SENTENCE.split(text) if part]
    english = [_part(part, depth) for part in parts] if len(parts) > 1 else parts
    return text if english == parts else " ".join(english)


def _part(part: str, depth: int) -> str:
    whole = _whole(part, depth)
    if whole is None and (bare := _whole(part[:-1], depth)) is not None:
        return f"{bare}."
    return part if whole is None else whole


def _whole(text: str, depth: int) -> str | None:
    plain, made = _catalogue()
    if text in plain or not depth:
        return plain.get(text)
    for sentence in made:
        values = sentence.values(text)
        if values is not None:
            return sentence.said(values, depth - 1)
    return None


def _value(value: str, depth: int) -> str:
    plain, _made = _catalogue()
    words = value.split("、")
    return ", ".join(map(plain.__getitem__, words)) if plain.keys() >= set(words) else _retold(value, depth)


@cache
def _catalogue() -> tuple[Mapping[str, str], list[Sentence]]:
    """Return the plain texts and the sentences made of values, those that say most of their own first."""
    with CATALOGUE.open("rb") as file:
        english = {str(message.id): str(message.string) for message in read_mo(file) if message.id and message.string}
    split = {text: _split(text) for text in english}
    plain = {"".join(written): english[text].format() for text, written in split.items() if len(written) == 1}
    made = [Sentence(written, english[text]) for text, written in split.items() if len(written) > 1]
    return plain, sorted(made, key=lambda sentence: -len("".join(sentence.written)))


def _split(text: str) -> tuple[str, ...]:
    written = [""]
    for literal, field, _spec, _conversion in Formatter().parse(text):
        written[-1] += literal
        if field is not None:
            written.append("")
    return tuple(written)
