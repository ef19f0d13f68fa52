"""How the cities fill and publish the posts of their grids."""

import pytest

from gridflow.catalogue import Catalogue
from gridflow.catalogue.appointments import read_appointments
from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.sections import Section
from gridflow.config import ROOT


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.read(ROOT)


def test_09_the_staff_classes_are_those_of_each_ordinance(catalogue: Catalogue) -> None:
    ningbo, beihai = (catalogue.city(code).appointments for code in ("ningbo", "beihai"))
    assert {post.title for post in ningbo.values()} == {"网格长", "专职网格员", "兼职网格员", "网格指导员", "微网格长"}
    assert {post.title for post in beihai.values()} == {
        "网格长", "网格员", "网格指导员", "村（社区）网格总负责人", "片区网格挂点领导",
    }  # fmt: skip


def test_21_only_those_the_ordinance_names_are_published(catalogue: Catalogue) -> None:
    published = {
        code: {post.title for post in catalogue.city(code).appointments.values() if post.published}
        for code in ("ningbo", "beihai")
    }
    assert published == {"ningbo": {"网格长", "专职网格员", "网格指导员"}, "beihai": {"网格长", "网格员"}}


def test_10_exclusive_grids_have_sources_of_their_own(catalogue: Catalogue) -> None:
    ningbo, beihai = (catalogue.city(code).appointments["grid_head"] for code in ("ningbo", "beihai"))
    assert ningbo.sources_for("exclusive") == ("按区（县、市）配备办法确定的人员",)
    assert beihai.sources_for("maritime") == ("管理单位选定的人员",)
    assert beihai.sources_for("rural") == beihai.sources_for("urban")
    assert "招聘的工作人员" in beihai.sources_for("urban")


def test_every_post_names_an_article_of_its_city(catalogue: Catalogue) -> None:
    for city in catalogue.cities.values():
        for post in city.appointments.values():
            assert city.articles(" ".join(post.basis)), (city.code, post.code)


def test_a_post_at_a_place_nobody_knows_is_refused() -> None:
    table = {"appointments": {"x": {"title": "某", "letter": "X", "place": "moon", "basis": "N8-1"}}}
    with pytest.raises(FileInvalid, match="moon"):
        read_appointments(Section("x.toml", table))
