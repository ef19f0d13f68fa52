"""Who sees which cases beside a case, and the report past a blocked tier that the blocked tier never sees."""

import re
from collections.abc import Callable

import pytest
from demo_installation import Person, option, preset
from flask import Flask
from sqlalchemy import select, update

from gridflow import clock
from gridflow.cases.models import Case, CaseLink
from gridflow.cases.queries import hidden_name
from gridflow.cases.relations import link
from gridflow.db import db, table, writing
from gridflow.people.models import User

Meet = Callable[[str], Person]


def reported(worker: Person, **changes: str) -> str:
    worker.report(**changes)
    return re.findall(r'href="/cases/(\w+)"', worker.get("/my-reports").text)[0]


def direct(app: Flask, worker: Person, number: str) -> str:
    """Report past the town about a case."""
    page = worker.get("/report/direct_report").text
    values = {
        **preset(page), "blocked_tier": "town", "block_reason": "delay", "about_case": number,
        "grid_code": option(page, "grid_code", "第一网格"), "category": option(page, "category", "暴露垃圾"),
        "location_text": "望京路 8 号东侧", "description": "报给街道三天了，一直没有人来。",
    }  # fmt: skip
    assert worker.post("/report/direct_report", **values).status_code == 302
    return re.findall(r'href="/cases/(\w+)"', worker.get("/my-reports").text)[0]


@pytest.fixture
def past_the_town(app: Flask, person: Meet) -> tuple[str, str]:
    """A case, and a report about it that goes past the town."""
    worker = person("nb-field_worker")
    plain = reported(worker)
    with app.app_context():
        number = db.session.get_one(Case, plain).number
    return plain, direct(app, worker, number)


def test_a_number_that_nobody_knows_or_another_citys_links_nothing(app: Flask, past_the_town: tuple[str, str]) -> None:
    plain, direct = past_the_town
    with app.app_context(), writing() as session:
        number = session.get_one(Case, plain).number
        assert link(session, "ningbo", direct, f" {number} ", "reports_on", clock.now())
        assert not link(session, "ningbo", direct, "SJ-000000-20260101-00001-0", "reports_on", clock.now())
        assert not link(session, "beihai", direct, number, "reports_on", clock.now())
        assert not link(session, "ningbo", plain, number, "merged_into", clock.now())
        assert len(session.scalars(select(CaseLink).where(CaseLink.case_id == direct)).all()) == 1


def test_the_blocked_tier_and_those_below_see_neither_the_report_nor_who_made_it(
    person: Meet, past_the_town: tuple[str, str]
) -> None:
    plain, direct = past_the_town

    for login in ("nb-town", "nb-grid_head"):
        blocked = person(login)
        assert blocked.get(f"/cases/{direct}").status_code == 404, login
        assert direct not in blocked.get("/cases").text
        assert direct not in blocked.get(f"/cases/{plain}?tab=related").text


def test_whoever_stands_above_sees_the_report_without_the_name_and_the_way_to_what_it_is_about(
    app: Flask, person: Meet, past_the_town: tuple[str, str]
) -> None:
    plain, direct = past_the_town
    county = person("nb-county_office")
    with app.app_context():
        name = db.session.scalar(select(User.name).where(User.login == "nb-field_worker"))

    page = county.get(f"/cases/{direct}").text
    related = county.get(f"/cases/{direct}?tab=related").text

    assert hidden_name() in page
    assert name
    assert name not in page
    assert name in county.get(f"/cases/{plain}").text
    assert "直报所涉案件" in related
    assert f"/cases/{plain}" in related


def test_the_link_of_a_report_past_a_tier_goes_one_way(person: Meet, past_the_town: tuple[str, str]) -> None:
    plain, _direct = past_the_town

    assert "直报所涉案件" not in person("nb-county_office").get(f"/cases/{plain}?tab=related").text


def test_whoever_made_the_report_still_sees_it(person: Meet, past_the_town: tuple[str, str]) -> None:
    _plain, direct = past_the_town

    assert person("nb-field_worker").get(f"/cases/{direct}").status_code == 200


def test_cases_lately_in_the_same_grid_and_category_are_listed(app: Flask, person: Meet) -> None:
    worker = person("nb-field_worker")
    one, other = reported(worker), reported(worker)

    assert f"/cases/{other}" in worker.get(f"/cases/{one}?tab=related").text
    with app.app_context(), writing() as session:
        session.execute(update(table(Case)).where(table(Case).c.id == other).values(category="0000"))
        db.session.remove()
    assert f"/cases/{other}" not in worker.get(f"/cases/{one}?tab=related").text
