"""Cut the text of an expression into tokens; full-width punctuation reads as its ASCII twin."""

import re
from dataclasses import dataclass

from gridflow.feel.errors import FeelSyntaxError

MAX_LENGTH = 10_000
MAX_TOKENS = 500
_PHRASES = ("if", "then", "else", "for", "return", "some", "every", "satisfies", "function", "external")
KEYWORDS = frozenset((*_PHRASES, "and", "or", "in", "between", "instance", "true", "false", "null"))
_FULL_WIDTH = str.maketrans(
    "（），：＝＞＜［］｛｝＋－＊／．！、＠？　０１２３４５６７８９", "(),:=><[]{}+-*/.!,@? 0123456789"
)
_OPERATORS = ("**", "..", "!=", "<=", ">=", "->", *"()[]{},:.+-*/<>=@'")
_ONE_SIGN = {"≤": "<=", "≥": ">=", "≠": "!="}
_QUOTES = {'"': '"', "“": "”“", "”": "”“", "＂": "＂"}
_NUMBER = re.compile(r"(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{6})")


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `kind` is number, string, word, operator or end; `end` is the position behind it."""

    kind: str
    text: str
    position: int
    end: int


def tokenize(text: str) -> list[Token]:
    """Cut a text into tokens, the last of kind `end`; at most 500."""
    if len(text) > MAX_LENGTH:
        raise FeelSyntaxError(MAX_LENGTH, f"表达式太长，最多 {MAX_LENGTH} 个字符，请拆成几步")
    plain = text.translate(_FULL_WIDTH)
    tokens: list[Token] = []
    position = 0
    while (position := _skip_space(plain, position)) < len(text):
        token = _next(text, plain, position)
        tokens.append(token)
        position = token.end
        if len(tokens) > MAX_TOKENS:
            raise FeelSyntaxError(position, f"表达式太长，最多 {MAX_TOKENS} 个词，请拆成几步")
    tokens.append(Token("end", "", len(text), len(text)))
    return tokens


_HINTS = {
    "$": "，变量直接写名称，不用 ${…}",
    "#": "，变量直接写名称，不用 #{…}",
    "&": "，“并且”写 and",
    "|": "，“或者”写 or",
    "!": "，“不是”写 not(…)",
    "%": "，求余数写 modulo(…)",
}
"""What to write instead of the signs of other languages."""


def _skip_space(plain: str, position: int) -> int:
    match = _SPACE.match(plain, position)
    return match.end() if match else position


def _next(text: str, plain: str, position: int) -> Token:
    if text[position] in _QUOTES:
        return _string(text, position)
    sign = plain[position]
    if plain.startswith("==", position):
        raise FeelSyntaxError(position, "没有“==”，相等只写一个“=”")
    if sign == "?":
        return Token("word", "?", position, position + 1)
    if match := _NUMBER.match(plain, position):
        return Token("number", match[0], position, match.end())
    if is_name_start(sign):
        return _word(text, plain, position)
    if sign in _ONE_SIGN:
        return Token("operator", _ONE_SIGN[sign], position, position + 1)
    for operator in _OPERATORS:
        if plain.startswith(operator, position):
            return Token("operator", operator, position, position + len(operator))
    raise FeelSyntaxError(position, f"不认识的字符“{text[position]}”{_HINTS.get(sign, '')}")


def is_name_start(sign: str) -> bool:
    """Tell whether a name may begin with this character."""
    return sign.isalpha() or sign == "_" or ord(sign) >= 0x1_0000


def _word(text: str, plain: str, position: int) -> Token:
    end = position + 1
    while end < len(text) and (is_name_start(plain[end]) or plain[end].isalnum() or _is_mark(plain[end])):
        end += 1
    return Token("word", text[position:end], position, end)


def _is_mark(sign: str) -> bool:
    return sign == "\u00b7" or "\u0300" <= sign <= "\u036f" or "\u203f" <= sign <= "\u2040"


def _string(text: str, position: int) -> Token:
    closing = _QUOTES[text[position]]
    end = position + 1
    while end < len(text) and text[end] not in closing:
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise FeelSyntaxError(position, "文字缺少右引号")
    return Token("string", _unescape(text[position + 1 : end]), position, end + 1)


def _unescape(body: str) -> str:
    if "\\" not in body:
        return body
    parts: list[str] = []
    position = 0
    while position < len(body):
        if body[position] != "\\":
            parts.append(body[position])
            position += 1
        elif match := _UNICODE.match(body, position):
            parts.append(_character(match))
            position = match.end()
        else:
            escaped = body[position + 1]
            parts.append(_ESCAPES.get(escaped, "\\" + escaped))
            position += 2
    return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= 0x10_FFFF else "\ufffd"
