"""Reading TOML strictly: every key is asked for by name and type, what is left over is refused."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TypeVar

from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.toml import read_toml

T = TypeVar("T")
Value = object
"""A frozen TOML value: text, number, truth, date, tuple or read-only mapping."""

_KINDS = {str: "文字", int: "整数", bool: "true 或 false", list: "列表", dict: "一节（[名称]）"}


class Section:
    """One table of a TOML file, emptied while it is read."""

    def __init__(self, path: str, table: Mapping[str, object], name: str = "") -> None:
        self._path = path
        self._left = dict(table)
        self._name = name

    @classmethod
    def read(cls, path: str, content: bytes) -> "Section":
        """Parse a whole file."""
        try:
            return cls(path, read_toml(content))
        except ValueError as problem:
            raise FileInvalid(path, f"不是有效的 TOML（{problem}），请改正后重试。") from problem

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not blank; without a default it must be there."""
        value = self._take(key, str, default)
        if not value.strip() and default is None:
            raise self.invalid(f"“{self._place(key)}”不能为空。")
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """Take true or false."""
        return self._take(key, bool, default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Take a list of texts."""
        values = self._take(key, list, None if default is None else list(default))
        if not all(isinstance(value, str) for value in values):
            raise self.invalid(f"“{self._place(key)}”应是文字的列表。")
        return tuple(values)

    def named_texts(self) -> Mapping[str, str]:
        """Take everything that is left: texts that are not blank, by free names."""
        return MappingProxyType({name: self.text(name) for name in self.left()})

    def section(self, key: str, *, required: bool = True) -> "Section":
        """Take a table; one that may be missing is empty then."""
        table = self._take(key, dict, None if required else {})
        return Section(self._path, table, self._place(key))

    def sections(self, key: str, *, required: bool = True) -> Iterator[tuple[str, "Section"]]:
        """Take a table of tables, in the order of the file."""
        outer = self.section(key, required=required)
        for name in outer.left():
            yield name, outer.section(name)

    def left(self) -> list[str]:
        """Name the keys nobody asked for yet: for tables whose keys are free."""
        return list(self._left)

    def rest(self) -> Mapping[str, Value]:
        """Take everything that is left, frozen: for tables whose keys are free."""
        left, self._left = self._left, {}
        return MappingProxyType({key: _frozen(value) for key, value in left.items()})

    def done(self) -> None:
        """Refuse keys nobody asked for: they are slips of the pen."""
        if self._left:
            names = "、".join(self._place(key) for key in self._left)
            raise self.invalid(f"不认识“{names}”，请核对拼写，或删去。")

    def __bool__(self) -> bool:
        return bool(self._left)

    def invalid(self, problem: str) -> FileInvalid:
        """Make the error that names this file."""
        return FileInvalid(self._path, problem)

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        value = self._left.pop(key, default)
        if value is None:
            raise self.invalid(f"缺少“{self._place(key)}”，请补上。")
        if not isinstance(value, kind):
            raise self.invalid(f"“{self._place(key)}”应是{_KINDS[kind]}，现在是 {value!r}。")
        return value

    def _place(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key


def _frozen(value: object) -> Value:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
