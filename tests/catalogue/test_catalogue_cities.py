"""City files and ordinances."""

from pathlib import Path

import pytest
from toy_files import ORDINANCE, Write, city_file

from gridflow.catalogue import ArticleUnknown, Catalogue, CityUnknown, FileInvalid


def test_a_third_city_is_new_files_only(toy: Path, write: Write) -> None:
    write("processes/_cities/seaside.toml", city_file("seaside", "海边市", "S"))
    write("processes/_cities/seaside.ordinance.md", ORDINANCE)
    catalogue = Catalogue.read(toy)
    assert list(catalogue.cities) == ["seaside", "toytown"]
    assert catalogue.bundle("seaside", "tree").city_file.name == "海边市"


def test_a_city_file_says_everything_in_which_the_city_differs(toy: Path) -> None:
    city = Catalogue.read(toy).city("toytown")
    assert (city.division, city.law, city.hours) == ("990100", "T", ("09:00-12:00", "13:00-17:00"))
    assert city.roles["field_worker"].grid_staff
    assert not city.roles["handler"].grid_staff
    assert dict(city.switches) == {"sample_percent": 5, "sea_grids": True}
    assert (city.organ.name, city.organ.details["phone"]) == ("玩具市网格办", "0000")
    assert city.numbers["order"].pattern.format(area="1", year=2026, serial=7) == "JB-1-2026-000007"
    assert city.departments["parks"].tiers == ("city", "county")
    assert city.demo is not None
    assert city.demo.people == ("甲一", "乙二")


@pytest.mark.parametrize(
    ("code", "heading", "text"),
    [
        ("T1", "第一条", "一款：\n（一）甲项；\n（二）乙项。\n二款。"),
        ("T1-1", "第一条第一款", "一款：\n（一）甲项；\n（二）乙项。"),
        ("T1-2", "第一条第二款", "二款。"),
        ("T1(2)", "第一条第一款第二项", "（二）乙项。"),
        ("T1-1(1)", "第一条第一款第一项", "（一）甲项；"),
        ("T1-2a", "第一条第二款", "二款。"),
        ("T12", "第十二条", "一款独有。"),
        ("T12-1", "第十二条", "一款独有。"),
    ],
)
def test_every_article_paragraph_and_item_can_be_cited(toy: Path, code: str, heading: str, text: str) -> None:
    article = Catalogue.read(toy).city("toytown").article(code)
    assert (article.heading, article.text) == (heading, text)


def test_a_citation_list_shows_this_citys_articles_only(toy: Path) -> None:
    city = Catalogue.read(toy).city("toytown")
    assert [article.code for article in city.articles("N18-2 T1-2 B17-2 T12")] == ["T1-2", "T12"]


def test_an_article_that_does_not_exist_is_refused(toy: Path) -> None:
    with pytest.raises(ArticleUnknown, match="T13"):
        Catalogue.read(toy).city("toytown").article("T13")


def test_a_city_that_does_not_exist_is_refused(toy: Path) -> None:
    with pytest.raises(CityUnknown, match="atlantis"):
        Catalogue.read(toy).bundle("atlantis", "tree")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "toytown"', 'code = "other"', "与文件名相同"),
        ('division = "990100"', 'division = "99"', "6 位数字"),
        ('division = "990100"', "division = 990100", "应是文字"),
        ('name = "玩具市"', 'name = " "', "不能为空"),
        ('law = "T"', 'lawe = "T"', "缺少“law”"),
        ('case_prefix = "TT"', 'case_prefix = "TT"\ncolour = "red"', "不认识“colour”"),
        ('"09:00-12:00"', '"9-12"', "上班时间"),
        ('"09:00-12:00"', "9", "文字的列表"),
        ('"toytown.ordinance.md"', '"gone.md"', r"gone\.md.*找不到条例"),
        ("[roles.handler]", "[roles.handlr]", "缺少角色 handler"),
        ('post = "handler"', 'post = "handler"\ntier = "moon"', "不认识层级“moon”"),
        ('tiers = ["city", "county"]', 'tiers = ["moon"]', "不认识层级“moon”"),
        ("grid_staff = true", 'grid_staff = "yes"', "true 或 false"),
        ("[organ]", "[organ", "不是有效的 TOML"),
        ("[demo]", "[demo]\nage = 3", r"demo\.age"),
    ],
)
def test_a_slip_in_a_city_file_is_named(toy: Path, write: Write, old: str, new: str, told: str) -> None:
    text = city_file("toytown", "玩具市", "T")
    assert old in text
    write("processes/_cities/toytown.toml", text.replace(old, new))
    with pytest.raises(FileInvalid, match=told) as refused:
        _ = Catalogue.read(toy).cities
    assert "processes/_cities/" in refused.value.message


@pytest.mark.parametrize(("text", "told"), [("空文", "没有找到条文"), ("## 第一条\n甲\n## 第一条\n乙", "出现了两次")])
def test_an_ordinance_without_clear_articles_is_refused(toy: Path, write: Write, text: str, told: str) -> None:
    write("processes/_cities/toytown.ordinance.md", text)
    with pytest.raises(FileInvalid, match=told):
        Catalogue.read(toy)


@pytest.mark.parametrize(("numeral", "code"), [("十", "T10"), ("二十", "T20"), ("二十八", "T28"), ("一百零三", "T103")])
def test_article_numerals_are_read(toy: Path, write: Write, numeral: str, code: str) -> None:
    write("processes/_cities/toytown.ordinance.md", f"{ORDINANCE}\n## 第{numeral}条\n末条。")
    assert Catalogue.read(toy).city("toytown").article(code).text == "末条。"


def test_a_home_without_cities_is_refused(home: Path) -> None:
    with pytest.raises(FileInvalid, match="没有城市文件"):
        Catalogue.read(home)
