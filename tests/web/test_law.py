"""The ordinance with what carries each paragraph out: the page nobody has to take on trust."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person
from flask import Flask
from lxml.html import HtmlElement, fromstring

Meet = Callable[[str], Person]


def paragraph(page: str, code: str) -> HtmlElement:
    found: HtmlElement = fromstring(page).get_element_by_id(code)
    return found


def words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.parametrize(("login", "law"), [("nb-inspector", "N"), ("bh-inspector", "B")])
def test_every_article_and_duty_of_the_citys_ordinance_is_shown(app: Flask, person: Meet, login: str, law: str) -> None:
    office = app.extensions["gridflow"]
    city = next(city for city in office.cities.values() if city.law == law)

    page = fromstring(person(login).get("/law").text)

    articles = {code for code in city.ordinance.articles if re.fullmatch(rf"{law}\d+", code)}
    assert {section.get("id") for section in page.iterfind(".//section[@class='gf-law']")} == articles
    assert len(page.findall(".//ul[@class='gf-law-duties']/li")) == len(office.obligations[city.code])


def test_a_paragraph_shows_its_words_its_duties_and_the_steps_that_carry_it(person: Meet) -> None:
    shown = paragraph(person("nb-inspector").get("/law").text, "N18-3")

    assert "网格事件办理工作实行限时办结制度" in words(shown)
    assert "限时办结，在规定时间内反馈" in words(shown)
    assert "办理时限表" in words(shown)
    assert {"签收", "回填结果"} <= {link.text for link in shown.iterfind(".//dd/a")}


def test_a_step_leads_to_its_place_in_the_diagram(person: Meet) -> None:
    inspector = person("nb-inspector")
    shown = paragraph(inspector.get("/law").text, "N18-3")
    [address] = [link.get("href") for link in shown.iterfind(".//dd/a") if link.text == "签收"]
    process, element = re.search(r"process=(\w+)&element=(\w+)", address).groups()

    page = inspector.get(address).text
    drawing = re.search(r'data-diagram="([^"]+)"', page)[1].replace("&amp;", "&")

    assert inspector.get(drawing).json["active"] == [element]
    assert f"/diagrams/{process}" in drawing


def test_figures_count_what_was_done_lately(person: Meet) -> None:
    before = words(paragraph(person("bh-inspector").get("/law").text, "B17-2"))
    assert "案件" not in before
    person("bh-grid_head").report()

    after = words(paragraph(person("bh-inspector").get("/law").text, "B17-2"))

    assert re.search(r"案件 1 件 · 待办 1 件", after)


def test_residents_read_the_ordinance_without_figures_or_diagrams(person: Meet) -> None:
    person("nb-field_worker").report()

    page = person("nb-resident").get("/law").text

    assert "网格事件办理工作实行限时办结制度" in page
    assert "近 30 天" not in page
    assert "/procedures/" not in page


def test_only_duties_of_one_state_are_shown_when_asked(person: Meet) -> None:
    page = fromstring(person("nb-inspector").get("/law?state=outside").text)

    tags = {
        (tag.text or "").strip()
        for tag in page.iterfind(".//ul[@class='gf-law-duties']//span")
        if "gf-tag" in tag.get("class", "")
    }
    assert tags == {"不由系统承担"}
