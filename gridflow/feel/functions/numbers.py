"""Functions on numbers."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from gridflow.feel.functions.registry import built_in, number, want, whole
from gridflow.feel.running import Run
from gridflow.feel.values import DECIMALS, Failure, Months, Value

_COST = 50  # steps, for what takes that much longer than a sum
_WIDE = Context(prec=6200, Emin=-6200, Emax=6200)
_SMALLEST_SCALE, _LARGEST_SCALE = -6111, 6176


def rounded(value: Value, scale: Value, mode: str) -> Decimal:
    """Round a number to so many places."""
    given, places = number(value), whole(scale)
    if not _SMALLEST_SCALE <= places <= _LARGEST_SCALE:
        raise Failure("小数位数超出范围")
    if -int(given.as_tuple().exponent) <= places:
        return given
    return DECIMALS.plus(given.quantize(Decimal(1).scaleb(-places, _WIDE), rounding=mode, context=_WIDE))


@built_in("decimal", "n, scale")
def decimal(_run: Run, n: Value, scale: Value) -> Decimal:
    """Round half even."""
    return rounded(n, scale, ROUND_HALF_EVEN)


@built_in("floor", "n, scale?")
def floor(_run: Run, n: Value, scale: Value = Decimal(0)) -> Decimal:
    """Round towards minus infinity."""
    return rounded(n, scale, ROUND_FLOOR)


@built_in("ceiling", "n, scale?")
def ceiling(_run: Run, n: Value, scale: Value = Decimal(0)) -> Decimal:
    """Round towards infinity."""
    return rounded(n, scale, ROUND_CEILING)


@built_in("round up", "n, scale")
def round_up(_run: Run, n: Value, scale: Value) -> Decimal:
    """Round away from zero."""
    return rounded(n, scale, ROUND_UP)


@built_in("round down", "n, scale")
def round_down(_run: Run, n: Value, scale: Value) -> Decimal:
    """Round towards zero."""
    return rounded(n, scale, ROUND_DOWN)


@built_in("round half up", "n, scale")
def round_half_up(_run: Run, n: Value, scale: Value) -> Decimal:
    """Round to the nearest, halves away from zero."""
    return rounded(n, scale, ROUND_HALF_UP)


@built_in("round half down", "n, scale")
def round_half_down(_run: Run, n: Value, scale: Value) -> Decimal:
    """Round to the nearest, halves towards zero."""
    return rounded(n, scale, ROUND_HALF_DOWN)


@built_in("abs", "n")
def absolute(_run: Run, n: Value) -> Value:
    """Take away the sign of a number or duration."""
    if isinstance(n, Months):
        return Months(abs(n.count))
    return abs(n) if type(n).__name__ == "timedelta" else DECIMALS.abs(number(n))


@built_in("modulo", "dividend, divisor")
def modulo(_run: Run, dividend: Value, divisor: Value) -> Decimal:
    """Give the remainder with the sign of the divisor."""
    top, bottom = number(dividend), number(divisor)
    rest = DECIMALS.remainder(top, bottom)
    return DECIMALS.add(rest, bottom) if rest and rest.is_signed() != bottom.is_signed() else rest


@built_in("sqrt", "number")
def square_root(run: Run, value: Value) -> Decimal:
    """Take the square root."""
    run.charge(_COST)
    return DECIMALS.sqrt(number(value))


@built_in("log", "number")
def logarithm(run: Run, value: Value) -> Decimal:
    """Take the natural logarithm."""
    given = number(value)
    if given <= 0:
        raise Failure("只有正数有对数")
    run.charge(_COST)
    return DECIMALS.ln(given)


@built_in("exp", "number")
def exponential(run: Run, value: Value) -> Decimal:
    """Raise e to a power."""
    run.charge(_COST)
    return DECIMALS.exp(number(value))


def _parity(value: Value) -> Decimal:
    given: Decimal = want(value, "number")
    return DECIMALS.remainder(given, Decimal(2))


@built_in("odd", "number")
def odd(_run: Run, value: Value) -> bool:
    """Tell whether a number is odd."""
    return abs(_parity(value)) == 1


@built_in("even", "number")
def even(_run: Run, value: Value) -> bool:
    """Tell whether a number is even."""
    return _parity(value) == 0
