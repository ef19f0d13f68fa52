"""Personal data on pages: covered for everybody, uncovered for a handler one value at a time, each view logged."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person
from flask import Flask
from sqlalchemy import select

from gridflow.audit.models import OperationEntry
from gridflow.db import db

Meet = Callable[[str], Person]
NAME, PHONE, IDENTITY = "钱一鸣", "13800138000", "110101199003070011"
COVERED = re.compile(r'name="submission" value="(\w+)">\s*<input type="hidden" name="field" value="(\w+)"')


@pytest.fixture
def case(person: Meet) -> str:
    return reported(person, reporter_name=NAME, reporter_phone=PHONE)


def reported(person: Meet, **changes: str) -> str:
    """Let a resident report something and return the address of the case."""
    resident = person("nb-resident")
    resident.report(**changes)
    return re.search(r'href="(/cases/\w+)"', resident.get("/my-reports").text)[1]


def asked(page: str) -> dict[str, dict[str, str]]:
    """Return what the page would post to uncover each field."""
    return {field: {"submission": submission, "field": field} for submission, field in COVERED.findall(page)}


def test_a_handler_sees_personal_data_covered_and_uncovers_one_by_a_press(person: Meet, case: str) -> None:
    worker = person("nb-field_worker")
    page = worker.get(f"{case}?tab=data").text

    shown = worker.post(f"{case}/reveal", **asked(page)["reporter_phone"])

    assert NAME not in page
    assert PHONE not in page
    assert "138****8000" in page
    assert "钱**" in page
    assert PHONE in shown.text
    assert NAME not in shown.text
    assert "这次查看已记入日志" in shown.text


def test_the_task_covers_them_too(person: Meet, case: str) -> None:
    worker = person("nb-field_worker")
    tasks = [worker.get(f"/tasks/{task}").text for task in worker.tasks()]

    assert tasks
    assert not any(PHONE in page for page in tasks)


def test_a_view_is_logged_with_the_field_and_without_the_value(app: Flask, person: Meet, case: str) -> None:
    worker = person("nb-field_worker")
    worker.post(f"{case}/reveal", **asked(worker.get(f"{case}?tab=data").text)["reporter_phone"])

    with app.app_context():
        logged = select(OperationEntry).where(OperationEntry.case_id == case.removeprefix("/cases/"))
        views = [entry for entry in db.session.scalars(logged) if entry.action == "reveal"]
        db.session.remove()
    assert [view.subject.partition(".")[2] for view in views] == ["reporter_phone"]
    assert PHONE not in str(views[0].detail)


def test_nobody_but_a_handler_uncovers_a_personal_value(person: Meet, case: str) -> None:
    wanted = asked(person("nb-field_worker").get(f"{case}?tab=data").text)["reporter_phone"]

    for login, status in (("nb-inspector", 403), ("nb-town", 403), ("nb-resident", 403), ("bh-village", 404)):
        stranger = person(login)
        page = stranger.get(f"{case}?tab=data").text
        answer = stranger.post(f"{case}/reveal", **wanted)

        assert not {"reporter_phone", "reporter_name"} & asked(page).keys(), login
        assert answer.status_code == status, login
        assert PHONE not in (answer.text if login == "nb-resident" else page + answer.text), login


def test_a_form_that_did_not_come_from_the_page_is_refused(person: Meet, case: str) -> None:
    worker = person("nb-field_worker")
    wanted = asked(worker.get(f"{case}?tab=data").text)["reporter_phone"]

    answer = worker.client.post(f"{case}/reveal", data=wanted)

    assert answer.status_code == 400
    assert PHONE not in answer.text


def test_a_field_that_is_not_personal_or_not_of_the_case_is_not_found(person: Meet, case: str) -> None:
    worker = person("nb-field_worker")
    wanted = asked(worker.get(f"{case}?tab=data").text)["reporter_phone"]

    assert worker.post(f"{case}/reveal", **{**wanted, "field": "description"}).status_code == 404
    assert worker.post(f"{case}/reveal", **{**wanted, "submission": "0" * 32}).status_code == 404


def test_an_identity_number_is_shown_for_a_reason(app: Flask, person: Meet) -> None:
    case = reported(person, reporter_name=IDENTITY, reporter_phone=PHONE)
    worker = person("nb-field_worker")
    page = worker.get(f"{case}?tab=data").text
    wanted = asked(page)["reporter_name"]

    refused = worker.post(f"{case}/reveal", **wanted)
    shown = worker.post(f"{case}/reveal", reason="核对身份", **wanted)

    assert IDENTITY not in page + refused.text
    assert refused.status_code == 422
    assert "请先写明查看理由" in refused.text
    assert IDENTITY in shown.text
    with app.app_context():
        logged = select(OperationEntry.detail).where(OperationEntry.action == "reveal")
        details = db.session.scalars(logged).all()
        db.session.remove()
    assert {"reason": "核对身份"} in details
