"""Whoever reported reads his own words; a resident sees what is meant for residents, an inspector asks for the rest."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import Person, answered, option
from flask import Flask
from sqlalchemy import select, update

from gridflow.audit.models import OperationEntry
from gridflow.audit.service import Entry, append
from gridflow.cases.models import Case, Submission
from gridflow.cases.papers import Papers
from gridflow.cases.queries import steps_of
from gridflow.db import db, writing
from gridflow.documents.models import Document

Meet = Callable[[str], Person]
ACCOUNT = "周志明"
NAME, PHONE, WORDS, PLACE = "钱一鸣", "13800138000", "绿化带里堆了三天的装修垃圾", "望京路 8 号东侧"
INTERNAL = ("催办", "时限", "流程图", "交办单", "登记表", "认领", "操作日志")
SCORES = {f"score_{name}": ["5"] for name in ("attitude", "speed", "result")}
COVERED = re.compile(r'name="submission" value="(\w+)">\s*<input type="hidden" name="field" value="(\w+)"')


def reported(somebody: Person, **changes: str) -> str:
    """Let somebody report and return the address of the case."""
    somebody.report(**changes)
    return re.search(r'href="(/cases/\w+)"', somebody.get("/my-reports").text)[1]


@pytest.fixture
def case(person: Meet) -> str:
    return reported(person("nb-resident"), reporter_name=NAME, reporter_phone=PHONE)


def operations(app: Flask, case: str, login: str) -> list[str]:
    with app.app_context():
        rows = select(OperationEntry.action).where(OperationEntry.case_id == case.removeprefix("/cases/"))
        found = list(db.session.scalars(rows))
        db.session.remove()
    return found


def test_a_resident_reads_everything_he_wrote(app: Flask, person: Meet, case: str) -> None:
    page = person("nb-resident").get(case).text

    for own in (NAME, PHONE, WORDS, PLACE):
        assert own in page
    assert "＊＊＊" not in page
    assert operations(app, case, "nb-resident") == []


def test_a_resident_sees_nothing_of_the_work_inside(person: Meet, case: str) -> None:
    resident = person("nb-resident")
    town = person("nb-town")

    pages = resident.get(case).text + resident.get(f"{case}?tab=diagram").text

    for word in INTERNAL:
        assert word not in pages, word
    assert "上报" in pages
    process = re.search(rf"{case}/diagrams/(\w+)\.svg", town.get(f"{case}?tab=diagram").text)[1]
    for address in (
        f"{case}/diagrams/{process}",
        f"{case}/diagrams/{process}.svg",
        f"{case}/making",
        f"{case}/dossier",
    ):
        assert resident.get(address).status_code in {403, 404}, address


def carry_on(people: list[Person], number: str) -> None:
    """Let each do what waits for him in a case, the matter being one of the list, until nothing waits."""
    for somebody in people * 3:
        for task in somebody.tasks():
            page = somebody.get(f"/tasks/{task}").text
            if number not in page:
                continue
            answer = answered(page)
            for name, words in (("register_category", "暴露垃圾"), ("register_matter", "暴露垃圾清理督促")):
                answer |= {name: [option(page, name, words)]} if f'name="{name}"' in page else {}
            answer |= {"recipient": [NAME]} if 'name="recipient"' in page else {}
            sent = somebody.post(f"/tasks/{task}", **answer)
            if sent.status_code == 422:  # an answer has revealed more fields
                sent = somebody.post(f"/tasks/{task}", **{**SCORES, **answered(sent.text), **answer})
            assert sent.status_code == 302, re.findall(r"<li><a href=.#[^<]*", sent.text)


def print_all(app: Flask) -> None:
    """Put a file in the place of every document, as workers do once they have set it."""
    with app.app_context():
        with writing() as session:
            printed = app.extensions["gridflow"].blobs.put(b"%PDF-1.7")
            session.execute(update(Document).values(sha256=printed, state="rendered"))
        db.session.remove()


def test_a_resident_sees_public_steps_the_outcome_and_what_is_sent_to_him(app: Flask, person: Meet) -> None:
    resident, town = person("nb-resident"), person("nb-town")
    case = reported(resident, reporter_name=NAME, reporter_phone=PHONE)
    page = resident.get(case).text
    number = re.search(r"SJ-[\w-]+", page)[0]
    assert "正在办理" in page
    carry_on([person("nb-field_worker"), person("nb-village"), town], number)
    print_all(app)

    page = resident.get(case).text
    letter = re.search(rf'href="({case}/documents/\w+)"', page)

    assert "已办结" in page
    assert "反馈单" in page
    assert page.count("<time") > 3
    assert resident.get(letter[1]).mimetype == "application/pdf"
    for word in INTERNAL:
        assert word not in page, word
    issued = set(re.findall(rf"{case}/documents/\w+", town.get(f"{case}?tab=documents").text))
    assert len(issued) > 1
    assert {resident.get(each).status_code for each in issued - {letter[1]}} == {404}


def test_a_member_of_staff_reads_his_own_report_too(person: Meet) -> None:
    worker = person("nb-part_time_worker")
    case = reported(worker)

    assert WORDS in worker.get(f"{case}?tab=data").text


def test_others_still_see_nothing_of_it(person: Meet, case: str) -> None:
    for login in ("nb-town", "nb-inspector"):
        page = person(login).get(f"{case}?tab=data").text

        for own in (NAME, PHONE, WORDS):
            assert own not in page, login


def test_an_inspector_uncovers_narrative_by_a_logged_press_and_no_personal_value(
    app: Flask, person: Meet, case: str
) -> None:
    inspector = person("nb-inspector")
    wanted = {field: submission for submission, field in COVERED.findall(inspector.get(f"{case}?tab=data").text)}

    shown = inspector.post(f"{case}/reveal", submission=wanted["description"], field="description")
    refused = inspector.post(f"{case}/reveal", submission=wanted["description"], field="reporter_phone")

    assert "reporter_phone" not in wanted
    assert WORDS in shown.text
    assert "这次查看已记入日志" in shown.text
    assert refused.status_code == 403
    assert PHONE not in refused.text
    assert operations(app, case, "nb-inspector").count("reveal") == 1


def test_a_resident_is_not_said_to_act_for_the_place_he_lives_in(app: Flask, case: str) -> None:
    with app.app_context():
        office, found = app.extensions["gridflow"], db.session.get(Case, case.removeprefix("/cases/"))
        filed = db.session.scalars(select(Submission).where(Submission.case_id == found.id)).all()

        printed = Papers(db.session(), office, found).steps(filed)
        recorded = steps_of(db.session(), office, found, masked=True)

        assert [(step["actor"], step["unit"]) for step in printed] == [("群众", "")]
        assert (recorded[0].actor, recorded[0].unit, recorded[0].role) == ("群众", "", "")
        db.session.remove()


def test_an_order_of_supervision_says_when_the_unit_was_reminded(app: Flask, case: str) -> None:
    with app.app_context():
        office, found = app.extensions["gridflow"], db.session.get(Case, case.removeprefix("/cases/"))
        with writing() as session:
            place = {"case_id": found.id, "city": found.city, "county": found.county}
            append(session, Entry(**place, at=found.opened_at, action="remind"))

        papers = Papers(db.session(), office, found)

        assert papers.reminders(found.opened_at) == [found.opened_at]
        assert papers.reminders(found.opened_at - timedelta(hours=1)) == []  # the order came before
        db.session.remove()


def test_staff_read_the_name_of_a_resident_nowhere_unasked(person: Meet, case: str) -> None:
    town, worker = person("nb-town"), person("nb-field_worker")
    number = re.search(r"SJ-[\w-]+", town.get(case).text)[0]
    tasks = [task.text for task in map(worker.get, (f"/tasks/{each}" for each in worker.tasks()))]

    pages = [town.get(case).text, town.get(f"{case}?tab=data").text, *(task for task in tasks if number in task)]

    assert len(pages) > 2
    assert "群众" in pages[0]
    for page in pages:
        assert ACCOUNT not in page
