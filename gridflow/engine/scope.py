"""What expressions see: the variables, and frozen values of the case, the city, its limits and registers."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from gridflow import clock
from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI
from gridflow.feel import Functions, compile_expression


class Lazy(Mapping[str, Any]):
    """A mapping that is worked out when somebody first looks into it."""

    def __init__(self, make: Callable[[], Mapping[str, Any]]) -> None:
        self._make = make
        self._made: Mapping[str, Any] | None = None

    def _all(self) -> Mapping[str, Any]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: str) -> Any:
        """Return one value."""
        return self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Scope:
    """The names and functions of one command's expressions."""

    def __init__(self, fixed: Mapping[str, object], calendar: Callable[[], Calendar]) -> None:
        """Take the contexts that every expression sees beside the variables: case, city, limit, matters."""
        self._fixed = fixed
        self.functions = calendar_functions(calendar)

    def over(self, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return all names; a context of ours wins over a variable of the same name."""
        return ChainMap(dict(self._fixed), data)  # type: ignore[arg-type]  # read only from here on

    def evaluate(self, expression: str, data: Mapping[str, object]) -> object:
        """Evaluate FEEL over the variables of a node."""
        return compile_expression(expression).evaluate(self.over(data), self.functions)


def calendar_functions(calendar: Callable[[], Calendar]) -> Functions:
    """Return the functions that expressions may call: the clock of the case and the working calendar.

    `limit_share` gives the instant at which a fraction of the working time of a limit is used.
    """

    def workday_add(start: date, days: Decimal) -> datetime:
        return calendar().add_working_days(_instant(start), Decimal(days))

    def workhour_add(start: datetime, hours: Decimal) -> datetime:
        return calendar().add_working_hours(start, Decimal(hours))

    def limit_share(start: datetime, due: datetime, fraction: Decimal) -> datetime:
        return calendar().share(start, due, Decimal(fraction))

    def workdays_between(start: date, end: date) -> int:
        return calendar().working_days_between(_day(start), _day(end))

    return Functions(
        now=lambda: clock.now().astimezone(SHANGHAI),
        extra={
            "workday_add": workday_add,
            "workhour_add": workhour_add,
            "limit_share": limit_share,
            "workdays_between": workdays_between,
        },
    )


def _instant(value: date) -> datetime:
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)


def _day(value: date) -> date:
    return value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
