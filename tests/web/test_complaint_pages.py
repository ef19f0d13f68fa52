"""A complaint on the pages of whoever made it: what is told, and what he may still do."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person, answered, option, preset
from flask import Flask
from sqlalchemy import select

from gridflow import clock
from gridflow.cases.models import Case
from gridflow.clock import SHANGHAI
from gridflow.db import db

Meet = Callable[[str], Person]
FORM = "/report/complaint"


@pytest.fixture
def complaint(app: Flask, person: Meet) -> Case:
    """A complaint about a grid worker, received by the town."""
    resident = person("nb-resident")
    page = resident.get(FORM).text
    resident.post(
        FORM,
        **{
            **preset(page), "target_type": "person", "place_unit": option(page, "place_unit", "周江岸社区"),
            "target_name": "网格员小张", "receiver_choice": "town", "act_codes": ["attitude"],
            "happened_at": clock.today().isoformat(), "facts": "上门登记时态度很差，说不登记就停水电。",
            "complainant_name": "钱一鸣", "complainant_phone": "13800138000",
        },
    )  # fmt: skip
    with app.app_context():
        case = db.session.scalars(select(Case).where(Case.slug == "complaint").order_by(Case.id.desc())).first()
        db.session.expunge(case)
        db.session.remove()
    return case


def carry(town: Person, case: Case, **changes: object) -> None:
    """Let the town do the task of a case that waits for it."""
    task = next(task for task in town.tasks() if case.number in town.get(f"/tasks/{task}").text)
    sent = town.post(f"/tasks/{task}", **{**answered(town.get(f"/tasks/{task}").text), **changes})
    if sent.status_code == 422:  # an answer has revealed more fields
        sent = town.post(f"/tasks/{task}", **{**answered(sent.text), **changes})
    assert sent.status_code == 302, re.findall(r"<li><a href=.#[^<]*", sent.text)


def test_a_letter_tells_a_complainant_what_it_says_and_nothing_beside_it(person: Meet, complaint: Case) -> None:
    town, page = person("nb-town"), f"/cases/{complaint.id}"
    carry(town, complaint, complaint_class="service", triage_note="此人以前也投诉过，注意安抚。")
    carry(town, complaint, service_result="apologise", contacted_at=clock.now().astimezone(SHANGHAI).isoformat()[:16])
    carry(
        town,
        complaint,
        reply_way="phone",
        reply_text="经核实，工作人员态度生硬，已当面道歉并批评教育。",
        told_target="让他以后绕着走。",
    )

    told = person("nb-resident").get(page).text

    assert "已当面道歉" in told
    for inside in ("注意安抚", "绕着走", "打击报复"):
        assert inside not in told, inside
    assert "申请复核" in told


def test_whoever_asks_for_the_review_reads_what_it_came_to(person: Meet, complaint: Case) -> None:
    town, resident, page = person("nb-town"), person("nb-resident"), f"/cases/{complaint.id}"
    carry(town, complaint, complaint_class="service")
    carry(town, complaint, service_result="apologise", contacted_at=clock.now().astimezone(SHANGHAI).isoformat()[:16])
    carry(town, complaint, reply_way="phone", reply_text="经核实，工作人员态度生硬，已当面道歉并批评教育。")
    offer = re.search(r'href="(/offers/\w+)">申请复核', resident.get(page).text)[1]

    resident.post(offer, **{**preset(resident.get(offer).text), "request_reason": "道歉不诚恳，请上级再看。"})
    opinion = "经复核，原处理事实清楚，当事人已书面道歉，维持原处理。"
    carry(person("nb-city_office"), complaint, review_result="uphold", review_text=opinion)

    assert opinion in resident.get(page).text
