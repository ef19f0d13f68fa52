"""Functions on lists."""

from decimal import Decimal
from functools import cmp_to_key

from gridflow.feel.functions.registry import a_list, built_in, number, want, whole
from gridflow.feel.running import Run
from gridflow.feel.values import DECIMALS, Failure, Function, Range, Value, equal, order, read


@built_in("list contains", "list, element")
def list_contains(run: Run, items: Value, element: Value) -> bool:
    """Tell whether a list holds an element."""
    found = a_list(items)
    if type(element) is str:
        run.charge(len(found) * (1 + (len(element) >> 12)) >> 2)
        return element in found
    run.pay_for(found)
    return any(equal(read(item), element) is True for item in found)


@built_in("count", "list", variadic=True)
def count(run: Run, items: list[Value]) -> Value:
    """Count the items."""
    return run.read(len(items))


def _extreme(run: Run, items: list[Value], sign: int) -> Value:
    run.charge(len(items))
    if not items:
        return None
    best = items[0]
    for item in items:
        answer = order(item, best)
        if answer is None:
            raise Failure("列表里的值不能比较大小")
        best = item if answer == sign else best
    return best


@built_in("min", "list", variadic=True)
def minimum(run: Run, items: list[Value]) -> Value:
    """Give the least item."""
    return _extreme(run, items, -1)


@built_in("max", "list", variadic=True)
def maximum(run: Run, items: list[Value]) -> Value:
    """Give the greatest item."""
    return _extreme(run, items, 1)


def _numbers(run: Run, items: list[Value]) -> list[Decimal]:
    run.charge(len(items))
    if not items:
        raise Failure("列表是空的")
    return [number(item) for item in items]


@built_in("sum", "list", variadic=True)
def total(run: Run, items: list[Value]) -> Decimal | None:
    """Add up numbers."""
    found = Decimal(0)
    for item in _numbers(run, items):
        found = DECIMALS.add(found, item)
    return found


@built_in("product", "list", variadic=True)
def product(run: Run, items: list[Value]) -> Decimal:
    """Multiply numbers."""
    found = Decimal(1)
    for item in _numbers(run, items):
        found = DECIMALS.multiply(found, item)
    return found


@built_in("mean", "list", variadic=True)
def mean(run: Run, items: list[Value]) -> Decimal:
    """Give the average."""
    found = total(run, items) or Decimal(0)
    return DECIMALS.divide(found, Decimal(len(items)))


@built_in("median", "list", variadic=True)
def median(run: Run, items: list[Value]) -> Decimal:
    """Give the middle number."""
    found = sorted(_numbers(run, items))
    middle = len(found) // 2
    if len(found) % 2:
        return found[middle]
    return DECIMALS.divide(DECIMALS.add(found[middle - 1], found[middle]), Decimal(2))


@built_in("stddev", "list", variadic=True)
def deviation(run: Run, items: list[Value]) -> Decimal:
    """Give the standard deviation of a sample."""
    found = _numbers(run, items)
    if len(found) < 2:
        raise Failure("至少要有两个数")
    average, squares = mean(run, items), Decimal(0)
    for item in found:
        distance = DECIMALS.subtract(item, average)
        squares = DECIMALS.add(squares, DECIMALS.multiply(distance, distance))
    return DECIMALS.sqrt(DECIMALS.divide(squares, Decimal(len(found) - 1)))


@built_in("mode", "list", variadic=True)
def mode(run: Run, items: list[Value]) -> list[Value]:
    """Give the most frequent numbers, in order."""
    if not items:
        return []
    times: dict[Decimal, int] = {}
    for item in _numbers(run, items):
        times[item] = times.get(item, 0) + 1
    most = max(times.values())
    return sorted(item for item, often in times.items() if often == most)


def _decide(run: Run, items: list[Value], *, decisive: bool) -> bool | None:
    run.charge(len(items))
    answer: bool | None = not decisive
    for item in items:
        if item is decisive:
            return bool(decisive)
        if item is not None:
            want(item, "boolean")
        answer = None if item is None else answer
    return answer


@built_in("all", "list", variadic=True)
def every(run: Run, items: list[Value]) -> bool | None:
    """Tell whether all items are true."""
    return _decide(run, items, decisive=False)


@built_in("any", "list", variadic=True)
def some(run: Run, items: list[Value]) -> bool | None:
    """Tell whether one item is true."""
    return _decide(run, items, decisive=True)


@built_in("sublist", "list, start position, length?")
def sublist(run: Run, items: Value, start: Value, length: Value = None) -> list[Value]:
    """Cut a part out; positions count from 1, from the end with a minus."""
    found, first = a_list(items), whole(start)
    if first == 0 or abs(first) > len(found):
        raise Failure("起始位置不在列表之内")
    begin = first - 1 if first > 0 else len(found) + first
    if length is None:
        return run.items(found[begin:])
    size = whole(length)
    if not 0 <= size <= len(found) - begin:
        raise Failure("长度超出列表")
    return run.items(found[begin : begin + size])


@built_in("append", "list, item", rest=True)
def append(run: Run, items: Value, *added: Value) -> list[Value]:
    """Put items behind a list."""
    return run.items([*a_list(items), *added])


@built_in("concatenate", "list", rest=True)
def concatenate(run: Run, *parts: Value) -> list[Value]:
    """Join lists."""
    return run.items([item for part in parts for item in a_list(part)])


@built_in("insert before", "list, position, newItem")
def insert_before(run: Run, items: Value, position: Value, item: Value) -> list[Value]:
    """Put an item before a position."""
    found, index = a_list(items), _index(items, position)
    return run.items([*found[:index], item, *found[index:]])


@built_in("remove", "list, position")
def remove(run: Run, items: Value, position: Value) -> list[Value]:
    """Take an item out."""
    found, index = a_list(items), _index(items, position)
    return run.items([*found[:index], *found[index + 1 :]])


def _index(items: Value, position: Value) -> int:
    found, at = a_list(items), whole(position)
    if at == 0 or abs(at) > len(found):
        raise Failure(f"列表没有第 {at} 项")
    return at - 1 if at > 0 else len(found) + at


@built_in("list replace", "list, position, newItem", "list, match, newItem")
def list_replace(run: Run, items: Value, where: Value, item: Value) -> list[Value]:
    """Replace the item at a position, or all that a function matches."""
    found = a_list(items)
    if not isinstance(where, Function):
        index = _index(items, where)
        return run.items([*found[:index], item, *found[index + 1 :]])
    answers = [where.call(run, [old, item]) for old in found]
    if any(type(answer) is not bool for answer in answers):
        raise Failure("匹配函数应当给出是或否")
    return run.items([item if met else old for old, met in zip(found, answers, strict=True)])


@built_in("reverse", "list")
def reverse(run: Run, items: Value) -> list[Value]:
    """Turn a list round."""
    return run.items(a_list(items)[::-1])


@built_in("index of", "list, match")
def index_of(run: Run, items: Value, match: Value) -> list[Value]:
    """Give the positions of an element."""
    found = a_list(items)
    run.pay_for(found)
    return [Decimal(at) for at, item in enumerate(found, 1) if equal(read(item), match) is True]


@built_in("union", "list", rest=True)
def union(run: Run, *parts: Value) -> list[Value]:
    """Join lists without repeats."""
    return distinct_values(run, concatenate(run, *parts))


@built_in("distinct values", "list")
def distinct_values(run: Run, items: Value) -> list[Value]:
    """Leave out repeats."""
    kept: list[Value] = []
    for item in a_list(items):
        for _ in range(1 + (len(kept) >> 2) if isinstance(item, list | dict | Range) else 0):
            run.pay_for(item)
        run.charge(1 + (len(kept) >> 2))
        if not any(equal(item, other) is True for other in kept):
            kept.append(item)
    return kept


@built_in("flatten", "list")
def flatten(run: Run, items: Value) -> list[Value]:
    """Lay nested lists flat."""
    flat: list[Value] = []
    waiting = a_list(items)[::-1]
    while waiting:
        run.charge(1)
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        else:
            flat.append(item)
    return run.items(flat)


@built_in("sort", "list, precedes?")
def sort(run: Run, items: Value, precedes: Value = None) -> list[Value]:
    """Sort by a function that tells whether one item comes before another."""
    found = a_list(items)

    def compare(left: Value, right: Value) -> int:
        run.charge(1)
        if precedes is None:
            answer = order(left, right)
            if answer is None:
                raise Failure("列表里的值不能排序")
            return answer
        function: Function = want(precedes, "function")
        if function.call(run, [left, right]) is True:
            return -1
        return 1 if function.call(run, [right, left]) is True else 0

    return run.items(sorted(found, key=cmp_to_key(compare)))
