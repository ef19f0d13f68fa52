"""Function calls and function values."""

from collections.abc import Callable, Sequence
from decimal import DecimalException

from gridflow.errors import GridflowError
from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.errors import FeelRuntimeError
from gridflow.feel.functions import BUILT_IN
from gridflow.feel.functions.registry import arrange
from gridflow.feel.running import Run
from gridflow.feel.types import Type
from gridflow.feel.values import Failure, Function, Value

_FAILURES = (Failure, DecimalException, OverflowError, ValueError)


@compiles(nodes.Call)
def _call(node: nodes.Call, scope: Scope) -> Closure:
    name = node.function.name if isinstance(node.function, nodes.Name) else ""
    arguments = tuple(compile_node(argument, scope) for argument in node.arguments)
    if name in BUILT_IN and scope.find(name) == ([], None):
        return _known_call(BUILT_IN[name], arguments, node)
    if scope.find(name) == ([], None) and name:
        return _handed_in_call(name, arguments, node)
    function, position = compile_node(node.function, scope), node.position

    def call(run: Run) -> Value:
        found = function(run)
        found = found if type(found) is Function else BUILT_IN.get(name)
        if found is None:
            return run.fail(position, "这里调用的不是函数")
        return invoke(run, found, [argument(run) for argument in arguments], node.names, position)

    return call


def _known_call(function: Function, arguments: tuple[Closure, ...], node: nodes.Call) -> Closure:
    call, names, position = function.call, node.names, node.position
    if names:
        return lambda run: invoke(run, function, [argument(run) for argument in arguments], names, position)

    def known(run: Run) -> Value:
        values = [argument(run) for argument in arguments]
        run.left -= 2
        try:
            return call(run, values)
        except _FAILURES as failure:
            return _failed(run, position, function.name, failure)

    return known


def _handed_in_call(name: str, arguments: tuple[Closure, ...], node: nodes.Call) -> Closure:
    """Call a function value of the scope, or one handed in."""
    names, position = node.names, node.position

    def call(run: Run) -> Value:
        values = [argument(run) for argument in arguments]
        found = run.scope.get(name)
        if type(found) is Function:
            return invoke(run, found, values, names, position)
        extra = run.functions.extra.get(name)
        if extra is None:
            return run.fail(position, f"没有函数“{name}”")
        return _extra(run, name, extra, values, names, position)

    return call


def _extra(
    run: Run, name: str, extra: Callable[..., object], values: list[Value], names: tuple[str, ...], position: int
) -> Value:
    run.charge(10)
    try:
        found = extra(**dict(zip(names, values, strict=True))) if names else extra(*values)
    except FeelRuntimeError:
        raise
    except GridflowError as error:
        return run.fail(position, f"{name}：{error.message}")
    except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
        return run.fail(position, f"{name} 的参数不对（{error}）")
    return run.read(found)


def invoke(run: Run, function: Function, values: Sequence[Value], names: tuple[str, ...], position: int) -> Value:
    """Call a function value with positional or named arguments."""
    run.charge(2)
    try:
        if names:
            values = arrange(function, dict(zip(names, values, strict=True)))
        return function.call(run, values)
    except _FAILURES as failure:
        return _failed(run, position, function.name, failure)


def _failed(run: Run, position: int, name: str, failure: Exception) -> None:
    reason = str(failure) if isinstance(failure, Failure) else "没有结果"
    run.fail(position, f"{name or '函数'}：{reason}")


@compiles(nodes.FunctionOf)
def _function(node: nodes.FunctionOf, scope: Scope) -> Closure:
    inner = Scope(scope)
    slots = tuple(inner.declare(name) for name in node.parameters)
    body, cost = compile_node(node.body, inner), nodes.weight(node.body)

    def make(run: Run) -> Function:
        run.charge(len(run.locals) >> 2)
        return Function("", node.parameters, _Lambda(run, slots, node.types, body, cost, node.result))

    return make


class _Lambda:
    """The body of a function with the locals of the place where it was written."""

    __slots__ = ("body", "captured", "cost", "result", "scope", "slots", "types")

    def __init__(
        self,
        run: Run,
        slots: tuple[int, ...],
        types: tuple[Type | None, ...],
        body: Closure,
        cost: int,
        result: Type | None,
    ) -> None:
        self.scope, self.captured = run.scope, dict(run.locals)
        self.slots, self.types, self.body, self.cost, self.result = slots, types, body, cost, result

    def __call__(self, run: Run, values: Sequence[Value]) -> Value:
        if len(values) != len(self.slots):
            raise Failure("参数个数不对")
        run.charge(self.cost + (len(self.captured) >> 2))
        run.enter()
        inner = run.nested(self.scope)
        inner.locals = dict(self.captured)
        for slot, wanted, value in zip(self.slots, self.types, values, strict=True):
            inner.locals[slot] = fitted(run, wanted, value)
        try:
            found = self.body(inner)
        finally:
            run.left = inner.left
            run.leave()
        return fitted(run, self.result, found)


@compiles(nodes.Fitted)
def _fitted(node: nodes.Fitted, scope: Scope) -> Closure:
    value, wanted, position = compile_node(node.value, scope), node.type, node.position

    def fit(run: Run) -> Value:
        found = value(run)
        fits = wanted.fit(run, found)
        if fits is None and found is not None:
            return run.fail(position, "值的类型不对")
        return fits

    return fit


def fitted(run: Run, wanted: Type | None, value: Value) -> Value:
    """Make a value fit a declared type; one that does not is a failure."""
    if wanted is None or value is None:
        return value
    found = wanted.fit(run, value)
    if found is None:
        raise Failure("值的类型不对")
    return found
