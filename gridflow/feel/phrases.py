"""Read what begins an expression: literals, brackets, if, for, some, every, function."""

from decimal import Overflow

from gridflow.feel import nodes
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelSyntaxError, FeelUnsupportedSyntax
from gridflow.feel.grammar import (
    BEGINNINGS,
    COMPARISONS,
    LITERALS,
    NEGATE,
    closed_range,
    expression,
    open_range,
    operand,
    tests,
)
from gridflow.feel.nodes import Node
from gridflow.feel.typenames import type_name
from gridflow.feel.types import Type
from gridflow.feel.values import DECIMALS

_CONSTANTS = {"true": True, "false": False, "null": None}


def parse_expression(cursor: Cursor) -> Node:
    """Read a whole text as one expression; a leading `=` is allowed."""
    if cursor.is_at("="):
        cursor.take()
    node = expression(cursor)
    _expect_end(cursor)
    return node


def parse_tests(cursor: Cursor) -> nodes.Tests:
    """Read a whole text as the unary tests of a table cell."""
    if cursor.now.kind == "end" or (cursor.is_at("-") and cursor.following.kind == "end"):
        return nodes.Tests(0, (), negated=False)
    if cursor.is_at("not") and cursor.following.text == "(":
        start = cursor.index
        cursor.take()
        cursor.take()
        found = tests(cursor)
        if cursor.accept(")") and cursor.now.kind == "end":
            return nodes.Tests(0, found, negated=True)
        cursor.index = start
    found = tests(cursor)
    _expect_end(cursor)
    return nodes.Tests(0, found, negated=False)


def _expect_end(cursor: Cursor) -> None:
    if cursor.now.kind != "end":
        raise cursor.error("表达式到这里应当结束")


def _number(cursor: Cursor) -> Node:
    token = cursor.take()
    try:
        return nodes.Literal(token.position, DECIMALS.create_decimal(token.text))
    except Overflow as error:
        raise FeelSyntaxError(token.position, "数字太大") from error


def _string(cursor: Cursor) -> Node:
    token = cursor.take()
    return nodes.Literal(token.position, token.text)


def _constant(cursor: Cursor) -> Node:
    token = cursor.take()
    return nodes.Literal(token.position, _CONSTANTS[token.text])


def _at_literal(cursor: Cursor) -> Node:
    position = cursor.take().position
    if cursor.now.kind != "string":
        raise cursor.error("“@”后面应当是带引号的日期、时间或时长")
    return nodes.Temporal(position, cursor.take().text)


def _negation(cursor: Cursor) -> Node:
    position = cursor.take().position
    return nodes.Negation(position, operand(cursor, NEGATE))


def _parenthesis(cursor: Cursor) -> Node:
    opening = cursor.take()
    if cursor.is_at(*COMPARISONS):
        inner = open_range(cursor)
    else:
        inner = expression(cursor)
        if cursor.is_at(".."):
            return closed_range(cursor, opening, inner)
    cursor.expect(")")
    return inner


def _open_bracket(cursor: Cursor) -> Node:
    opening = cursor.take()
    items: list[Node] = []
    while not cursor.is_at("]"):
        items.append(open_range(cursor) if cursor.is_at(*COMPARISONS) else expression(cursor))
        if len(items) == 1 and cursor.is_at(".."):
            return closed_range(cursor, opening, items[0])
        if not cursor.accept(","):
            break
    cursor.expect("]")
    return nodes.ListOf(opening.position, tuple(items))


def _reversed_bracket(cursor: Cursor) -> Node:
    opening = cursor.take()
    return closed_range(cursor, opening, expression(cursor))


def _context(cursor: Cursor) -> Node:
    position = cursor.expect("{").position
    entries: list[tuple[str, Node]] = []
    while not cursor.is_at("}"):
        key = cursor.take().text if cursor.now.kind == "string" else cursor.name_until(":")
        cursor.learn(key)
        cursor.expect(":")
        entries.append((key, expression(cursor)))
        if not cursor.accept(","):
            break
    cursor.expect("}")
    return nodes.ContextOf(position, tuple(entries))


def _if(cursor: Cursor) -> Node:
    position = cursor.take().position
    condition = expression(cursor)
    cursor.expect("then")
    yes = expression(cursor)
    cursor.expect("else")
    return nodes.If(position, condition, yes, _rest(cursor))


def _rest(cursor: Cursor) -> Node:
    """Read the last part of a phrase, which may still be inside the end of a range."""
    return operand(cursor, 0)


def _domains(cursor: Cursor) -> tuple[nodes.Domain, ...]:
    found: list[nodes.Domain] = []
    while not found or cursor.accept(","):
        position = cursor.now.position
        name = cursor.name()
        cursor.expect("in")
        source = expression(cursor)
        until = expression(cursor) if cursor.accept("..") else None
        found.append(nodes.Domain(position, name, source, until))
    return tuple(found)


def _for(cursor: Cursor) -> Node:
    position = cursor.take().position
    domains = _domains(cursor)
    cursor.expect("return")
    return nodes.For(position, domains, _rest(cursor))


def _quantified(cursor: Cursor) -> Node:
    word = cursor.take()
    domains = _domains(cursor)
    cursor.expect("satisfies")
    return nodes.Quantified(word.position, word.text == "every", domains, _rest(cursor))


def _function(cursor: Cursor) -> Node:
    position = cursor.take().position
    cursor.expect("(")
    parameters: list[str] = []
    types: list[Type | None] = []
    while not cursor.is_at(")"):
        parameters.append(cursor.name())
        types.append(type_name(cursor) if cursor.accept(":") else None)
        if not cursor.accept(","):
            break
    cursor.expect(")")
    if cursor.is_at("external"):
        raise FeelUnsupportedSyntax(cursor.now.position, "不允许外部函数（external），请用内置函数改写")
    return nodes.FunctionOf(position, tuple(parameters), tuple(types), _rest(cursor))


LITERALS.update({"number": _number, "string": _string})
BEGINNINGS.update(
    {
        **dict.fromkeys(_CONSTANTS, _constant),
        "@": _at_literal,
        "-": _negation,
        "(": _parenthesis,
        "[": _open_bracket,
        "]": _reversed_bracket,
        "{": _context,
        "if": _if,
        "for": _for,
        "some": _quantified,
        "every": _quantified,
        "function": _function,
    }
)
