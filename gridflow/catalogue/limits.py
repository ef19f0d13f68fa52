"""A city's own limits, `processes/_cities/<city>.limits.csv`: they go before the rows of the shared limit table.

What a city's ordinance fixes is a row of its own; everything else stays as the shared table has it, also what is added
to it later.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.tables import rows

COLUMNS = ("limit", "title", "level", "urgency", "amount", "unit", "basis")
CHOICES = {
    "level": ("L1", "L2", "L3", "L4", "L5"),
    "urgency": ("normal", "urgent", "critical"),
    "unit": ("WD", "WH", "H", "M"),
}
ID = "limit"
"""Of the decision."""
OWN = f"{ID}_own_"
"""Begins the ids of a city's own rules."""

_RULE = re.compile(rb"[ \t]*<((?:\w+:)?)rule[ >]")
_INPUT = re.compile(rb"<(?:\w+:)?inputExpression[^>]*>\s*<(?:\w+:)?text>\s*([^<]*?)\s*<")
_OUTPUT = re.compile(rb'<(?:\w+:)?output [^>]*?\bname="([^"]+)"')


@dataclass(frozen=True, slots=True)
class OwnLimit:
    """How long a city gives a step, and by what."""

    name: str
    title: str
    """What pages call it; empty where the procedure says."""
    level: tuple[str, ...]
    """Empty for every level; so for urgency."""
    urgency: tuple[str, ...]
    amount: str
    unit: str
    basis: str
    """A code of the city's ordinance, or words."""


def read_limits(path: str, content: bytes) -> tuple[OwnLimit, ...]:
    """Read a city's limits; raise FileInvalid with the line."""
    return tuple(_limit(path, line, row) for line, row in rows(path, content, COLUMNS))


def with_limits(table: bytes, limits: Sequence[OwnLimit], headings: Mapping[str, str]) -> bytes:
    """Return a limit table with a city's own rows before its first; `headings` say its articles in words."""
    first = _RULE.search(table)
    if first is None or not limits:
        return table
    asked = [name.decode() for name in _INPUT.findall(table)]
    given = [name.decode() for name in _OUTPUT.findall(table)]
    prefix = first[1].decode()
    said = "".join(_rule(number, each, asked, given, prefix, headings) for number, each in enumerate(limits, 1))
    return table[: first.start()] + said.encode() + table[first.start() :]


def _limit(path: str, line: int, row: Mapping[str, str]) -> OwnLimit:
    for column, known in CHOICES.items():
        if wrong := [word for word in row[column].split() if word not in known]:
            raise FileInvalid(path, f"第 {line} 行的 {column} 写的是“{wrong[0]}”，应是 {'、'.join(known)} 之一。")
    if not re.fullmatch(r"\d+(?:\.\d+)?", row["amount"]):
        raise FileInvalid(path, f"第 {line} 行的 amount 写的是“{row['amount']}”，应是数字。")
    if not (row["limit"] and row["unit"] and row["basis"]):
        raise FileInvalid(path, f"第 {line} 行要写明 limit（哪个时限）、unit（单位）和 basis（条款代码或者理由）。")
    return OwnLimit(
        row["limit"], row["title"], tuple(row["level"].split()), tuple(row["urgency"].split()), row["amount"],
        row["unit"], row["basis"],
    )  # fmt: skip


def _rule(
    number: int, limit: OwnLimit, asked: Sequence[str], given: Sequence[str], prefix: str, headings: Mapping[str, str]
) -> str:
    conditions = {"step": (limit.name,), "level": limit.level, "urgency": limit.urgency}
    basis = f"条例{headings[limit.basis]}" if limit.basis in headings else limit.basis
    results = {"amount": limit.amount, "unit": f'"{limit.unit}"', "basis": f'"{basis}"'}
    cells = [
        *(("in", index, _tests(conditions.get(name, ()))) for index, name in enumerate(asked, 1)),
        *(("out", index, results.get(name, "null")) for index, name in enumerate(given, 1)),
    ]
    written = "".join(_cell(f"{OWN}{number}", kind, index, text, prefix) for kind, index, text in cells)
    return f'      <{prefix}rule id="{OWN}{number}">\n{written}      </{prefix}rule>\n'


def _cell(rule: str, kind: str, index: int, text: str, prefix: str) -> str:
    tag, words = f"{prefix}{kind}putEntry", escape(text, quote=False)
    return f'        <{tag} id="{rule}_{kind}_{index}"><{prefix}text>{words}</{prefix}text></{tag}>\n'


def _tests(words: Sequence[str]) -> str:
    return ", ".join(f'"{word}"' for word in words) or "-"


def titles(limits: Sequence[OwnLimit]) -> Iterator[tuple[str, str]]:
    """Yield what pages call the limits the city named itself."""
    return ((limit.name, limit.title) for limit in limits if limit.title)
