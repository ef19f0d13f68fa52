"""An appeal on the pages: kept secret from the unit, found by its query code, withdrawn from the case itself."""

import re
from collections.abc import Callable

import pytest
from demo_installation import TOKEN, Person, answered, option, preset
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from gridflow.audit.models import OperationEntry
from gridflow.cases.models import Case
from gridflow.db import db

Meet = Callable[[str], Person]
NAME, PHONE = "钱一鸣", "13800138000"
FORM = "/report/appeal"


@pytest.fixture
def secret(app: Flask, person: Meet) -> Case:
    """An appeal whose appellant wants to be named to the agency only."""
    resident = person("nb-resident")
    page = resident.get(FORM).text
    resident.post(
        FORM,
        **{
            **preset(page), "appeal_type": "help", "category": option(page, "category", "暴露垃圾"),
            "grid_code": option(page, "grid_code", "第一网格"), "location_text": "3幢1单元楼道",
            "description": "楼道堆了很多旧家具，过人都难，想请帮忙清走。", "open_identity": "secret",
            "appellant_name": NAME, "appellant_phone": PHONE,
        },
    )  # fmt: skip
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.slug == "appeal").order_by(Case.id.desc())).first()
        db.session.expunge(case)
        db.session.remove()
    return case


def carry(person: Meet, login: str, case: Case, **changes: object) -> str:
    """Let somebody do the task of a case that waits for the post, and return the page it was done on."""
    desk = person(login)
    task = next(task for task in desk.tasks() if case.number in desk.get(f"/tasks/{task}").text)
    page = desk.get(f"/tasks/{task}").text
    desk.post(f"/tasks/{task}", **{**answered(page), **changes})
    return page


def test_a_secret_appellant_is_known_to_the_agency_and_not_to_the_unit(person: Meet, secret: Case) -> None:
    town = carry(person, "nb-town", secret, accept_decision="accept", final_type="help")
    carry(person, "nb-town", secret, lead_unit="330203-urban_management", principle_code="industry")
    unit = person("nb-handler")
    task = next(task for task in unit.tasks() if secret.number in unit.get(f"/tasks/{task}").text)
    page = unit.get(f"/tasks/{task}").text

    whole = unit.get(f"/cases/{secret.id}?tab=data").text + unit.get(f"/cases/{secret.id}").text

    assert "钱**" in town
    assert "显示（记入日志）" in town
    for text in (page, whole):
        assert "钱" not in text
        assert PHONE[-4:] not in text
    assert "按要求保密" in page


def test_the_unit_cannot_uncover_a_secret_appellant(app: Flask, person: Meet, secret: Case) -> None:
    town = carry(person, "nb-town", secret, accept_decision="accept", final_type="help")
    carry(person, "nb-town", secret, lead_unit="330203-urban_management", principle_code="industry")
    submission = re.search(r'name="submission" value="(\w+)"', town)[1]
    unit = person("nb-handler")
    unit.get(f"/cases/{secret.id}")

    answer = unit.post(f"/cases/{secret.id}/reveal", submission=submission, field="appellant_name")

    assert answer.status_code in {403, 404}
    assert NAME not in answer.text


def test_a_query_code_shows_how_a_case_stands_without_signing_in(app: Flask, secret: Case) -> None:
    stranger = app.test_client()
    given = {"csrf_token": TOKEN.search(stranger.get("/query").text)[1], "number": secret.number}

    found = stranger.post("/query", data={**given, "code": secret.query_code.lower()})
    wrong = stranger.post("/query", data={**given, "code": "22222222"})

    assert found.status_code == 200
    assert "办理中" in found.text
    assert "登记审核" in found.text
    assert "旧家具" not in found.text
    assert wrong.status_code == 404
    assert "对不上" in wrong.text
    assert 'value="22222222"' in wrong.text  # one letter may be wrong of eight
    assert secret.query_code not in found.text
    with app.app_context():
        asked = select(OperationEntry.outcome).where(OperationEntry.action == "look_up")
        assert sorted(db.session.scalars(asked)) == ["done", "refused"]
        db.session.remove()


def test_an_appellant_withdraws_from_the_page_of_the_case(app: Flask, person: Meet, secret: Case) -> None:
    resident = person("nb-resident")
    offer = re.search(r'href="(/offers/\w+)">撤回', resident.get(f"/cases/{secret.id}").text)[1]
    form = resident.get(offer).text

    refused = resident.post(offer, **preset(form))
    done = resident.post(offer, **{**preset(form), "withdraw_reason": "solved"})
    stranger = person("bh-resident").get(offer)

    assert refused.status_code == 422
    assert done.status_code == 302
    assert stranger.status_code in {403, 404, 409}
    assert "/offers/" not in resident.get(f"/cases/{secret.id}").text
    with app.app_context():
        assert db.session.get(Case, secret.id).state in {"open", "withdrawn"}
        db.session.remove()


def test_the_record_says_that_a_supervision_was_opened(person: Meet, secret: Case) -> None:
    carry(person, "nb-town", secret, accept_decision="accept", final_type="help")
    carry(person, "nb-town", secret, lead_unit="330203-urban_management", principle_code="industry")
    town, page = person("nb-town"), f"/cases/{secret.id}"
    offer = re.search(r'href="(/offers/\w+)">督办', town.get(page).text)[1]
    form = town.get(offer).text
    town.post(offer, **{**preset(form), "manual_trigger": "leader", "manual_reason": "区里批示当天办结。"})

    record = town.get(page).text

    assert "开立督办" in record
    assert "到报告日" not in record


def asked(app: Flask, case: Case, code: str) -> tuple[FlaskClient, TestResponse]:
    """Let somebody without an account ask for a case."""
    stranger = app.test_client()
    token = TOKEN.search(stranger.get("/query").text)[1]
    return stranger, stranger.post("/query", data={"csrf_token": token, "number": case.number, "code": code})


def test_a_query_code_withdraws_an_appeal_that_staff_recorded_for_somebody(app: Flask, person: Meet) -> None:
    town = person("nb-town")
    page = town.get(FORM).text
    town.post(
        FORM,
        **{
            **preset(page), "appeal_type": "help", "category": option(page, "category", "暴露垃圾"),
            "grid_code": option(page, "grid_code", "第一网格"), "location_text": "3幢1单元楼道",
            "description": "楼道堆了很多旧家具，过人都难，想请帮忙清走。", "open_identity": "open",
            "source_channel": "phone", "appellant_name": NAME, "appellant_phone": PHONE,
        },
    )  # fmt: skip
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.slug == "appeal").order_by(Case.id.desc())).first()
        db.session.expunge(case)
        db.session.remove()
    handed_out = town.get("/my-reports").text
    stranger, shown = asked(app, case, case.query_code)

    offer = re.search(r'href="(/query/offers/\w+)">撤回', shown.text)[1]
    form = stranger.get(offer).text
    given = {**preset(form), "csrf_token": TOKEN.search(form)[1], "withdraw_reason": "solved"}
    done = stranger.post(offer, data=given, follow_redirects=True)

    assert case.query_code in handed_out
    assert "已撤回" in done.text
    assert NAME not in shown.text + form + done.text
    assert "报送人（凭查询码）" in town.get(f"/cases/{case.id}").text
    assert app.test_client().get(offer).status_code == 302  # whoever has not shown the code
    other = person("nb-resident")
    assert other.get(offer.removeprefix("/query")).status_code in {403, 409}


def test_a_number_and_a_code_typed_full_width_are_those_of_the_case(app: Flask, secret: Case) -> None:
    wide = {ord(plain): ord(plain) + 0xFEE0 for plain in f"{secret.number}{secret.query_code}"}
    typed = Case(number=f" {secret.number.translate(wide)}")

    assert asked(app, typed, f" {secret.query_code.translate(wide)}")[1].status_code == 200


def test_a_number_rests_after_five_wrong_codes_whether_a_case_has_it_or_not(app: Flask, secret: Case) -> None:
    for case in (secret, Case(number="SJ-330203-20260101-99999-0")):
        answers = [asked(app, case, "22222222")[1] for _try in range(6)]

        assert [answer.status_code for answer in answers] == [404] * 5 + [429]
        assert "15 分钟" in answers[-1].text

    assert asked(app, secret, secret.query_code)[1].status_code == 429
