"""One evaluation: what it may see, what it has used, why parts of it are null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from gridflow.feel.errors import FeelLimit, FeelRuntimeError
from gridflow.feel.values import PLAIN, Range, Value, read

STEPS = 400_000
MAX_ITEMS = 20_000
MAX_TEXT = 100_000
MAX_CALLS = 40
MAX_NOTES = 20
PATTERN_COST = 300
LOCAL = ZoneInfo("Asia/Shanghai")
_NESTING = frozenset({list, dict, Range})


def _no_clock() -> datetime:
    raise FeelRuntimeError("这里没有时钟，不能使用 now() 和 today()。")


@dataclass(frozen=True, slots=True)
class Functions:
    """What is handed in: the clock, further functions by name, and the local zone.

    Instants in UTC are read into the local zone; a date and time written without a zone is local. With no zone,
    as the standard has it, such a one does not compare with an instant.
    """

    now: Callable[[], datetime] = _no_clock
    extra: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    zone: tzinfo | None = LOCAL


class Note(NamedTuple):
    """Why one part of an expression gave null."""

    position: int
    message: str


class Table(NamedTuple):
    """One evaluation of a decision table: its inputs by label, and the rules that hit."""

    inputs: dict[str, Value]
    rules: tuple[tuple[int, str, str], ...]


class Run:
    """The state of one evaluation."""

    __slots__ = ("calls", "functions", "left", "locals", "notes", "patterns", "scope", "trace")

    def __init__(self, scope: Mapping[str, object], functions: Functions) -> None:
        self.scope = scope
        self.functions = functions
        self.locals: dict[int, Value] = {}
        self.left = STEPS
        self.calls = 0
        self.notes: list[Note] = []
        self.trace: list[Table] = []
        self.patterns: set[tuple[str, str]] = set()

    def fail(self, position: int, message: str) -> Value:
        """Record why a part is null; give that null."""
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Note(position, message))
        return None

    def charge(self, steps: int) -> None:
        """Use up steps of the budget."""
        self.left -= steps
        if self.left < 0:
            raise FeelLimit("表达式计算量太大，已停止；请减少循环的次数或列表的长度。")

    def items(self, found: list[Value]) -> list[Value]:
        """Pay for a list and check its length."""
        if len(found) > MAX_ITEMS:
            raise FeelLimit(f"列表太长，最多 {MAX_ITEMS} 项。")
        self.charge(len(found))
        return found

    def text(self, found: str) -> str:
        """Pay for a text and check its length."""
        self.room(len(found))
        return found

    def room(self, length: int) -> None:
        """Pay for a text of this length, which may still have to be made."""
        if length > MAX_TEXT:
            raise FeelLimit(f"文字太长，最多 {MAX_TEXT} 个字符。")
        self.charge(length >> 3)

    def pattern(self, text: str, flags: str) -> tuple[str, str]:
        """Pay for a pattern about to be compiled, once in a run."""
        if (text, flags) not in self.patterns:
            self.charge(PATTERN_COST)
            self.patterns.add((text, flags))
        return text, flags

    def read(self, value: object) -> Value:
        """Take in a value of the host, paying for its items."""
        if type(value) in PLAIN:
            return value
        if type(value) is list:
            self.pay_for(value)
        return read(value, self.functions.zone)

    def pay_for(self, value: Value) -> None:
        """Use up a step for every item and entry within a value, before something walks through all of it."""
        waiting = [value]
        while waiting:
            part = waiting.pop()
            if type(part) is list:
                self.charge(len(part))
                waiting.extend(item for item in part if type(item) in _NESTING)
            elif type(part) is dict:
                self.charge(len(part))
                waiting.extend(item for item in part.values() if type(item) in _NESTING)
            elif type(part) is Range:
                self.charge(2)
                waiting.extend(end for end in (part.low, part.high) if type(end) in _NESTING)

    def local(self, value: Value) -> Value:
        """Give a date and time without a zone the zone handed in."""
        zone = self.functions.zone
        return value.replace(tzinfo=zone) if zone and type(value) is datetime and value.tzinfo is None else value

    def nested(self, scope: Mapping[str, object]) -> Run:
        """Begin an evaluation of another scope that shares budget and notes with this one."""
        run = Run(scope, self.functions)
        run.left, run.calls, run.notes, run.trace = self.left, self.calls, self.notes, self.trace
        run.patterns = self.patterns
        return run

    def enter(self) -> None:
        """Count one call deeper."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise FeelLimit(f"函数相互调用太深，最多 {MAX_CALLS} 层。")

    def leave(self) -> None:
        """Come back from a call."""
        self.calls -= 1
