"""Administrators look after accounts and posts: what they see, what is logged, what nobody does to himself."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person
from flask import Flask
from lxml.html import fromstring
from sqlalchemy import select

from gridflow.audit.models import OperationEntry
from gridflow.config import DEMO_PASSWORD
from gridflow.db import db
from gridflow.people.models import Unit, User

Meet = Callable[[str], Person]
PLACE = "330203001"


def row(app: Flask, model: type, **where: object) -> object:
    with app.app_context():
        found = db.session.scalars(select(model).filter_by(**where)).first()
        db.session.expunge_all()
        db.session.remove()
    return found


def unit_page(app: Flask, code: str = PLACE) -> str:
    return f"/administration/units/{row(app, Unit, code=code).id}"


def account_page(app: Flask, login: str) -> str:
    return f"/administration/accounts/{row(app, User, login=login).id}"


def logged(app: Flask) -> list[OperationEntry]:
    with app.app_context():
        found = list(db.session.scalars(select(OperationEntry).order_by(OperationEntry.at)))
        db.session.expunge_all()
        db.session.remove()
    return found


def add(operator: Person, unit: str, login: str, **changes: str) -> object:
    operator.get(unit)
    values = {"login": login, "name": "新来的", "post": "town", "reason": "新入职"}
    return operator.post(f"{unit}/accounts", **{**values, **changes})


def password(page: str) -> str:
    return fromstring(page).xpath("//*[@data-password-shown]")[0].text_content().strip()


def test_the_home_of_an_administrator_leads_to_accounts_and_units(person: Meet) -> None:
    operator = person("nb-administrator")

    home = operator.get("/").text

    assert 'href="/administration/accounts"' in home
    assert 'href="/administration/units"' in home


def test_accounts_are_found_by_login_name_and_unit_and_only_those_of_the_city(app: Flask, person: Meet) -> None:
    operator = person("nb-administrator")

    assert "nb-town" in operator.get("/administration/accounts?search=nb-town").text
    assert "nb-town" in operator.get("/administration/accounts?search=南门街道").text
    assert account_page(app, "bh-town") not in operator.get("/administration/accounts?search=bh-town").text
    assert operator.get("/administration/accounts?page=2").status_code == 200


def test_an_account_of_another_city_is_not_found(app: Flask, person: Meet) -> None:
    operator = person("nb-administrator")

    assert operator.get(account_page(app, "bh-town")).status_code == 404


@pytest.mark.parametrize("login", ["nb-town", "nb-inspector", "nb-process_owner", "nb-resident"])
def test_nobody_but_administrators_sees_accounts(app: Flask, person: Meet, login: str) -> None:
    somebody = person(login)

    for address in ("/administration/accounts", "/administration/units", account_page(app, "nb-town"), unit_page(app)):
        assert somebody.get(address).status_code == 403


def test_a_new_colleague_signs_in_with_the_password_that_is_shown_once(app: Flask, person: Meet) -> None:
    operator = person("nb-administrator")

    added = add(operator, unit_page(app), "nb-new-1")
    given = password(added.text)

    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    entered = client.post("/sign-in", data={"csrf_token": token, "login": "nb-new-1", "password": given})
    assert entered.status_code == 302
    assert client.get("/inbox").status_code == 200
    assert given not in operator.get(account_page(app, "nb-new-1")).text
    line = next(each for each in logged(app) if each.action == "add_account")
    assert (line.detail["reason"], line.detail["account"]) == ("新入职", "nb-new-1")
    assert given not in str(line.detail)


def test_what_is_missing_or_taken_is_said_and_nothing_typed_is_lost(app: Flask, person: Meet) -> None:
    operator, unit = person("nb-administrator"), unit_page(app)

    taken = add(operator, unit, "nb-town")
    without = add(operator, unit, "nb-new-2", reason=" ")
    wrong = add(operator, unit, "nb-new-2", post="administrator")

    assert [answer.status_code for answer in (taken, without, wrong)] == [422, 422, 422]
    assert "已有人使用" in taken.text
    assert "新来的" in taken.text
    assert "理由" in without.text
    assert "不设" in wrong.text
    assert row(app, User, login="nb-new-2") is None


def test_a_post_is_added_and_ended_with_a_reason(app: Flask, person: Meet) -> None:
    operator, unit = person("nb-administrator"), unit_page(app)
    add(operator, unit, "nb-new-3")
    page = operator.get(account_page(app, "nb-new-3")).text
    post = re.search(r"/administration/posts/(\w+)/end", page)[1]

    refused = operator.post(f"/administration/posts/{post}/end", reason="")
    done = operator.post(f"/administration/posts/{post}/end", reason="调离")
    operator.get(unit)
    again = operator.post(f"{unit}/posts", login="nb-new-3", post="instructor", reason="兼任")

    assert (refused.status_code, done.status_code, again.status_code) == (422, 302, 302)
    page = operator.get(account_page(app, "nb-new-3")).text
    assert "网格指导员" in page
    assert "今天为最后一天" in page
    actions = {each.action: each.detail for each in logged(app)}
    assert actions["end_post"]["reason"] == "调离"
    assert actions["add_post"]["reason"] == "兼任"


def test_a_disabled_account_is_out_at_once_and_comes_back(app: Flask, person: Meet) -> None:
    operator, page = person("nb-administrator"), account_page(app, "nb-village")
    village = person("nb-village")
    operator.get(page)

    operator.post(f"{page}/disable", reason="停职")
    assert village.get("/inbox").status_code == 403
    operator.get(page)
    operator.post(f"{page}/enable", reason="复职")

    assert person("nb-village").get("/inbox").status_code == 200
    assert {"disable_account", "enable_account"} <= {each.action for each in logged(app)}


def test_a_new_initial_password_replaces_the_old_one(app: Flask, person: Meet) -> None:
    operator, unit = person("nb-administrator"), unit_page(app)
    first = password(add(operator, unit, "nb-new-4").text)
    page = account_page(app, "nb-new-4")
    operator.get(page)

    second = password(operator.post(f"{page}/password", reason="忘记密码").text)

    assert first != second
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)[1]
    old = client.post("/sign-in", data={"csrf_token": token, "login": "nb-new-4", "password": first})
    assert old.status_code == 401


def test_nobody_changes_his_own_account_or_posts(app: Flask, person: Meet) -> None:
    operator, page = person("nb-administrator"), account_page(app, "nb-administrator")
    shown = operator.get(page).text
    unit = unit_page(app, "330200")
    operator.get(unit)

    answers = [operator.post(f"{page}/{each}", reason="试试") for each in ("disable", "password")]
    answers.append(operator.post(f"{unit}/posts", login="nb-administrator", post="city_office", reason="试试"))

    assert [answer.status_code for answer in answers] == [403, 403, 422]
    assert "由另一位管理员" in shown
    assert "/end" not in shown


def test_administering_operating_and_inspecting_are_three_people(app: Flask, person: Meet) -> None:
    operator, unit = person("nb-administrator"), unit_page(app, "330200")
    operator.get(unit)

    answer = operator.post(f"{unit}/posts", login="nb-inspector", post="administrator", reason="人手不足")

    assert answer.status_code == 422
    assert "不能由同一人担任" in answer.text


def test_units_are_found_by_name_and_code_with_their_staff(app: Flask, person: Meet) -> None:
    operator = person("nb-administrator")

    assert PLACE in operator.get("/administration/units?search=南门街道").text
    page = operator.get(unit_page(app)).text
    assert "nb-town" in page
    assert "海曙区" in page


def test_account_operations_stand_in_the_operation_log(app: Flask, person: Meet) -> None:
    operator = person("nb-administrator")
    add(operator, unit_page(app), "nb-new-5")

    page = operator.get("/operations").text

    assert "添加账号" in page
    assert "nb-new-5" in page
    assert DEMO_PASSWORD not in page.replace("demo-", "")
