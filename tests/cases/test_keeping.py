"""A case kept from somebody: whichever way they look it is not there, and nothing of it comes to them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from demo_installation import Person
from flask import Flask
from sketch import boundary, message
from sqlalchemy import select
from toy_procedures import begin, case_in, causes, entries, open_tasks, put_in_force, task, verb

from gridflow.application import office
from gridflow.cases.models import CaseKeptFrom
from gridflow.cases.queries import hidden_name
from gridflow.db import db, writing
from gridflow.engine.models import Instance, MessageWait
from gridflow.jobs.tick import tick
from gridflow.people.models import Post, Unit, User

Meet = Callable[[str], Person]
TOWN, COUNTY = "330203001", "330203"
NAMED = {"type": "textfield", "key": "named", "label": "人员", "properties": {"basis": "N1 B1", "class": "public"}}


@pytest.fixture(scope="module", autouse=True)
def procedures(app: Flask) -> None:
    def drawn(slug: str, flows: str, tasks: list[str], **parts: str) -> None:
        put_in_force(app, slug, flows, tasks=tasks, asks=[NAMED], **parts)

    def kept(slug: str, keep: str, look: str, **more: str) -> None:
        steps = " -> ".join(["do_keep", *more])
        drawn(slug, f"start -> {steps} -> look -> end", ["look"], do_keep=keep, look=look, **more)

    look, county = task("look", "town", document="note"), task("look", "county_office")
    tier, person = verb("do_keep", "keep_from", tier='"town"'), verb("do_keep", "keep_from", people="[named]")
    kept("past_town", tier, look)
    kept("past_person", person, county)
    kept("to_person", person, task("look", "county_office", person="named"))
    kept("to_head", person, task("look", "county_head"))
    kept("past_all", verb("do_keep", "keep_from", units='[case.county, "330200"]'), task("look", "village"))
    again = verb("do_again", "keep_from", people="[named]", units="[case.village]")
    kept("twice", tier, look, do_again=again)
    kept("telling", tier, look, do_tell=verb("do_tell", "notify", role='"town"', text='"有一件事"'))
    drawn("unnamed", "start -> do_hide -> look -> end", ["look"], do_hide=verb("do_hide", "hide_reporter"), look=county)
    only = verb("do_close", "restrict_file")
    drawn("restricted", "start -> do_close -> look -> end", ["look"], do_close=only, look=county)
    waits, offer = task("waits", "town"), boundary("objection", "waits", message("objection"))
    drawn(
        "late", "start -> p_go; p_go -> waits -> end_a; p_go -> first -> do_keep -> end_b; objection -> end_c",
        ["waits", "first", "objection"],
        do_keep=tier, waits=waits, first=task("first", "county_office"), objection=offer,
    )  # fmt: skip


def user_id(app: Flask, login: str) -> str:
    with app.app_context():
        return str(db.session.scalar(select(User.id).where(User.login == login)))


def finds_nothing(who: Person, app: Flask, case_id: str) -> None:
    """Look everywhere for a case."""
    number = case_in(app, case_id).number
    with app.app_context():
        instance = db.session.scalar(select(Instance.id).where(Instance.case_id == case_id))
    for page in ("", "?tab=documents", "?tab=related", "?tab=diagram", "/dossier.pdf"):
        assert who.get(f"/cases/{case_id}{page}").status_code in (403, 404), page
    for page in ("/cases", "/inbox?box=unit", "/inbox?box=mine", "/running", "/running/messages", "/operations", "/"):
        assert number not in who.get(page).text, page
    for page in (f"/cases?search={number[3:]}", f"/inbox?search={number[3:]}", f"/running/instances/{instance}"):
        assert f"SJ-{number[3:]}" not in who.get(page).text, page
    for item in open_tasks(app, case_id):
        assert who.get(f"/tasks/{item.id}").status_code in (403, 404, 409)


def test_a_tier_the_case_is_kept_from_finds_it_nowhere_and_the_next_tier_gets_the_task(
    app: Flask, person: Meet
) -> None:
    case_id = begin(person("nb-county_office"), "past_town", place_unit=TOWN)

    assert [item.role for item in open_tasks(app, case_id)] == ["county_office"]
    for login in ("nb-town", "nb-instructor", "nb-village", "nb-grid_head"):
        finds_nothing(person(login), app, case_id)
    clerk = person("nb-county_office")
    assert clerk.get(f"/cases/{case_id}").status_code == 200
    assert case_in(app, case_id).number in clerk.get("/inbox?box=unit").text


@pytest.mark.parametrize("login", ["nb-inspector", "nb-process_owner", "nb-administrator", "nb-county_head"])
def test_a_person_named_finds_it_nowhere_whatever_the_post(app: Flask, person: Meet, login: str) -> None:
    case_id = begin(person("nb-city_office"), "past_person", place_unit=COUNTY, named=user_id(app, login))

    finds_nothing(person(login), app, case_id)
    assert person("nb-city_office").get(f"/cases/{case_id}").status_code == 200


def test_somebody_named_does_not_get_the_task_of_the_office_and_colleagues_do(app: Flask, person: Meet) -> None:
    named = user_id(app, "nb-county_office")
    case_id = begin(person("nb-city_office"), "past_person", place_unit=COUNTY, named=named)

    (item,) = open_tasks(app, case_id)

    assert (item.role, item.excluded) == ("county_office", [named])
    finds_nothing(person("nb-county_office"), app, case_id)


def test_where_only_one_could_do_it_who_must_keep_away_the_next_tier_does(app: Flask, person: Meet) -> None:
    named = user_id(app, "nb-county_head")
    case_id = begin(person("nb-city_office"), "to_head", place_unit=COUNTY, named=named)

    assert [item.role for item in open_tasks(app, case_id)] == ["city_head"]
    assert case_in(app, case_id).number in person("nb-city_head").get("/inbox?box=unit").text


def test_a_task_for_a_person_who_must_keep_away_is_parked(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-city_office"), "to_person", place_unit=COUNTY, named=user_id(app, "nb-county_head"))

    assert open_tasks(app, case_id) == []
    assert "回避" in causes(app, case_id)[0]


def test_a_task_that_nobody_above_may_do_is_parked(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-county_office"), "past_all", place_unit=f"{TOWN}005")

    assert open_tasks(app, case_id) == []
    assert "没有上一级" in causes(app, case_id)[0]


def test_somebody_who_also_works_for_a_unit_that_must_keep_away_keeps_away(app: Flask, person: Meet) -> None:
    clerk = user_id(app, "nb-county_office")
    with app.app_context(), writing() as session:
        town = session.scalar(select(Unit.id).where(Unit.code == TOWN))
        session.add(Post(city="ningbo", user_id=clerk, unit_id=town, role="town", since=date(2026, 1, 1), until=None))
    try:
        case_id = begin(person("nb-city_office"), "past_town", place_unit=TOWN)
        assert open_tasks(app, case_id)[0].excluded == [clerk]
        finds_nothing(person("nb-county_office"), app, case_id)
    finally:
        with app.app_context(), writing() as session:
            session.delete(session.query(Post).filter(Post.user_id == clerk, Post.role == "town").one())


def test_tasks_and_offers_that_wait_already_are_taken_away(app: Flask, person: Meet) -> None:
    county, town = person("nb-county_office"), person("nb-town")
    case_id = begin(county, "late", place_unit=TOWN)
    first = next(item for item in open_tasks(app, case_id) if item.element_id == "first")
    assert case_in(app, case_id).number in town.get("/inbox?box=unit").text

    county.get(f"/tasks/{first.id}")
    county.post(f"/tasks/{first.id}", _request="first")

    assert [(item.element_id, item.role) for item in open_tasks(app, case_id)] == [("waits", "county_office")]
    with app.app_context():
        assert db.session.scalar(select(MessageWait.role).where(MessageWait.case_id == case_id)) == "county_office"
    finds_nothing(town, app, case_id)


def test_keeping_from_more_widens_and_the_record_says_from_whom(app: Flask, person: Meet) -> None:
    inspector = user_id(app, "nb-inspector")
    case_id = begin(person("nb-county_office"), "twice", place_unit=f"{TOWN}005", named=inspector)

    with app.app_context():
        rows = db.session.query(CaseKeptFrom).filter(CaseKeptFrom.case_id == case_id).all()
    assert {row.user_id or row.unit_code for row in rows} == {TOWN, inspector, f"{TOWN}005"}
    assert [note for entry in entries(app, case_id) for note in entry.changes.get("kept_from", ())] == [
        {"people": [], "units": [TOWN]}, {"people": [inspector], "units": [f"{TOWN}005"]}
    ]  # fmt: skip


@dataclass
class Letters:
    """Keeps what is mailed."""

    sent: list[tuple[str, str]] = field(default_factory=list)

    def send(self, address: str, subject: str, text: str) -> None:
        self.sent.append((address, f"{subject} {text}"))


def test_nobody_who_keeps_away_is_written_to(app: Flask, person: Meet) -> None:
    letters = Letters()
    with app.app_context():
        while tick(replace(office(), mail=letters)):
            pass
        letters.sent.clear()
    case_id = begin(person("nb-county_office"), "telling", place_unit=TOWN)
    number = case_in(app, case_id).number
    with app.app_context():
        while tick(replace(office(), mail=letters)):
            pass

    about = {address for address, text in letters.sent if number in text}
    assert "nb-county_office@example.org" in about
    assert not {address for address in about if address.startswith(("nb-town", "nb-village"))}


def test_whoever_reported_sees_the_report_past_the_own_unit(app: Flask, person: Meet) -> None:
    town = person("nb-town")
    case_id = begin(town, "past_town", place_unit=TOWN)

    assert town.get(f"/cases/{case_id}").status_code == 200
    assert case_in(app, case_id).number in town.get("/my-reports").text


def test_nobody_learns_who_reported_where_the_diagram_hides_it(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-town"), "unnamed", place_unit=TOWN)
    with app.app_context():
        name = str(db.session.scalar(select(User.name).where(User.login == "nb-town")))
    person("nb-town").get(f"/cases/{case_id}")
    (item,) = open_tasks(app, case_id)
    clerk = person("nb-county_office")

    for page in (f"/cases/{case_id}", f"/tasks/{item.id}", f"/tasks/{item.id}/around"):
        assert name not in clerk.get(page).text, page
    seen = person("nb-inspector").get(f"/operations?case={case_id}").text
    assert name not in seen
    assert hidden_name() in seen


def test_operators_it_is_not_kept_from_see_where_the_case_stands(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-city_office"), "to_person", place_unit=COUNTY, named=user_id(app, "nb-county_head"))
    with app.app_context():
        instance = db.session.scalar(select(Instance.id).where(Instance.case_id == case_id))
    operator = person("nb-administrator")

    for page in ("/running", f"/running/instances/{instance}"):
        assert case_in(app, case_id).number in operator.get(page).text, page


def test_a_restricted_file_is_open_to_those_who_handle_it_and_to_nobody_else(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-town"), "restricted", place_unit=TOWN)

    for login in ("nb-inspector", "nb-city_office", "nb-county_head", "nb-instructor"):
        who = person(login)
        assert who.get(f"/cases/{case_id}").status_code == 404, login
        assert case_in(app, case_id).number not in who.get("/cases").text, login
    for login in ("nb-town", "nb-county_office", "nb-county_office-2"):
        assert person(login).get(f"/cases/{case_id}").status_code == 200, login
    assert case_in(app, case_id).number in person("nb-county_office").get("/cases").text


def test_neither_unit_nor_post_of_a_hidden_reporter_is_told(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-handler"), "unnamed", place_unit=COUNTY)
    with app.app_context():
        unit = str(
            db.session.scalar(select(Unit.name).join(Post, Post.unit_id == Unit.id).join(User, User.id == Post.user_id)
            .where(User.login == "nb-handler"))
        )  # fmt: skip

    assert unit not in person("nb-county_office").get(f"/cases/{case_id}").text
