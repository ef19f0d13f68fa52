"""The place reached in the tokens, and the names known there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gridflow.feel.errors import FeelSyntaxError
from gridflow.feel.sequences import Sequences, declared
from gridflow.feel.tokens import KEYWORDS, Token, tokenize
from gridflow.feel.types import Type

MAX_NESTING = 50


@dataclass
class Cursor:
    """Walk over the tokens of one text.

    Names of several words are read greedily; those that hold a keyword or a sign must be known beforehand.
    """

    text: str
    names: Collection[str] = ()
    types: Mapping[str, Type] = field(default_factory=dict)
    index: int = 0
    nesting: int = 0
    in_range: bool = False

    def __post_init__(self) -> None:
        self.tokens = tokenize(self.text)
        self._declared = declared(frozenset(self.names))
        self._learned = Sequences(())

    @property
    def now(self) -> Token:
        """Give the token at hand."""
        return self.tokens[self.index]

    @property
    def following(self) -> Token:
        """Give the token after the one at hand."""
        return self.tokens[min(self.index + 1, len(self.tokens) - 1)]

    def is_at(self, *texts: str) -> bool:
        """Tell whether the token at hand is one of these words or signs."""
        token = self.now
        return token.kind in ("operator", "word") and token.text in texts

    def take(self) -> Token:
        """Step over the token at hand."""
        token = self.now
        self.index = min(self.index + 1, len(self.tokens) - 1)
        return token

    def accept(self, text: str) -> bool:
        """Step over this word or sign if it is at hand."""
        if self.is_at(text):
            self.take()
            return True
        return False

    def expect(self, text: str) -> Token:
        """Step over this word or sign, which must be at hand."""
        if not self.is_at(text):
            raise self.error(f"这里应当是“{text}”")
        return self.take()

    def error(self, reason: str, token: Token | None = None) -> FeelSyntaxError:
        """Make an error at a token; name what stands there."""
        token = token or self.now
        found = "表达式已经结束" if token.kind == "end" else f"却是“{self.text[token.position : token.end]}”"
        return FeelSyntaxError(token.position, f"{reason}，{found}")

    def deeper(self) -> None:
        """Go one level into the expression."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise FeelSyntaxError(self.now.position, f"表达式套得太深，最多 {MAX_NESTING} 层，请拆成几步")

    def back(self) -> None:
        """Come back from one level."""
        self.nesting -= 1

    def learn(self, name: str) -> None:
        """Remember a name whose words would otherwise be cut apart."""
        self._learned.add(name)

    def known(self) -> int:
        """Count the tokens of the longest known name at hand."""
        return max(names.longest(self.tokens, self.index) for names in (self._declared, self._learned))

    def at_name(self) -> bool:
        """Tell whether a name begins here."""
        return bool(self.known()) or (self.now.kind == "word" and self.now.text not in KEYWORDS)

    def name(self) -> str:
        """Step over a name and give it with single spaces between its words."""
        if not self.at_name():
            raise self.error("这里应当是名称")
        if count := self.known():
            first, last = self.now, self.tokens[self.index + count - 1]
            self.index += count
            return " ".join(self.text[first.position : last.end].split())
        words = [self.take().text]
        while self.now.kind == "word" and self.now.text not in KEYWORDS and not self.known():
            words.append(self.take().text)
        return " ".join(words)

    def name_until(self, *ends: str) -> str:
        """Step over everything before one of these signs, as one name, and remember it."""
        first = self.now
        while not self.is_at(*ends):
            if self.now.kind in ("end", "string"):
                raise self.error(f"名称后面应当是“{ends[0]}”")
            self.take()
        last = self.tokens[self.index - 1]
        if last.position < first.position:
            raise self.error("这里应当是名称")
        name = " ".join(self.text[first.position : last.end].split())
        self.learn(name)
        return name
