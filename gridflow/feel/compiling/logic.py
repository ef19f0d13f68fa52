"""Comparisons, three-valued and/or, between, if, instance of."""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles, constant
from gridflow.feel.running import Run
from gridflow.feel.values import Months, Value, chinese_kind, equal, order

_ORDERED = frozenset({Decimal, str, date, timedelta, Months})
_SIGNS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compiles(nodes.Comparison)
def _comparison(node: nodes.Comparison, scope: Scope) -> Closure:
    if node.operator in ("=", "!="):
        return _equality(node, scope)
    left, right = compile_node(node.left, scope), compile_node(node.right, scope)
    sign, position = _SIGNS[node.operator], node.position
    holds: Callable[[Value, Value], bool] = sign

    def compare(run: Run) -> Value:
        a, b = left(run), right(run)
        if type(a) is type(b) and type(a) in _ORDERED:
            return holds(a, b)
        answer = order(a, b)
        if answer is None:
            return run.fail(position, f"{chinese_kind(a)}与{chinese_kind(b)}不能比较大小")
        return sign(answer, 0)

    return compare


def _equality(node: nodes.Comparison, scope: Scope) -> Closure:
    left, right = compile_node(node.left, scope), compile_node(node.right, scope)
    wanted, position = node.operator == "=", node.position
    if isinstance(node.right, nodes.Literal) and constant(node.right):
        return _equals_constant(left, node.right.value, position, wanted=wanted)

    def compare(run: Run) -> Value:
        a, b = left(run), right(run)
        run.pay_for(a)
        run.pay_for(b)
        answer = equal(a, b)
        if answer is None:
            return run.fail(position, f"{chinese_kind(a)}与{chinese_kind(b)}不能比较")
        return answer is wanted

    return compare


def _equals_constant(left: Closure, value: Value, position: int, *, wanted: bool) -> Closure:
    known = type(value)

    def compare(run: Run) -> Value:
        found = left(run)
        if type(found) is known:
            return (found == value) is wanted
        answer = equal(found, value)
        if answer is None:
            return run.fail(position, f"{chinese_kind(found)}与{chinese_kind(value)}不能比较")
        return answer is wanted

    return compare


@compiles(nodes.Logic)
def _logic(node: nodes.Logic, scope: Scope) -> Closure:
    operands = tuple(compile_node(part, scope) for part in node.operands)
    decisive = node.operator == "or"
    position = node.position

    def combine(run: Run) -> Value:
        known = True
        for operand in operands:
            value = operand(run)
            if value is decisive:
                return decisive
            if value is not (not decisive):
                known = False
        if known:
            return not decisive
        return run.fail(position, "条件中有一部分既非真也非假")

    return combine


@compiles(nodes.Between)
def _between(node: nodes.Between, scope: Scope) -> Closure:
    value, low, high = (compile_node(part, scope) for part in (node.value, node.low, node.high))
    position = node.position

    def check(run: Run) -> Value:
        found = value(run)
        above, below = order(found, low(run)), order(found, high(run))
        if above is None or below is None:
            return run.fail(position, "between 的三个值不能比较大小")
        return above >= 0 >= below

    return check


@compiles(nodes.If)
def _if(node: nodes.If, scope: Scope) -> Closure:
    condition, yes, no = (compile_node(part, scope) for part in (node.condition, node.yes, node.no))
    if not node.strict:
        return lambda run: yes(run) if condition(run) is True else no(run)
    position = node.position

    def choose(run: Run) -> Value:
        met = condition(run)
        if type(met) is not bool:
            return run.fail(position, "条件既非真也非假")
        return yes(run) if met else no(run)

    return choose


@compiles(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf, scope: Scope) -> Closure:
    value, wanted = compile_node(node.value, scope), node.type

    def check(run: Run) -> Value:
        found = value(run)
        return found is not None and wanted.accepts(run, found, lawful=False)

    return check
