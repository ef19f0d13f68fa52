"""Pieces of pages that are kept: what they depend on changes, and the page shows it at once."""

import re
from collections.abc import Callable
from datetime import timedelta

from demo_installation import TOKEN, Person
from flask import Flask
from markupsafe import Markup
from sqlalchemy import update

from gridflow import clock
from gridflow.db import writing
from gridflow.people.models import User
from gridflow.registers.models import Category
from gridflow.web.pieces import Pieces

Meet = Callable[[str], Person]
BAR = re.compile(r'<header class="gf-top">.*?</header>', re.DOTALL)


def bar(person: Person, address: str = "/") -> str:
    return "".join(BAR.findall(person.get(address).text))


def test_the_bar_carries_the_token_of_the_session_and_the_address_of_the_page(person: Meet) -> None:
    one, other = person("nb-village"), person("nb-village")

    shown, again, elsewhere = bar(one), bar(other), bar(one, "/inbox?box=unit&search=<b>")

    tokens = [set(TOKEN.findall(page)) for page in (shown, again, elsewhere)]
    assert [len(each) for each in tokens] == [1, 1, 1]
    assert tokens[0] == tokens[2] != tokens[1]
    assert 'name="back" value="/?"' in shown
    assert 'name="back" value="/inbox?box=unit&amp;search=&lt;b&gt;"' in elsewhere
    one.page = one.get("/")
    assert one.post("/language", language="en", back="/").status_code == 302


def test_another_language_and_another_name_show_at_once(app: Flask, person: Meet) -> None:
    town = person("nb-town")
    before = bar(town)
    with app.app_context(), writing() as session:
        session.execute(update(User).where(User.login == "nb-town").values(name="郑改名"))
    renamed = bar(town)
    town.post("/language", language="en", back="/")

    assert "郑改名" not in before
    assert "郑改名" in renamed
    assert "待办" in renamed
    assert "待办" not in bar(town)


def test_numbers_in_the_bar_follow_the_inbox(person: Meet) -> None:
    village = person("nb-village")
    before = bar(village)
    person("nb-field_worker").report()
    after = bar(village)
    with clock.set_to(clock.now()) as hand:
        hand.advance(timedelta(days=90))
        village = person("nb-village")

        assert before != after
        assert "超期" in bar(village)


def test_a_form_offers_what_the_register_lists_now(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    before = worker.get("/report/event").text
    with app.app_context(), writing() as session:
        session.execute(update(Category).where(Category.name == "暴露垃圾").values(name="露天垃圾"))
    after = worker.get("/report/event").text

    assert "· 暴露垃圾" not in after
    assert ">暴露垃圾</option>" in before
    assert ">露天垃圾</option>" in after


def test_what_was_typed_is_never_kept(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.get("/report/event")
    worker.post("/report/event", description="另一句话")
    pieces = app.jinja_env.globals["kept"]
    assert isinstance(pieces, Pieces)
    before = pieces.bytes

    refused = worker.post("/report/event", description="只有一句话")

    assert "只有一句话" in refused.text
    assert pieces.bytes == before


def test_too_many_bytes_begin_again(app: Flask) -> None:
    pieces, made = Pieces(most=1000), []

    def macro(number: int) -> Markup:
        made.append(number)
        return Markup("x" * 300)  # noqa: S704  -- of this test

    with app.test_request_context():
        for number in (1, 1, 2, 3, 1):
            assert len(pieces(macro, number)) == 300

    assert made == [1, 2, 3, 1]
    assert pieces.bytes < 1000
