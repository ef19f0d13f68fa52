"""Compile expressions and unary tests, keep the compiled ones, evaluate them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gridflow.feel import nodes
from gridflow.feel.compiling import Closure, Scope, compile_node
from gridflow.feel.compiling.tests import Test, compile_tests
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelLimit, FeelSyntaxError
from gridflow.feel.naming import free_names
from gridflow.feel.nodes import Node
from gridflow.feel.phrases import parse_expression, parse_tests
from gridflow.feel.running import Functions, Note, Run
from gridflow.feel.types import Type
from gridflow.feel.values import Value

MAX_DEPTH = 100
CACHED = 4096


class Outcome(NamedTuple):
    """A value, and why parts of the expression were null."""

    value: Value
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; safe to share between threads."""

    text: str
    names: frozenset[str]
    tree: Node
    closure: Closure

    def evaluate(self, scope: Mapping[str, object], functions: Functions = Functions()) -> Value:
        """Compute the value; a part that fails is null, so a condition may give neither true nor false."""
        return self.run(Run(scope, functions))

    def explain(self, scope: Mapping[str, object], functions: Functions = Functions()) -> Outcome:
        """Compute the value and say why parts of it are null."""
        run = Run(scope, functions)
        return Outcome(self.run(run), tuple(run.notes))

    def run(self, run: Run) -> Value:
        """Compute the value within a run under way."""
        try:
            return self.closure(run)
        except RecursionError as error:
            raise FeelLimit("表达式套得太深，已停止。") from error


@dataclass(frozen=True, slots=True)
class UnaryTests:
    """The compiled tests of a table cell."""

    text: str
    names: frozenset[str]
    tree: nodes.Tests
    test: Test

    def matches(
        self,
        value: object,
        scope: Mapping[str, object],
        functions: Functions = Functions(),
    ) -> bool | None:
        """Tell whether a value meets the tests; null where a test fails."""
        run = Run(scope, functions)
        return self.run(run, run.read(value))

    def run(self, run: Run, value: Value) -> bool | None:
        """Test within a run under way."""
        try:
            return self.test(run, value)
        except RecursionError as error:
            raise FeelLimit("表达式套得太深，已停止。") from error


def compile_expression(text: str, names: Collection[str] = ()) -> Expression:
    """Compile an expression; `names` lists names that hold signs or keywords, such as `提交-日期`."""
    return _compile(text, tuple(sorted(names)))


def compile_unary_tests(text: str, names: Collection[str] = ()) -> UnaryTests:
    """Compile the unary tests of a table cell; an empty text or `-` means any value."""
    return _compile_tests(text, tuple(sorted(names)))


@lru_cache(CACHED)
def _compile(text: str, names: tuple[str, ...]) -> Expression:
    return build(text, parse(text, names))


@lru_cache(CACHED)
def _compile_tests(text: str, names: tuple[str, ...]) -> UnaryTests:
    return build_tests(text, names, {})


def parse(text: str, names: Collection[str] = (), types: Mapping[str, Type] | None = None) -> Node:
    """Read a text into its tree and check the depth."""
    if not text.strip():
        raise FeelSyntaxError(0, "表达式是空的")
    return checked(parse_expression(Cursor(text, names, types or {})))


def build(text: str, tree: Node) -> Expression:
    """Compile a tree."""
    return Expression(text, free_names(tree), tree, compile_node(tree, Scope()))


def build_tests(text: str, names: Collection[str], types: Mapping[str, Type]) -> UnaryTests:
    """Compile unary tests without the cache."""
    tree = parse_tests(Cursor(text, names, types))
    checked(tree)
    scope = Scope(None, ("?",))
    return UnaryTests(text, free_names(tree), tree, compile_tests(tree, scope, scope.slots["?"]))


def checked(tree: Node) -> Node:
    """Refuse a tree too deep to be walked safely."""
    for part, depth in nodes.walk(tree):
        if depth > MAX_DEPTH:
            raise FeelSyntaxError(part.position, f"表达式套得太深，最多 {MAX_DEPTH} 层，请拆成几步")
    return tree
