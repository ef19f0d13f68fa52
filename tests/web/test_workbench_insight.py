"""How a procedure runs, written on its diagrams: counts, times, late or sent back; for places, never for people."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from demo_installation import EVENT, Person
from flask import Flask
from sqlalchemy import insert, select
from web_fixtures import ON_BOTH

from gridflow import clock
from gridflow.audit.service import Entry, append
from gridflow.cases.models import Case
from gridflow.db import db, first_id, table, writing
from gridflow.engine.models import Definition, Instance, Limit, WorkItem
from gridflow.people.models import Unit, UnitKind
from gridflow.workbench.insight.period import Period

Meet = Callable[[str], Person]
pytestmark = ON_BOTH
HOURS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100]
"""How long the tasks of one step took: five hours in the middle, nine in nine of ten."""
PAST = timedelta(days=400)
"""Long before anything else in the installation."""
ACCEPTED, ASKED = 7, "ask_accepted"
"""How many cases were accepted, two of them twice; the others were not, and the last has not ended."""
INTO_ARCHIVE, ARCHIVED = "close_case_to_archive_case", 9
"""The flow into the archiving of each case, and how many of them are archived by now."""
TOWNS = ("330203001", "330225001")


@pytest.fixture(scope="module")
def filled(app: Flask) -> Flask:
    """Tasks of one step in two counties: the last three late, two of them sent back."""
    with app.app_context(), writing() as session:
        version = session.scalar(
            select(Definition.in_force).where(Definition.city == "ningbo", Definition.slug == EVENT)
        )
        city_unit = session.scalar(select(Unit.id).where(Unit.city == "ningbo", Unit.kind == UnitKind.CITY_OFFICE))
        began = clock.now() - PAST
        for model, rows in told(began, str(version), str(city_unit)).items():
            session.execute(insert(table(model)), rows)
        for entry in entries(began):
            append(session, entry)
    return app


def test_in_english_the_drawing_is_described_in_english(person: Meet) -> None:
    owner = person("nb-process_owner")
    owner.get("/")
    owner.post("/language", language="en", back="/")

    drawn = owner.get(f"/workbench/procedures/{EVENT}/insight").text

    assert re.search(r"<title [^>]*>Diagram: ", drawn)
    assert re.search(r"<desc [^>]*>Elements: [0-9]+\.</desc>", drawn)


def identities(at: datetime, number: int) -> dict[str, str]:
    return {name: f"{first_id(at)[:12]}{name}{number:03}"[:32] for name in ("case", "inst", "limt", "item")}


def entries(began: datetime) -> Iterator[Entry]:
    """Tell the way of each case as the record has it."""
    for number in range(len(HOURS)):
        at = began + timedelta(minutes=number)
        ids, rounds = identities(at, number), 2 if number in {5, 6} else 1
        way = f"{ASKED}_to_ask_village" if number < ACCEPTED else f"{ASKED}_to_conclude"
        ends = [] if number == len(HOURS) - 1 else [f"{EVENT}/end_event"]
        common = {"case_id": ids["case"], "city": "ningbo", "county": TOWNS[number % 2][:6], "instance_id": ids["inst"]}
        yield Entry(
            **common, at=at, action="complete_task", flows=(*(way,) * rounds, INTO_ARCHIVE),
            elements=(f"{EVENT}/triage", *[f"{EVENT}/{ASKED}"] * rounds, "conclude/close_case", *ends),
        )  # fmt: skip
        if number < ARCHIVED:
            later = at + timedelta(hours=HOURS[number])
            yield Entry(**common, at=later, action="service_done", elements=("conclude/archive_case",))


def told(began: datetime, version: str, unit: str) -> dict[Any, list[dict[str, Any]]]:
    cases, instances, limits, items = [], [], [], []
    for number, hours in enumerate(HOURS):
        at = began + timedelta(minutes=number)
        ids = identities(at, number)
        common = {"city": "ningbo", "case_id": ids["case"]}
        place = TOWNS[number % 2]
        cases.append(
            {
                "id": ids["case"], "city": "ningbo", "county": place[:6], "number": f"测试〔2025〕{number}号",
                "query_code": "12345678", "slug": EVENT, "title": "垃圾", "state": "closed", "place_code": place,
                "place": "某村", "city_id": unit, "channel": "web", "reporter_kind": "staff", "opened_at": at,
                "restricted": False, "handlers_only": False, "reporter_hidden": False,
            }
        )  # fmt: skip
        instances.append(
            {
                "id": ids["inst"], **common, "slug": EVENT, "version_id": version, "facts": {}, "row_version": 1,
                "status": "finished", "blob": b"", "opened_at": at,
            }
        )  # fmt: skip
        done = at + timedelta(hours=hours)
        limits.append(
            {
                "id": ids["limt"], **common, "instance_id": ids["inst"], "name": "verify", "amount": 1, "unit": "H",
                "basis": "", "calendar_version": "1", "provisional": False, "started_at": at, "due": done,
                "first_due": done, "extensions": 0, "remind": "", "ended_at": done,
                "outcome": "late" if number >= 7 else "met",
            }
        )  # fmt: skip
        items.append(
            {
                "id": ids["item"], **common, "county": place[:6], "instance_id": ids["inst"], "task_id": str(number),
                "process_id": EVENT, "element_id": "spot_check", "case_number": f"测试〔2025〕{number}号",
                "title": "垃圾", "step": "抽查核实", "place": "", "level": "", "urgency": "", "excluded": [],
                "grid_staff": False, "returned": number >= 8, "status": "done", "limit_id": ids["limt"],
                "created_at": at, "done_at": done,
            }
        )  # fmt: skip
    return {Case: cases, Instance: instances, Limit: limits, WorkItem: items}


def address(**asked: str) -> str:
    """Return the address of the page for the days the tasks above were made in."""
    first, last = clock.today() - PAST - timedelta(days=2), clock.today() - PAST + timedelta(days=10)
    more = "".join(f"&{name}={value}" for name, value in asked.items())
    return f"/workbench/procedures/{EVENT}/insight?first={first}&last={last}{more}"


def cells(page: str, element: str) -> Sequence[str]:
    """Return what the table says of a step."""
    row = re.search(rf'<tr id="row-{element}">(.*?)</tr>', page, re.DOTALL)[1]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    ]


def written(page: str, element: str) -> str:
    """Return what is written on a shape."""
    mark = re.search(rf'<g id="at-{element}" class="gf-heat">(.*?)</g>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", mark[1]) if mark else ""


@pytest.mark.usefixtures("filled")
def test_a_step_shows_how_many_how_long_how_late_and_how_often_sent_back(person: Meet) -> None:
    page = person("nb-process_owner").get(address()).text
    cases, done, waiting, half, ninety, late, returned, _ = cells(page, "spot_check")

    assert (cases, done, waiting) == ("10", "10", "0")
    assert half.startswith("5 小时")
    assert ninety.startswith("9 小时")
    assert late == "30%（3/10）"
    assert returned == "20%（2/10）"
    assert written(page, "spot_check") == "10 件"
    assert 'href="#row-spot_check"' in page


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("measure", "words"),
    [("half", "5 小时"), ("ninety", "9 小时"), ("late", "30%（3/10）"), ("returned", "20%（2/10）")],
)
def test_the_figure_that_colours_the_diagram_is_written_on_it(person: Meet, measure: str, words: str) -> None:
    assert written(person("nb-inspector").get(address(measure=measure)).text, "spot_check") == words


@pytest.mark.usefixtures("filled")
def test_what_nobody_waits_at_is_counted_from_the_record(person: Meet) -> None:
    page = person("nb-process_owner").get(address()).text

    assert cells(page, ASKED)[:2] == ["10", "12"]
    assert cells(page, f"{ASKED}_to_ask_village")[:2] == ["7", "—"]
    assert cells(page, f"{ASKED}_to_conclude")[:2] == ["3", "—"]
    assert cells(page, "end_event")[:2] == ["9", "9"]
    assert cells(page, "ask_sample_to_spot_check") == ["0", "—", "—", "—", ""]
    assert written(page, f"{ASKED}_to_ask_village") == "7 件"
    assert written(page, "end_event") == "9 件"
    assert written(page, "ask_sample_to_spot_check") == ""
    assert "triage" not in re.findall(r'<tr id="row-(\w+)"', page[page.index('id="passed"') :])


@pytest.mark.usefixtures("filled")
def test_an_automatic_step_shows_how_long_the_record_says_it_took(person: Meet) -> None:
    page = person("nb-process_owner").get(address(process="conclude", measure="ninety")).text

    assert cells(page, "archive_case") == ["9", "9", "5 小时", "9 小时", "看案件"]
    assert cells(page, "close_case") == ["10", "10", "无记录", "无记录", "看案件"]
    assert cells(page, "settle") == ["0", "0", "—", "—", ""]
    assert written(page, "archive_case") == "9 小时"
    assert written(page, "close_case") == ""
    assert written(person("nb-inspector").get(address(process="conclude")).text, "archive_case") == "9 件"


@pytest.mark.usefixtures("filled")
def test_the_cases_that_went_one_way_are_listed_the_newest_first(person: Meet) -> None:
    asked = address().replace("/insight?", "/insight/cases?") + f"&process={EVENT}&element={ASKED}_to_ask_village"
    owner, county = person("nb-process_owner").get(asked).text, person("nb-county_office").get(asked).text

    assert re.findall(r"测试〔2025〕(\d)号", owner) == list("6543210")
    assert "经过“受理吗？ → 是”的案件" in owner
    assert re.findall(r"测试〔2025〕(\d)号", county) == list("6420")


@pytest.mark.usefixtures("filled")
def test_a_county_counts_its_own_places_and_sees_its_own_cases(person: Meet) -> None:
    county = person("nb-county_office")
    page = county.get(address()).text
    assert cells(page, "spot_check")[0] == "5"
    assert cells(page, ASKED)[:2] == ["5", "6"]

    cases = county.get(address().replace("/insight?", "/insight/cases?") + f"&process={EVENT}&element=spot_check").text
    assert sorted(set(re.findall(r"测试〔2025〕(\d)号", cases))) == ["0", "2", "4", "6", "8"]
    assert re.search(r'<a href="/cases/\w+', cases)


@pytest.mark.usefixtures("filled")
def test_an_owner_sees_which_cases_passed_and_not_what_they_are_about(person: Meet) -> None:
    cases = person("nb-process_owner").get(
        address().replace("/insight?", "/insight/cases?") + f"&process={EVENT}&element=spot_check"
    )
    assert len(re.findall(r"测试〔2025〕\d号", cases.text)) == len(HOURS)
    assert "超期" in cases.text
    assert "/cases/" not in cases.text
    assert "垃圾" not in cases.text


@pytest.mark.usefixtures("filled")
def test_what_runs_by_now_is_counted_on_the_diagrams_it_stands_in(person: Meet) -> None:
    person("nb-field_worker").report()
    owner = person("nb-process_owner")
    page = owner.get(f"/workbench/procedures/{EVENT}/insight").text
    assert "件" in re.sub(r"<[^>]+>", "", page[page.index("<svg") :])
    assert "没有案件经过这张图" in owner.get(address(process="correcting")).text
    assert owner.get(f"/workbench/procedures/{EVENT}/insight?first=x&last=2026-13-40&measure=people").status_code == 200


@pytest.mark.parametrize(("login", "status"), [("nb-field_worker", 403), ("nb-village", 403), ("nb-city_office", 200)])
def test_nobody_sees_figures_who_answers_for_few_people(person: Meet, login: str, status: int) -> None:
    assert person(login).get(f"/workbench/procedures/{EVENT}/insight").status_code == status


def test_of_too_many_tasks_the_newest_are_counted(filled: Flask) -> None:
    day = clock.today() - PAST
    whole = Period(day - timedelta(days=2), day + timedelta(days=10))
    with filled.app_context():
        assert whole.bounded(db.session(), 20) == whole
        since = whole.bounded(db.session(), 3).since
        times = db.session.scalars(select(WorkItem.created_at).order_by(WorkItem.created_at)).all()
    assert since == times[len(HOURS) - 4]
