"""Work on a matter that left the list is taken back from grid staff, and nothing of it is lost."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from toy_parts import task, town_tasks

from gridflow.db import db, writing
from gridflow.engine.models import WorkItem
from gridflow.registers.models import Matter


@pytest.fixture
def errand(town):
    """A case whose errand lies with grid staff."""
    town.draw("rogue", "start -> ask -> errand -> end", **town_tasks("ask"), errand=task("errand", role="field_worker"))
    case = town.open("rogue", matter_code="T03001")
    town.do(case, "ask", "tom")
    return case


def last_day(town, days):
    with writing() as session:
        until = town.hand.instant.date() + timedelta(days=days)
        session.execute(update(Matter).where(Matter.code == "T03001").values(until=until))
    db.session.remove()


def recall(town, case):
    with writing() as session:
        done = town.engine.recall(session, town.instance(case).id, "T03001")
    db.session.remove()
    return done


def test_a_task_of_grid_staff_remembers_its_matter(town, errand):
    assert town.item(errand, "errand").matter_code == "T03001"
    assert [row.matter_code for row in town.all(WorkItem, case_id=errand, element_id="ask")] == [None]


def test_work_on_a_matter_that_left_the_list_is_parked_by_the_guard(town, errand):
    last_day(town, -1)
    assert recall(town, errand)

    assert town.open_steps(errand) == []
    (incident,) = town.incidents(errand)
    assert (incident.kind, incident.element_id) == ("off_list", "errand")
    (entry,) = town.entries(errand, "recall_tasks")
    assert entry.changes["off_list"] == [{"matter": "T03001", "elements": ["errand"]}]
    town.audit_is_sound()


def test_recalling_twice_takes_back_once(town, errand):
    last_day(town, -1)
    assert recall(town, errand)
    assert not recall(town, errand)

    assert len(town.entries(errand, "recall_tasks")) == 1


def test_nothing_is_taken_back_while_the_matter_is_still_listed(town, errand):
    last_day(town, 0)

    assert not recall(town, errand)
    assert town.open_steps(errand) == ["errand"]


def test_the_work_goes_on_where_the_matter_is_listed_again(town, errand):
    last_day(town, -1)
    recall(town, errand)
    last_day(town, 30)
    town.retry(town.incidents(errand)[0])

    assert town.open_steps(errand) == ["errand"]
    town.do(errand, "errand", "fay")
    assert town.instance(errand).status == "finished"
