"""What is looked for after a storm is found when it is there."""

import pytest
from sqlalchemy import delete, update

from gridflow.db import writing
from gridflow.engine.models import Instance, Job, MessageWait, TimerDue, WorkItem
from tests.soak.checks import faults
from tests.soak.small import small

DAMAGE = {
    "a lost timer": (delete(TimerDue).where(TimerDue.kind == "timer"), "timers"),
    "a lost task": (delete(WorkItem).where(WorkItem.status == "open"), "tasks"),
    "a lost offer": (delete(MessageWait), "messages"),
    "a step that was not audited": (update(Instance).values(row_version=Instance.row_version + 1), "audited steps"),
    "a task closed without a step": (update(WorkItem).values(status="done"), "completions audited"),
}


@pytest.fixture
def world(tmp_path):
    with small(tmp_path, f"sqlite:///{tmp_path / 'soak.db'}", 1) as world:
        world.town.open("small", again=False)
        (item,) = world.town.all(WorkItem, status="open")
        world.town.complete_as(world.actors["tom"], item.id, again=False)
        yield world


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found(world, what):
    assert list(faults(world.office, [])) == []
    statement, named = DAMAGE[what]
    with writing() as session:
        session.execute(statement)
    assert any(named in fault for fault in faults(world.office, []))


def test_a_task_done_twice_is_found(world):
    told = [{"what": "done", "item": "one", "request": request} for request in "ab"]
    assert "one was done 2 times" in " ".join(faults(world.office, told))


def test_a_case_that_nothing_can_move_is_found(world):
    with writing() as session:
        for model in (WorkItem, TimerDue, MessageWait, Job):
            session.execute(delete(model))
    assert any("is stuck" in fault for fault in faults(world.office, []))
