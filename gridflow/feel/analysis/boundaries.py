"""The constants at which the tests of a cell may change their answer."""

from collections.abc import Iterator

from gridflow.feel import nodes
from gridflow.feel.compiling import Scope, compile_node
from gridflow.feel.nodes import Node
from gridflow.feel.running import Functions, Run
from gridflow.feel.values import Value, kind

ORDERED = (
    "number", "string", "date", "time", "date and time", "days and time duration", "years and months duration",
)  # fmt: skip
_MAKERS = frozenset({"date", "time", "date and time", "duration"})
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_LAST = 0x10FFFF
_SURROGATES = (0xD800, 0xDFFF)


class NotAnalysable(Exception):
    """A test asks for more than constants; what it accepts cannot be told without a case."""


def boundaries(tests: nodes.Tests) -> list[Value]:
    """Return every constant the tests compare with; raises NotAnalysable.

    Between two neighbouring constants all values are answered alike.
    """
    return [value for test in tests.tests for value in _of_test(test)]


def _of_test(node: Node) -> Iterator[Value]:
    if any(isinstance(part, nodes.Name) and part.name == "?" for part, _depth in nodes.walk(node)):
        yield from _of_question(node)
    else:
        yield from _of_plain(node)


def _of_plain(node: Node) -> Iterator[Value]:
    """Yield the constants of a test as it is usually written: a value, a comparison, a range, a list of them."""
    if isinstance(node, nodes.OpenRange):
        yield constant(node.end)
    elif isinstance(node, nodes.ClosedRange):
        yield from (constant(node.low), constant(node.high))
    elif isinstance(node, nodes.ListOf):
        for item in node.items:
            yield from _of_plain(item)
    else:
        yield constant(node)


def _of_question(node: Node) -> Iterator[Value]:
    """Yield the constants of a condition about `?`."""
    match node:
        case nodes.Comparison(operator=operator) if operator in _COMPARISONS:
            yield constant(node.right if _asks(node.left) else _asked(node.left, node.right))
        case nodes.Between():
            yield from (constant(_asked(part, node.value)) for part in (node.low, node.high))
        case nodes.Membership():
            _asked(node.value, node.value)
            for test in node.tests:
                yield from _of_plain(test)
        case nodes.Logic():
            for part in node.operands:
                yield from _of_question(part)
        case nodes.Call(function=nodes.Name(name="not"), arguments=(inner,), names=()):
            yield from _of_question(inner)
        case nodes.Call(function=nodes.Name(name="starts with"), arguments=(asked, begins), names=()):
            yield from _beginning(constant(_asked(begins, asked)))
        case _:
            raise NotAnalysable


def _asks(node: Node) -> bool:
    return isinstance(node, nodes.Name) and node.name == "?"


def _asked(other: Node, question: Node) -> Node:
    """Return the other side of a comparison with `?` and nothing else."""
    if not _asks(question):
        raise NotAnalysable
    return other


def _beginning(text: Value) -> Iterator[Value]:
    """Yield the ends of the stretch of texts that begin with this one."""
    if not isinstance(text, str):
        raise NotAnalysable
    if text:
        yield text
        after = following(text)
        if after is None:
            raise NotAnalysable
        yield after


def following(text: str) -> str | None:
    """Return the first text behind all that begin with this one; None where there is none."""
    code = ord(text[-1]) + 1
    if _SURROGATES[0] <= code <= _SURROGATES[1]:
        code = _SURROGATES[1] + 1
    return None if code > _LAST else text[:-1] + chr(code)


def constant(node: Node) -> Value:
    """Return the value of a part that depends on nothing; raises NotAnalysable."""
    for part, _depth in nodes.walk(node):
        made = isinstance(part, nodes.Name) and part.name in _MAKERS
        if not made and not isinstance(part, nodes.Literal | nodes.Temporal | nodes.Negation | nodes.Call):
            raise NotAnalysable
    if isinstance(node, nodes.Call) and not isinstance(node.function, nodes.Name):
        raise NotAnalysable
    value = compile_node(node, Scope())(Run({}, Functions()))
    literal_null = isinstance(node, nodes.Literal) and value is None
    if not literal_null and kind(value) not in (*ORDERED, "boolean"):
        raise NotAnalysable
    return value
