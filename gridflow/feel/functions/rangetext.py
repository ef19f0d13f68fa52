"""Read a range out of a text, for the function `range`."""

from gridflow.feel import nodes
from gridflow.feel.cursor import Cursor
from gridflow.feel.errors import FeelSyntaxError
from gridflow.feel.functions.registry import BUILT_IN
from gridflow.feel.nodes import Node
from gridflow.feel.phrases import parse_expression
from gridflow.feel.running import Run
from gridflow.feel.temporal import parse_temporal
from gridflow.feel.values import DECIMALS, Failure, Range, Value, order

_COST = 4  # steps for each character: reading an expression takes that much longer than computing one
_MAKERS = ("date", "time", "date and time", "duration")


def parse_range(run: Run, text: str) -> Range:
    """Read a closed range whose ends are literals, the lower first."""
    run.charge(_COST * len(text))
    try:
        node = parse_expression(Cursor(text))
    except FeelSyntaxError as error:
        raise Failure(error.message) from error
    if not isinstance(node, nodes.ClosedRange):
        raise Failure(f"“{text}”不是区间")
    low, high = _end(run, node.low), _end(run, node.high)
    answer = order(low, high)
    if answer is None or answer > 0:
        raise Failure("区间的两端应当从小到大")
    return Range(low, high, node.low_included, node.high_included)


def _end(run: Run, node: Node) -> Value:
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Temporal):
        return parse_temporal(node.text)
    if isinstance(node, nodes.Negation) and isinstance(node.operand, nodes.Literal):
        return DECIMALS.minus(node.operand.value)
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name) and node.function.name in _MAKERS:
        if not all(isinstance(part, nodes.Literal) for part in node.arguments):
            raise Failure("区间的两端只能是固定的值")
        return BUILT_IN[node.function.name].call(run, [_end(run, part) for part in node.arguments])
    raise Failure("区间的两端只能是固定的值")
