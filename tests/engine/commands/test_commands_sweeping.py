"""What is forgotten at night: rows that nobody asks for any more, and nothing else."""

from datetime import timedelta

from toy_parts import service, town_tasks

from gridflow import clock
from gridflow.cases.models import Draft
from gridflow.db import writing
from gridflow.engine.models import Job, RequestSeen
from gridflow.jobs.sweeping import sweep_rows


def send(town, message_id):
    with writing() as session:
        town.engine.send(session, "here", "reply", "key", {}, message_id=message_id)


def test_done_jobs_and_old_requests_are_swept_and_what_waits_or_failed_is_kept(town):
    town.draw("pushing", "start -> ask -> do_push -> end", **town_tasks("ask"),
              do_push=service("do_push", "push_result", {"result": "1"}))  # fmt: skip
    old = town.open("pushing")
    town.do(old, "ask", "tom")
    send(town, "old")
    town.work()
    town.hand.advance(timedelta(days=31))
    new = town.open("pushing")
    town.do(new, "ask", "tom")
    send(town, "new")
    (waiting,) = town.jobs(state="waiting", kind="push")
    assert sweep_rows() > 1
    assert [row.id for row in town.all(RequestSeen)] == ["here/new"]
    assert {job.state for job in town.jobs()} == {"waiting"}
    assert waiting.id in [job.id for job in town.all(Job)]
    assert sweep_rows() == 0


def test_drafts_of_tasks_that_are_over_are_swept_and_what_the_loser_typed_only_after_a_month(town):
    town.draw("asking", "start -> ask -> also -> end", **town_tasks("ask", "also"))
    case = town.open("asking")
    done = town.item(case, "ask").id
    town.do(case, "ask", "tom")
    waiting, tom = town.item(case, "also").id, town.user_id("tom")
    with writing() as session:
        for user, key in ((tom, done), ("loser", done), (tom, waiting), (tom, "asking")):
            session.add(Draft(user_id=user, key=key, box=b"sealed", saved_at=clock.now()))
    sweep_rows()
    assert kept(town) == {("loser", done), (tom, waiting), (tom, "asking")}
    town.hand.advance(timedelta(days=31))
    sweep_rows()
    assert kept(town) == {(tom, waiting), (tom, "asking")}


def kept(town):
    return {(draft.user_id, draft.key) for draft in town.all(Draft)}
