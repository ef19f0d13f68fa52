"""A case lies at a grid or at a unit; what lies lower than the unit is missing."""

from collections.abc import Callable

import pytest
from demo_installation import Person, option
from flask import Flask
from toy_procedures import CITIES, begin, case_in, causes, open_tasks, put_in_force, task

from gridflow.cases.models import Case
from gridflow.cases.papers import Papers
from gridflow.db import db
from gridflow.documents.models import Document
from gridflow.documents.templating import fill
from gridflow.engine.models import Instance

Meet = Callable[[str], Person]
PREFIXES = tuple(CITIES.values())
NAME = {
    "type": "textfield", "key": "matter_name", "label": "事项名称", "properties": {"basis": "N1 B1", "class": "public"}
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def visits(app: Flask) -> None:
    look = task("look", "county_office", document="note")
    put_in_force(app, "visit", "start -> look -> end", tasks=["look"], asks=[NAME], look=look)
    put_in_force(app, "sweep", "start -> sweep_up -> end", tasks=["sweep_up"], sweep_up=task("sweep_up", "town"))


def units_of(app: Flask, prefix: str) -> tuple[str, str, str]:
    """Return the division of the demo's city, county and town."""
    city = next(city for city, each in CITIES.items() if each == prefix)
    with app.app_context():
        found = app.extensions["gridflow"].cities[city]
    assert found.demo
    return found.division, found.demo.county, found.demo.town


def facts(app: Flask, case_id: str) -> dict[str, object]:
    with app.app_context():
        rows = db.session.query(Instance.facts).filter(Instance.case_id == case_id).all()
    return dict(rows[0][0]["seen"])


@pytest.mark.parametrize("prefix", PREFIXES)
def test_without_a_place_the_case_lies_at_the_unit_of_whoever_opens_it(app: Flask, person: Meet, prefix: str) -> None:
    _, county, _ = units_of(app, prefix)
    opened = begin(person(f"{prefix}-county_office"), "visit")

    case = case_in(app, opened)

    assert (case.place_code, case.county) == (county, county)
    assert (case.grid_code, case.village_id, case.town_id) == (None, None, None)
    assert case.county_id is not None
    assert f"-{county}-" in case.number
    assert case.title == f"走访 · {case.place}"
    seen = facts(app, opened)
    assert (seen["unit"], seen["county"], seen["town"], seen["village"], seen["grid"]) == (
        county, county, None, None, None
    )  # fmt: skip


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_case_of_the_city_has_no_county(app: Flask, person: Meet, prefix: str) -> None:
    division, _, _ = units_of(app, prefix)
    opened = begin(person(f"{prefix}-city_office"), "visit")

    case = case_in(app, opened)

    assert (case.place_code, case.county, case.county_id) == (division, division, None)
    assert facts(app, opened)["county"] is None
    assert "county_office" not in [item.role for item in open_tasks(app, opened)]
    assert "区县" in causes(app, opened)[0] or "县" in causes(app, opened)[0]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_handling_unit_opens_at_the_county_above_it(app: Flask, person: Meet, prefix: str) -> None:
    _, county, _ = units_of(app, prefix)
    opened = begin(person(f"{prefix}-handler"), "visit")

    assert case_in(app, opened).place_code == county
    assert str(facts(app, opened)["unit"]).startswith(f"{county}-")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_unit_named_in_the_form_is_where_the_case_lies(app: Flask, person: Meet, prefix: str) -> None:
    _, county, town = units_of(app, prefix)
    opened = begin(person(f"{prefix}-county_office"), "visit", place_unit=town)

    case = case_in(app, opened)

    assert (case.place_code, case.village_id) == (town, None)
    assert case.town_id is not None
    assert facts(app, opened)["unit"] == county


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_resident_chooses_among_the_county_and_the_city_and_acts_for_no_unit(
    app: Flask, person: Meet, prefix: str
) -> None:
    division, county, town = units_of(app, prefix)
    resident = person(f"{prefix}-resident")
    page = resident.get("/report/visit").text
    other = next(code for code in ("330206", "450503") if code[:2] == division[:2])

    assert f'value="{town}"' in page
    assert f'value="{division}"' in page
    assert f'value="{other}"' not in page
    assert facts(app, begin(resident, "visit", place_unit=county))["unit"] is None


def test_a_place_out_of_reach_is_refused(person: Meet) -> None:
    clerk = person("nb-town")
    clerk.get("/report/visit")

    assert clerk.post("/report/visit", place_unit="330206", _request="far").status_code == 422


@pytest.mark.parametrize("prefix", PREFIXES)
def test_those_above_see_the_case_of_a_unit_and_those_below_do_not(app: Flask, person: Meet, prefix: str) -> None:
    opened = begin(person(f"{prefix}-county_office"), "visit")
    number = case_in(app, opened).number

    for login, answer in (
        ("county_head", 200),
        ("city_office", 200),
        ("inspector", 200),
        ("town", 404),
        ("village", 404),
    ):
        who = person(f"{prefix}-{login}")
        assert who.get(f"/cases/{opened}").status_code == answer, login
        assert (number in who.get("/cases").text) is (answer == 200), login


def test_a_task_without_a_unit_of_its_tier_is_parked(app: Flask, person: Meet) -> None:
    opened = begin(person("nb-county_office"), "sweep")

    assert open_tasks(app, opened) == []
    assert len(causes(app, opened)) == 1


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_inbox_the_page_and_the_papers_say_where_the_case_lies(app: Flask, person: Meet, prefix: str) -> None:
    clerk = person(f"{prefix}-county_office")
    opened = begin(clerk, "visit")
    place = case_in(app, opened).place
    (item,) = open_tasks(app, opened)

    assert place in clerk.get("/inbox?box=unit").text
    clerk.get(f"/tasks/{item.id}")
    assert clerk.post(f"/tasks/{item.id}", _request="look").status_code == 302

    assert place in clerk.get(f"/cases/{opened}").text
    with app.app_context():
        office, case = app.extensions["gridflow"], db.session.get_one(Case, opened)
        document = db.session.query(Document).filter(Document.case_id == opened).one()
        values = Papers(db.session(), office, case).values(document, {})
        instance = db.session.query(Instance).filter(Instance.case_id == opened).one()
        bundle = office.engine.versions.get(db.session(), instance.version_id).bundle
        paper = fill(bundle.templates, document.template, {**values, "missing": []})
    assert "所属地区" in paper
    assert "所属网格" not in paper
    assert values["case"]["county"] in paper


def test_cases_of_one_unit_are_near_each_other_by_category_only(app: Flask, person: Meet) -> None:
    clerk = person("nb-county_office")
    one, other = begin(clerk, "visit"), begin(clerk, "visit")

    assert f"/cases/{other}" not in clerk.get(f"/cases/{one}?tab=related").text


def test_the_option_of_a_place_says_what_it_lies_in(person: Meet) -> None:
    page = person("nb-county_office").get("/report/visit").text

    assert option(page, "place_unit", "南门街道") == "330203001"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_start_page_and_the_home_offer_everything_a_person_may_open(person: Meet, prefix: str) -> None:
    for login, offered in (("resident", True), ("county_office", True), ("inspector", False)):
        who = person(f"{prefix}-{login}")
        for page in ("/", "/report"):
            assert ('href="/report/visit"' in who.get(page).text) is offered, (login, page)


def test_a_case_about_a_matter_not_yet_listed_is_called_by_its_name(app: Flask, person: Meet) -> None:
    opened = begin(person("nb-county_office"), "visit", matter_name="集中充电点巡查")

    case = case_in(app, opened)

    assert case.title == f"集中充电点巡查 · {case.place}"
