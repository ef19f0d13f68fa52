"""Who may open a page: a mark on the view, checked before every request."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from gridflow.people.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])
MARK = "gridflow_access"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a page asks of whoever opens it."""

    permissions: frozenset[Permission] = frozenset()
    """Any one of them is enough; none means that being signed in is enough."""
    public: bool = False
    by_token: bool = False
    """Programs use it, never a person: the view itself asks for their token."""


def access(*permissions: Permission) -> Callable[[View], View]:
    """Mark a view for people who hold at least one of the rights; without rights, for everybody signed in."""
    return _marked(Rule(frozenset(permissions)))


def public(view: View) -> View:
    """Mark a view for everybody, signed in or not."""
    return _marked(Rule(public=True))(view)


def for_programs(view: View) -> View:
    """Mark a view for other programs, which show a token and have no session."""
    return _marked(Rule(by_token=True))(view)


def rule_of(view: object) -> Rule | None:
    """Return the rule of a view, None when nobody declared one."""
    return getattr(view, MARK, None)


def _marked(rule: Rule) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, MARK, rule)
        return view

    return mark
