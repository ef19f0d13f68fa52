"""The syntax tree of an expression; `position` counts characters from 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gridflow.feel.types import Type
from gridflow.feel.values import Value


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression."""

    position: int

    def children(self) -> Iterator[Node]:
        """Yield the parts of this part."""
        for name in self.__match_args__:
            yield from _nodes_in(getattr(self, name))


def _nodes_in(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield every part with its depth, without recursion."""
    waiting = [(node, 1)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        waiting.extend((child, depth + 1) for child in part.children())


def weight(node: Node) -> int:
    """Count the parts: what one evaluation costs of the budget."""
    return sum(1 for _ in walk(node))


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, text, truth value or null."""

    value: Value


@dataclass(frozen=True, slots=True)
class Temporal(Node):
    """An at-literal: `@"2026-11-22"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`context.entry`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-number`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right` with + - * / **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right` with = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """A chain of `and` or of `or`."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Membership(Node):
    """`value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests of a table cell; none means any value."""

    tests: tuple[Node, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class OpenRange(Node):
    """`< 5`, also with <= > >= = !=."""

    operator: str
    end: Node


@dataclass(frozen=True, slots=True)
class ClosedRange(Node):
    """`[low..high]`."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[item, item]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{key: value}`; with `result`, a boxed context that gives its last, nameless entry."""

    entries: tuple[tuple[str, Node], ...]
    result: Node | None = None


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`list[condition or index]`; a boxed one is `strict`: null where a condition is neither true nor false."""

    source: Node
    condition: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then yes else no`; a boxed one is `strict`."""

    condition: Node
    yes: Node
    no: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Domain(Node):
    """`name in source` or `name in source..until`."""

    name: str
    source: Node
    until: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for iterators return result`."""

    iterators: tuple[Domain, ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some iterators satisfies condition`, also `every`; a boxed one is `strict`."""

    every: bool
    iterators: tuple[Domain, ...]
    condition: Node
    strict: bool = False


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a: type, b) body`."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node
    result: Type | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(argument)` or `function(name: argument)`."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted(Node):
    """A part whose value must fit a declared type."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type
