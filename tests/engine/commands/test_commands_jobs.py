"""Workers: every job is done or given up in the open, every timer happens once."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest
from toy_parts import limit_timer, offer, service, task, town_tasks

from gridflow.cases.outside import ConsolePlatform
from gridflow.db import db, writing
from gridflow.engine.jobs import LEASE, MOST_ATTEMPTS, add_job, claim_jobs
from gridflow.engine.models import Job, TimerDue
from gridflow.jobs.tick import do_job, fire_due, tick


class Broken(ConsolePlatform):
    """A city platform that cannot be reached."""

    def push(self, case_number, result):
        raise ConnectionError("no route")


@pytest.fixture
def pushing(town):
    town.draw("pushing", "start -> ask -> do_push -> end", **town_tasks("ask"),
              do_push=service("do_push", "push_result", {"result": '"done"'}))  # fmt: skip
    return town


def run(town, office=None):
    while tick(office or town.office):
        pass


def test_a_failing_job_is_tried_again_with_a_doubling_pause_and_given_up_after_six(pushing):
    case = pushing.open("pushing")
    pushing.do(case, "ask", "tom")
    office = replace(pushing.office, platform=Broken(quiet=True))
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        run(pushing, office)
        (job,) = pushing.jobs(kind="push")
        pauses.append((job.next_at - pushing.hand.instant).total_seconds())
        pushing.hand.move_to(max(job.next_at, pushing.hand.instant))
    assert pauses[:-1] == [10, 20, 40, 80, 160]
    (job,) = pushing.jobs(kind="push")
    assert (job.state, job.attempts) == ("failed", 6)
    assert "no route" in job.error
    pushing.hand.advance(timedelta(days=1))
    run(pushing)
    assert pushing.only(Job, id=job.id).state == "failed"


def test_a_poisoned_job_does_not_stop_the_queue(pushing, capsys):
    case = pushing.open("pushing")
    with writing() as session:
        for kind in ("unheard_of", "remind", "archive"):
            add_job(session, kind, "here", {"limit_id": "none"}, case_id="none")
    pushing.do(case, "ask", "tom")
    run(pushing)
    assert pushing.only(Job, kind="push").state == "done"
    assert {job.kind: job.state for job in pushing.jobs() if job.attempts and job.state != "done"} == {
        "remind": "waiting", "archive": "waiting"
    }  # fmt: skip
    assert "推送" in capsys.readouterr().out


def test_a_job_whose_worker_died_is_taken_again_after_its_lease(pushing):
    case = pushing.open("pushing")
    pushing.do(case, "ask", "tom")
    db.session.remove()
    db.engine.dispose()

    def die():
        with pushing.elsewhere(), writing() as session:
            claim_jobs(session, 50, ["push"])
            session.commit()
            os.kill(os.getpid(), signal.SIGKILL)

    child = get_context("fork").Process(target=die)
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    run(pushing)
    assert pushing.only(Job, kind="push").state == "claimed"
    pushing.hand.advance(LEASE + timedelta(seconds=1))
    run(pushing)
    job = pushing.only(Job, kind="push")
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_that_takes_every_worker_down_is_given_up(pushing):
    case = pushing.open("pushing")
    pushing.do(case, "ask", "tom")
    for _ in range(MOST_ATTEMPTS):
        with writing() as session:
            claim_jobs(session, 50, ["push"])
        pushing.hand.advance(LEASE + timedelta(seconds=1))
    run(pushing)
    job = pushing.only(Job, kind="push")
    assert job.state == "failed"
    assert "多次中断" in job.error


def test_a_worker_that_comes_back_after_its_lease_does_not_finish_what_another_took(pushing):
    case = pushing.open("pushing")
    pushing.do(case, "ask", "tom")
    with writing() as session:
        (slow,) = claim_jobs(session, 50, ["push"])
        session.expunge_all()
    pushing.hand.advance(LEASE + timedelta(seconds=1))
    with writing() as session:
        (quick,) = claim_jobs(session, 50, ["push"])
        session.expunge_all()
    do_job(pushing.office, slow)
    assert pushing.only(Job, id=slow.id).state == "claimed"
    do_job(pushing.office, quick)
    assert pushing.only(Job, id=quick.id).state == "done"


def test_two_workers_share_the_jobs_without_doing_one_twice(pushing):
    for _ in range(10):
        pushing.do(pushing.open("pushing"), "ask", "tom")

    def worker(_):
        with pushing.elsewhere() as other:
            run(other)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, (1, 2)))
    jobs = pushing.jobs(kind="push")
    assert [(job.state, job.attempts) for job in jobs] == [("done", 1)] * 10


def test_timers_happen_exactly_once_with_two_workers(town):
    town.draw("timed", "start -> ask -> end; late -> do_note -> end_b", ask=task("ask", role="town", limit="hour"),
              late=limit_timer("late", "ask", "hour"),
              do_note=service("do_note", "set_values", {"n": "n + 1"}))  # fmt: skip
    cases = [town.open("timed", n=0) for _ in range(10)]
    town.hand.advance(timedelta(hours=2))

    def worker(_):
        with town.elsewhere() as other:
            return fire_due(other.office)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(worker, (1, 2))) == 10
    assert [len(town.entries(case, "fire_timer")) for case in cases] == [1] * 10
    assert town.all(TimerDue, kind="timer") == []
    town.audit_is_sound()


@pytest.fixture
def archiving(town):
    """A case that waits for its file, and may be withdrawn while it does."""
    town.draw(
        "archiving", "start -> do_file -> look -> end; gone -> end_b", **town_tasks("look"),
        do_file=service("do_file", "archive_case"), gone=offer("gone", "do_file", interrupts=True, role="town"),
    )  # fmt: skip
    return town


def claimed(town, kind):
    with writing() as session:
        (job,) = claim_jobs(session, 50, [kind])
        session.expunge_all()
    return job


def test_the_result_of_a_job_lets_the_service_task_go_on(archiving):
    case = archiving.open("archiving")
    job = claimed(archiving, "archive")
    with writing() as session:
        archiving.engine.service_done(session, job, {"dossier": "ab"})
    assert archiving.open_steps(case) == ["look"]
    assert archiving.data(case)["dossier"] == "ab"
    with writing() as session:
        archiving.engine.service_done(session, job, {"dossier": "cd"})
    assert archiving.data(case)["dossier"] == "ab"


def test_the_result_for_a_withdrawn_service_task_is_ignored(archiving):
    case = archiving.open("archiving")
    job = claimed(archiving, "archive")
    archiving.offer(case, "gone", "tom")
    entries = len(archiving.entries(case))
    with writing() as session:
        archiving.engine.service_done(session, job, {"dossier": "ab"})
        archiving.engine.service_failed(session, job, "too late")
    assert archiving.instance(case).status == "finished"
    assert len(archiving.entries(case)) == entries
    assert archiving.incidents(case) == []


def test_a_service_task_whose_job_was_given_up_is_parked_and_asks_again_on_retry(archiving):
    case = archiving.open("archiving")
    job = claimed(archiving, "archive")
    with writing() as session:
        archiving.engine.service_failed(session, job, "打印机坏了")
    (incident,) = archiving.incidents(case)
    assert (incident.kind, incident.element_id, incident.cause) == ("job", "do_file", "打印机坏了")
    archiving.retry(incident)
    assert [row.state for row in archiving.jobs(kind="archive")] == ["claimed", "waiting"]
    with writing() as session:
        archiving.engine.service_done(session, archiving.jobs(kind="archive")[1], {"dossier": "ab"})
    assert archiving.open_steps(case) == ["look"]
    archiving.audit_is_sound()


def test_a_timer_that_cannot_happen_waits_and_holds_up_no_other(town):
    town.draw("timed", "start -> ask -> end; late -> do_a -> x_more; x_more -> do_a [n = 0]; x_more -> end_b *",
              ask=task("ask", role="town", limit="hour"), late=limit_timer("late", "ask", "hour"),
              do_a=service("do_a", "set_values", {"m": "1"}))  # fmt: skip
    bad, good = town.open("timed", n=0), town.open("timed", n=1)
    town.hand.advance(timedelta(hours=2))
    assert fire_due(town.office) == 1
    assert len(town.entries(good, "fire_timer")) == 1
    (waiting,) = town.timers(bad)
    assert waiting.due_at == town.hand.instant + timedelta(minutes=1)
    assert town.open_steps(bad) == ["ask"]
    town.audit_is_sound()
