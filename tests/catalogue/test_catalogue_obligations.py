"""Every duty of an ordinance is accounted for: carried by something that exists, or with the reason why not."""

import re
from collections import Counter
from pathlib import Path

import pytest
from toy_files import Write

from gridflow.catalogue import Catalogue, FileInvalid
from gridflow.catalogue.obligations import COLUMNS, Carrier
from gridflow.config import ROOT

TABLE = "processes/_cities/toytown.obligations.csv"
HEAD = ",".join(COLUMNS)
PRODUCT = Catalogue.read(ROOT)


def test_a_duty_names_its_article_who_what_and_what_carries_it(toy: Path, write: Write) -> None:
    write(TABLE, f"{HEAD}\nT1-1b,园林局,砍树,partly,step:tree/look form:look,公示待建\nT12,—,原则,outside,,没有事务\n")

    one, other = Catalogue.read(toy).obligations("toytown")

    assert (one.article.heading, one.who, one.what, one.state) == ("第一条第一款", "园林局", "砍树", "partly")
    assert one.carriers == (Carrier("step", "tree/look"), Carrier("form", "look"))
    assert (other.carriers, other.reason) == ((), "没有事务")


def test_a_city_without_the_table_has_none(toy: Path) -> None:
    assert Catalogue.read(toy).obligations("toytown") == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("T13,甲,做,outside,,原因", "没有“T13”"),
        ("T12,甲,做,carried,,", "写明由什么承载"),
        ("T12,甲,做,planned,form:look,原因", "写明由什么承载"),
        ("T12,甲,做,outside,,", "写明原因"),
        ("T12,甲,做,carried,form:look,原因", "写明原因"),
        ("T12,甲,做,done,form:look,", "state"),
        ("T12,,做,outside,,原因", "谁"),
        ("T12,甲,做,carried,look,", "种类:名称"),
        ("T12,甲,做,carried,sheet:look,", "种类:名称"),
        ("T12,甲,做,outside,,原因\nT12,甲,做,outside,,原因", "前面已有"),
    ],
)
def test_a_row_that_says_too_little_is_refused(toy: Path, write: Write, row: str, said: str) -> None:
    write(TABLE, f"{HEAD}\n{row}\n")

    with pytest.raises(FileInvalid, match=said):
        Catalogue.read(toy).obligations("toytown")


def test_all_168_duties_of_both_ordinances_are_accounted_for() -> None:
    counted = {code: len(PRODUCT.obligations(code)) for code in PRODUCT.cities}

    assert counted == {"ningbo": 87, "beihai": 81}


@pytest.mark.parametrize("city", PRODUCT.cities)
def test_every_article_has_a_duty_in_the_table(city: str) -> None:
    place = PRODUCT.city(city)
    articles = {code for code in place.ordinance.articles if re.fullmatch(rf"{place.law}\d+", code)}
    told = {re.match(rf"{place.law}\d+", one.code)[0] for one in PRODUCT.obligations(city)}

    assert articles - told <= LATER[city]
    assert told <= articles


LATER = {"ningbo": {"N29"}, "beihai": set()}
"""Articles that say only from when the ordinance is in force."""


def test_every_duty_is_carried_at_least_partly_or_lies_outside_software() -> None:
    states = Counter(one.state for code in PRODUCT.cities for one in PRODUCT.obligations(code))

    assert set(states) == {"carried", "partly", "outside"}
    assert states["carried"] > 10 * states["partly"]
