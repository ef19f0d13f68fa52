"""After a publication running cases stay, or go over: an owner asks, another decides, and until the next step back."""

import re
from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person, answered
from flask import Flask
from sqlalchemy import select
from test_workbench import begun, shortened
from test_workbench_library import approved, sent

from gridflow.application import office
from gridflow.audit.models import AuditEntry
from gridflow.cases.models import Case
from gridflow.db import db
from gridflow.engine.models import DefinitionVersion, Instance
from gridflow.jobs.tick import tick
from gridflow.people.models import User

Meet = Callable[[str], Person]
PAGE = f"/running/procedures/{EVENT}"
WHY = {"reason": "新时限对在办案件也适用。"}


@pytest.fixture(scope="module", autouse=True)
def published(app: Flask) -> None:
    """Two cases run by the first version while the second one comes into force."""
    worker = Person(app, "nb-field_worker")
    worker.report()
    worker.report()
    owner = Person(app, "nb-process_owner")
    revision = begun(owner)
    shortened(owner, revision)
    assert sent(owner, revision) == 302
    assert approved(Person(app, "nb-city_head"), revision) == 302
    assert PAGE in owner.get(revision).text


def numbers(app: Flask) -> list[int]:
    """Return the versions by which cases run, the oldest case first."""
    with app.app_context():
        rows = select(DefinitionVersion.number).join(Instance, Instance.version_id == DefinitionVersion.id)
        return list(db.session.scalars(rows.where(Instance.slug == EVENT).order_by(Instance.opened_at)))


def offered(page: str) -> list[str]:
    return re.findall(r'name="instance"\s+value="(\w+)"', page)


def work(app: Flask) -> None:
    with app.app_context():
        tick(office(), {"operate"})


def test_an_owner_asks_another_decides_and_the_chosen_case_goes_over(app: Flask, person: Meet) -> None:
    owner, head = person("nb-process_owner"), person("nb-city_head")
    page = owner.get(PAGE).text
    assert "第 1 版，可以迁移" in page
    assert "申请把勾选的案件迁移到第 2 版" in page
    cases = offered(page)
    assert len(cases) == 2
    assert not re.search(r'name="instance"[^>]*\schecked', page)  # nobody migrates by a press too many
    with app.app_context():
        titles = set(db.session.scalars(select(Case.title)))
    assert titles
    assert all(title in page for title in titles)
    refused = owner.post(f"{PAGE}/migrate", **WHY)
    assert refused.status_code == 422
    assert "没有勾选案件" in refused.text
    assert WHY["reason"] in refused.text
    assert owner.post(f"{PAGE}/migrate", instance=cases[:1], reason=" ").status_code == 422
    batch = owner.post(f"{PAGE}/migrate", instance=cases[:1], **WHY).headers["Location"]
    work(app)
    assert numbers(app) == [1, 1]
    assert "等待批准" in owner.get(batch).text
    page = owner.get(PAGE).text
    assert offered(page) == cases[1:]  # what waits is not asked for again
    assert f'href="{batch}"' in page
    assert owner.post(f"{batch}/approve").status_code == 403  # one's own

    assert re.search(r"1 项申请等您批准</a>，最早的 .* 提出", head.get("/").text)
    assert f'href="{batch}"' in head.get("/running/requests").text
    head.get(batch)
    assert head.post(f"{batch}/approve").status_code == 302
    assert head.post(f"{batch}/decline").status_code == 409
    work(app)
    assert numbers(app) == [2, 1]
    assert "完成 1 件" in head.get(batch).text
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "migrate")).one()
        both = select(User.id).where(User.login.in_(("nb-city_head", "nb-process_owner")))
        assert {entry.changes["approved_by"], entry.actor} == set(db.session.scalars(both))

    owner.get(batch)
    undone = owner.post(f"{batch}/undo", reason="看错了").headers["Location"]
    work(app)
    assert numbers(app) == [1, 1]
    assert "完成 1 件" in owner.get(undone).text
    assert owner.post(f"{batch}/undo", reason="再来").status_code == 409  # nothing is left to undo


def test_what_was_declined_changes_nothing_and_an_operator_needs_nobody(app: Flask, person: Meet) -> None:
    owner, head, operator = person("nb-process_owner-2"), person("nb-city_head"), person("nb-administrator")
    cases = offered(owner.get(PAGE).text)
    batch = owner.post(f"{PAGE}/migrate", instance=cases, **WHY).headers["Location"]
    head.get(batch)
    assert head.post(f"{batch}/decline").status_code == 302
    work(app)
    assert numbers(app) == [1, 1]
    assert "已驳回" in owner.get(batch).text

    operator.get(PAGE)
    operator.post(f"{PAGE}/migrate", instance=cases[1:], **WHY)
    work(app)
    assert numbers(app) == [1, 2]


def test_a_case_that_has_gone_on_does_not_go_back(app: Flask, person: Meet) -> None:
    operator, village = person("nb-administrator"), person("nb-village")
    cases = offered(operator.get(PAGE).text)
    batch = operator.post(f"{PAGE}/migrate", instance=cases, **WHY).headers["Location"]
    work(app)
    for task in village.tasks():
        village.post(f"/tasks/{task}", **answered(village.get(f"/tasks/{task}").text))

    assert "撤销这次迁移" not in operator.get(batch).text
    assert operator.post(f"{batch}/undo", reason="晚了").status_code == 409
    assert "没有按旧版办理的案件" in operator.get(PAGE).text


@pytest.mark.parametrize("login", ["nb-field_worker", "nb-county_head", "bh-process_owner"])
def test_others_migrate_nothing(person: Meet, login: str) -> None:
    other = person(login)
    other.get("/")

    assert other.post(f"{PAGE}/migrate", instance=["x"], **WHY).status_code in {403, 409}


def test_who_is_no_owner_reads_and_does_not_ask(person: Meet) -> None:
    head = person("nb-city_head")

    assert "申请把勾选的案件" not in head.get(PAGE).text
    assert head.post(f"{PAGE}/migrate", instance=["x"], **WHY).status_code == 403
