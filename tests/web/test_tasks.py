"""Working on tasks: claim, release, hand in, and everything that may come between."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import Person, answered
from flask import Flask
from web_fixtures import ON_BOTH

from gridflow import clock

pytestmark = ON_BOTH
Meet = Callable[[str], Person]


@pytest.fixture
def task_id(person: Meet) -> str:
    person("nb-field_worker").report()
    return person("nb-village").tasks()[-1]


def test_a_task_shows_what_is_asked_why_and_until_when(person: Meet, task_id: str) -> None:
    page = person("nb-village").get(f"/tasks/{task_id}").text

    assert ">村居协调</h1>" in page
    assert "第十八条第二款" in page
    assert "村居协调时限" in page


def test_the_case_so_far_stands_beside_the_form_and_without_scripts_behind_a_link(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    address = re.findall(r'href="(/tasks/\w+/around)"', village.get(f"/tasks/{task_id}").text)[0]

    page, part = village.get(address).text, village.get(address, headers={"HX-Request": "true"}).text

    assert all("案件经过（" in shown for shown in (page, part))
    assert "<html" in page
    assert "<html" not in part
    assert person("bh-village").get(address).status_code == 404
    assert person("nb-town").get(address).status_code == 403


def test_claiming_shows_colleagues_who_works_on_it_and_releasing_gives_it_back(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    village.get(f"/tasks/{task_id}")

    village.post(f"/tasks/{task_id}/claim")
    claimed = village.get(f"/tasks/{task_id}").text
    village.post(f"/tasks/{task_id}/release")

    assert "您已认领" in claimed
    assert task_id not in village.tasks("claimed")
    assert "认领，由我来办" in village.get(f"/tasks/{task_id}").text


def test_a_finished_task_leaves_the_inbox_and_the_case_goes_on(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    page = village.get(f"/tasks/{task_id}").text

    answer = village.post(f"/tasks/{task_id}", **answered(page))

    assert answer.location == "/inbox"
    assert "已办“村居协调”" in village.get("/inbox").text
    assert task_id not in village.tasks()


def test_what_is_missing_is_named_and_nothing_is_done(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    village.get(f"/tasks/{task_id}")

    answer = village.post(f"/tasks/{task_id}", _request="empty")

    assert answer.status_code == 422
    assert "这一栏必填" in answer.text
    assert task_id in village.tasks()


def test_a_value_that_is_not_offered_is_refused(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    answer = answered(village.get(f"/tasks/{task_id}").text)
    choice = re.search(r'type="radio"\s+name="(\w+)"', village.page.text)[1]

    refused = village.post(f"/tasks/{task_id}", **{**answer, choice: "forged"})

    assert refused.status_code == 422
    assert "不在可选范围" in refused.text


def test_a_name_the_form_does_not_have_is_refused(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    answer = answered(village.get(f"/tasks/{task_id}").text)

    refused = village.post(f"/tasks/{task_id}", **{**answer, "level": "L5"})

    assert refused.status_code == 422
    assert "level" in refused.text


def test_another_citys_task_does_not_exist(person: Meet, task_id: str) -> None:
    assert person("bh-village").get(f"/tasks/{task_id}").status_code == 404


def test_another_units_task_may_not_be_done(person: Meet, task_id: str) -> None:
    town = person("nb-town")

    page = town.get(f"/tasks/{task_id}")

    assert page.status_code == 403
    assert "没有权限" in page.text


def test_an_inspector_has_no_inbox(person: Meet) -> None:
    assert person("nb-inspector").get("/inbox").status_code == 403


def test_a_claim_that_ran_out_can_be_handed_in_while_nobody_else_claimed(app: Flask, task_id: str) -> None:
    with clock.set_to(clock.now()) as hand:
        village = Person(app, "nb-village")
        answer = answered(village.get(f"/tasks/{task_id}").text)
        village.post(f"/tasks/{task_id}/claim")
        hand.advance(timedelta(minutes=25))
        village.get("/")
        hand.advance(timedelta(minutes=10))

        done = village.post(f"/tasks/{task_id}", **answer)

    assert done.status_code == 302


def test_a_draft_of_a_task_is_there_again(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    page = village.get(f"/tasks/{task_id}").text
    area = re.findall(r'<textarea[^>]* name="(\w+)"', page)[0]

    village.post(f"/tasks/{task_id}/draft", **{area: "写到一半"})

    assert "写到一半" in village.get(f"/tasks/{task_id}").text


def test_a_script_is_told_where_to_go_instead_of_getting_a_page(person: Meet, task_id: str) -> None:
    village = person("nb-village")
    page = village.get(f"/tasks/{task_id}").text

    answer = village.post(f"/tasks/{task_id}", headers={"HX-Request": "true"}, **answered(page))

    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/inbox"


def test_a_form_without_its_token_is_refused_in_plain_words(person: Meet, task_id: str) -> None:
    answer = person("nb-village").client.post(f"/tasks/{task_id}", data={"anything": "x"})

    assert answer.status_code == 400
    assert "页面已过期" in answer.text


def test_an_upload_that_is_too_large_is_refused_before_it_is_read(app: Flask, person: Meet, task_id: str) -> None:
    village = person("nb-village")
    village.get(f"/tasks/{task_id}")
    app.config["MAX_CONTENT_LENGTH"] = 1000
    try:
        answer = village.post(f"/tasks/{task_id}", note="长" * 2000)
    finally:
        app.config["MAX_CONTENT_LENGTH"] = 200 * 1024 * 1024

    assert answer.status_code == 413
    assert "文件太大" in answer.text


def test_an_article_is_one_tap_away(person: Meet) -> None:
    page = person("nb-village").get("/articles/N18-2").text

    assert "第十八条" in page
    assert 'class="gf-asked"' in page


def test_an_unknown_article_is_a_page_that_says_what_to_do(person: Meet) -> None:
    page = person("nb-village").get("/articles/N999")

    assert page.status_code == 404
    assert "接下来怎么办" in page.text
