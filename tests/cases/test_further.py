"""What a diagram opens: another case with a link, and one more instance for each of many items."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from demo_installation import Person
from flask import Flask
from sqlalchemy import select, update
from toy_procedures import CITIES, begin, case_in, causes, entries, open_tasks, put_in_force, task, verb, work

from gridflow import clock
from gridflow.application import office
from gridflow.audit.verify import verify_database
from gridflow.cases import batches
from gridflow.cases.errors import JobLost
from gridflow.cases.models import Case, CaseLink
from gridflow.db import db, table, writing
from gridflow.engine.jobs import claim_jobs
from gridflow.engine.models import Instance, Job

Meet = Callable[[str], Person]
MANY = 45
LETTERS = '"' + '","'.join(f"g{number}" for number in range(MANY)) + '"'


@pytest.fixture(scope="module", autouse=True)
def procedures(app: Flask) -> None:
    def after_opening(slug: str, **verbs: str) -> None:
        (do,), then = verbs, task("after", "county_office", title="opened_case")
        put_in_force(app, slug, f"start -> {do} -> after -> end", tasks=["after"], after=then, **verbs)

    for slug, title in (("inspect", "what"), ("each", "grid")):
        see = task("see", "county_office", title=title)
        put_in_force(app, slug, "start -> see -> end", tasks=["see"], see=see)
    after_opening("call", do_open=verb("do_open", "open_case", slug='"inspect"', what='"看一看"'))
    after_opening("circle", do_open=verb("do_open", "open_case", slug='"circle"'))
    elsewhere = {"slug": '"inspect"', "unit": "place_unit", "what": '"去镇街"', "link": '"reports_on"'}
    after_opening("away", do_open=verb("do_open", "open_case", **elsewhere))
    for slug, items in (("wide", f"[{LETTERS}]"), ("narrow", "[]"), ("wrong", '"g1"')):
        given = {"slug": '"each"', "items": items, "name": '"grid"', "order": '"同一号令"'}
        after_opening(slug, do_each=verb("do_each", "open_each", **given))


def opened_from(app: Flask, case_id: str) -> Case:
    with app.app_context():
        link = db.session.query(CaseLink).filter(CaseLink.other_id == case_id).one()
    return case_in(app, link.case_id)


@pytest.mark.parametrize("prefix", CITIES.values())
def test_a_case_opened_by_a_diagram_has_a_number_a_record_and_values_of_its_own(
    app: Flask, person: Meet, prefix: str
) -> None:
    first = begin(person(f"{prefix}-county_office"), "call")
    second = opened_from(app, first)

    assert second.number != case_in(app, first).number
    assert (second.slug, second.place_code, second.reporter_id) == ("inspect", case_in(app, first).place_code, None)
    assert [item.title for item in open_tasks(app, second.id)] == ["看一看"]
    assert [item.title for item in open_tasks(app, first)] == [second.number]
    (told,) = entries(app, first)[0].changes["opened_case"]
    assert told == {"kind": "follows", "number": second.number, "slug": "inspect"}
    opening = entries(app, second.id)[0]
    assert (opening.seq, opening.action) == (1, "open_case")
    assert opening.changes["record"]["opened_by"] == {"kind": "follows", "number": case_in(app, first).number}


@pytest.mark.parametrize("prefix", CITIES.values())
def test_both_cases_list_each_other(app: Flask, person: Meet, prefix: str) -> None:
    clerk = person(f"{prefix}-county_office")
    first = begin(clerk, "call")
    second = opened_from(app, first)

    assert "由此引出" in clerk.get(f"/cases/{first}?tab=related").text
    assert f"/cases/{second.id}" in clerk.get(f"/cases/{first}?tab=related").text
    back = clerk.get(f"/cases/{second.id}?tab=related").text
    assert "来源案件" in back
    assert f"/cases/{first}" in back


def test_a_new_case_may_lie_elsewhere_and_be_linked_one_way(app: Flask, person: Meet) -> None:
    clerk = person("nb-county_office")
    first = begin(clerk, "away", place_unit="330203001")
    second = opened_from(app, first)

    assert second.place_code == "330203001"
    assert f"/cases/{first}" in clerk.get(f"/cases/{second.id}?tab=related").text
    assert f"/cases/{second.id}" not in clerk.get(f"/cases/{first}?tab=related").text


def test_cases_that_open_each_other_without_end_are_parked(app: Flask, person: Meet) -> None:
    begin(person("nb-county_office"), "circle")

    with app.app_context():
        of_circle = db.session.scalars(select(Case.id).where(Case.slug == "circle")).all()
    assert len(of_circle) == 6
    assert [cause for each in of_circle for cause in causes(app, each) if "循环" in cause]


def test_one_instance_is_opened_for_each_item_and_the_task_behind_waits_for_all(app: Flask, person: Meet) -> None:
    clerk = person("nb-county_office")
    case_id = begin(clerk, "wide")

    assert open_tasks(app, case_id) == []
    assert f"已开 0/{MANY}" in clerk.get(f"/cases/{case_id}").text

    work(app)

    items = open_tasks(app, case_id)
    assert sorted(item.title for item in items if item.element_id == "see") == sorted(f"g{n}" for n in range(MANY))
    assert [item.element_id for item in items].count("after") == 1
    assert "已开" not in clerk.get(f"/cases/{case_id}").text


def job_of(case_id: str) -> Job:
    db.session.remove()
    with writing() as session:
        (job,) = [job for job in claim_jobs(session, 50, {batches.KIND}, "ningbo") if job.case_id == case_id]
        session.expunge_all()
    return job


def opened(case_id: str) -> int:
    db.session.remove()
    return db.session.query(Instance).filter(Instance.case_id == case_id, Instance.slug == "each").count()


class KilledError(Exception):
    """The worker is gone."""


def die(job: Job) -> None:
    """Open a batch as a worker does that is killed before it commits."""
    with writing() as session:
        batches.next_batch(session, office(), job)
        raise KilledError


def test_a_worker_killed_in_the_middle_loses_and_repeats_nothing(app: Flask, person: Meet) -> None:
    clerk = person("nb-county_office")
    case_id = begin(clerk, "wide")
    with app.app_context():
        job = job_of(case_id)
        with writing() as session:
            batches.next_batch(session, office(), job)
        with pytest.raises(KilledError):
            die(job)

        assert opened(case_id) == batches.BATCH
        assert f"已开 {batches.BATCH}/{MANY}" in clerk.get(f"/cases/{case_id}").text

        with clock.set_to(clock.now() + timedelta(minutes=6)):  # its lease is over
            again = job_of(case_id)
            with pytest.raises(JobLost), writing() as session:
                batches.next_batch(session, office(), job)
            batches.open_each(office(), again)
            batches.open_each(office(), again)

        assert opened(case_id) == MANY
        assert verify_database(db.session.connection()).sound


def test_no_items_open_nothing_and_what_is_no_list_is_parked(app: Flask, person: Meet) -> None:
    clerk = person("nb-county_office")

    assert [item.element_id for item in open_tasks(app, begin(clerk, "narrow"))] == ["after"]
    assert "列表" in causes(app, begin(clerk, "wrong"))[0]


def test_instances_opened_for_a_case_kept_from_somebody_are_kept_too(app: Flask, person: Meet) -> None:
    case_id = begin(person("nb-county_office"), "wide")
    with app.app_context(), writing() as session:
        rows = session.scalars(select(Instance).where(Instance.case_id == case_id)).all()
        session.execute(
            update(table(Instance)).where(Instance.case_id == case_id).values(
                facts={**rows[0].facts, "kept": {"people": [], "units": ["330203"]}}
            )
        )  # fmt: skip
    work(app)

    assert {item.role for item in open_tasks(app, case_id) if item.element_id == "see"} == {"city_office"}
