"""Suggest the FEEL of a simple comparison written in another language; anything else is left to people.

`not` as a word binds differently in each of them, so that only `!` is understood.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from gridflow.feel import check_expression

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>"[^"\\]*"|'[^'\\]*')|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"""
    r"""|(?P<sign>===?|!==?|<=|>=|&&|\|\||[<>()!=]))"""
)
_SIGNS: Mapping[str, str] = {"==": "=", "===": "=", "!==": "!=", "&&": "and", "||": "or", "!": "not"}
_WORDS: Mapping[str, str] = {
    "True": "true", "False": "false", "None": "null", "eq": "=", "ne": "!=", "lt": "<", "gt": ">", "le": "<=",
    "ge": ">=", "AND": "and", "OR": "or",
}  # fmt: skip
_WRAPPED = re.compile(r"[$#]\{(.*)\}\Z", re.DOTALL)
_FOREIGN = frozenset({"not", "is", "in", "lambda", "if", "else", "for", "instanceof", "empty", "div", "mod", "xor"})
_JOINS = frozenset({"and", "or", "not"})
LONGEST = 500


def suggestion(text: str) -> str:
    """Return the same comparison in FEEL; empty where it is not certain."""
    plain = text.strip()[:LONGEST].removeprefix("=").strip()
    wrapped = _WRAPPED.match(plain)
    inner = wrapped[1].strip() if wrapped else plain
    tokens = list(_tokens(inner))
    called = any(after == "(" and name[0].isalpha() and name not in _JOINS for name, after in pairwise(tokens) if name)
    if not tokens or "" in tokens or called:
        return ""
    written = " ".join(_negated(tokens)).replace("( ", "(").replace(" )", ")").replace("not (", "not(")
    return "" if list(check_expression(written, None)) else written


def _tokens(text: str) -> Iterator[str]:
    """Yield the words of a comparison in FEEL; an empty one where something else stands."""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            yield ""
            return
        at, kind, word = found.end(), found.lastgroup, found[found.lastgroup or 0]
        if kind == "text":
            yield f'"{word[1:-1]}"'
        elif kind == "sign":
            yield _SIGNS.get(word, word)
        elif kind == "name":
            yield "" if word in _FOREIGN else _WORDS.get(word, word)
        else:
            yield word


def _negated(tokens: list[str]) -> Iterator[str]:
    """Put what is denied in brackets, as FEEL wants it."""
    rest = iter(tokens)
    for word in rest:
        yield word
        if word == "not":
            denied = next(rest, "")
            if denied != "(":
                yield f"({denied})"
            else:
                yield denied
