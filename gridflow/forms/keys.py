"""Reading one JSON object strictly: every key is asked for by name and type, what is left over is refused."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NoReturn, TypeVar

from gridflow.feel import FeelError, compile_expression
from gridflow.forms.errors import FormRefused
from gridflow.forms.fields import Formula

T = TypeVar("T")

RESERVED = frozenset(
    {
        "and",
        "between",
        "case",
        "city",
        "date",
        "duration",
        "else",
        "every",
        "false",
        "for",
        "function",
        "if",
        "in",
        "item",
        "limit",
        "matters",
        "not",
        "now",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "time",
        "today",
        "true",
    }
)
"""Names that mean something else in an expression."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_REMEDIES = {
    "pattern": "请用命名格式 validate.pattern：phone、id_number 或 plate",
    "valuesExpression": "请写固定的 values，或用 valuesKey 指明来源",
    "appearance": "单位请写在 properties.unit",
    "serializeToString": "数字一律按数值保存，请删去",
    "path": "分组不能改变字段的位置，请删去 path",
}
_KINDS: Mapping[type, str] = {str: "文字", bool: "true 或 false", int: "整数", list: "列表", dict: "对象"}


class Keys:
    """One object of a form file, emptied while it is read; `place` names the field in messages."""

    def __init__(self, table: Mapping[str, object], place: str | None) -> None:
        self._left = dict(table)
        self.place = place

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text; without a default it must be there and not be blank."""
        value = self.take(key, str, default)
        if default is None and not value.strip():
            self.refuse(f"“{key}”不能为空，请填写。")
        return value.strip()

    def name(self, key: str) -> str:
        """Take the name under which a value enters the workflow."""
        name = self.text(key)
        if not _NAME.fullmatch(name) or name in RESERVED:
            self.refuse(f"“{key}”应以小写字母开头，由小写字母、数字和下划线组成，且不是保留字，请改名。")
        return name

    def flag(self, key: str) -> bool:
        """Take true or false, false when missing."""
        return self.take(key, bool, default=False)

    def count(self, key: str, default: int) -> int:
        """Take a whole number that is not negative."""
        value = self._take(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.refuse(f"“{key}”应是不小于 0 的整数。")
        return value

    def number(self, key: str) -> Decimal | None:
        """Take a number, None when missing."""
        value = self._take(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self.refuse(f"“{key}”应是数字。")
        return Decimal(value)

    def formula(self, key: str) -> Formula | None:
        """Take a FEEL expression, None when missing."""
        text = self.text(key, "")
        return self.compiled(text, key) if text else None

    def compiled(self, text: str, key: str) -> Formula:
        """Compile a FEEL expression taken from a key."""
        try:
            return Formula(text.removeprefix("=").strip(), compile_expression(text))
        except FeelError as problem:
            raise FormRefused(f"“{key}”的表达式不正确：{problem.message}", self.place) from problem

    def keys(self, key: str) -> "Keys":
        """Take an object; it is empty when missing."""
        return Keys(self.take(key, dict, {}), self.place)

    def objects(self, key: str, read: Callable[[dict[str, object]], T]) -> tuple[T, ...]:
        """Take a list of objects and read each."""
        values = self.take(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            self.refuse(f"“{key}”应是对象的列表。")
        return tuple(read(value) for value in values)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Take a value of one type."""
        value = self._take(key, default)
        if value is None:
            self.refuse(f"缺少“{key}”，请补上。")
        if not isinstance(value, kind):
            self.refuse(f"“{key}”应是{_KINDS[kind]}。")
        return value

    def skip(self, *keys: str) -> None:
        """Pass over keys that matter to editors only."""
        for key in keys:
            self._left.pop(key, None)

    def has(self, key: str) -> bool:
        """Tell whether a key is left."""
        return key in self._left

    def done(self) -> None:
        """Refuse what nobody asked for."""
        for key in self._left:
            remedy = _REMEDIES.get(key, "请删去")
            self.refuse(f"不支持“{key}”，{remedy}。")

    def refuse(self, problem: str) -> NoReturn:
        """Raise the error that names this field."""
        raise FormRefused(problem, self.place)

    def _take(self, key: str, default: object) -> object:
        value = self._left.pop(key, None)
        return default if value is None else value
