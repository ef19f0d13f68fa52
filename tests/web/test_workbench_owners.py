"""Who may change a procedure: its owner and deputies, whom somebody else names; where none is, all with the right."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from demo_installation import EVENT, Person
from flask import Flask
from lxml.html import fromstring
from sqlalchemy import delete, select

from gridflow import clock
from gridflow.audit.models import OperationEntry
from gridflow.db import db, writing
from gridflow.people.models import ProcedureOwner, User

Meet = Callable[[str], Person]
PAGE = f"/workbench/procedures/{EVENT}"
FORM = f"forms/{EVENT}/merge.json"


@pytest.fixture(autouse=True)
def as_installed(app: Flask) -> Iterator[None]:
    """Put back who owned what before."""
    with app.app_context():
        before = [row.__dict__ for row in db.session.scalars(select(ProcedureOwner))]
        db.session.remove()
    yield
    with app.app_context(), writing() as session:
        session.execute(delete(ProcedureOwner))
        for row in before:
            session.add(ProcedureOwner(**{name: value for name, value in row.items() if name[0] != "_"}))


def nobody(app: Flask) -> None:
    """Let nobody be named."""
    with app.app_context(), writing() as session:
        session.execute(delete(ProcedureOwner))


def user(app: Flask, login: str) -> str:
    with app.app_context():
        return str(db.session.scalars(select(User.id).where(User.login == login)).one())


def began(person: Person) -> tuple[int, str]:
    """Try to begin a revision; returns the status and where it led."""
    person.get("/workbench")
    answer = person.post("/workbench/begin", slug=EVENT, title="试一试")
    return answer.status_code, answer.headers.get("Location", answer.text)


def test_a_duty_is_ended_only_from_a_fold_that_says_what_follows(person: Meet) -> None:
    page = fromstring(person("nb-city_head").get(PAGE).text)
    ends = page.xpath("//form[contains(@action, '/end')]")

    assert len(ends) >= 2
    for form in ends:
        (fold,) = form.xpath("ancestor::details[not(@open)]")
        assert fold.findtext("summary").startswith("结束")
        assert "马上不能再起草、修改、送审" in fold.text_content()


def test_the_owner_and_the_deputy_change_and_everybody_else_reads(app: Flask, person: Meet) -> None:
    owner, deputy = person("nb-process_owner"), person("nb-process_owner-2")
    _, revision = began(owner)
    assert began(deputy)[0] == 302
    ended = re.search(r"owners/(\w+)/end", person("nb-city_head").get(PAGE).text.split("代理人</span>")[-1])[1]
    head = person("nb-city_head")
    head.get(PAGE)
    assert head.post(f"{PAGE}/owners/{ended}/end").status_code == 302

    status, words = began(deputy)
    assert (status, "只有负责人和代理人可以起草、修改、送审" in words) == (403, True)
    page = deputy.get(revision).text
    assert "由负责人和代理人修改" in page
    assert "作废这份修改稿" not in page
    text = '{"type": "default", "components": []}'
    assert "problem" in deputy.put(f"{revision}/files", {"path": FORM, "text": text, "seen": "x"}).json
    assert deputy.post(f"{revision}/discard").status_code == 403
    assert deputy.post(f"{revision}/ask", reason="a", basis="b").status_code == 403
    assert owner.post(f"{revision}/discard").status_code == 302


def test_where_nobody_is_named_everybody_with_the_right_may_change(app: Flask, person: Meet) -> None:
    nobody(app)

    assert began(person("nb-process_owner-2"))[0] == 302
    assert "未指定，有起草权限的人都可修改" in person("nb-process_owner").get("/workbench").text


def test_owners_are_named_for_some_days_by_somebody_else_and_the_log_says_so(app: Flask, person: Meet) -> None:
    nobody(app)
    owner, second, keeper = person("nb-process_owner"), person("nb-process_owner-2"), person("nb-administrator")
    keeper.get(PAGE)
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    named = {"user": user(app, "nb-process_owner"), "deputy": "no", "since": clock.today().isoformat()}
    assert keeper.post(f"{PAGE}/owners", **named, until="2020-01-01").status_code == 422
    assert keeper.post(f"{PAGE}/owners", **named, until=tomorrow).status_code == 302
    assert keeper.post(f"{PAGE}/owners", **named).status_code == 422  # twice
    assert keeper.post(f"{PAGE}/owners", **{**named, "user": user(app, "bh-process_owner")}).status_code == 422

    assert began(second)[0] == 403
    assert began(owner)[0] == 302
    with clock.set_to(clock.now() + timedelta(days=2)):
        assert began(Person(app, "nb-process_owner-2"))[0] == 302
    with app.app_context():
        entry = db.session.scalars(select(OperationEntry).where(OperationEntry.action == "name_owner")).all()[-1]
        assert entry.subject == EVENT
        assert entry.detail["user"] == named["user"]


def test_nobody_names_or_ends_oneself(app: Flask, person: Meet) -> None:
    owner = person("nb-process_owner")
    owner.get(PAGE)
    with app.app_context():
        mine = select(ProcedureOwner.id).where(ProcedureOwner.user_id == user(app, "nb-process_owner"))
        row = db.session.scalars(mine.where(ProcedureOwner.slug == EVENT)).one()

    assert owner.post(f"{PAGE}/owners", user=user(app, "nb-process_owner")).status_code == 422
    assert owner.post(f"{PAGE}/owners/{row}/end").status_code == 422


def test_a_deputy_puts_nobody_out_and_names_nobody(app: Flask, person: Meet) -> None:
    deputy = person("nb-process_owner-2")
    page = deputy.get(PAGE).text
    with app.app_context():
        named = select(ProcedureOwner.id).where(ProcedureOwner.slug == EVENT, ProcedureOwner.deputy.is_(False))
        owner = db.session.scalars(named.where(ProcedureOwner.user_id == user(app, "nb-process_owner"))).one()

    assert "/end" not in page
    assert "指定负责人或代理人" not in page
    refused = deputy.post(f"{PAGE}/owners/{owner}/end")
    assert (refused.status_code, "只有这个流程的负责人" in refused.text) == (422, True)
    assert deputy.post(f"{PAGE}/owners", user=user(app, "nb-process_owner")).status_code == 422


def test_an_owner_ends_a_deputy_who_is_named_in_the_answer(person: Meet) -> None:
    owner = person("nb-process_owner")
    page = fromstring(owner.get(PAGE).text)
    (end,) = page.xpath("//form[contains(@action, '/end')]/@action")
    choices = [option.text_content() for option in page.xpath("//select[@id='user']/option")]

    assert not any("（nb-process_owner）" in choice for choice in choices)
    owner.post(end)
    assert re.search(r"已结束\S+的职责", owner.get(PAGE).text)


@pytest.mark.parametrize("login", ["nb-field_worker", "nb-county_head", "nb-inspector"])
def test_others_neither_see_nor_name_owners(person: Meet, login: str) -> None:
    other = person(login)

    assert other.get(PAGE).status_code == 403
    assert other.post(f"{PAGE}/owners", user="x").status_code == 403
