"""Rename a variable in an expression, by its tokens and never by its letters."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from gridflow.feel import nodes
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelSyntaxError
from gridflow.feel.expression import checked, parse
from gridflow.feel.naming import variables
from gridflow.feel.nodes import Node
from gridflow.feel.phrases import parse_tests
from gridflow.feel.tokens import tokenize


class RenamingUnsure(Exception):
    """It cannot be told whether a name is the variable, or the new name would mean something else there."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What is renamed."""

    old: str
    new: str
    variable: bool = True
    """Whether a variable is called so."""
    contexts: frozenset[str] = frozenset()
    """Variables of which an entry is called so."""
    columns: bool = False
    """Whether a column of some list is called so, so that inside a filter the name may be either."""


def renamed(text: str, renaming: Renaming, *, unary: bool = False) -> str:
    """Return an expression, or the tests of a cell, with the name replaced; raises RenamingUnsure.

    A text that cannot be read comes back as it is where the name does not stand in it.
    """
    if renaming.old not in text:
        return text
    try:
        tree = _read(text, unary=unary)
    except FeelSyntaxError as error:
        raise RenamingUnsure from error
    places = sorted({*_uses(tree, renaming), *_entries(text, tree, renaming)}, reverse=True)
    found = text
    for place in places:
        if not text.startswith(renaming.old, place):
            raise RenamingUnsure
        found = found[:place] + renaming.new + found[place + len(renaming.old) :]
    if places and _names(_read(found, unary=unary), renaming) != _names(tree, renaming):
        raise RenamingUnsure
    return found


def _read(text: str, *, unary: bool) -> Node:
    return checked(parse_tests(Cursor(text))) if unary else parse(text)


def _uses(tree: Node, renaming: Renaming) -> Iterator[int]:
    if not renaming.variable:
        return
    for node, in_filter in variables(tree):
        if node.name == renaming.old:
            if in_filter and renaming.columns:
                raise RenamingUnsure
            yield node.position


def _entries(text: str, tree: Node, renaming: Renaming) -> Iterator[int]:
    """Yield where an entry of a context is asked for: `context.entry`."""
    if not renaming.contexts:
        return
    meant = sum(
        isinstance(part, nodes.Path)
        and part.name == renaming.old
        and isinstance(part.source, nodes.Name)
        and part.source.name in renaming.contexts
        for part, _depth in nodes.walk(tree)
    )
    tokens = tokenize(text)
    found = [
        entry.position
        for before, owner, dot, entry in zip([None, *tokens], tokens, tokens[1:], tokens[2:], strict=False)
        if (owner.text in renaming.contexts and owner.kind == "word" and dot.text == ".")
        and entry.text == renaming.old
        and (before is None or before.text != ".")
    ]
    if len(found) != meant:
        raise RenamingUnsure
    yield from found


def _names(tree: Node, renaming: Renaming) -> Counter[str]:
    """Count the variables as they are called afterwards: none may have become another one."""
    names = (node.name for node, _in_filter in variables(tree))
    return Counter(renaming.new if name == renaming.old and renaming.variable else name for name in names)
