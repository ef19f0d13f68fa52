"""A process that is killed in the middle of a command: everything of it is there, or nothing."""

import os
import signal
from multiprocessing import get_context

import pytest
from sqlalchemy import event
from toy_parts import limit_timer, offer, service, task, town_tasks

from gridflow.db import db, new_id
from gridflow.engine.due import LEASE
from gridflow.engine.models import Incident, Instance, Job, Limit, MessageWait, RequestSeen, TimerDue, WorkItem
from gridflow.jobs.tick import tick

MODELS = (Instance, WorkItem, Limit, TimerDue, MessageWait, Job, Incident, RequestSeen)


@pytest.fixture
def busy(town):
    """One step of everything: limits, timers, reminders, offers, jobs."""
    town.draw(
        "busy", "start -> ask -> do_tell -> handle -> do_push -> look -> end; object -> do_note -> end_b; "
        "late -> do_late -> end_late",
        **town_tasks("look"), ask=task("ask", role="town", limit="quick", remind="50"),
        handle=task("handle", role="town", limit="handling", remind="50 80"), object=offer("object", "handle"),
        late=limit_timer("late", "handle", "handling"),
        do_tell=service("do_tell", "notify", {"role": '"town"', "text": '"来了"'}),
        do_note=service("do_note", "set_values", {"n": "1"}),
        do_late=service("do_late", "set_values", {"late": "true"}),
        do_push=service("do_push", "push_result", {"n": "1"}),
    )  # fmt: skip
    return town


def killed_at(town, point, act):
    """Let another process act and kill itself at its n-th statement, or at the commit after the last; tell if it was.

    The process is a fork: it has its own engine, its own connections, and no time to clean up.
    """
    db.session.remove()
    db.engine.dispose()

    def run():
        seen = 0

        def count(*_):
            nonlocal seen
            seen += 1
            if seen == point:
                os.kill(os.getpid(), signal.SIGKILL)

        with town.elsewhere() as other:
            other.who("tom")  # connects first, so that only the command is counted
            event.listen(db.engine, "before_cursor_execute", count)
            event.listen(db.engine, "commit", count)
            act(other)

    child = get_context("fork").Process(target=run)
    child.start()
    child.join(60)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode != 0


def everything(town):
    return {model: [tuple(vars(row).items())[1:] for row in town.all(model)] for model in MODELS}


def test_a_completion_killed_at_any_statement_leaves_nothing_and_can_be_repeated(busy):
    case, request = busy.open("busy"), new_id()
    item = busy.item(case, "ask")
    before, point = everything(busy), 1
    while killed_at(busy, point, lambda other: other.do_item(item.id, "tom", request, n=1)):
        assert everything(busy) == before
        assert len(busy.entries(case)) == 1
        busy.audit_is_sound()
        point += 1
    assert point > 10
    assert busy.do_item(item.id, "tom", request, n=1).repeated
    assert busy.open_steps(case) == ["handle"]
    assert [entry.action for entry in busy.entries(case)] == ["open_case", "complete_task"]
    busy.audit_is_sound()


def test_a_process_killed_after_the_commit_has_done_it_once(busy):
    case, request = busy.open("busy"), new_id()
    item = busy.item(case, "ask")

    def act(other):
        other.do_item(item.id, "tom", request)
        os.kill(os.getpid(), signal.SIGKILL)

    assert killed_at(busy, 0, act)
    assert busy.do_item(item.id, "tom", request).repeated
    assert len(busy.entries(case, "complete_task")) == 1
    assert busy.open_steps(case) == ["handle"]


def test_an_offer_killed_in_the_middle_is_still_offered(busy):
    case = busy.open("busy")
    busy.do(case, "ask", "tom")
    before = everything(busy)
    for point in (3, 6, 9):
        assert killed_at(busy, point, lambda other: other.offer(case, "object", "tom", n=2))
        assert everything(busy) == before
    busy.offer(case, "object", "tom", n=2)
    assert busy.entries(case)[-1].action == "object"


def test_a_timer_whose_worker_is_killed_happens_once_afterwards(busy):
    case = busy.open("busy")
    busy.do(case, "ask", "tom")
    busy.hand.advance(busy.limits(case, "handling")[0].due - busy.hand.instant)
    for point in (3, 6, 9, 12):
        assert killed_at(busy, point, lambda other: tick(other.office))
        assert len(busy.timers(case)) == 1
        busy.hand.advance(LEASE)
    busy.work()
    fired = busy.entries(case, "fire_timer")
    assert len(fired) == 1
    assert "busy/late" in fired[0].elements
    busy.audit_is_sound()


def test_everything_goes_on_after_a_restart(busy):
    case = busy.open("busy")
    busy.do(case, "ask", "tom", n=7)
    db.session.remove()
    db.engine.dispose()
    with busy.elsewhere() as other:
        assert other.data(case)["n"] == 7
        other.do(case, "handle", "tess")
        other.work()
        assert other.open_steps(case) == ["look"]
        other.do(case, "look", "tom")
    assert busy.instance(case).status == "finished"
    assert busy.all(TimerDue, case_id=case) == busy.all(MessageWait, case_id=case) == []
    busy.audit_is_sound()
