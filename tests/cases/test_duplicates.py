"""What may be the same case, and cases that are merged into one."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import Person, answered
from flask import Flask
from sqlalchemy import select, text

from gridflow import clock
from gridflow.cases.duplicates import Spot, distance, duplicates_of, spot_of
from gridflow.cases.models import Case, CaseLink
from gridflow.db import db, new_id, writing
from gridflow.vault.service import Vault

Meet = Callable[[str], Person]
VAULT = Vault(bytes(range(32)))
SWITCHES = {"duplicate_metres": 100, "duplicate_hours": 48}


def reported(worker: Person, **changes: str) -> str:
    worker.report(**changes)
    return re.findall(r'href="/cases/(\w+)"', worker.get("/my-reports").text)[0]


def case(app: Flask, case_id: str) -> Case:
    with app.app_context():
        found = db.session.get_one(Case, case_id)
        db.session.expunge(found)
    return found


def task_of(person: Person, app: Flask, case_id: str) -> str:
    with app.app_context():
        return str(
            db.session.scalar(
                text("select id from work_item where case_id = :case and status = 'open'").bindparams(case=case_id)
            )
        )


# ------------------------------------------------------------ places


def at(point: str) -> Spot:
    spot = spot_of(VAULT, "ningbo", "G", {"geo_point": point})
    assert spot is not None
    return spot


def test_a_place_in_the_same_words_is_the_same_spot_only_in_the_same_grid() -> None:
    words = {"location_text": "望京路 8 号，东侧"}
    again = {"location_text": "望京路8号 东侧"}

    assert spot_of(VAULT, "ningbo", "G1", words) == spot_of(VAULT, "ningbo", "G1", again)
    assert spot_of(VAULT, "ningbo", "G1", words) != spot_of(VAULT, "ningbo", "G2", words)
    assert "望京路" not in str(spot_of(VAULT, "ningbo", "G1", words))
    assert spot_of(VAULT, "ningbo", "G1", {}) is None


def test_a_hundred_metres_are_a_hundred_metres_in_every_direction() -> None:
    here = at("121.550000,29.870000")

    assert distance(here, at("121.550000,29.870899")) == pytest.approx(100, abs=1)
    assert distance(here, at("121.551036,29.870000")) == pytest.approx(100, abs=1)


@pytest.fixture
def kept(app: Flask, person: Meet) -> Callable[..., str]:
    """Put a case like one really reported at a point and an hour."""
    sample = case(app, reported(person("nb-field_worker")))

    def put(point: str, hours_ago: float = 1, **changes: object) -> str:
        spot = at(point)
        values = {column.key: getattr(sample, column.key) for column in Case.__table__.columns} | {
            "id": new_id(), "number": f"T-{new_id()[-12:]}", "spot": spot.key, "longitude": spot.longitude,
            "latitude": spot.latitude, "opened_at": clock.now() - timedelta(hours=hours_ago), **changes,
        }  # fmt: skip
        with app.app_context(), writing() as session:
            session.add(Case(**values))
        return str(values["number"])

    put.category = sample.category
    return put


def test_candidates_lie_within_the_metres_and_hours_the_city_says(app: Flask, kept: Callable[..., str]) -> None:
    near = kept("121.700000,29.870800")
    kept("121.700000,29.871000")  # 111 metres
    kept("121.700100,29.870000", hours_ago=49)
    kept("121.700100,29.870000", category="0000")
    kept("121.700100,29.870000", state="merged")
    kept("121.700100,29.870000", restricted=True)
    kept("121.700100,29.870000", city="beihai")
    newest = kept("121.699100,29.870000", hours_ago=0.5)

    def found(**switches: int) -> list[str]:
        with app.app_context():
            rows = duplicates_of(
                db.session(),
                "ningbo",
                at("121.700000,29.870000"),
                kept.category,
                SWITCHES | switches,
            )
            return [row["number"] for row in rows]

    assert found() == [newest, near]
    assert len(found(duplicate_metres=120, duplicate_hours=50)) == 4
    assert found(duplicate_metres=85) == []


def test_candidates_are_found_by_one_look_into_an_index(app: Flask) -> None:
    with app.app_context():
        plan = db.session.execute(
            text(
                'explain query plan select number from "case" where spot in (:a, :b) and category = :c '
                "and opened_at >= :d order by opened_at desc limit 20"
            ),
            {"a": "1:1", "b": "1:2", "c": "x", "d": "2026-01-01"},
        ).all()
    assert any("ix_case_spot (spot=? AND category=? AND opened_at>?)" in row.detail for row in plan), plan


# ------------------------------------------------------------ triage and merging


@pytest.fixture
def twice(app: Flask, person: Meet) -> tuple[str, str]:
    """Two reports of the same, the second before the town."""
    worker = person("nb-field_worker")
    place = f"望京路 {new_id()[-6:]} 号"
    first = reported(worker, location_text=place)
    second = reported(worker, location_text=place.replace(" ", ""))
    village = person("nb-village")
    task = task_of(village, app, second)
    page = village.get(f"/tasks/{task}").text
    village.post(f"/tasks/{task}", **{**answered(page), "village_result": "unsolved"})
    return first, second


def test_what_may_be_the_same_is_offered_in_triage_and_merging_links_both(
    app: Flask, person: Meet, twice: tuple[str, str]
) -> None:
    first, second = twice
    number, town = case(app, first).number, person("nb-town")
    task = task_of(town, app, second)
    page = town.get(f"/tasks/{task}").text
    offered = re.search(r'<select[^>]*name="dup_of".*?</select>', page, re.DOTALL)[0]
    assert number in offered
    assert case(app, first).place in offered

    done = town.post(
        f"/tasks/{task}", **{**answered(page), "accept_decision": "merge", "dup_of": number}
    )  # fmt: skip

    assert done.status_code == 302, done.text
    assert case(app, second).state == "merged"
    with app.app_context():
        (link,) = db.session.execute(select(CaseLink.case_id, CaseLink.other_id, CaseLink.kind)).all()
    assert tuple(link) == (second, first, "merged_into")
    there = town.get(f"/cases/{second}?tab=related").text
    back = town.get(f"/cases/{first}?tab=related").text
    assert "并入的主案" in there
    assert f"/cases/{first}" in there
    assert "并入本案" in back
    assert f"/cases/{second}" in back


def test_the_first_report_of_a_thing_finds_none_and_asks_for_a_number(app: Flask, person: Meet) -> None:
    alone = reported(person("nb-field_worker"), location_text=f"独此一处 {new_id()}")

    with app.app_context():
        facts = db.session.scalar(text("select facts from instance where case_id = :case").bindparams(case=alone))

    assert '"duplicates":[]' in str(facts)
