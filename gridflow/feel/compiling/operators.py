"""Arithmetic on numbers, texts, instants and durations."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, DecimalException

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.errors import FeelUnsupported
from gridflow.feel.running import Run
from gridflow.feel.temporal import add_days, add_months, between, in_bounds, seconds
from gridflow.feel.values import DECIMALS, Failure, Months, Value, chinese_kind

POWER_COST = 50  # steps: powers, roots and logarithms take that much longer than a sum
Operation = Callable[[Run, Value, Value], Value]


@compiles(nodes.Arithmetic)
def _arithmetic(node: nodes.Arithmetic, scope: Scope) -> Closure:
    left, right = compile_node(node.left, scope), compile_node(node.right, scope)
    operator, position = node.operator, node.position
    fast, table = _ON_NUMBERS[operator], OPERATIONS[operator]
    cost = POWER_COST if operator == "**" else 0

    def compute(run: Run) -> Value:
        a, b = left(run), right(run)
        run.left -= cost
        try:
            if type(a) is Decimal and type(b) is Decimal:
                return fast(a, b)
            operation = table.get((type(a), type(b)))
            if operation is not None:
                return operation(run, a, b)
        except DecimalException:
            return run.fail(position, "算式没有结果：除数为零或数字太大")
        except Failure as failure:
            return run.fail(position, str(failure))
        return run.fail(position, f"{chinese_kind(a)}与{chinese_kind(b)}不能用“{operator}”运算")

    return compute


@compiles(nodes.Negation)
def _negation(node: nodes.Negation, scope: Scope) -> Closure:
    if isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
        constant = DECIMALS.minus(node.operand.value)
        return lambda _run: constant
    operand, position = compile_node(node.operand, scope), node.position

    def negate(run: Run) -> Value:
        value = operand(run)
        if type(value) is Decimal:
            return DECIMALS.minus(value)
        if type(value) is timedelta:
            return -value
        if type(value) is Months:
            return Months(-value.count)
        return run.fail(position, f"{chinese_kind(value)}不能取负")

    return negate


def _scale(_run: Run, span: timedelta, factor: Decimal) -> timedelta:
    return _span(DECIMALS.multiply(seconds(span), factor))


def _shrink(_run: Run, span: timedelta, divisor: Decimal) -> timedelta:
    return _span(DECIMALS.divide(seconds(span), divisor))


def _span(total: Decimal) -> timedelta:
    if abs(total) >= 86_400 * 999_999_999:
        raise FeelUnsupported("时长太长。")
    return timedelta(microseconds=int(DECIMALS.multiply(total, Decimal(1_000_000))))


def _months(count: Decimal) -> Months:
    if abs(count) > 12_000_000_000:
        raise FeelUnsupported("时长太长。")
    return Months(int(count))


def _sum_of_spans(left: timedelta, right: timedelta) -> timedelta:
    try:
        return in_bounds(left + right)
    except OverflowError as error:
        raise FeelUnsupported("时长太长。") from error


def _between(run: Run, left: Value, right: Value) -> timedelta:
    return between(left, right, run.functions.zone)


_ON_NUMBERS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": DECIMALS.add,
    "-": DECIMALS.subtract,
    "*": DECIMALS.multiply,
    "/": DECIMALS.divide,
    "**": DECIMALS.power,
}
_DAYS, _DATED = (date, datetime, time), (date, datetime)
OPERATIONS: dict[str, dict[tuple[type, type], Operation]] = {
    "+": {
        (str, str): lambda run, a, b: run.text(a + b),
        (timedelta, timedelta): lambda _run, a, b: _sum_of_spans(a, b),
        (Months, Months): lambda _run, a, b: Months(a.count + b.count),
        **{(day, timedelta): lambda _run, a, b: add_days(a, b) for day in _DAYS},
        **{(timedelta, day): lambda _run, a, b: add_days(b, a) for day in _DAYS},
        **{(day, Months): lambda _run, a, b: add_months(a, b) for day in _DATED},
        **{(Months, day): lambda _run, a, b: add_months(b, a) for day in _DATED},
    },
    "-": {
        (timedelta, timedelta): lambda _run, a, b: _sum_of_spans(a, -b),
        (Months, Months): lambda _run, a, b: Months(a.count - b.count),
        **{(day, timedelta): lambda _run, a, b: add_days(a, -b) for day in _DAYS},
        **{(day, Months): lambda _run, a, b: add_months(a, Months(-b.count)) for day in _DATED},
        **{(a, b): _between for a in _DATED for b in _DATED},
        (time, time): _between,
    },
    "*": {
        (timedelta, Decimal): _scale,
        (Decimal, timedelta): lambda run, a, b: _scale(run, b, a),
        (Months, Decimal): lambda _run, a, b: _months(DECIMALS.multiply(a.count, b)),
        (Decimal, Months): lambda _run, a, b: _months(DECIMALS.multiply(b.count, a)),
    },
    "/": {
        (timedelta, Decimal): _shrink,
        (Months, Decimal): lambda _run, a, b: _months(DECIMALS.divide(a.count, b)),
        (timedelta, timedelta): lambda _run, a, b: DECIMALS.divide(seconds(a), seconds(b)),
        (Months, Months): lambda _run, a, b: DECIMALS.divide(a.count, b.count),
    },
    "**": {},
}
