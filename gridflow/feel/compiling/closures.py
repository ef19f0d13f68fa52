"""The frame of the compiler: a closure for each kind of node, and which names are local where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from gridflow.feel import nodes
from gridflow.feel.nodes import Node
from gridflow.feel.running import Run
from gridflow.feel.values import Value

Closure = Callable[[Run], Value]
COMPILERS: dict[type[Node], Callable[[Any, Scope], Closure]] = {}


class Scope:
    """The names declared around a part; each has a slot in `Run.locals`.

    A filter declares `item` and, in case the item is a context, all its entries. The `growing` slots hold lists
    still being filled, which are copied when they are read.
    """

    def __init__(self, outer: Scope | None = None, names: Iterable[str] = (), *, is_filter: bool = False) -> None:
        self.outer = outer
        self.counter: count[int] = outer.counter if outer else count()
        self.slots = {name: next(self.counter) for name in names}
        self.is_filter = is_filter
        self.growing: set[int] = outer.growing if outer else set()

    def declare(self, name: str) -> int:
        """Give a name a slot."""
        self.slots[name] = next(self.counter)
        return self.slots[name]

    def find(self, name: str) -> tuple[list[int], int | None]:
        """Find the filtered items that may have an entry of this name, innermost first, and the slot of the name."""
        items: list[int] = []
        scope: Scope | None = self
        while scope is not None:
            if scope.is_filter:
                items.append(scope.slots["item"])
            if name in scope.slots:
                return items, scope.slots[name]
            scope = scope.outer
        return items, None


def compiles(*kinds: type[Node]) -> Callable[[Callable[[Any, Scope], Closure]], Callable[[Any, Scope], Closure]]:
    """Register the compiler of these kinds of node."""

    def register(compiler: Callable[[Any, Scope], Closure]) -> Callable[[Any, Scope], Closure]:
        for kind in kinds:
            COMPILERS[kind] = compiler
        return compiler

    return register


def compile_node(node: Node, scope: Scope) -> Closure:
    """Make the closure of one part."""
    return COMPILERS[type(node)](node, scope)


def constant(node: Node) -> bool:
    """Tell whether a part is a plain number, text, truth value or null."""
    return isinstance(node, nodes.Literal)
