"""Filters of templates: applied only where a template is filled, and never where the result may be huge."""

from collections.abc import Callable, Mapping, Sized
from functools import wraps
from typing import Any

from jinja2 import pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context

LONGEST = 100_000
_MOST_PLACES = 20
_STEP = 16
"""Characters or items handled in one step."""


def late(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a filter be applied where a template is filled: Jinja computes any other while it compiles one."""
    passed = getattr(getattr(function, "jinja_pass_arg", None), "name", "")
    refused = _REFUSED.get(name)

    @pass_context
    @wraps(function)
    def applied(context: Context, value: Any, *given: Any, **named: Any) -> Any:
        if refused is not None and (reason := refused(value, *given, **named)):
            raise SecurityError(reason)
        context.environment.spend(1 + size(value) // _STEP)  # type: ignore[attr-defined]  # it is a Sandbox
        first = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
        return function(*([first[passed]] if passed else []), value, *given, **named)

    return applied


@pass_context
def printed(context: Context, value: Any) -> Any:
    """Let what is printed use up steps."""
    context.environment.spend(size(value) // _STEP)  # type: ignore[attr-defined]  # it is a Sandbox
    return value


def size(value: Any) -> int:
    """Count the characters or items of a value."""
    return len(value) if isinstance(value, Sized) else 0


def _too_much_replaced(value: Any, old: Any = "", new: Any = "", *_: Any, **named: Any) -> str:
    text, found, put = str(value), str(named.get("old", old)), str(named.get("new", new))
    return f"replace 换出来的文字最多 {LONGEST} 个字" if text.count(found) * len(put) > LONGEST else ""


def _too_long_joined(value: Any, d: Any = "", *_: Any, **named: Any) -> str:
    between = size(named.get("d", d)) * size(value)
    texts = sum(map(size, value)) if isinstance(value, list | tuple) else 0
    return f"join 接成的文字最多 {LONGEST} 个字" if between + texts > LONGEST else ""


def _too_many_places(_value: Any, precision: Any = 0, *_: Any, **named: Any) -> str:
    places = named.get("precision", precision)
    return f"round 最多 {_MOST_PLACES} 位小数" if isinstance(places, int) and abs(places) > _MOST_PLACES else ""


_REFUSED: Mapping[str, Callable[..., str]] = {
    "replace": _too_much_replaced,
    "join": _too_long_joined,
    "round": _too_many_places,
}
"""Says of filters whose result may be huge what is too much, before they are applied."""
