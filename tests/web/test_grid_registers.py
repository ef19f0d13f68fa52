"""What is registered about grids and units: counts and what is due, posts of units, contacts, loads."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from demo_installation import Person
from flask import Flask
from sqlalchemy import select

from gridflow import clock
from gridflow.administration.watching import watch_registers
from gridflow.audit.models import OperationEntry
from gridflow.db import db, writing
from gridflow.engine.models import Job
from gridflow.people.models import Contact, Post, Unit, User
from gridflow.registers.grids.models import GridDue
from gridflow.registers.models import Grid

TOWN, GRID = "330203001", "330203001005C001"
Persons = Callable[[str], Person]


def counted(app: Flask, who: Person, percent: int) -> tuple[int, int]:
    """Register so many per cent more households; returns the status and how many there were."""
    with app.app_context():
        then = db.session.get_one(Grid, GRID).households
    who.get(f"/grids/{GRID}")
    figures = {"households": str(then + then * percent // 100), "population": "900", "units_count": "20"}
    return who.post(f"/grids/{GRID}/figures", document="入户核实", **figures).status_code, then


def mails(app: Flask, subject: str) -> list[str]:
    with app.app_context():
        payloads = db.session.scalars(select(Job.payload).where(Job.kind == "notify")).all()
        return [each["text"] for each in payloads if each["number"] == subject]


def test_a_grid_whose_households_changed_by_a_fifth_is_listed_told_and_begun_from_the_list(
    app: Flask, person: Persons
) -> None:
    town = person("nb-town")

    status, then = counted(app, town, 10)
    assert status == 302
    assert "没有待调整的网格" in town.get("/grids/due").text
    counted(app, town, 30)

    assert f"划分时 {then} 户" in town.get("/grids/due").text
    assert "列入待调整" in town.get(f"/grids/{GRID}").text
    assert len(mails(app, "网格待调整")) == 2  # the town and the county
    county = person("nb-county_office")
    link = re.search(r'href="(/report/[^"]+)"', county.get("/grids/due").text)[1].replace("&amp;", "&")
    form = county.get(link).text
    assert f"划分时 {then} 户" in form
    assert re.search(r'value="330203001005"\s+selected', form)
    assert re.search(r'value="moved"\s+checked', form)
    assert re.search(r'value="grid"[^>]*checked', form)
    assert re.search(r'value="split"\s+checked', form)
    assert person("bh-town").get("/grids/due").text.count("提出网格划分调整") == 0


def test_nobody_is_told_twice_and_what_is_no_longer_due_leaves_the_list(app: Flask, person: Persons) -> None:
    town = person("nb-town")
    counted(app, town, 30)
    told = len(mails(app, "网格待调整"))
    with app.app_context():
        assert watch_registers(app.extensions["gridflow"]) == 0
    assert len(mails(app, "网格待调整")) == told

    counted(app, town, 0)

    assert "没有待调整的网格" in town.get("/grids/due").text
    with app.app_context():
        assert {due.ended_on for due in db.session.scalars(select(GridDue))} == {clock.today()}


def test_figures_without_their_origin_are_refused_and_stay_typed(person: Persons) -> None:
    town = person("nb-town")
    town.get(f"/grids/{GRID}")

    refused = town.post(f"/grids/{GRID}/figures", households="512", population="x", units_count="1", document="")

    assert refused.status_code == 422
    assert "应为整数" in refused.text
    assert 'value="512"' in refused.text
    assert person("nb-village").post(f"/grids/{GRID}/figures", households="1").status_code in {400, 403}


def test_a_town_appoints_its_instructor_from_the_sources_of_the_law_and_for_a_time(app: Flask, person: Persons) -> None:
    town, page = person("nb-town"), f"/units/{TOWN}"
    with app.app_context(), writing() as session:
        unit = session.scalars(select(Unit).where(Unit.code == TOWN)).one()
        for post in session.scalars(select(Post).where(Post.unit_id == unit.id, Post.role == "instructor")):
            post.until = clock.today() - timedelta(days=1)
    assert "缺网格指导员" in town.get("/grids/vacancies").text
    asked = {"login": "nb-village", "post": "instructor", "source": "志愿者", "phone": "", "document": "任字1号"}
    assert 'value="nb-instructor"' in town.get(page).text  # whose post ended can be appointed again

    refused = town.post(f"{page}/posts", **asked)
    backwards = town.post(f"{page}/posts", **{**asked, "source": "机关干部", "until": "2020-01-01"})
    until = clock.today() + timedelta(days=7)
    done = town.post(f"{page}/posts", **{**asked, "source": "机关干部", "until": until.isoformat()})
    twice = town.post(f"{page}/posts", **{**asked, "source": "机关干部"})

    assert [each.status_code for each in (refused, backwards, done, twice)] == [422, 422, 302, 422]
    assert "应来自：机关干部" in refused.text
    shown = town.get(page).text
    assert "任字1号" in shown
    assert "曾任人员" in shown
    assert "缺网格指导员" not in shown
    with app.app_context():
        watch_registers(app.extensions["gridflow"])
    assert any("到期" in text for text in mails(app, "网格岗位空缺"))
    assert person("nb-county_office").get("/units/450502001").status_code == 404


def test_a_phone_a_town_publishes_stands_on_the_public_page_and_its_history_stays(app: Flask, person: Persons) -> None:
    town, page = person("nb-town"), f"/units/{TOWN}"
    town.get(page)

    wrong = town.post(f"{page}/contacts", kind="oversight", value="电话见公告", public="yes", since="", document="")
    town.post(f"{page}/contacts", kind="oversight", value="000-8888-0001", public="yes", since="", document="")
    town.post(f"{page}/contacts", kind="oversight", value="000-8888-0002", public="yes", since="", document="更正")
    town.post(f"{page}/contacts", kind="duty", value="000-8888-0003", public="no", since="", document="")

    assert wrong.status_code == 422
    public = app.test_client().get(f"/public/grids/{GRID}").text
    assert "000-8888-0002" in public
    assert "000-8888-0001" not in public
    assert "000-8888-0003" not in public
    assert "12345" in public
    shown = town.get(page).text
    assert "000-8888-0001" in shown
    assert "当天更正" in shown
    with app.app_context():
        logged = db.session.scalars(select(OperationEntry).where(OperationEntry.action == "set_contact")).all()
        assert [each.detail["value"] for each in logged][-1] == "000-8888-0003"


def test_a_unit_and_the_administrator_keep_its_contacts_and_nobody_else(app: Flask, person: Persons) -> None:
    page, given = f"/units/{TOWN}", {"kind": "office", "value": "000-8888-0004", "public": "no"}
    statuses = []
    for login in ("nb-administrator", "nb-county_office", "nb-field_worker"):
        someone = person(login)
        someone.get(page)
        statuses.append(someone.post(f"{page}/contacts", since="", document="", **given).status_code)

    assert statuses == [302, 404, 404]
    with app.app_context():
        by = db.session.scalars(select(User.login).join(Contact, Contact.by == User.id)).all()
    assert set(by) <= {"nb-administrator", "nb-town"}


def test_the_load_of_a_grid_is_shared_among_its_workers(app: Flask, person: Persons) -> None:
    town = person("nb-town")
    with app.app_context(), writing() as session:
        grid = session.get_one(Grid, GRID)
        for post in session.scalars(select(Post).where(Post.grid_code == GRID)):
            post.until = date(2020, 1, 1)
        for login in ("nb-village", "nb-grid_head"):
            user = session.scalars(select(User).where(User.login == login)).one()
            session.add(
                Post(
                    city="ningbo", user_id=user.id, unit_id=grid.village_unit_id, role="part_time_worker",
                    grid_code=GRID, since=clock.today(), until=None,
                )
            )  # fmt: skip
        households, name = grid.households, grid.name
    counted(app, town, 0)

    page = town.get("/grids/load?unit=330203001005").text

    line = page[page.index(name) :]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", line)[:9]
    assert cells[0] == str(households)
    assert cells[3] == "2"
    assert cells[6] == str(round(households / 2))
