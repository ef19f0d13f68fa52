"""Functions on contexts."""

from gridflow.feel.functions.registry import a_list, built_in, context, text
from gridflow.feel.running import Run
from gridflow.feel.temporal import show
from gridflow.feel.values import Failure, Value, equal, kind


@built_in("get value", "m, key")
def get_value(run: Run, m: Value, key: Value) -> Value:
    """Give the entry of a context by its name."""
    return run.read(context(m).get(text(key)))


@built_in("get entries", "m")
def get_entries(run: Run, m: Value) -> list[Value]:
    """List the entries of a context."""
    return run.items([{"key": key, "value": run.read(value)} for key, value in context(m).items()])


@built_in("context", "entries")
def make_context(run: Run, entries: Value) -> dict[str, Value]:
    """Make a context of entries with key and value."""
    made: dict[str, Value] = {}
    for entry in a_list(entries):
        run.charge(1)
        pair = context(entry)
        if not {"key", "value"} <= pair.keys():
            raise Failure("每一项都要有 key 和 value")
        key = text(pair["key"])
        if key in made:
            raise Failure(f"名称“{key}”重复")
        made[key] = pair["value"]
    return made


@built_in("context put", "context, key: string, value", "context, keys: list, value")
def context_put(run: Run, m: Value, key: Value, value: Value) -> dict[str, Value]:
    """Set one entry, or one deep inside."""
    if type(key) is list:
        if not key:
            raise Failure("名称的列表是空的")
        first, *further = key
        inner = context_put(run, run.read(context(m).get(text(first))), further, value) if further else value
        return context_put(run, m, first, inner)
    run.charge(len(context(m)))
    return {**context(m), text(key): value}


@built_in("context merge", "contexts")
def context_merge(run: Run, contexts: Value) -> dict[str, Value]:
    """Lay contexts over one another; the later wins."""
    merged: dict[str, Value] = {}
    for part in a_list(contexts):
        merged.update(context(part))
        run.charge(len(merged))
    return merged


@built_in("is", "value1, value2")
def same(run: Run, left: Value, right: Value) -> bool:
    """Tell whether two values are the same, zone and all."""
    if kind(left) != kind(right):
        return False
    if kind(left) in ("time", "date and time"):
        return show(left) == show(right)
    run.pay_for(left)
    return equal(left, right) is True
