"""Rename a variable in an expression, by its tokens and never by its letters."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

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
    column: bool = False
    """Whether it is such a column that is renamed: an entry of rows, under whatever name the rows go by."""
    elsewhere: bool = False
    """Whether something else has an entry called so too, so that it cannot be told whose is meant."""


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
    found = _of_rows(text, tree, renaming) if renaming.column else _entries(text, tree, renaming)
    places = sorted({*_uses(tree, renaming), *found}, reverse=True)
    written = text
    for place in places:
        if not text.startswith(renaming.old, place):
            raise RenamingUnsure
        written = written[:place] + renaming.new + written[place + len(renaming.old) :]
    if places and _names(_read(written, unary=unary), renaming) != _names(tree, renaming):
        raise RenamingUnsure
    return written


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


def _of_rows(text: str, tree: Node, renaming: Renaming) -> Iterator[int]:
    """Yield where a column of rows is asked for: `row.column`, and by its name alone inside a filter."""
    parts = [part for part, _depth in nodes.walk(tree)]
    meant = sum(isinstance(part, nodes.Path) and part.name == renaming.old for part in parts)
    tokens = tokenize(text)
    found = [
        entry.position
        for dot, entry in pairwise(tokens)
        if dot.text == "." and entry.kind == "word" and entry.text == renaming.old
    ]
    found += [node.position for node, in_filter in variables(tree) if in_filter and node.name == renaming.old]
    made = any(isinstance(part, nodes.ContextOf) and renaming.old in dict(part.entries) for part in parts)
    quoted = any(isinstance(part, nodes.Literal) and part.value == renaming.old for part in parts)
    alone = sum(in_filter and node.name == renaming.old for node, in_filter in variables(tree))
    if made or quoted or len(found) != meant + alone or (found and renaming.elsewhere):
        raise RenamingUnsure
    yield from found


def _names(tree: Node, renaming: Renaming) -> Counter[str]:
    """Count the variables as they are called afterwards: none may have become another one."""
    return Counter(
        renaming.new
        if node.name == renaming.old and (renaming.variable or (renaming.column and in_filter))
        else node.name
        for node, in_filter in variables(tree)
    )
