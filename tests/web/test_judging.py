"""Whoever judges sees what is to be judged, where it went, and what became of it."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from demo_installation import Person, answered, option, preset
from lxml.html import fromstring
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from gridflow.cases.jobs import HANDLERS
from gridflow.db import db
from gridflow.engine.models import Job, MessageWait

Meet = Callable[[str], Person]
DUTY = "三定规定第四条第二项：该路段绿化由园林部门养护。"
DEMAND = "请三日内清走，并查明是谁倾倒的。"


class Travel:
    """One case on its way, worked on by people with browsers."""

    def __init__(self, meet: Meet) -> None:
        self.meet = meet
        worker = meet("nb-field_worker")
        worker.report()
        page = worker.get("/my-reports").text
        self.address = re.search(r'href="(/cases/\w+)"', page)[1]
        self.id = self.address.removeprefix("/cases/")
        self.number = re.search(r"SJ-[\d-]+", page)[0]

    def find(self, login: str, step: str) -> tuple[Person, str]:
        """Return somebody with the address of the task of this case."""
        person = self.meet(login)
        for row in fromstring(person.get("/inbox?box=unit").text).xpath('//*[starts-with(@id, "row-")]'):
            if self.number in row.text_content() and step in row.xpath('.//*[@class="gf-row-step"]')[0].text_content():
                return person, f"/tasks/{row.get('id').removeprefix('row-')}"
        raise AssertionError((login, step))

    def do(self, login: str, step: str, **values: Any) -> TestResponse:
        """Do a task: what is not given is answered with the first choice."""
        person, address = self.find(login, step)
        page = person.get(address).text
        answer = person.post(address, **{**answered(page), **values})
        assert answer.status_code == 302, answer.text
        return answer

    def ask(self, login: str, step: str, name: str, **values: Any) -> TestResponse:
        """Take an offer beside a task."""
        person, address = self.find(login, step)
        offer = re.search(rf'href="({address}/offers/\w+[^"]*)">\s*{name}\s*<', person.get(address).text)[1]
        page = person.get(offer).text
        answer = person.post(offer, **{**preset(page), **values})
        assert answer.status_code == 302, answer.text
        return answer

    def to_the_unit(self) -> None:
        """Bring the case before the handling unit."""
        self.do("nb-village", "村居协调", village_result="unsolved")
        self.do("nb-town", "镇街受理研判", accept_decision="accept", final_level="L3")
        person, address = self.find("nb-town", "镇街交办")
        page = person.get(address).text
        unit = option(page, "lead_unit", "综合行政执法局")
        self.do("nb-town", "镇街交办", lead_unit=unit, handling_demand=DEMAND)

    def object(self) -> None:
        """Have the unit object."""
        self.ask("nb-handler", "签收", "职责异议", objection_reason="not_duty", duty_basis=DUTY)


@pytest.fixture
def case(person: Meet) -> Travel:
    return Travel(person)


def test_what_was_reported_stands_above_the_form_without_a_script(case: Travel) -> None:
    person, address = case.find("nb-village", "村居协调")
    page = person.get(address).text

    assert 0 < page.index("绿化带里堆了三天的装修垃圾") < page.index('name="_request"')


def test_an_objection_is_ruled_with_its_reasons_in_sight_and_its_end_is_told(case: Travel) -> None:
    case.to_the_unit()
    person, address = case.find("nb-handler", "签收")
    before = person.get(address).text
    case.object()
    pending = person.get(address).text
    ruler, ruling = case.find("nb-town", "镇街裁定")
    shown = ruler.get(ruling).text
    case.do("nb-town", "镇街裁定", ruling="rejected")
    after = person.get(address).text

    assert before.index(DEMAND) < before.index('name="_request"')
    assert "职责异议：已提出，等待镇街裁定" in pending
    assert ">职责异议 · 镇街裁定</h1>" in shown
    assert shown.index(DUTY) < shown.index('name="_request"')
    assert shown.index(DUTY) < shown.index(DEMAND)
    assert "“职责异议”（" in after
    assert "已有结果：镇街裁定" in after
    assert "职责异议：已提出" not in after


def test_an_objection_that_waits_is_not_made_again(case: Travel) -> None:
    case.to_the_unit()
    person, address = case.find("nb-handler", "签收")
    offer = re.search(rf'href="({address}/offers/\w+[^"]*)">\s*职责异议\s*<', person.get(address).text)[1]
    case.object()
    again = re.sub(r"/offers/\w+", "/offers/" + waiting_offer(case), offer)

    refused = person.get(again)

    assert refused.status_code == 409
    assert "正在等待“镇街裁定”" in refused.text


def waiting_offer(case: Travel) -> str:
    """Return the id of the offer as it stands now: each taking makes a new one."""
    with case.meet("nb-town").client.application.app_context():
        mine = select(MessageWait.id).where(MessageWait.case_id == case.id, MessageWait.label == "职责异议")
        return str(db.session.scalars(mine).one())


def told(case: Travel, kind: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Carry out the notices of a kind about the case and return what was mailed."""
    app = case.meet("nb-town").client.application
    with app.app_context():
        jobs = db.session.scalars(select(Job).where(Job.case_id == case.id, Job.kind == kind)).all()
        for job in jobs:
            HANDLERS[kind](app.extensions["gridflow"], job)
    return capsys.readouterr().out


def test_whoever_objected_is_told_that_the_objection_was_rejected(
    case: Travel, capsys: pytest.CaptureFixture[str]
) -> None:
    case.to_the_unit()
    case.object()
    case.do("nb-town", "镇街裁定", ruling="rejected")

    mail = told(case, "notify", capsys)

    assert "nb-handler@example.org" in mail
    assert "您提出的“职责异议”，镇街裁定已有结果：" in mail
    assert DUTY not in mail


def test_whose_task_is_taken_back_is_told_why(case: Travel, capsys: pytest.CaptureFixture[str]) -> None:
    case.to_the_unit()
    handler, address = case.find("nb-handler", "签收")
    case.object()
    case.do("nb-town", "镇街裁定", ruling="upheld")

    mail = told(case, "withdrawn", capsys)
    page = handler.get(address)

    assert re.search(r"nb-handler@example\.org · 【收回】签收 \S+ · .*这项任务不用再办，案件已经过“镇街裁定”", mail)
    assert page.status_code == 409
    assert "已收回" in page.text
    assert "收回，不用再办：签收" in handler.get(case.address).text


def test_each_limit_is_called_by_its_own_name(case: Travel) -> None:
    case.to_the_unit()
    case.object()

    page = case.meet("nb-town").get(case.address).text

    for title in ("办理时限", "签收时限", "异议裁定时限"):
        assert page.count(f"<span>{title}</span>") == 1, title


def test_the_level_shown_is_the_one_in_force(case: Travel) -> None:
    case.do("nb-village", "村居协调", village_result="unsolved")
    case.do("nb-town", "镇街受理研判", accept_decision="accept", final_level="L3")
    town, address = case.find("nb-town", "镇街交办")

    assert "三级" in fromstring(town.get(address).text).xpath('//*[@class="gf-task-head"]')[0].text_content()
    assert "三级" in fromstring(town.get(case.address).text).xpath('//*[@class="gf-case-facts"]')[0].text_content()
    row = next(row for row in fromstring(town.get("/cases").text).xpath("//li") if case.number in row.text_content())
    assert "三级" in row.text_content()


def test_after_sending_one_is_told_where_it_went(case: Travel) -> None:
    case.do("nb-village", "村居协调", village_result="unsolved")

    page = case.meet("nb-village")
    assert page  # signed in anew: what was said is shown to whoever did it, at once
    person, address = case.find("nb-town", "镇街受理研判")
    answer = person.post(address, **{**answered(person.get(address).text), "accept_decision": "accept"})
    said = person.get(answer.location).text

    assert "下一步：镇街交办（" in said
    assert f'href="{case.address}">看这个案件</a>' in said


def test_sending_again_what_one_has_done_is_said_kindly(case: Travel) -> None:
    person, address = case.find("nb-village", "村居协调")
    answer = answered(person.get(address).text)
    first = person.post(address, **answer)

    repeated = person.post(address, **answer)
    again = person.post(address, **{**answer, "_request": "another-window"})
    reopened = person.get(address)

    assert (first.status_code, repeated.status_code, again.status_code) == (302, 302, 409)
    assert "您已于" in again.text
    assert "草稿" not in again.text
    assert reopened.location == case.address


def test_whoever_took_part_finds_the_case_again(case: Travel) -> None:
    case.to_the_unit()
    handler = case.meet("nb-handler")

    assert case.number in handler.get("/cases").text
    assert case.number in case.meet("nb-field_worker").get("/cases").text
    assert case.number not in case.meet("nb-handler-petitions").get("/cases").text


def test_the_menu_shows_only_what_one_may_do(person: Meet) -> None:
    inspector, worker = person("nb-inspector").get("/").text, person("nb-field_worker").get("/").text

    assert 'href="/cases"' in inspector
    assert 'href="/cases"' in worker
    assert 'href="/report"' not in inspector
    assert 'href="/my-reports"' not in inspector
    assert 'href="/report"' in worker


def test_files_come_with_step_person_time_and_a_small_picture(case: Travel, picture: bytes) -> None:
    case.to_the_unit()
    case.do("nb-handler", "签收")
    case.do(
        "nb-handler", "处置", evidence=(BytesIO(picture), "清运后.jpg"),
        **{"action_log[0].acted_at": "2026-11-20T09:00", "action_log[0].action": "清走两车。"},
    )  # fmt: skip

    tab = case.meet("nb-town").get(f"{case.address}?tab=attachments").text
    person, address = case.find("nb-handler", "回填结果")
    form = person.get(address).text

    assert re.search(r"清运后\.jpg.*处置 · .*综合行政执法局 \w+ · <time", tab, re.DOTALL)
    assert "small=1" in tab
    assert form.index("措施 清走两车") < form.index("small=1") < form.index('name="_request"')
    assert "时间 2026" not in form
    assert "时间 11月20日（周五）09:00，措施 清走两车" in form


@pytest.fixture
def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 48), "green").save(content, "JPEG")
    return content.getvalue()


def test_what_a_text_must_have_at_least_is_said_before_sending(person: Meet) -> None:
    page = fromstring(person("nb-field_worker").get("/report/event").text)

    area = page.xpath('//textarea[@name="description"]')[0]
    hints = [page.get_element_by_id(name).text_content() for name in area.get("aria-describedby").split()]

    assert any("至少 10 个字" in hint for hint in hints), hints
