"""Names that hold signs, spaces or keywords, as the sequences of tokens they are cut into."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from gridflow.feel.errors import FeelSyntaxError
from gridflow.feel.tokens import Token, tokenize

_KEYWORD_NAMES = ("date and time", "years and months duration", "days and time duration")
_KEPT = 64


class Sequences:
    """Such names by their first word; a name of one word needs none of this and is left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self.known: set[tuple[str, ...]] = set()
        self.lengths: dict[str, set[int]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Remember a name."""
        if name.isidentifier():
            return
        try:
            words = tuple(token.text for token in tokenize(name)[:-1])
        except FeelSyntaxError:
            return
        if len(words) > 1:
            self.known.add(words)
            self.lengths.setdefault(words[0], set()).add(len(words))

    def longest(self, tokens: Sequence[Token], index: int) -> int:
        """Count the tokens of the longest of these names that stands at a place."""
        for length in sorted(self.lengths.get(tokens[index].text, ()), reverse=True):
            ahead = tokens[index : index + length]
            if tuple(token.text for token in ahead) in self.known and all(t.kind != "string" for t in ahead):
                return length
        return 0


@lru_cache(_KEPT)
def declared(names: frozenset[str]) -> Sequences:
    """Return the names declared for an expression, to be read only: a file declares them once for all its cells."""
    return Sequences((*_KEYWORD_NAMES, *names))
