"""Signing in and out, and how long a session lasts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import TOKEN, Person
from flask import Flask
from werkzeug.test import TestResponse

from gridflow import clock

Meet = Callable[[str], Person]


def test_a_wrong_password_keeps_the_login_and_says_what_to_do(app: Flask) -> None:
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)[1]

    answer = client.post("/sign-in", data={"csrf_token": token, "login": "nb-town", "password": "wrong"})

    assert answer.status_code == 401
    assert 'value="nb-town"' in answer.text
    assert "请重新输入" in answer.text


def test_five_wrong_passwords_lock_the_account_and_name_the_time(app: Flask) -> None:
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)[1]
    for _try in range(5):
        answer = client.post("/sign-in", data={"csrf_token": token, "login": "bh-town", "password": "wrong"})

    assert "账号已锁定" in answer.text


def test_a_visitor_is_led_to_sign_in_and_back_to_the_page(app: Flask) -> None:
    answer = app.test_client().get("/inbox?box=unit")

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in?next=")
    assert "/inbox" in answer.location


def test_sign_in_never_leads_to_another_site(app: Flask) -> None:
    for address in ("https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"):
        client = app.test_client()
        page = client.get("/sign-in").text

        answer = client.post(
            "/sign-in", data={"csrf_token": TOKEN.search(page)[1], "demo_login": "nb-village", "next": address}
        )

        assert answer.location == "/"


def test_a_session_ends_when_nobody_touched_it_for_its_time(app: Flask) -> None:
    with clock.set_to(clock.now()) as hand:
        village = Person(app, "nb-village")
        hand.advance(timedelta(minutes=29))
        assert village.get("/").status_code == 200
        hand.advance(timedelta(minutes=31))

        page = village.get("/inbox")

    assert page.status_code == 401
    assert "登录已经结束" in page.text


def test_asking_for_the_badge_does_not_keep_a_session_alive(app: Flask) -> None:
    with clock.set_to(clock.now()) as hand:
        village = Person(app, "nb-village")
        for _minute in range(4):
            hand.advance(timedelta(minutes=9))
            last = village.client.get("/inbox/badge")

    assert last.status_code == 401


def test_the_demo_lists_an_account_for_each_role_and_city(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text

    for city in app.extensions["gridflow"].cities.values():
        for role in city.roles:
            assert f'data-login="{city.demo.login_prefix}-{role}"' in page
    assert "上报身边的事" in page


def test_the_switch_turns_the_page_into_english_and_back(person: Meet) -> None:
    village = person("nb-village")
    village.get("/")

    village.post("/language", language="en", back="/inbox")
    english = village.get("/inbox").text
    village.post("/language", language="zh_Hans")

    assert '<html lang="en">' in english
    assert "Inbox" in english
    assert '<html lang="zh-Hans">' in village.get("/inbox").text


def test_signing_out_ends_the_session(person: Meet) -> None:
    town = person("nb-town")
    town.get("/")

    town.post("/sign-out")

    assert town.get("/").status_code == 302


def test_the_sign_in_page_can_be_read_in_english(app: Flask) -> None:
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in?next=/inbox").text)[1]

    answer = client.post("/language", data={"csrf_token": token, "language": "en", "back": "/sign-in?next=/inbox"})
    page = client.get(answer.location).text

    assert answer.location == "/sign-in?next=/inbox"
    assert "Password" in page
    assert 'value="/inbox"' in page


def test_a_stale_form_says_what_was_kept_and_leads_back(person: Meet) -> None:
    village = person("nb-village")

    answer = village.client.post("/language", data={"language": "en"}, headers={"Referer": "http://localhost/inbox"})

    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    assert "存为草稿" in answer.text
    assert 'href="/inbox"' in answer.text


def test_the_demo_lists_each_post_of_a_city_once_and_the_rest_below(app: Flask) -> None:
    for part in app.test_client().get("/sign-in").text.split("<h3>")[1:]:
        first = part.partition("<details")[0]
        titles = re.findall(r"<strong>([^<]+?) · ", first)

        assert len(titles) == len(set(titles))


def change_password(person: Person, present: str, new: str, again: str) -> TestResponse:
    person.get("/password")
    return person.post("/password", present=present, new=new, again=again)


@pytest.mark.parametrize(
    ("present", "new", "again", "said"),
    [
        ("wrong", "Gridflow-2026!", "Gridflow-2026!", "现在的密码不对"),
        ("demo", "Gridflow-2026!", "Gridflow-2027!", "两次输入的新密码不一样"),
        ("demo", "short", "short", "密码至少 12 位"),
    ],
)
def test_a_password_is_not_changed_by_mistake(person: Meet, present: str, new: str, again: str, said: str) -> None:
    instructor = person("nb-instructor")

    answer = change_password(instructor, present, new, again)

    assert answer.status_code == 422
    assert said in answer.text
    assert re.search(r'aria-invalid="true"', answer.text), "said beside its field"
    assert Person(instructor.client.application, "nb-instructor").get("/").status_code == 200


def test_a_changed_password_is_the_only_one_that_signs_in(app: Flask, person: Meet) -> None:
    worker = person("nb-part_time_worker")

    assert change_password(worker, "demo", "Gridflow-2026!", "Gridflow-2026!").status_code == 302
    assert worker.get("/").status_code == 200
    for password, status in (("demo", 401), ("Gridflow-2026!", 302)):
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)[1]
        typed = {"csrf_token": token, "login": "nb-part_time_worker", "password": password}
        assert client.post("/sign-in", data=typed).status_code == status
