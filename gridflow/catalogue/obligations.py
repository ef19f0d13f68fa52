"""What an ordinance asks of whom, and what carries it out here, or why software does not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from gridflow.catalogue.cities import City
from gridflow.catalogue.cityfile import FOLDER
from gridflow.catalogue.errors import ArticleUnknown, FileInvalid
from gridflow.catalogue.ordinance import Article
from gridflow.catalogue.tables import rows

COLUMNS = ("code", "who", "what", "state", "carriers", "reason")
State = Literal["carried", "partly", "planned", "outside"]
Kind = Literal[
    "procedure", "step", "form", "document", "decision", "role", "switch", "matter", "ledger", "page", "register"
]
BY_FILES: tuple[Kind, ...] = (
    "procedure", "step", "form", "document", "decision", "role", "switch", "matter", "ledger",
)  # fmt: skip
"""Kinds that files alone show to exist; pages and registers are known to the application."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One thing that carries an obligation out."""

    kind: Kind
    name: str
    """A step is "process/element", a matter the code of the item of the ordinance it stands on."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty of an ordinance."""

    code: str
    """The article code, with a letter where one paragraph holds several: N7-1a."""
    article: Article
    who: str
    what: str
    state: State
    """carried; partly: something of it is still to come; planned: nothing does yet; outside: no software matter."""
    carriers: tuple[Carrier, ...]
    reason: str
    """What is missing, or why software does not carry it; empty where it is carried whole."""


def obligations_path(city: str) -> str:
    """Return where the obligations of a city's ordinance lie below the home folder."""
    return f"{FOLDER}/{city}.obligations.csv"


def read_obligations(path: str, content: bytes, city: City) -> tuple[Obligation, ...]:
    """Read the table, in the order of the ordinance as the file has it; raise FileInvalid with the line."""
    found: dict[str, Obligation] = {}
    for line, row in rows(path, content, COLUMNS):
        one = _obligation(path, f"第 {line} 行 {row['code']}", row, city)
        if one.code in found:
            raise FileInvalid(path, f"第 {line} 行 {one.code} 前面已有，请删去一处，或在代码后加字母区分。")
        found[one.code] = one
    return tuple(found.values())


def _obligation(path: str, place: str, row: Mapping[str, str], city: City) -> Obligation:
    try:
        article = city.article(row["code"])
    except ArticleUnknown as problem:
        raise FileInvalid(path, f"{place}：{problem.message}") from problem
    state, carriers = row["state"], tuple(_carrier(path, place, word) for word in row["carriers"].split())
    if state not in get_args(State):
        raise FileInvalid(path, f"{place}：state 应是 {'、'.join(get_args(State))} 之一。")
    if not (row["who"] and row["what"]):
        raise FileInvalid(path, f"{place}：请写明谁（who）应做什么（what）。")
    if bool(carriers) != (state in ("carried", "partly")):
        raise FileInvalid(path, f"{place}：carried 和 partly 要写明由什么承载（carriers），planned 和 outside 不写。")
    if bool(row["reason"]) == (state == "carried"):
        raise FileInvalid(path, f"{place}：没有全部承载的写明原因（reason），carried 不写。")
    return Obligation(row["code"], article, row["who"], row["what"], cast(State, state), carriers, row["reason"])


def _carrier(path: str, place: str, word: str) -> Carrier:
    kind, _, name = word.partition(":")
    if kind not in get_args(Kind) or not name:
        raise FileInvalid(path, f"{place}：承载“{word}”应写成“种类:名称”，种类是 {'、'.join(get_args(Kind))}。")
    return Carrier(cast(Kind, kind), name)
