"""for, some, every."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.errors import FeelLimit
from gridflow.feel.running import MAX_ITEMS, Run
from gridflow.feel.temporal import add_days
from gridflow.feel.values import Failure, Range, Value


class _Domain:
    """One `name in source` with its slot."""

    def __init__(self, node: nodes.Domain, scope: Scope) -> None:
        self.source = compile_node(node.source, scope)
        self.until = compile_node(node.until, scope) if node.until else None
        self.slot = scope.declare(node.name)

    def values(self, run: Run) -> Iterable[Value]:
        """Give the values to go through, lazily for a range."""
        start = self.source(run)
        if self.until is not None:
            return _steps(start, self.until(run))
        if isinstance(start, list):
            return start
        if isinstance(start, Range):
            return _within(start)
        if start is None:
            raise Failure("循环的列表是空值")
        return [start]


def _steps(start: Value, end: Value) -> Iterator[Value]:
    """Go up or down from one whole number or date to another."""
    if type(start) is date and type(end) is date:
        days = _span(start.toordinal(), end.toordinal())
        return (date.fromordinal(day) for day in days)
    if isinstance(start, Decimal) and isinstance(end, Decimal) and _is_whole(start) and _is_whole(end):
        return (Decimal(number) for number in _span(int(start), int(end)))
    raise Failure("循环的区间两端应当是整数或日期")


def _is_whole(value: Decimal) -> bool:
    return abs(value) < 10**15 and value == value.to_integral_value()


def _span(start: int, end: int) -> range:
    return range(start, end + 1) if start <= end else range(start, end - 1, -1)


def _within(span: Range) -> Iterator[Value]:
    low, high = span.low, span.high
    if span.operator or type(low) not in (Decimal, date) or type(low) is not type(high):
        raise Failure("循环的区间两端应当是整数或日期")
    low = low if span.low_included else _moved(low, 1)
    high = high if span.high_included else _moved(high, -1)
    if low > high:
        raise Failure("循环的区间两端应当从小到大")
    return _steps(low, high)


def _moved(end: Value, by: int) -> Value:
    return add_days(end, timedelta(days=by)) if type(end) is date else end + by


def _rounds(run: Run, domains: list[_Domain], cost: int, depth: int = 0) -> Iterator[None]:
    """Set the locals of every combination in turn."""
    if depth == len(domains):
        run.charge(cost)
        yield
        return
    domain = domains[depth]
    for value in domain.values(run):
        run.charge(1)
        run.locals[domain.slot] = run.read(value)
        yield from _rounds(run, domains, cost, depth + 1)


@compiles(nodes.For)
def _for(node: nodes.For, scope: Scope) -> Closure:
    inner = Scope(scope)
    domains = [_Domain(domain, inner) for domain in node.iterators]
    partial = inner.declare("partial")
    scope.growing.add(partial)
    result, cost, position = compile_node(node.result, inner), nodes.weight(node.result), node.position

    def loop(run: Run) -> Value:
        found: list[Value] = []
        run.locals[partial] = found
        try:
            for _ in _rounds(run, domains, cost):
                run.locals[partial] = found
                found.append(result(run))
                if len(found) > MAX_ITEMS:
                    raise FeelLimit(f"列表太长，最多 {MAX_ITEMS} 项。")
        except Failure as failure:
            return run.fail(position, str(failure))
        return found

    return loop


@compiles(nodes.Quantified)
def _quantified(node: nodes.Quantified, scope: Scope) -> Closure:
    inner = Scope(scope)
    domains = [_Domain(domain, inner) for domain in node.iterators]
    condition, cost = compile_node(node.condition, inner), nodes.weight(node.condition)
    decisive, strict, position = not node.every, node.strict, node.position

    def check(run: Run) -> Value:
        answer: bool | None = not decisive
        try:
            for _ in _rounds(run, domains, cost):
                met = condition(run)
                if type(met) is not bool:
                    answer = None
                elif met is decisive and answer is not None:
                    answer = decisive
                if met is decisive and not strict:
                    return decisive
        except Failure as failure:
            return run.fail(position, str(failure))
        return run.fail(position, "有一项既非真也非假") if answer is None else answer

    return check
