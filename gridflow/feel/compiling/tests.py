"""Ranges, `in` and the unary tests of table cells."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.running import Run
from gridflow.feel.values import Months, Range, Value, equal, kind, order

Test = Callable[[Run, Value], bool | None]
_ORDERED = frozenset({Decimal, str, date, timedelta, Months})
_HOLDS: dict[str, Callable[[int], bool]] = {
    "<": lambda answer: answer < 0,
    "<=": lambda answer: answer <= 0,
    ">": lambda answer: answer > 0,
    ">=": lambda answer: answer >= 0,
}


@compiles(nodes.OpenRange)
def _open_range(node: nodes.OpenRange, scope: Scope) -> Closure:
    end, sign = compile_node(node.end, scope), node.operator
    return lambda run: open_range(sign, end(run))


def open_range(sign: str, end: Value) -> Range:
    """Make the range that `< end` describes."""
    if sign in ("=", "!="):
        return Range(end, end, low_included=True, high_included=True, operator=sign)
    if sign in ("<", "<="):
        return Range(None, end, low_included=False, high_included=sign == "<=", operator=sign)
    return Range(end, None, low_included=sign == ">=", high_included=False, operator=sign)


@compiles(nodes.ClosedRange)
def _closed_range(node: nodes.ClosedRange, scope: Scope) -> Closure:
    low, high = compile_node(node.low, scope), compile_node(node.high, scope)
    low_included, high_included, position = node.low_included, node.high_included, node.position

    def make(run: Run) -> Value:
        start, end = low(run), high(run)
        if start is not None and end is not None and kind(start) != kind(end):
            return run.fail(position, "区间的两端类型不同")
        return Range(start, end, low_included, high_included)

    return make


def contains(span: Range, value: Value) -> bool | None:
    """Tell whether a value lies in a range; null where it does not compare with an end."""
    if span.operator:
        return _in_open(span, value)
    low, high = order(value, span.low), order(value, span.high)
    if low is None or high is None:
        return None
    return (low > 0 or (low == 0 and span.low_included)) and (high < 0 or (high == 0 and span.high_included))


def _in_open(span: Range, value: Value) -> bool | None:
    sign = span.operator
    if sign in ("=", "!="):
        same = equal(value, span.low)
        return None if same is None else same is (sign == "=")
    answer = order(value, span.high if sign in ("<", "<=") else span.low)
    return None if answer is None else _HOLDS[sign](answer)


def meets(value: Value, found: Value) -> bool | None:
    """Tell whether a value meets one evaluated test: a range, a list of tests, or an equal value."""
    if type(found) is Range:
        return None if value is None and found.operator not in ("=", "!=") else contains(found, value)
    if type(found) is list:
        if type(value) is list and equal(value, found):
            return True
        answers = [meets(value, item) for item in found]
        return True in answers or (None if type(value) is not list and answers and set(answers) == {None} else False)
    return equal(value, found)


@compiles(nodes.Membership)
def _membership(node: nodes.Membership, scope: Scope) -> Closure:
    value = compile_node(node.value, scope)
    tests, position = tuple(compile_node(test, scope) for test in node.tests), node.position

    def check(run: Run) -> Value:
        wanted = value(run)
        answer: bool | None = False
        for test in tests:
            found = test(run)
            run.pay_for(found)
            met = meets(wanted, found)
            if met:
                return True
            answer = None if met is None else answer
        return run.fail(position, "in 两边的值不能比较") if answer is None else False

    return check


def compile_tests(node: nodes.Tests, scope: Scope, slot: int) -> Test:
    """Make the test of a table cell; `slot` holds `?`. Null (a failing test) counts as not met by the table."""
    if not node.tests:
        return lambda _run, _value: True
    constants = _constants(node.tests)
    test = _among(constants) if constants is not None else _any_of(tuple(_one(t, scope, slot) for t in node.tests))
    return _negated(test) if node.negated else test


def _constants(found: tuple[nodes.Node, ...]) -> frozenset[Value] | None:
    values = [test.value for test in found if isinstance(test, nodes.Literal) and isinstance(test.value, str)]
    return frozenset(values) if len(values) == len(found) else None


def _among(values: frozenset[Value]) -> Test:
    def test(_run: Run, value: Value) -> bool | None:
        if type(value) is str:
            return value in values
        return None if value is not None else False

    return test


def _any_of(parts: tuple[Test, ...]) -> Test:
    if len(parts) == 1:
        return parts[0]

    def test(run: Run, value: Value) -> bool | None:
        answer: bool | None = False
        for part in parts:
            met = part(run, value)
            if met:
                return True
            answer = None if met is None else answer
        return answer

    return test


def _negated(test: Test) -> Test:
    def negated(run: Run, value: Value) -> bool | None:
        met = test(run, value)
        return None if met is None else not met

    return negated


def _one(node: nodes.Node, scope: Scope, slot: int) -> Test:
    if isinstance(node, nodes.OpenRange) and node.operator in _HOLDS:
        return _bounded(node, scope)
    if isinstance(node, nodes.Literal) and type(node.value) is bool:
        # a condition that is always true would hit for an input nobody has filled in
        return lambda _run, value: equal(value, node.value)
    asks = any(isinstance(part, nodes.Name) and part.name == "?" for part, _depth in nodes.walk(node))
    closure = compile_node(node, scope)

    def test(run: Run, value: Value) -> bool | None:
        run.locals[slot] = value
        found = closure(run)
        if asks and (type(found) is bool or found is None):
            answer: bool | None = found
            return answer
        if type(found) is bool and type(value) is not bool:
            return found
        run.pay_for(found)
        return meets(value, found)

    return test


def _bounded(node: nodes.OpenRange, scope: Scope) -> Test:
    end, holds = compile_node(node.end, scope), _HOLDS[node.operator]

    def test(run: Run, value: Value) -> bool | None:
        answer = order(value, end(run))
        return None if answer is None else holds(answer)

    return test
