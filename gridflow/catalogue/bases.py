"""Which of a city's articles correspond to the codes common files were written with.

A common file names the articles of the cities it was written for ("N18-2 B17-2"). A city that came later says in its
own table, `processes/_cities/<city>.bases.csv`, what stands for them in its ordinance.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.tables import rows as table_rows

COLUMNS = ("rule", "articles", "note")
UNDECIDED = "?"
"""Stands for the city's articles in a row nobody has looked at yet: as if the row were not there."""
CODE = re.compile(r"[A-Z]+[1-9]\d*(?:-[1-9]\d*)?(?:\([1-9]\d*\))?[a-z]?")
"""N18, N18-2, N10(3), N13-1(2), N18-2a."""
_PART = re.compile(r"(?:\(\d+\)[a-z]?|[a-z])$")
"""What names a part of a paragraph: an item, or the letter of one of several duties."""


@dataclass(frozen=True, slots=True)
class Bases:
    """The table of one city: codes that stand together in a common file, and the city's own codes for them."""

    rows: Mapping[frozenset[str], tuple[str, ...]]

    def of(self, codes: Iterable[str]) -> tuple[str, ...] | None:
        """Return the city's own codes for a list, those of its most particular rows; None where no row says any.

        An empty answer says on purpose that the city has no such rule. A row for a paragraph stands for its items too
        where they have none: “B6-3” for “B6-3(1)”.
        """
        named = frozenset(codes)
        fitting = [rule for rule in self.rows if rule <= named]
        whole = frozenset(_PART.sub("", code) for code in named)
        if not fitting and whole != named:
            return self.of(whole)
        particular = [rule for rule in fitting if not any(rule < other for other in fitting)]
        return tuple(dict.fromkeys(code for rule in particular for code in self.rows[rule])) if fitting else None


NO_BASES = Bases(MappingProxyType({}))


def read_bases(path: str, content: bytes) -> Bases:
    """Read a table of bases; the first column holds the common files' codes, the second the city's own."""
    rows: dict[frozenset[str], tuple[str, ...]] = {}
    for line, row in table_rows(path, content, COLUMNS):
        if row["articles"] == UNDECIDED:
            continue
        rule, articles = tuple(row["rule"].split()), tuple(row["articles"].split())
        wrong = [code for code in (*rule, *articles) if not CODE.fullmatch(code)]
        if not rule or wrong:
            raise FileInvalid(
                path, f"第 {line} 行“{' '.join(wrong)}”不是条款代码，请写成 N18-2 的样子，多个用空格分开。"
            )
        if frozenset(rule) in rows:
            raise FileInvalid(path, f"第 {line} 行“{' '.join(rule)}”前面已有，请删去一处。")
        rows[frozenset(rule)] = articles
    return Bases(MappingProxyType(rows))
