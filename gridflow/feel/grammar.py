"""Read an expression by binding powers: what begins one and what continues it."""

from collections.abc import Callable

from gridflow.feel import nodes
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelSyntaxError
from gridflow.feel.nodes import Node
from gridflow.feel.tokens import Token
from gridflow.feel.typenames import type_name

OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE, INSTANCE, POSTFIX = range(10, 100, 10)
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
MAX_CHAIN = 60

Begin = Callable[[Cursor], Node]
Continue = Callable[[Cursor, Node, Token], Node]
BEGINNINGS: dict[str, Begin] = {}  # of signs and words; filled by gridflow.feel.phrases
LITERALS: dict[str, Begin] = {}  # of the token kinds number and string; filled there too


def expression(cursor: Cursor) -> Node:
    """Read the longest expression at hand."""
    return _in_range(cursor, in_range=False)


def range_end(cursor: Cursor) -> Node:
    """Read the upper end of a range, where `[` closes the range instead of opening a filter."""
    return _in_range(cursor, in_range=True)


def _in_range(cursor: Cursor, *, in_range: bool) -> Node:
    before, cursor.in_range = cursor.in_range, in_range
    node = operand(cursor, 0)
    cursor.in_range = before
    return node


def operand(cursor: Cursor, power: int) -> Node:
    """Read the longest expression whose operators bind more tightly than `power`."""
    cursor.deeper()
    left = _beginning(cursor)
    links = 0
    while (found := _continuation(cursor)) and found[0] > power:
        links += 1
        if links > MAX_CHAIN:
            raise FeelSyntaxError(cursor.now.position, f"一串运算最多 {MAX_CHAIN} 项，请拆成几步")
        left = found[1](cursor, left, cursor.take())
    cursor.back()
    return left


def _beginning(cursor: Cursor) -> Node:
    token = cursor.now
    if token.kind in ("operator", "word") and token.text in BEGINNINGS and not _is_known_name(cursor):
        return BEGINNINGS[token.text](cursor)
    if token.kind in LITERALS:
        return LITERALS[token.kind](cursor)
    if cursor.at_name():
        return nodes.Name(token.position, cursor.name())
    if token.text == "'":
        raise cursor.error("文字要用双引号括起来")
    raise cursor.error("这里应当是一个值")


def _is_known_name(cursor: Cursor) -> bool:
    return cursor.now.kind == "word" and cursor.known() > 0


def _continuation(cursor: Cursor) -> tuple[int, Continue] | None:
    token = cursor.now
    if token.kind not in ("operator", "word") or (cursor.in_range and token.text == "["):
        return None
    return CONTINUATIONS.get(token.text)


def test(cursor: Cursor) -> Node:
    """Read one unary test: `< 5`, a range, a value or a condition on `?`."""
    return open_range(cursor) if cursor.is_at(*COMPARISONS) else expression(cursor)


def open_range(cursor: Cursor) -> Node:
    """Read `< 5`."""
    sign = cursor.take()
    return nodes.OpenRange(sign.position, sign.text, operand(cursor, COMPARE))


def tests(cursor: Cursor) -> tuple[Node, ...]:
    """Read unary tests with commas between them."""
    found = [test(cursor)]
    while cursor.accept(","):
        found.append(test(cursor))
    return tuple(found)


def closed_range(cursor: Cursor, opening: Token, low: Node) -> Node:
    """Read the rest of a range from its two dots on."""
    cursor.expect("..")
    high = range_end(cursor)
    if not cursor.is_at(")", "]", "["):
        raise cursor.error("区间应当以“]”或“)”结束")
    closing = cursor.take()
    return nodes.ClosedRange(opening.position, low, high, opening.text == "[", closing.text == "]")


def _logic(power: int) -> Continue:
    def read(cursor: Cursor, left: Node, sign: Token) -> Node:
        operands = [left, operand(cursor, power)]
        while cursor.accept(sign.text):
            operands.append(operand(cursor, power))
        return nodes.Logic(sign.position, sign.text, tuple(operands))

    return read


def _arithmetic(power: int) -> Continue:
    return lambda cursor, left, sign: nodes.Arithmetic(sign.position, sign.text, left, operand(cursor, power))


def _comparison(cursor: Cursor, left: Node, sign: Token) -> Node:
    return nodes.Comparison(sign.position, sign.text, left, operand(cursor, COMPARE))


def _between(cursor: Cursor, left: Node, sign: Token) -> Node:
    low = operand(cursor, COMPARE)
    cursor.expect("and")
    return nodes.Between(sign.position, left, low, operand(cursor, COMPARE))


def _membership(cursor: Cursor, left: Node, sign: Token) -> Node:
    if not cursor.is_at("("):
        single = open_range(cursor) if cursor.is_at(*COMPARISONS) else operand(cursor, COMPARE)
        return nodes.Membership(sign.position, left, (single,))
    opening = cursor.take()
    found = tests(cursor)
    if len(found) == 1 and cursor.is_at(".."):
        return nodes.Membership(sign.position, left, (closed_range(cursor, opening, found[0]),))
    cursor.expect(")")
    if (further := _continuation(cursor)) and further[0] > COMPARE:
        raise cursor.error("in 后面的括号写完后不能接着运算，请把整个算式再括起来")
    return nodes.Membership(sign.position, left, found)


def _instance(cursor: Cursor, left: Node, sign: Token) -> Node:
    if cursor.now.text != "of":
        raise cursor.error("这里应当是“of”")
    cursor.take()
    return nodes.InstanceOf(sign.position, left, type_name(cursor))


def _path(cursor: Cursor, left: Node, _sign: Token) -> Node:
    position = cursor.now.position
    return nodes.Path(position, left, cursor.name())


def _filter(cursor: Cursor, left: Node, sign: Token) -> Node:
    condition = expression(cursor)
    cursor.expect("]")
    return nodes.Filter(sign.position, left, condition)


def _call(cursor: Cursor, left: Node, _sign: Token) -> Node:
    arguments: list[Node] = []
    names: list[str] = []
    while not cursor.is_at(")"):
        if name := _argument_name(cursor):
            names.append(name)
        elif names:
            raise cursor.error("带名称的参数之后，每个参数都要带名称")
        arguments.append(test(cursor))
        if not cursor.accept(","):
            break
    cursor.expect(")")
    if names and len(names) != len(arguments):
        raise cursor.error("参数要么都带名称，要么都不带")
    return nodes.Call(left.position, left, tuple(arguments), tuple(names))


def _argument_name(cursor: Cursor) -> str:
    """Step over `name:`, if it is at hand."""
    if not cursor.at_name():
        return ""
    index = cursor.index
    name = cursor.name()
    if cursor.accept(":"):
        return name
    cursor.index = index
    return ""


CONTINUATIONS: dict[str, tuple[int, Continue]] = {
    "or": (OR, _logic(OR)),
    "and": (AND, _logic(AND)),
    **dict.fromkeys(COMPARISONS, (COMPARE, _comparison)),
    "between": (COMPARE, _between),
    "in": (COMPARE, _membership),
    "+": (ADD, _arithmetic(ADD)),
    "-": (ADD, _arithmetic(ADD)),
    "*": (MULTIPLY, _arithmetic(MULTIPLY)),
    "/": (MULTIPLY, _arithmetic(MULTIPLY)),
    "**": (POWER, _arithmetic(POWER)),
    "instance": (INSTANCE, _instance),
    ".": (POSTFIX, _path),
    "[": (POSTFIX, _filter),
    "(": (POSTFIX, _call),
}
