"""The operation log as a page."""

import re
from collections.abc import Callable

from demo_installation import Person

Meet = Callable[[str], Person]


def test_the_log_names_who_did_what_and_what_was_refused(person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.report()
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]
    worker.get(case)
    number = re.search(r"\d{4}-\d{4}-[0-9A-F]{4}", person("nb-resident").get("/inbox").text)[0]

    page = person("nb-inspector").get("/operations").text

    assert "登录" in page
    assert "查看案件" in page
    assert f'href="{case}"' in page
    assert number in page
    assert "没有权限的操作" in page
    assert "被拒绝" in page


def test_a_mistake_in_a_form_or_a_password_does_not_read_like_an_intrusion(person: Meet) -> None:
    worker = person("bh-field_worker")
    worker.get("/report/event")
    assert worker.post("/report/event").status_code == 422
    worker.post("/sign-out")
    worker.get("/sign-in")
    assert worker.post("/sign-in", login="bh-field_worker", password="wrong").status_code == 401

    page = person("bh-inspector").get("/operations").text

    assert "填写有误，已请本人改正" in page
    assert "登录没有成功" in page
    assert "被拒绝" not in page
    assert "gf-row-late" not in page


def test_an_administrator_reads_the_log_without_a_way_into_cases(person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.report()
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]
    worker.get(case)

    page = person("nb-administrator").get("/operations").text

    assert "查看案件" in page
    assert "/cases/" not in page


def test_the_log_of_one_case_is_one_tap_from_it(person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.report()
    case = re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]
    inspector = person("nb-inspector")
    tap = re.search(r'href="(/operations\?case=\w+)"', inspector.get(case).text)[1]

    page = inspector.get(tap).text

    assert "只看案件" in page
    assert "<span>查看案件" in page
    assert "<span>登录" not in page


def test_another_citys_log_stays_there_and_others_have_none(person: Meet) -> None:
    person("nb-grid_head")

    assert "林建国" not in person("bh-inspector").get("/operations").text
    assert person("nb-village").get("/operations").status_code == 403


def test_older_entries_are_on_the_next_page(person: Meet) -> None:
    inspector = person("nb-inspector")
    for _ in range(55):
        inspector.get("/inbox")

    first = inspector.get("/operations").text
    earlier = re.search(r'href="(/operations\?before=[^"]+)"', first)[1]

    assert inspector.get(earlier).status_code == 200
    assert inspector.get("/operations?before=yesterday").status_code == 200
