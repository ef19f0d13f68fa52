"""Figures of places and periods: both parts of each rate, of what the viewer may see."""

import re
from collections.abc import Callable
from dataclasses import replace

from demo_installation import Person
from flask import Flask
from lxml.html import fromstring
from sqlalchemy import select

from gridflow import clock
from gridflow.cases.viewer import viewer
from gridflow.catalogue.rates import Handed, Rate
from gridflow.db import db
from gridflow.inspection.rates import Period, figures
from gridflow.people.models import User

Meet = Callable[[str], Person]


def opened(page: str, procedure: str) -> int:
    """Return how many cases of a procedure the page says were opened."""
    for row in fromstring(page).iterfind(".//tbody/tr"):
        name, number, *_rest = (" ".join(cell.text_content().split()) for cell in row)
        if name == procedure:
            return int(number)
    return 0


def test_a_case_counts_in_its_own_places_only(person: Meet) -> None:
    town, other = person("nb-town"), person("bh-town")
    before = opened(town.get("/figures").text, "网格事件"), opened(other.get("/figures").text, "网格事件")

    person("nb-field_worker").report()

    after = opened(town.get("/figures").text, "网格事件"), opened(other.get("/figures").text, "网格事件")
    assert (after[0] - before[0], after[1] - before[1]) == (1, 0)


def test_a_share_counts_forms_by_what_was_answered(app: Flask, person: Meet) -> None:
    person("nb-field_worker").report(urgency="urgent")
    person("nb-field_worker").report(urgency="normal")
    every = Handed("report", {"urgency": ("urgent", "normal")})
    rate = Rate("紧急的", "紧急 ÷ 全部", "N18-1", None, every, Handed("report", {"urgency": ("urgent",)}))
    today = Period(clock.today(), clock.today())

    with app.app_context():
        office = replace(app.extensions["gridflow"], rates=(rate,))
        user = db.session().scalars(select(User.id).where(User.login == "nb-inspector")).one()
        inspector = viewer(db.session(), office.cities, user)
        [share] = figures(db.session(), office, inspector, today, None).shares

    assert 0 < share.counted < share.of
    assert share.percent == f"{100 * share.counted / share.of:.1f}%"


def test_a_period_without_cases_says_so_and_divides_nothing_by_nothing(person: Meet) -> None:
    page = person("nb-inspector").get("/figures?first=2020-01-01&last=2020-01-31").text

    assert "这段时间没有立案" in page
    assert "0 / 0" in page
    assert "—" in page


def test_a_rate_shows_both_parts_and_its_article(person: Meet) -> None:
    page = person("nb-inspector").get("/figures").text
    shares = fromstring(page).find_class("gf-shares")[0].text_content()

    assert re.search(r"按时办结率\s+\S+\s+\d+ / \d+", shares)
    assert "第十八条第三款" in shares


def test_a_county_is_counted_by_itself(person: Meet) -> None:
    person("nb-field_worker").report()
    inspector = person("nb-inspector")

    own, other = (opened(inspector.get(f"/figures?place={code}").text, "网格事件") for code in ("330203", "330225"))

    assert own > 0
    assert other == 0


def test_dates_that_are_none_show_this_month(person: Meet) -> None:
    inspector = person("nb-inspector")

    odd = inspector.get("/figures?first=gestern&last=2020-01-01&place=%27").text

    assert opened(odd, "网格事件") == opened(inspector.get("/figures").text, "网格事件")


def test_nobody_without_places_sees_figures(person: Meet) -> None:
    assert person("nb-resident").get("/figures").status_code == 403
    assert person("nb-administrator").get("/figures").status_code == 403
