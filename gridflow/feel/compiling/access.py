"""Literals, names and paths."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from gridflow.feel import nodes
from gridflow.feel.compiling.closures import Closure, Scope, compile_node, compiles
from gridflow.feel.errors import FeelUnsupported
from gridflow.feel.functions import BUILT_IN
from gridflow.feel.running import Run
from gridflow.feel.temporal import parse_temporal, seconds
from gridflow.feel.values import PLAIN, Failure, Months, Range, Value, chinese_kind, read


@compiles(nodes.Literal)
def _literal(node: nodes.Literal, _scope: Scope) -> Closure:
    value = node.value
    return lambda _run: value


@compiles(nodes.Temporal)
def _temporal(node: nodes.Temporal, _scope: Scope) -> Closure:
    try:
        value = parse_temporal(node.text)
    except Failure as failure:
        message, position = str(failure), node.position
        return lambda run: run.fail(position, message)
    except FeelUnsupported as error:
        return _raising(error.message)
    return (lambda run: run.local(value)) if type(value) is datetime else (lambda _run: value)


def _raising(message: str) -> Closure:
    def fail(_run: Run) -> Value:
        raise FeelUnsupported(message)

    return fail


@compiles(nodes.Name)
def _name(node: nodes.Name, scope: Scope) -> Closure:
    items, slot = scope.find(node.name)
    outer = _global(node) if slot is None else _growing(slot) if slot in scope.growing else _local(slot)
    return _entry_or(node.name, items, outer) if items else outer


def _local(slot: int) -> Closure:
    return lambda run: run.locals.get(slot)


def _growing(slot: int) -> Closure:
    return lambda run: run.items(list(run.locals[slot]))


def _global(node: nodes.Name) -> Closure:
    name, position, function = node.name, node.position, BUILT_IN.get(node.name)

    def variable(run: Run) -> Value:
        try:
            value = run.scope[name]
        except KeyError:
            return function or run.fail(position, f"没有变量“{name}”")
        if type(value) in PLAIN:
            return value
        return Decimal(value) if type(value) is int else run.read(value)

    return variable


def _entry_or(name: str, items: list[int], outer: Closure) -> Closure:
    def find(run: Run) -> Value:
        for slot in items:
            item = run.locals.get(slot)
            if type(item) is dict and name in item:
                return run.read(item[name])
            if (reader := PROPERTIES.get((type(item), name))) is not None:
                return reader(item)
        return outer(run)

    return find


@compiles(nodes.Path)
def _path(node: nodes.Path, scope: Scope) -> Closure:
    source, name, position = compile_node(node.source, scope), node.name, node.position

    def step(run: Run) -> Value:
        value = source(run)
        if type(value) is dict:
            try:
                found = value[name]
            except KeyError:
                return run.fail(position, f"没有“{name}”这一项")
            return found if type(found) in PLAIN else run.read(found)
        return follow(run, value, name, position)

    return step


def follow(run: Run, value: Value, name: str, position: int) -> Value:
    """Take the entry or property of a value, of every item of a list."""
    if type(value) is dict:
        return run.read(value[name]) if name in value else run.fail(position, f"没有“{name}”这一项")
    if type(value) is list:
        return run.items([follow(run, run.read(item), name, position) for item in value])
    reader = PROPERTIES.get((type(value), name))
    if reader is None:
        return run.fail(position, f"{chinese_kind(value)}没有“{name}”这一项")
    return reader(value)


def _offset(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


def _zone_name(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part(name: str) -> Callable[[Value], Value]:
    return lambda value: read(getattr(value, name))


_DAY: dict[str, Callable[[Value], Value]] = {
    "year": _part("year"),
    "month": _part("month"),
    "day": _part("day"),
    "weekday": lambda value: read(value.isoweekday()),
}
_CLOCK: dict[str, Callable[[Value], Value]] = {
    "hour": _part("hour"),
    "minute": _part("minute"),
    "second": _part("second"),
    "time offset": _offset,
    "timezone": _zone_name,
}


def _units(value: timedelta, size: int, of: int) -> Value:
    whole = int(seconds(abs(value)))
    return read((whole // size) % of * (-1 if value < timedelta() else 1))


_SPAN: dict[str, Callable[[Value], Value]] = {
    "days": lambda value: _units(value, 86_400, 1_000_000_000),
    "hours": lambda value: _units(value, 3600, 24),
    "minutes": lambda value: _units(value, 60, 60),
    "seconds": lambda value: _units(value, 1, 60),
}


def _months(value: Months, part: int) -> Value:
    return read(divmod(abs(value.count), 12)[part] * (-1 if value.count < 0 else 1))


_MONTHS: dict[str, Callable[[Value], Value]] = {
    "years": lambda value: _months(value, 0),
    "months": lambda value: _months(value, 1),
}
_RANGE: dict[str, Callable[[Value], Value]] = {
    "start": lambda value: value.low,
    "end": lambda value: value.high,
    "start included": lambda value: value.low_included,
    "end included": lambda value: value.high_included,
}
PROPERTIES: dict[tuple[type, str], Callable[[Value], Value]] = {
    (kind, name): reader
    for kind, readers in (
        (date, _DAY),
        (datetime, _DAY | _CLOCK),
        (time, _CLOCK),
        (timedelta, _SPAN),
        (Months, _MONTHS),
        (Range, _RANGE),
    )
    for name, reader in readers.items()
}
