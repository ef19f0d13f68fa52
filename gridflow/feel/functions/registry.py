"""Register the built-in functions and call them with positional or named arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from gridflow.feel.running import MAX_ITEMS, Run
from gridflow.feel.values import CHINESE, Failure, Function, Value, chinese_kind, kind, read

BUILT_IN: dict[str, Function] = {}
Built = TypeVar("Built", bound=Callable[..., Value])


def built_in(name: str, *signatures: str, variadic: bool = False, rest: bool = False) -> Callable[[Built], Built]:
    """Register a function under its FEEL name.

    A signature is `a, b: string, c?`: the kind of a parameter where named calls need it, a mark behind what may be
    left out. The function takes the run and the arguments; with `variadic` its one list may be given as its items,
    with `rest` the last parameter may be repeated.
    """
    forms = tuple(tuple(part.strip() for part in signature.split(",") if part.strip()) for signature in signatures)

    def register(function: Built) -> Built:
        names = tuple(_name(part) for part in forms[0])
        call = _variadic(function) if variadic else _counted(forms, function, rest=rest)
        BUILT_IN[name] = Function(name, names, call, forms, open_ended=variadic or rest)
        return function

    return register


def _name(part: str) -> str:
    return part.partition(":")[0].rstrip("?")


def _variadic(function: Callable[..., Value]) -> Callable[[Run, Sequence[Value]], Value]:
    def call(run: Run, arguments: Sequence[Value]) -> Value:
        if not arguments:
            raise Failure("至少要有一个参数")
        listed = len(arguments) == 1 and type(arguments[0]) is list
        return function(run, arguments[0] if listed else list(arguments))

    return call


def _counted(
    forms: tuple[tuple[str, ...], ...], function: Callable[..., Value], *, rest: bool
) -> Callable[[Run, Sequence[Value]], Value]:
    most = MAX_ITEMS if rest else max(len(form) for form in forms)
    least = min(sum(not part.endswith("?") for part in form) for form in forms)

    def call(run: Run, arguments: Sequence[Value]) -> Value:
        if not least <= len(arguments) <= most:
            raise Failure("参数个数不对")
        return function(run, *arguments)

    return call


def arrange(function: Function, named: Mapping[str, Value]) -> list[Value]:
    """Put named arguments in the order of the first signature that takes all of them; what is missing is null."""
    for form in function.signatures or (function.parameters,):
        names = [_name(part) for part in form]
        if named.keys() <= set(names) and all(_takes(part, named) for part in form):
            count = sum(not part.endswith("?") for part in form)
            last = max((index for index, name in enumerate(names, 1) if name in named), default=0)
            return [named.get(name) for name in names[: max(count, last)]]
    raise Failure("没有这样的参数名")


def _takes(part: str, named: Mapping[str, Value]) -> bool:
    name, _, wanted = part.partition(":")
    return not wanted or kind(named.get(name)) == wanted.strip()


def single(value: Value) -> Value:
    """Unwrap a list of one."""
    return value[0] if type(value) is list and len(value) == 1 else value


def want(value: Value, wanted: str) -> Value:
    """Check that a value, or the one item of a list, is of this kind."""
    if kind(value) != wanted:
        value = single(value)
    if type(value) in (int, float):
        value = read(value)
    if kind(value) == wanted:
        return value
    raise Failure(f"这里要{CHINESE[wanted]}，却是{chinese_kind(value)}")


def number(value: Value) -> Decimal:
    """Check for a number."""
    found: Decimal = want(value, "number")
    return found


def whole(value: Value) -> int:
    """Check for a number of ordinary size, cut to a whole one."""
    found = number(value)
    if abs(found) > 1_000_000_000_000:
        raise Failure("数字太大")
    return int(found)


def text(value: Value) -> str:
    """Check for a text."""
    found: str = want(value, "string")
    return found


def boolean(value: Value) -> bool:
    """Check for a truth value."""
    found: bool = want(value, "boolean")
    return found


def a_list(value: Value) -> list[Value]:
    """Check for a list; a single value other than null is a list of one."""
    if value is None:
        raise Failure("这里要列表，却是空值")
    return value if isinstance(value, list) else [value]


def context(value: Value) -> dict[str, Value]:
    """Check for a context."""
    found: dict[str, Value] = want(value, "context")
    return found


def optional(value: Value, check: Callable[[Value], Value]) -> Value:
    """Check a value unless it is null."""
    return None if value is None else check(value)
