"""Read the regular expressions of `matches`, `replace` and `split` into a program for a linear-time matcher.

Understood: characters, `.`, classes with ranges, negation and subtraction, the escapes d s w i c p{L}, groups,
alternatives, greedy and lazy repeats, `^`, `$`, the flags s, m, i, x and q. Back-references are refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from gridflow.feel.emitting import Builder, Emit, capture, character, either, mark, one, repeat, sequence
from gridflow.feel.errors import FeelUnsupported
from gridflow.feel.matching import Accept, Instruction, Program
from gridflow.feel.values import Failure

MAX_PATTERN = 500
_CONTROL = {"n": "\n", "r": "\r", "t": "\t"}
_CLASSES: dict[str, Accept] = {
    "d": lambda sign: unicodedata.category(sign) == "Nd",
    "s": lambda sign: sign in " \t\n\r",
    "w": lambda sign: unicodedata.category(sign)[0] not in "PZC",
    "i": lambda sign: sign.isalpha() or sign in "_:",
    "c": lambda sign: sign.isalnum() or sign in "_:.-\u00b7",
}
_REPEAT = re.compile(r"\{(\d{1,4})(,(\d{0,4}))?\}", re.ASCII)
_CATEGORY = re.compile(r"\{(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfon]?)\}")
_BLOCK = re.compile(r"\{Is([A-Za-z0-9-]+)\}")
_BLOCKS = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CJKSymbolsandPunctuation": (0x3000, 0x303F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographsExtensionA": (0x3400, 0x4DBF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
    "HalfwidthandFullwidthForms": (0xFF00, 0xFFEF),
}
"""First and last character of the Unicode blocks a pattern may name."""
_NOT_LITERAL = frozenset("\\.[](){}|?*+^$")


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Program:
    """Make the program of a pattern; a pattern that is not one is a `Failure`."""
    if set(flags) - set("smixq"):
        raise Failure(f"不认识的标志“{flags}”")
    if len(pattern) > MAX_PATTERN:
        raise Failure(f"正则表达式太长，最多 {MAX_PATTERN} 个字符")
    if "q" in flags or not _NOT_LITERAL & set(pattern):
        return _literal(pattern, flags)
    if "x" in flags:
        pattern = _without_space(pattern)
    reader = _Reader(pattern, flags)
    emit = reader.alternatives()
    if reader.position < len(pattern):
        raise Failure("正则表达式里多了一个“)”")
    return _program(emit, reader.groups)


def _literal(text: str, flags: str) -> Program:
    signs = [one(character(sign, ignore_case="i" in flags)) for sign in text]
    return _program(sequence(signs), 0, "" if "i" in flags else text)


def _program(emit: Emit, groups: int, literal: str = "") -> Program:
    builder = Builder()
    capture(0, emit)(builder)
    builder.add(Instruction("match"))
    return Program(tuple(builder.program), groups, literal)


def _without_space(pattern: str) -> str:
    """Take out white space except inside square brackets."""
    kept: list[str] = []
    depth = 0
    for index, sign in enumerate(pattern):
        if sign in "[]" and pattern[index - 1 : index] != "\\":
            depth += 1 if sign == "[" else -1
        if depth > 0 or not sign.isspace():
            kept.append(sign)
    return "".join(kept)


@dataclass
class _Reader:
    """Read a pattern by recursive descent."""

    pattern: str
    flags: str
    position: int = 0
    groups: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.pattern[self.position] if self.position < len(self.pattern) else ""

    def take(self) -> str:
        sign = self.peek()
        if not sign:
            raise Failure("正则表达式没有写完")
        self.position += 1
        return sign

    def accept(self, text: str) -> bool:
        if self.pattern.startswith(text, self.position):
            self.position += len(text)
            return True
        return False

    def alternatives(self) -> Emit:
        self.depth += 1
        if self.depth > 30:
            raise Failure("正则表达式的括号套得太深")
        options = [self.sequence()]
        while self.accept("|"):
            options.append(self.sequence())
        self.depth -= 1
        return either(options)

    def sequence(self) -> Emit:
        parts: list[Emit] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated())
        return sequence(parts)

    def repeated(self) -> Emit:
        part = self.atom()
        bounds = self.bounds()
        if bounds is None:
            return part
        greedy = not self.accept("?")
        if self.bounds() is not None:
            raise Failure("正则表达式里的重复符号连用了")
        least, most = bounds
        if most is not None and most < least:
            raise Failure("正则表达式的重复次数写反了")
        return repeat(part, least, most, greedy=greedy)

    def bounds(self) -> tuple[int, int | None] | None:
        simple: dict[str, tuple[int, int | None]] = {"*": (0, None), "+": (1, None), "?": (0, 1)}
        if self.peek() in simple and self.peek():
            return simple[self.take()]
        match = _REPEAT.match(self.pattern, self.position)
        if not match:
            return None
        self.position = match.end()
        least = int(match[1])
        return least, (int(match[3]) if match[3] else None) if match[2] else least

    def atom(self) -> Emit:
        sign = self.take()
        if sign == "(":
            return self.group()
        if sign == "[":
            begun = self.position
            return one(self.bracket(), self.position - begun)
        if sign == "\\":
            return one(self.escape())
        if sign in "^$":
            many = "line" if "m" in self.flags else "text"
            return mark(("start of " if sign == "^" else "end of ") + many)
        if sign == ".":
            return one((lambda _found: True) if "s" in self.flags else (lambda found: found not in "\n\r"))
        if sign in "*+?{}])":
            raise Failure(f"正则表达式里的“{sign}”位置不对")
        return one(character(sign, ignore_case="i" in self.flags))

    def group(self) -> Emit:
        if self.accept("?:"):
            inner = self.alternatives()
        elif self.peek() == "?":
            raise FeelUnsupported("正则表达式只支持普通的括号和 (?:…)。")
        else:
            self.groups += 1
            number = self.groups
            body = self.alternatives()
            inner = capture(number, body)
        if not self.accept(")"):
            raise Failure("正则表达式缺少“)”")
        return inner

    def escape(self) -> Accept:
        sign = self.take()
        if sign in _CONTROL:
            return character(_CONTROL[sign], ignore_case=False)
        if sign.lower() in _CLASSES:
            inside = _CLASSES[sign.lower()]
            return inside if sign.islower() else lambda found: not inside(found)
        if sign in "pP":
            return self.category(negated=sign == "P")
        if sign.isdigit():
            if int(sign) > self.groups:
                raise Failure(f"正则表达式里没有第 {sign} 组")
            raise FeelUnsupported("正则表达式不支持反向引用，它不能在线性时间内匹配。")
        if sign.isalnum():
            raise Failure(f"正则表达式里不认识“\\{sign}”")
        return character(sign, ignore_case=False)

    def category(self, *, negated: bool) -> Accept:
        match = _CATEGORY.match(self.pattern, self.position)
        block = _BLOCK.match(self.pattern, self.position)
        if block:
            return self.block(block, negated=negated)
        if not match:
            raise Failure("正则表达式的 \\p{…} 写错了")
        self.position = match.end()
        name = match[1]
        return lambda found: unicodedata.category(found).startswith(name) is not negated

    def block(self, match: re.Match[str], *, negated: bool) -> Accept:
        if match[1] not in _BLOCKS:
            known = "、".join(_BLOCKS)
            raise FeelUnsupported(f"正则表达式的 \\p{{Is{match[1][:40]}}} 不支持，可用的字符块有 {known}。")
        self.position = match.end()
        first, last = _BLOCKS[match[1]]
        return lambda found: (first <= ord(found) <= last) is not negated

    def bracket(self) -> Accept:
        negated = self.accept("^")
        parts: list[Accept] = []
        without: Accept | None = None
        while not self.accept("]"):
            if parts and self.accept("-["):
                without = self.bracket()
                if not self.accept("]"):
                    raise Failure("正则表达式缺少“]”")
                break
            parts.append(self.member())
        if not parts:
            raise Failure("正则表达式里有空的“[]”")
        return lambda found: (
            any(part(found) for part in parts) is not negated and (without is None or not without(found))
        )

    def member(self) -> Accept:
        sign = self.take()
        if sign == "\\":
            if self.peek().lower() in (*_CLASSES, "p"):
                return self.escape()
            sign = self.escaped_sign()
        elif sign == "[":
            raise Failure("正则表达式的“[”里又有“[”")
        if self.peek() == "-" and self.pattern[self.position + 1 : self.position + 2] not in ("]", "[", ""):
            self.take()
            last = self.take()
            return self.between(sign, self.escaped_sign() if last == "\\" else last)
        return character(sign, ignore_case="i" in self.flags)

    def escaped_sign(self) -> str:
        sign = self.take()
        if sign.isalnum() and sign not in _CONTROL:
            raise Failure(f"正则表达式里不认识“\\{sign}”")
        return _CONTROL.get(sign, sign)

    def between(self, first: str, last: str) -> Accept:
        if first > last:
            raise Failure("正则表达式的字符范围写反了")
        if "i" not in self.flags:
            return lambda found: first <= found <= last
        return lambda found: any(first <= form <= last for form in (found, found.lower(), found.upper()))
