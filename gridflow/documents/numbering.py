"""Numbers of documents: the patterns of a city file and counters without gaps.

Source: GB/T 9704-2012; domain report 4.6: full year, Arabic digits, no leading 第.
"""

import re
from string import Formatter

from sqlalchemy import text
from sqlalchemy.orm import Session

from gridflow.documents.errors import NumberPatternInvalid

FROM_THE_CASE = "{case}"
_FIELDS = frozenset({"mark", "area", "year", "serial", "case"})
_KNOWN = "mark、area、year、serial 和 case"
_FORMATS = re.compile(r"|0\d{1,2}d")
_COUNT = (
    "INSERT INTO number_series (city, organ, kind, year, last) SELECT :city, :organ, :kind, :year, 1 FROM {} "
    "ON CONFLICT (city, organ, kind, year) DO UPDATE SET last = number_series.last + 1 RETURNING last"
)
_ALONE = (
    "(SELECT pg_advisory_xact_lock(hashtextextended(CAST(:city AS text) || '/' || CAST(:organ AS text), 0))) AS held"
)
"""Whoever counts for an organ holds all its counters, lest two who take two of them wait for each other."""
_NEXT = {
    "postgresql": text(_COUNT.format(_ALONE)),
    "sqlite": text(_COUNT.format("(SELECT 1) AS held WHERE true")),  # one writer at a time; WHERE parts it from ON
}


def counts(pattern: str) -> bool:
    """Tell whether a pattern takes the next number of a counter; raises NumberPatternInvalid."""
    return "serial" in _fields(pattern)


def next_serial(session: Session, city: str, organ: str, kind: str, year: int) -> int:
    """Take the next number in one statement, from 1.

    The counters of the organ stay locked until the transaction ends and go back with it, so nothing is skipped or
    given twice: make this the last statement before the commit.
    """
    given = {"city": city, "organ": organ, "kind": kind, "year": year}
    return int(session.execute(_NEXT[session.get_bind().dialect.name], given).scalar_one())


def formatted(pattern: str, *, area: str, year: int, serial: int | None, case: str, mark: str = "") -> str:
    """Write a number after a pattern such as JB-{area}-{year}-{serial:06d} or {mark}督〔{year}〕{serial}号."""
    _fields(pattern)
    return pattern.format(area=area, year=year, serial=serial, case=case, mark=mark)


def _fields(pattern: str) -> set[str]:
    """Return the fields of a pattern, which may only be plain names, padded with zeros."""
    try:
        parts = [part for part in Formatter().parse(pattern) if part[1] is not None]
    except ValueError as error:
        raise NumberPatternInvalid(f"文号格式“{pattern}”的花括号不成对，请改正城市文件。") from error
    for _, name, form, conversion in parts:
        if name not in _FIELDS or conversion or not _FORMATS.fullmatch(form or ""):
            raise NumberPatternInvalid(f"文号格式“{pattern}”中的 {{{name}}} 不认识，可用 {_KNOWN}。")
    return {str(name) for _, name, _, _ in parts}
