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
LONGEST = 2_000
"""Characters of a text that is still taken apart; a longer one stays as it is."""
DEEPEST = 6
"""Sentences in sentences; what lies deeper stays as it is."""
WIDEST = 6
"""Parts that one sentence is looked for in, where several were put together."""
MOST = 40
"""Parts of a text that is still taken apart."""
STOPS = {"。": ".", "；": ";", "\n": "", "：": ":", "，": ","}
_PART = re.compile(r"(?:“[^“”]*”|[^。；\n：，])+[。；\n：，]?|[。；\n：，]")
"""What texts are put together from; what stands in quotation marks is not parted."""
JOINTS = {"、": ", ", " 且 ": " and ", " 或 ": " or ", "或": " or ", " 和 ": " and "}
_LISTED = re.compile("(?:“[^“”]*”|(?!、| 且 | 或 | 和 |(?<=”)或(?=“)).)+|、| 且 | 或 | 和 |或", re.DOTALL)
_CALLED = re.compile("([^“”]+)(“[^“”]*”)")
_NOTED = re.compile("([^（）]+)（([^（）]+)）")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WIDE = re.compile("[。：\n]")
_QUOTED = re.compile("“[^“”]*”")
_TORN = re.compile("[^“]*”")


class Sentence(NamedTuple):
    """A sentence as the code writes it."""

    written: tuple[str, ...]
    """What stands before, between and after the values."""
    english: str
    """Its English, with {1}, {2} … for the values."""
    mark: str
    """The longest of what is written, by which most other texts are told apart at once."""

    def values(self, text: str) -> list[str] | None:
        """Return the values the text was made with, None where it is another sentence; linear in the text.

        Only a value at the end may be as long as sentences, and none is torn out of quotation marks.
        """
        return self._values(text, text) or self._values(text, _QUOTED.sub(_hidden, text))

    def _values(self, text: str, visible: str) -> list[str] | None:
        first, *between, last = self.written
        at, end = len(first), len(text) - len(last)
        if at > end or not text.startswith(first) or not text.endswith(last):
            return None
        values = []
        for part in between:
            here = visible.find(part, at, end)
            if here < 0:
                return None
            values.append(text[at:here])
            at = here + len(part)
        found = [*values, text[at:end]]
        wide = any(map(_WIDE.search, values)) or (last in STOPS and "。" in found[-1])
        torn = wide or any(map(_TORN.match, found)) or not (first or found[0])
        return None if torn else found

    def said(self, values: list[str], depth: int) -> str:
        """Return the English with the values in English; what stands in quotation marks is a name and stays."""
        names = (before.endswith("“") and after.startswith("”") for before, after in pairwise(self.written))
        spoken = [value if name else _value(value.strip(), depth) for value, name in zip(values, names, strict=True)]
        return self.english.format("", *spoken)


def retell(text: str) -> str:
    """Return what a layer below says in English, part by part; what the code does not write stays."""
    if len(text) > LONGEST or isinstance(text, Markup) or not _CHINESE.search(text):
        return text
    return _retold(text, DEEPEST)


def _hidden(quoted: re.Match[str]) -> str:
    return f"“{' ' * (len(quoted[0]) - 2)}”"


def _retold(text: str, depth: int) -> str:
    """Return a text in English: as one sentence, else as the longest runs of its parts that the code writes."""
    whole = _ended(text, depth)
    if whole is not None:
        return whole
    parts, at = _PART.findall(text), 0
    english: list[str] = []
    if len(parts) > MOST:
        return text
    while at < len(parts):
        ends = range(min(len(parts), at + WIDEST), at, -1)
        runs = ((end, _ended("".join(parts[at:end]), depth)) for end in ends)
        end, said = next(((end, said) for end, said in runs if said is not None), (at + 1, parts[at]))
        english.append(said)
        at = end
    return text if english == parts else " ".join(part.strip() for part in english)


def _ended(text: str, depth: int) -> str | None:
    """Return the English of one sentence, whether or not it was given a stop or a space of its own."""
    bare = text.strip()
    stop = bare[-1:] if bare[-1:] in STOPS else ""
    for form, end in {text: "", bare: "", bare.removesuffix(stop): STOPS.get(stop, "")}.items():
        whole = _whole(form, depth)
        if whole is not None:
            return whole + end
    return None


def _whole(text: str, depth: int) -> str | None:
    plain, made = _catalogue()
    if text in plain or not depth:
        return plain.get(text)
    for sentence in made:
        if sentence.mark in text and (values := sentence.values(text)) is not None:
            return sentence.said(values, depth - 1)
    called = _CALLED.fullmatch(text)
    if called and called[1] in plain:
        return f"{plain[called[1]]} {called[2]}"
    noted = _NOTED.fullmatch(text)
    return f"{plain[noted[1]]} ({_value(noted[2], depth - 1)})" if noted and noted[1] in plain else None


def _value(value: str, depth: int) -> str:
    """Return a value in English, each of a list for itself."""
    whole = _ended(value, depth)
    if whole is not None:
        return whole
    if len(_PART.findall(value)) > 1:
        return _retold(value, depth)
    return "".join(JOINTS.get(each) or _whole(each, depth) or each for each in _LISTED.findall(value))


@cache
def _catalogue() -> tuple[Mapping[str, str], list[Sentence]]:
    """Return the plain texts and the sentences made of values, those that say most of their own first."""
    with CATALOGUE.open("rb") as file:
        english = {str(message.id): str(message.string) for message in read_mo(file) if message.id and message.string}
    split = {text: _split(text) for text in english}
    plain = {"".join(written): english[text].format() for text, written in split.items() if len(written) == 1}
    made = [
        Sentence(written, english[text], max(written, key=len)) for text, written in split.items() if len(written) > 1
    ]
    return plain, sorted(made, key=lambda sentence: -len("".join(sentence.written)))


def _split(text: str) -> tuple[str, ...]:
    written = [""]
    for literal, field, _spec, _conversion in Formatter().parse(text):
        written[-1] += literal
        if field is not None:
            written.append("")
    return tuple(written)
