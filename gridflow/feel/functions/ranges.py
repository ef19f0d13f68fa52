"""Functions on ranges and points: Allen's relations."""

from gridflow.feel.functions.rangetext import parse_range
from gridflow.feel.functions.registry import built_in, text
from gridflow.feel.running import Run
from gridflow.feel.values import Failure, Range, Value, order


def _as_range(value: Value) -> Range:
    if isinstance(value, Range):
        return value
    return Range(value, value, low_included=True, high_included=True)


def _range(value: Value) -> Range:
    if not isinstance(value, Range):
        raise Failure("这里要区间")
    return value


def _order(left: Value, right: Value) -> int:
    answer = order(left, right)
    if answer is None:
        raise Failure("两边的值不能比较")
    return answer


def _is_before(first: Range, second: Range) -> bool:
    answer = _order(first.high, second.low)
    return answer < 0 or (answer == 0 and not (first.high_included and second.low_included))


def _starts_no_later(outer: Range, inner: Range) -> bool:
    answer = _order(outer.low, inner.low)
    return answer < 0 or (answer == 0 and (outer.low_included or not inner.low_included))


def _ends_no_earlier(outer: Range, inner: Range) -> bool:
    answer = _order(outer.high, inner.high)
    return answer > 0 or (answer == 0 and (outer.high_included or not inner.high_included))


def _same_start(left: Range, right: Range) -> bool:
    return _order(left.low, right.low) == 0 and left.low_included == right.low_included


def _same_end(left: Range, right: Range) -> bool:
    return _order(left.high, right.high) == 0 and left.high_included == right.high_included


def _includes(outer: Range, inner: Range) -> bool:
    return _starts_no_later(outer, inner) and _ends_no_earlier(outer, inner)


def _overlaps_before(first: Range, second: Range) -> bool:
    return (
        _starts_no_later(first, second)
        and not _same_start(first, second)
        and not _is_before(first, second)
        and _ends_no_earlier(second, first)
    )


@built_in("before", "point1, point2", "range, point", "point, range", "range1, range2")
def before(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether all of the first lies before the second."""
    return _is_before(_as_range(first), _as_range(second))


@built_in("after", "point1, point2", "range, point", "point, range", "range1, range2")
def after(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether all of the first lies after the second."""
    return _is_before(_as_range(second), _as_range(first))


@built_in("meets", "range1, range2")
def meets(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first ends exactly where the second begins."""
    one, two = _range(first), _range(second)
    return one.high_included and two.low_included and _order(one.high, two.low) == 0


@built_in("met by", "range1, range2")
def met_by(run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first begins exactly where the second ends."""
    return meets(run, second, first)


@built_in("overlaps", "range1, range2")
def overlaps(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether two ranges have a point in common."""
    one, two = _range(first), _range(second)
    return not _is_before(one, two) and not _is_before(two, one)


@built_in("overlaps before", "range1, range2")
def overlaps_before(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first begins earlier, and ends inside the second."""
    return _overlaps_before(_range(first), _range(second))


@built_in("overlaps after", "range1, range2")
def overlaps_after(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first begins inside the second, and ends later."""
    return _overlaps_before(_range(second), _range(first))


@built_in("finishes", "point, range", "range1, range2")
def finishes(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first lies at the end of the second."""
    one, two = _as_range(first), _range(second)
    return _same_end(one, two) and _starts_no_later(two, one)


@built_in("finished by", "range, point", "range1, range2")
def finished_by(run: Run, first: Value, second: Value) -> bool:
    """Tell whether the second lies at the end of the first."""
    return finishes(run, second, first)


@built_in("includes", "range, point", "range1, range2")
def includes(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first holds the second."""
    return _includes(_range(first), _as_range(second))


@built_in("during", "point, range", "range1, range2")
def during(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first lies within the second."""
    return _includes(_range(second), _as_range(first))


@built_in("starts", "point, range", "range1, range2")
def starts(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether the first lies at the beginning of the second."""
    one, two = _as_range(first), _range(second)
    return _same_start(one, two) and _ends_no_earlier(two, one)


@built_in("started by", "range, point", "range1, range2")
def started_by(run: Run, first: Value, second: Value) -> bool:
    """Tell whether the second lies at the beginning of the first."""
    return starts(run, second, first)


@built_in("coincides", "point1, point2", "range1, range2")
def coincides(_run: Run, first: Value, second: Value) -> bool:
    """Tell whether both are the same."""
    one, two = _as_range(first), _as_range(second)
    return _same_start(one, two) and _same_end(one, two)


@built_in("range", "from")
def make_range(run: Run, given: Value) -> Range:
    """Read a closed range of literals."""
    return parse_range(run, text(given))
