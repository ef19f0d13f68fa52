"""What a city's ordinance fixes goes before the shared limit table, and nothing else of it changes."""

from collections.abc import Mapping

import pytest

from gridflow import clock
from gridflow.catalogue import Bundle, Catalogue, FileInvalid
from gridflow.catalogue.bundle import frozen
from gridflow.config import ROOT
from gridflow.feel import Functions, read_decisions

PATH = "processes/_cities/beihai.limits.csv"
HEAD = "limit,title,level,urgency,amount,unit,basis\n"


def bundle(rows: str, slug: str = "event") -> Bundle:
    files = Catalogue.read(ROOT).files
    return Catalogue(frozen({**files, PATH: (HEAD + rows).encode()})).bundle("beihai", slug)


def limit(of: Bundle, step: str, level: str = "L3", urgency: str = "normal") -> Mapping[str, object]:
    tables = {path: read_decisions(content) for path, content in of.decision_files.items()}
    table = next(one for one in tables.values() if "limit" in one.decisions)
    scope = {"step": step, "level": level, "urgency": urgency}
    decided = table.evaluate("limit", scope, Functions(now=clock.now))
    assert isinstance(decided.value, Mapping)
    return decided.value


def test_a_city_gives_its_own_time_and_names_its_article() -> None:
    own = bundle("handling,,L2 L3,,3,WD,B19\n")
    given = limit(own, "handling")

    assert (given["amount"], given["unit"], given["basis"]) == (3, "WD", "条例第十九条")
    assert limit(own, "handling", "L4")["amount"] == limit(bundle(""), "handling", "L4")["amount"] == 10
    assert limit(own, "ruling") == limit(bundle(""), "ruling")


def test_a_limit_only_the_city_has_is_known_with_its_title() -> None:
    own = bundle("sea_opinion,答复意见时限,,,5,WD,按“海上网格办法”\n")

    assert limit(own, "sea_opinion")["basis"] == "按“海上网格办法”"
    assert own.manifest.limits["sea_opinion"] == "答复意见时限"
    assert Bundle.from_bytes(own.to_bytes()).manifest.limits == own.manifest.limits


def test_a_table_asked_otherwise_takes_the_rows_too() -> None:
    own = bundle("flash,,,,10,M,B21\n", slug="emergency")

    assert (limit(own, "flash")["amount"], limit(own, "flash")["unit"]) == (10, "M")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("handling,,L9,,3,WD,B19", "第 2 行的 level 写的是“L9”"),
        ("handling,,,,三,WD,B19", "第 2 行的 amount 写的是“三”"),
        ("handling,,,,3,天,B19", "第 2 行的 unit 写的是“天”"),
        ("handling,,,,3,WD,", "basis（条款代码或者理由）"),
    ],
)
def test_a_row_that_says_no_time_is_refused_with_its_line(row: str, said: str) -> None:
    with pytest.raises(FileInvalid, match=said):
        bundle(row + "\n")
