"""A city says in a table of its own which of its articles stand for those common files were written with."""

from pathlib import Path

import pytest
from toy_files import Write, city_file

from gridflow.catalogue import ArticleUnknown, Bundle, Catalogue, City, FileInvalid

BASES = "processes/_cities/toytown.bases.csv"
TABLE = """rule,articles,note
N18-2,T1-1,交办
N18-2 B5-3,T1-2,越过一级报送
N18-3,T1-1 T12,
B13-1,,本市没有清单
"""
NOTED = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmn="urn:same">
<process id="tree"><bpmn:textAnnotation id="a"><bpmn:text>{text}</bpmn:text></bpmn:textAnnotation></process>
</definitions>"""


@pytest.fixture
def city(toy: Path, write: Write) -> City:
    write(BASES, TABLE)
    return Catalogue.read(toy).city("toytown")


@pytest.mark.parametrize(
    ("codes", "own"),
    [
        ("N18-2 B17-2", ("T1-1",)),
        ("B5-3 N18-2", ("T1-2",)),
        ("N18-3 N18-2", ("T1-1", "T12")),
        ("N18-2 T12", ("T12",)),
        ("B13-1", ()),
        ("N99", ()),
        ("", ()),
    ],
)
def test_a_list_of_other_cities_codes_is_said_in_the_citys_own(city: City, codes: str, own: tuple[str, ...]) -> None:
    assert tuple(article.code for article in city.articles(codes)) == own
    assert city.own_codes(codes) == own


def test_saying_that_there_is_no_such_rule_is_not_saying_nothing(city: City) -> None:
    assert city.based_on("B13-1") == ()
    assert city.based_on("N99") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("N18-3、B18-2：时限自交办起算", "第一条第一款、第十二条：时限自交办起算"),
        ("按 T1-2 办（N18-2）", "按 第一条第二款 办（第一条第一款）"),
        ("B13-1：清单外事项", "清单外事项"),
        ("字符集 GB18030，N99：另定", "字符集 GB18030，N99：另定"),
    ],
)
def test_notes_on_a_diagram_name_the_citys_articles(toy: Path, write: Write, text: str, said: str) -> None:
    write(BASES, TABLE)
    write("processes/tree/tree.bpmn", NOTED.format(text=text))

    bundle = Bundle.from_bytes(Catalogue.read(toy).bundle("toytown", "tree").to_bytes())

    assert f"<bpmn:text>{said}</bpmn:text>" in bundle.diagram("tree").decode()
    assert text in bundle.files["processes/tree/tree.bpmn"].decode()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("rule,articles\nN1,T1\n", "首行"),
        ("rule,articles,note\nN1,T1\n", "第 2 行应有 3 栏"),
        ("rule,articles,note\n第十八条,T1,\n", "不是条款代码"),
        ("rule,articles,note\n,T1,\n", "第 2 行"),
        ("rule,articles,note\nN1 N2,T1,\nN2 N1,T12,\n", "第 3 行"),
        ("rule,articles,note\nT1,T12,\n", "本来就是本市的条款"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_with_its_line(toy: Path, write: Write, table: str, said: str) -> None:
    write(BASES, table)

    with pytest.raises(FileInvalid, match=said) as caught:
        Catalogue.read(toy).cities  # noqa: B018  -- reading it refuses

    assert BASES in caught.value.message


def test_a_table_naming_an_article_the_ordinance_lacks_is_refused(toy: Path, write: Write) -> None:
    write(BASES, "rule,articles,note\nN1,T13,\n")

    with pytest.raises(FileInvalid, match="T13"):
        Catalogue.read(toy)


def test_a_table_saved_by_a_spreadsheet_is_read(toy: Path, write: Write) -> None:
    write(BASES, "\ufeff" + TABLE.replace("\n", "\r\n"))

    assert Catalogue.read(toy).city("toytown").own_codes("N18-2") == ("T1-1",)


def test_two_cities_may_not_share_a_letter(toy: Path, write: Write) -> None:
    write("processes/_cities/second.toml", city_file("second", "第二市", "T"))
    write("processes/_cities/second.ordinance.md", "## 第一条\n一款。")

    with pytest.raises(FileInvalid, match="字头 T"):
        Catalogue.read(toy)


def test_an_article_unknown_to_the_ordinance_is_still_an_error(city: City) -> None:
    with pytest.raises(ArticleUnknown):
        city.articles("T99 N18-2")
