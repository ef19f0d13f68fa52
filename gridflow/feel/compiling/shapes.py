"""Lists, contexts and filters."""

from decimal import Decimal

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.running import Run
from gridflow.feel.values import Function, Value


@compiles(nodes.ListOf)
def _list(node: nodes.ListOf, scope: Scope) -> Closure:
    items = tuple(compile_node(item, scope) for item in node.items)
    return lambda run: run.items([item(run) for item in items])


@compiles(nodes.ContextOf)
def _context(node: nodes.ContextOf, scope: Scope) -> Closure:
    inner = Scope(scope)
    steps: list[tuple[str, int, Closure]] = []
    for name, value in node.entries:
        slot = inner.declare(name) if isinstance(value, nodes.FunctionOf) else -1
        closure = compile_node(value, inner)
        steps.append((name, slot if slot >= 0 else inner.declare(name), closure))
    result = compile_node(node.result, inner) if node.result else None
    twice = len({name for name, _ in node.entries}) < len(node.entries)
    position = node.position

    def build(run: Run) -> Value:
        if twice:
            return run.fail(position, "数据组里有重复的名称")
        run.charge(len(steps))
        found: dict[str, Value] = {}
        for name, slot, closure in steps:
            value = closure(run)
            found[name] = run.locals[slot] = value
            if type(value) is Function:
                knot(value, slot)
        return result(run) if result else found

    return build


def knot(function: Function, slot: int) -> None:
    """Let a function of a context see itself, so that it may recur."""
    captured = getattr(function.call, "captured", None)
    if captured is not None:
        captured[slot] = function


@compiles(nodes.Filter)
def _filter(node: nodes.Filter, scope: Scope) -> Closure:
    source, position = compile_node(node.source, scope), node.position
    inner = Scope(scope, ("item",), is_filter=True)
    condition, slot = compile_node(node.condition, inner), inner.slots["item"]
    cost, strict = nodes.weight(node.condition), node.strict

    def choose(run: Run) -> Value:
        value = source(run)
        items = value if type(value) is list else [] if value is None else [value]
        run.charge(cost * (len(items) + 1))
        kept: list[Value] = []
        for item in items or [None]:
            run.locals[slot] = item = run.read(item)
            met = condition(run)
            if type(met) is Decimal:
                return _at(run, items, met, position)
            if strict and type(met) is not bool:
                return run.fail(position, "条件既非真也非假")
            if met is True and items:
                kept.append(item)
        return kept

    return choose


def _at(run: Run, items: list[Value], index: Decimal, position: int) -> Value:
    if index != index.to_integral_value() or not 1 <= abs(index) <= len(items):
        return run.fail(position, f"列表没有第 {index} 项")
    return run.read(items[int(index) - 1 if index > 0 else int(index)])
