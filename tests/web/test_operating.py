"""Operators at work in the browser: what they see, what needs a second person, what is refused."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import Person, answered
from flask import Flask
from sqlalchemy import select, update
from web_fixtures import ON_BOTH

from gridflow import clock
from gridflow.administration.models import OperatorRequest
from gridflow.audit.models import AuditEntry, OperationEntry
from gridflow.db import db, writing
from gridflow.engine.models import Incident, Instance, WorkItem
from gridflow.jobs.tick import tick

pytestmark = ON_BOTH
Meet = Callable[[str], Person]
NARRATIVE = "绿化带里堆了三天的装修垃圾"


@pytest.fixture
def number(person: Meet) -> str:
    """A case that waits for the village."""
    worker = person("nb-field_worker")
    worker.report()
    return re.findall(r"SJ-[\w-]+", worker.get("/my-reports").text)[0]


def instance_of(operator: Person, number: str) -> str:
    """Return the address of the instance of a case."""
    return operator.get(f"/running/find?number={number}").headers["Location"]


def ask(person: Person, address: str, form: str, **values: str) -> Person:
    """Send a form of a page with a reason."""
    person.get(address)
    person.page = person.post(form, reason="核对过了", **values)
    return person


def rows(app: Flask, *columns: object, **where: object) -> list[object]:
    with app.app_context():
        found = db.session.execute(select(*columns)).all()
        db.session.remove()
    return list(found)


def park(app: Flask, number: str) -> str:
    """Let the case stop at the village's task, as if nobody could be given it; returns the incident."""
    with app.app_context():
        with writing() as session:
            item = session.scalars(select(WorkItem).where(WorkItem.case_number == number)).one()
            incident = Incident(
                city=item.city, case_id=item.case_id, instance_id=item.instance_id, task_id=item.task_id,
                process_id=item.process_id, element_id=item.element_id, kind="routing", cause="单位不存在",
                opened_at=item.created_at, tries=0,
            )  # fmt: skip
            session.add(incident)
            session.execute(update(WorkItem).where(WorkItem.id == item.id).values(status="withdrawn"))
            session.flush()
            found = str(incident.id)
        db.session.remove()
    return found


def test_an_operator_sees_where_a_case_stands_and_nothing_of_what_it_is_about(person: Meet, number: str) -> None:
    operator = person("nb-administrator")
    page = operator.get(instance_of(operator, number)).text

    assert "村居协调" in page
    assert number in page
    assert NARRATIVE not in page
    assert "暴露垃圾" not in page
    process = re.search(r"/diagrams/(\w+)\.svg", page)[1]
    address = instance_of(operator, number)
    assert operator.get(f"{address}/diagrams/{process}").json["active"]
    assert "<svg" in operator.get(f"{address}/diagrams/{process}.svg").text


def test_a_suspended_case_says_so_to_whoever_opens_its_task_and_comes_back(person: Meet, number: str) -> None:
    village, operator = person("nb-village"), person("nb-administrator")
    task = next(task for task in village.tasks() if number in village.get(f"/tasks/{task}").text)
    address = instance_of(operator, number)

    page = village.get(f"/tasks/{task}").text
    typed = {name: values for name, values in answered(page).items() if name != "_request"}
    ask(operator, address, f"{address}/suspend")

    assert operator.page.status_code == 302
    assert task not in village.tasks()
    late = village.post(f"/tasks/{task}", **typed)
    assert late.status_code == 409
    shown = village.get(f"/tasks/{task}")
    assert shown.status_code == 409
    assert "核对过了" in shown.text
    assert "已暂停" in operator.get(address).text
    ask(operator, address, f"{address}/resume")
    assert task in village.tasks()
    assert "双方当面说清" in village.get(f"/tasks/{task}").text


def test_nothing_is_done_without_a_reason(person: Meet, number: str) -> None:
    operator = person("nb-administrator")
    address = instance_of(operator, number)
    operator.get(address)

    refused = operator.post(f"{address}/suspend", reason=" ")

    assert refused.status_code == 422
    assert "没有写明理由" in refused.text
    assert "办理中" in operator.get(address).text


def test_skipping_needs_two_people_and_the_record_names_both(app: Flask, person: Meet, number: str) -> None:
    incident, operator, owner = park(app, number), person("nb-administrator"), person("nb-process_owner")
    page = operator.get("/running").text
    assert "单位不存在" in page
    assert number in page

    ask(operator, f"/running/incidents/{incident}", f"/running/incidents/{incident}/skip")
    own = operator.get("/running/requests").text
    assert "由他人批准" in own
    request = rows(app, OperatorRequest.id, OperatorRequest.asked_by)[-1]
    operator.get(f"/running/incidents/{incident}")
    assert operator.post(f"/running/requests/{request.id}/approve").status_code == 403
    assert "核对过了" in owner.get("/running/requests").text
    assert owner.post(f"/running/requests/{request.id}/approve").status_code == 302

    (entry,) = [row for row in rows(app, AuditEntry.action, AuditEntry.actor, AuditEntry.changes)
                if row.action == "skip_step"]  # fmt: skip
    assert entry.changes["asked_by"] == request.asked_by != entry.actor
    assert "SecondPersonNeeded" in {
        row.detail.get("error") for row in rows(app, OperationEntry.detail, OperationEntry.outcome)
        if row.outcome == "refused"
    }  # fmt: skip
    assert number not in operator.get("/running").text
    owner.get("/running/requests")
    assert owner.post(f"/running/requests/{request.id}/approve").status_code == 409


def test_data_are_changed_only_with_the_business_side(app: Flask, person: Meet, number: str) -> None:
    incident, owner = park(app, number), person("nb-process_owner")
    office, other = person("nb-county_office"), person("nb-administrator")
    form = f"/running/incidents/{incident}/change"

    ask(owner, f"/running/incidents/{incident}", form, values="urgency = urgent")
    ask(owner, f"/running/incidents/{incident}", form, values='urgency = "urgent"')
    request = rows(app, OperatorRequest.id, OperatorRequest.kind)[-1]

    assert request.kind == "change"
    assert "urgent" not in other.get("/running/requests").text
    other.get("/running")
    assert other.post(f"/running/requests/{request.id}/approve").status_code == 403
    assert "urgent" in office.get("/running/requests").text
    assert office.post(f"/running/requests/{request.id}/approve").status_code == 302
    (entry,) = [row for row in rows(app, AuditEntry.action, AuditEntry.changes) if row.action == "correct_data"]
    assert entry.changes["values"]["urgency"][1] == "urgent"
    assert number in {
        row.case_number for row in rows(app, WorkItem.case_number, WorkItem.status) if row.status == "open"
    }


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ('urgncy = "urgent"', "没有这个名称。是不是“urgency”？"),
        ("urgency = 3", "应为文字，填写的是数字"),
        ('urgency = "at once"', "只能是"),
        ('reporter_name = "许家宁"', "保密或叙述内容"),
        ('found_at = "昨天"', "应为日期时间，填写的是文字"),
    ],
)
def test_new_data_that_no_form_would_take_are_refused_before_anybody_is_asked(
    app: Flask, person: Meet, number: str, values: str, said: str
) -> None:
    incident, owner = park(app, number), person("nb-process_owner")
    before = len(rows(app, OperatorRequest.id))

    ask(owner, f"/running/incidents/{incident}", f"/running/incidents/{incident}/change", values=values)

    assert owner.page.status_code == 422
    assert said in owner.page.text
    assert len(rows(app, OperatorRequest.id)) == before


def test_those_who_must_approve_see_it_at_home_are_mailed_and_see_what_waits_long(
    app: Flask, person: Meet, number: str, capsys: pytest.CaptureFixture[str]
) -> None:
    incident, owner = park(app, number), person("nb-process_owner")
    office, village, stranger = person("nb-county_office"), person("nb-village"), person("bh-county_office")
    form = f"/running/incidents/{incident}/change"
    ask(owner, f"/running/incidents/{incident}", form, values='urgency = "urgent"')

    told = re.search(r"(\d+) 项申请等您批准", office.get("/").text)
    current = re.findall(r'aria-current="page">([^<]+)<', person("nb-administrator").get("/running/requests").text)
    assert set(current) == {"待批申请"}
    assert told
    assert int(told[1]) == office.get("/running/requests").text.count("批准并执行") > 0
    for other in (owner, village, stranger):
        assert "项申请等您批准" not in other.get("/").text
    capsys.readouterr()
    with app.app_context():
        while tick(app.extensions["gridflow"], {"asked"}):
            pass
        db.session.remove()
    mails = [line for line in capsys.readouterr().out.splitlines() if "【待批】更改数据" in line and number in line]
    assert any("nb-county_office" in line for line in mails)
    assert any("nb-process_owner-2" in line for line in mails)
    assert not any("nb-process_owner@" in line or "nb-village" in line or "bh-" in line for line in mails)
    assert "urgent" not in "".join(mails)
    assert "已等一天以上" not in office.get("/running/requests").text
    with app.app_context():
        with writing() as session:
            session.execute(update(OperatorRequest).values(asked_at=clock.now() - timedelta(hours=25)))
        db.session.remove()
    assert "已等一天以上" in office.get("/running/requests").text
    assert "gf-notice-late" in office.get("/").text


def test_the_process_owner_is_told_at_home_which_procedures_cases_hang_on(
    app: Flask, person: Meet, number: str
) -> None:
    park(app, number)
    owner, stranger, village = person("nb-process_owner"), person("bh-process_owner"), person("nb-village")

    link = re.search(r'href="(/running\?procedure=\w+)">[^<]+ \d', owner.get("/").text)
    assert link
    assert number in owner.get(link[1]).text
    for other in (stranger, village):
        assert "有案件停在故障中" not in other.get("/").text


def test_a_batch_is_paused_and_goes_on(app: Flask, person: Meet, number: str) -> None:
    incident, operator = park(app, number), person("nb-administrator")
    operator.get("/running")
    address = operator.post("/running/incidents/retry", incident=incident, reason="单位已补登").headers["Location"]

    assert "停住这一批" in operator.get(address).text
    operator.post(f"{address}/pause")
    work_off(app)
    assert "共 1 件，完成 0 件" in operator.get(address).text
    assert "已停住" in operator.get(address).text
    operator.post(f"{address}/go_on")
    work_off(app)
    assert "共 1 件，完成 1 件" in operator.get(address).text
    assert "停住这一批" not in operator.get(address).text


def test_every_case_of_a_version_is_suspended_and_resumed_by_workers(app: Flask, person: Meet, number: str) -> None:
    operator, village = person("nb-administrator"), person("nb-village")
    address, waiting = instance_of(operator, number), set(village.tasks())
    assert waiting
    ask(operator, address, f"{address}/suspend-all", of="version")
    work_off(app)

    assert "批量暂停" in operator.get(operator.page.headers["Location"]).text
    assert not set(village.tasks()) & waiting
    assert "已暂停" in operator.get(address).text
    ask(operator, address, f"{address}/resume-all", of="procedure")
    work_off(app)
    assert set(village.tasks()) == waiting
    assert "办理中" in operator.get(address).text


def work_off(app: Flask) -> None:
    with app.app_context():
        while tick(app.extensions["gridflow"], {"operate"}):
            pass
        db.session.remove()


def test_a_cancelled_case_is_over_for_everybody(app: Flask, person: Meet, number: str) -> None:
    operator, owner, village = person("nb-administrator"), person("nb-process_owner"), person("nb-village")
    before = len(village.tasks())
    address = instance_of(operator, number)
    ask(operator, address, f"{address}/cancel")
    assert len(village.tasks()) == before
    request = rows(app, OperatorRequest.id)[-1]
    owner.get("/running/requests")
    owner.post(f"/running/requests/{request.id}/approve")

    assert "已终止" in operator.get(address).text
    assert len(village.tasks()) == before - 1
    assert "终止" in person("nb-field_worker").get("/my-reports").text


def test_a_token_is_moved_after_approval(app: Flask, person: Meet, number: str) -> None:
    operator, owner = person("nb-administrator"), person("nb-process_owner")
    address = instance_of(operator, number)
    page = operator.get(address).text
    task, element = (re.search(rf'name="{name}" value="(\w+)"', page)[1] for name in ("task", "element"))
    to = re.search(r'<option value="(\w+)">镇街受理研判', page)[1]
    ask(operator, address, f"{address}/move", task=task, element=element, to=to)
    request = rows(app, OperatorRequest.id)[-1]
    assert "移动“村居协调”" in owner.get("/running/requests").text
    owner.post(f"/running/requests/{request.id}/approve")

    waiting = {row.element_id for row in rows(app, WorkItem.element_id, WorkItem.case_number, WorkItem.status)
               if row.case_number == number and row.status == "open"}  # fmt: skip
    assert waiting == {to}


def test_many_incidents_are_retried_by_workers_with_progress(app: Flask, person: Meet, number: str) -> None:
    incident, operator = park(app, number), person("nb-administrator")
    operator.get("/running")
    operator.page = operator.post("/running/incidents/retry", incident=incident, reason="单位已补登")
    address = operator.page.headers["Location"]
    assert "完成 0 件" in operator.get(address).text
    work_off(app)

    assert "共 1 件，完成 1 件" in operator.get(address).text
    assert "共 1 件，完成 1 件" in operator.get("/running/batches").text


def test_other_roles_and_other_cities_find_nothing_there(app: Flask, person: Meet, number: str) -> None:
    incident, address = park(app, number), instance_of(person("nb-administrator"), number)
    stranger, village = person("bh-administrator"), person("nb-village")

    assert number not in stranger.get("/running").text
    for path in (address, f"/running/incidents/{incident}", f"/running/find?number={number}"):
        assert stranger.get(path).status_code in {404, 409}, path
        assert village.get(path).status_code == 403, path
    stranger.get("/running")
    assert stranger.post(f"{address}/suspend", reason="x").status_code == 404
    assert rows(app, Instance.status, Instance.suspended_for)[-1].status == "running"


def test_messages_and_batches_say_what_will_appear(person: Meet) -> None:
    operator = person("bh-administrator")

    assert "没有未送达的消息" in operator.get("/running/messages").text
    assert "还没有批次" in operator.get("/running/batches").text
    assert "没有故障" in operator.get("/running").text
