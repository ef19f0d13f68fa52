"""Looking at cases: who sees which, and what is logged."""

import re
from collections.abc import Callable

from demo_installation import Person
from flask import Flask
from sqlalchemy import select
from web_fixtures import ON_BOTH

from gridflow.audit.models import OperationEntry
from gridflow.db import db

pytestmark = ON_BOTH
Meet = Callable[[str], Person]


def reported(worker: Person) -> str:
    """Report an event and return the address of its case."""
    worker.report()
    return re.search(r'href="(/cases/\w+)"', worker.get("/my-reports").text)[1]


def test_an_inspector_finds_every_case_of_the_city_and_none_of_another(person: Meet) -> None:
    reported(person("nb-field_worker"))

    here, elsewhere = person("nb-inspector").get("/cases").text, person("bh-inspector").get("/cases").text

    assert "周江岸社区 第一网格" in here
    assert "周江岸社区 第一网格" not in elsewhere
    assert "还没有案件" in elsewhere


def test_a_search_finds_two_characters_in_the_middle(person: Meet) -> None:
    reported(person("nb-field_worker"))
    inspector = person("nb-inspector")

    assert "周江岸社区 第一网格" in inspector.get("/cases?search=江岸").text
    assert "没有找到" in inspector.get("/cases?search=不存在的地方").text


def test_another_citys_case_and_its_files_do_not_exist(person: Meet) -> None:
    case, stranger = reported(person("nb-field_worker")), person("bh-inspector")

    parts = ("", "?tab=data", "/diagrams/event", "/diagrams/event.svg", "/documents/x", "/dossier", "/attachments/x")
    for part in parts:
        assert stranger.get(f"{case}{part}").status_code == 404, part


def test_a_stranger_of_the_same_city_does_not_see_the_case(person: Meet) -> None:
    case = reported(person("nb-field_worker"))

    assert person("nb-handler").get(case).status_code == 404
    assert person("nb-administrator").get(case).status_code == 404


def test_every_tab_opens_and_shows_where_the_case_is(person: Meet) -> None:
    worker = person("nb-field_worker")
    case = reported(worker)

    assert "正在办理" in worker.get(case).text
    assert "绿化带里堆了三天的装修垃圾" in person("nb-village").get(f"{case}?tab=data").text
    assert 'data-diagram="' in worker.get(f"{case}?tab=diagram").text
    assert "网格事件登记表" in worker.get(f"{case}?tab=documents").text
    assert "照片不是必须的" in worker.get(f"{case}?tab=attachments").text


def test_the_diagram_comes_with_the_path_and_as_a_picture(person: Meet) -> None:
    worker = person("nb-field_worker")
    case = reported(worker)

    marks = worker.get(f"{case}/diagrams/event").json
    picture = worker.get(f"{case}/diagrams/event.svg")

    assert marks["taken"]
    assert "bpmn:process" in marks["xml"] or "<process" in marks["xml"]
    assert picture.mimetype == "image/svg+xml"
    assert "<svg" in picture.text


def test_narrative_is_masked_for_whoever_does_not_handle_the_case(person: Meet) -> None:
    case = reported(person("nb-field_worker"))

    assert "绿化带里堆了三天的装修垃圾" not in person("nb-inspector").get(f"{case}?tab=data").text


def test_whoever_opens_a_case_is_logged(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    case = reported(worker)

    person("nb-inspector").get(case)

    with app.app_context():
        seen = db.session.scalars(
            select(OperationEntry.action).where(OperationEntry.case_id == case.removeprefix("/cases/"))
        ).all()
        db.session.remove()
    assert "open_case" in seen


def test_a_refusal_is_logged_with_the_number_the_page_shows(app: Flask, person: Meet) -> None:
    page = person("nb-inspector").get("/inbox").text
    number = re.search(r"\d{4}-\d{4}-[0-9A-F]{4}", page)[0]

    with app.app_context():
        details = db.session.scalars(select(OperationEntry.detail).where(OperationEntry.outcome == "refused")).all()
        db.session.remove()

    assert number in {detail.get("number") for detail in details}
