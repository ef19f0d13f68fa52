"""Workers: every job is done or given up in the open, every timer happens once."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from toy_parts import limit_timer, offer, service, task, town_tasks

from gridflow.cases.models import Case
from gridflow.cases.outside import ConsolePlatform
from gridflow.cases.queries import archive_waits_for
from gridflow.db import db, table, writing
from gridflow.engine.due import LEASE as TIMER_LEASE
from gridflow.engine.due import MOST_TRIES, claim_timers
from gridflow.engine.errors import OfferGone, RunawayLoop
from gridflow.engine.jobs import LEASE, MOST_ATTEMPTS, add_job, claim_jobs
from gridflow.engine.models import Instance, Job, TimerDue
from gridflow.jobs.guard import no_longer
from gridflow.jobs.tick import MOST, do_job, do_jobs, fire_due, tick


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


def test_a_failing_job_is_tried_again_with_pauses_that_double_and_given_up_after_six(pushing):
    case = pushing.open("pushing")
    pushing.do(case, "ask", "tom")
    office = replace(pushing.office, platform=Broken(quiet=True))
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        run(pushing, office)
        (job,) = pushing.jobs(kind="push")
        pauses.append((job.next_at - pushing.hand.instant).total_seconds())
        pushing.hand.move_to(max(job.next_at, pushing.hand.instant))
    assert all(least <= pause < 1.5 * least for least, pause in zip([10, 20, 40, 80, 160], pauses, strict=False))
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


def _stored(town, case, blob):
    """Store other bytes as the state of an instance and return what was there."""
    before = town.instance(case).blob
    with writing() as session:
        session.execute(update(table(Instance)).where(table(Instance).c.case_id == case).values(blob=blob))
    return before


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


def test_a_job_that_kills_its_worker_takes_no_other_job_with_it(pushing):
    for _ in range(3):
        pushing.do(pushing.open("pushing"), "ask", "tom")
    db.session.remove()
    db.engine.dispose()

    class Deadly(ConsolePlatform):
        def push(self, case_number, result):
            os.kill(os.getpid(), signal.SIGKILL)

    def work():
        with pushing.elsewhere() as other:
            run(other, replace(other.office, platform=Deadly(quiet=True)))

    child = get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    assert child.exitcode == -signal.SIGKILL
    assert sorted(job.attempts for job in pushing.jobs(kind="push")) == [0, 0, 1]
    run(pushing)
    assert sorted(job.state for job in pushing.jobs(kind="push")) == ["claimed", "done", "done"]


def test_a_job_that_hangs_ends_its_worker_and_is_done_by_another(pushing):
    for _ in range(2):
        pushing.do(pushing.open("pushing"), "ask", "tom")
    db.session.remove()
    db.engine.dispose()

    class Hanging(ConsolePlatform):
        def push(self, case_number, result):
            time.sleep(60)

    def work():
        with pushing.elsewhere() as other:
            tick(replace(other.office, platform=Hanging(quiet=True)), ["push"], lambda: no_longer(1))

    child = get_context("fork").Process(target=work)
    child.start()
    child.join(30)
    assert child.exitcode == 1
    pushing.hand.advance(LEASE + timedelta(seconds=1))
    run(pushing)
    assert sorted((job.state, job.attempts) for job in pushing.jobs(kind="push")) == [("done", 1), ("done", 2)]


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
        assert sum(pool.map(worker, (1, 2))) == 10  # taken by one of them and by no other
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


@pytest.fixture
def calling(town):
    """A case that opens a procedure for each of three, and may be called off while it does."""
    town.draw("visit", "start -> go -> end", **town_tasks("go"))
    each = {"slug": '"visit"', "items": '["a", "b", "c"]', "name": '"who"'}
    town.draw(
        "calling", "start -> do_each -> look -> end; gone -> end_b", **town_tasks("look"),
        do_each=service("do_each", "open_each", each), gone=offer("gone", "do_each", interrupts=True, role="town"),
    )  # fmt: skip
    return town


def test_what_an_interrupted_service_asked_for_is_not_done_any_more(calling):
    case = calling.open("calling")
    calling.offer(case, "gone", "tom")
    calling.work()
    assert [(job.state, job.attempts) for job in calling.jobs(kind="open_each")] == [("withdrawn", 0)]
    assert calling.all(Instance, slug="visit") == []


def test_a_worker_that_has_the_job_of_an_interrupted_service_in_hand_does_no_more_of_it(calling):
    case = calling.open("calling")
    job = claimed(calling, "open_each")
    calling.offer(case, "gone", "tom")
    do_job(calling.office, job)
    assert [job.state for job in calling.jobs(kind="open_each")] == ["withdrawn"]
    assert calling.all(Instance, slug="visit") == []


def test_a_worker_that_has_the_job_of_a_cancelled_instance_in_hand_does_no_more_of_it(calling):
    case = calling.open("calling")
    job = claimed(calling, "open_each")
    with writing() as session:
        calling.engine.cancel(session, calling.instance(case).id, calling.who("cora"), {"reason": "x", "asked_by": "x"})
    do_job(calling.office, job)
    assert calling.all(Instance, slug="visit") == []


def test_a_service_that_is_ended_by_the_command_that_began_it_asks_for_nothing(town):
    town.draw("visit", "start -> go -> end", **town_tasks("go"))
    each = {"slug": '"visit"', "items": '["a", "b", "c"]', "name": '"who"'}
    town.draw("ending", "start -> ask -> p_two -> do_each -> end_a; p_two -> do_note -> end_all", **town_tasks("ask"),
              do_each=service("do_each", "open_each", each), do_note=service("do_note", "set_values", {"n": "1"}),
              end_all='<bpmn:endEvent id="end_all"><bpmn:terminateEventDefinition/></bpmn:endEvent>')  # fmt: skip
    case = town.open("ending")
    town.do(case, "ask", "tom")
    town.work()
    assert town.instance(case, "ending").status == "finished"
    assert town.all(Instance, slug="visit") == []


def test_a_worker_and_whoever_interrupts_its_service_do_not_wait_for_each_other(calling):
    cases = [calling.open("calling") for _ in range(20)]
    errors = []

    def working():
        with calling.elsewhere() as other:
            for _ in range(40):
                do_jobs(other.office)

    def interrupting():
        with calling.elsewhere() as other:
            for case in cases:
                try:
                    other.offer(case, "gone", "tom")
                except (OfferGone, ValueError):
                    pass  # the worker was first
                except OperationalError as error:
                    errors.append(error)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(working), pool.submit(interrupting)]:
            done.result()
    assert errors == []
    calling.work()
    for case in cases:
        opened = len(calling.all(Instance, case_id=case, slug="visit"))
        assert opened in ((3,) if "look" in calling.open_steps(case) else (0, 3))


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


def test_a_job_of_an_instance_that_cannot_be_read_is_given_up_once_it_can(archiving):
    case = archiving.open("archiving")
    blob = _stored(archiving, case, b"9J{}")
    for _ in range(MOST_ATTEMPTS):
        claimed(archiving, "archive")
        archiving.hand.advance(LEASE * 1.1)
    for _ in range(3):
        run(archiving)
        (job,) = archiving.jobs(kind="archive")
        assert (job.state, job.ended_at) == ("waiting", None)
        assert job.next_at > archiving.hand.instant
        archiving.hand.move_to(job.next_at)
    _stored(archiving, case, blob)
    run(archiving)
    (incident,) = archiving.incidents(case)
    assert (incident.kind, incident.element_id) == ("job", "do_file")
    assert [row.state for row in archiving.jobs(kind="archive")] == ["failed"]


def test_a_timer_that_cannot_happen_waits_and_holds_up_no_other(town):
    town.draw("timed", "start -> ask -> end; late -> do_a -> x_more; x_more -> do_a [n = 0]; x_more -> end_b *",
              ask=task("ask", role="town", limit="hour"), late=limit_timer("late", "ask", "hour"),
              do_a=service("do_a", "set_values", {"m": "1"}))  # fmt: skip
    bad, good = town.open("timed", n=0), town.open("timed", n=1)
    town.hand.advance(timedelta(hours=2))
    fire_due(town.office)
    assert len(town.entries(good, "fire_timer")) == 1
    (waiting,) = town.timers(bad)
    assert timedelta(seconds=10) <= waiting.not_before - town.hand.instant < timedelta(seconds=15)
    assert town.open_steps(bad) == ["ask"]
    town.audit_is_sound()


def test_a_timer_that_fails_every_time_becomes_an_incident_and_happens_on_retry(town):
    town.draw("timed", "start -> ask -> end; late -> do_a -> x_more; x_more -> do_a [n = 0]; x_more -> end_b *",
              ask=task("ask", role="town", limit="hour"), late=limit_timer("late", "ask", "hour"),
              do_a=service("do_a", "set_values", {"m": "1"}))  # fmt: skip
    case = town.open("timed", n=0)
    town.later(hours=3)
    (incident,) = town.incidents(case)
    assert (incident.kind, incident.element_id) == ("timer", "late")
    assert town.timers(case) == []
    with pytest.raises(RunawayLoop):
        town.retry(incident)
    assert [row.id for row in town.incidents(case)] == [incident.id]
    town.do(case, "ask", "tom")
    assert town.incidents(case) == []
    town.audit_is_sound()


def test_a_timer_of_an_instance_that_cannot_be_read_for_days_stops_no_worker(town):
    town.draw("timed", "start -> ask -> end; late -> do_note -> end_b", ask=task("ask", role="town", limit="hour"),
              late=limit_timer("late", "ask", "hour"),
              do_note=service("do_note", "set_values", {"n": "1"}))  # fmt: skip
    case = town.open("timed")
    blob = _stored(town, case, b"9J{}")
    for _ in range(80):
        town.hand.advance(timedelta(hours=2))
        fire_due(town.office)
    assert town.timers(case)[0].attempts > 50
    _stored(town, case, blob)
    town.hand.advance(timedelta(hours=2))
    fire_due(town.office)
    assert [row.kind for row in town.incidents(case)] == ["timer"]
    town.retry(town.incidents(case)[0])
    assert "timed/late" in town.entries(case, "retry")[0].elements


def test_a_timer_that_ends_every_worker_is_given_up_alone(town):
    town.draw("timed", "start -> ask -> end; late -> do_note -> end_b", ask=task("ask", role="town", limit="hour"),
              late=limit_timer("late", "ask", "hour"),
              do_note=service("do_note", "set_values", {"n": "1"}))  # fmt: skip
    cases = [town.open("timed") for _ in range(3)]
    town.hand.advance(timedelta(hours=2))
    with writing() as session:
        assert [attempts for _, attempts in claim_timers(session, "here", 10)] == [1, 1, 1]
    for attempts in range(2, MOST_TRIES + 1):
        town.hand.advance(TIMER_LEASE)
        with writing() as session:
            assert [tries for _, tries in claim_timers(session, "here", 10)] == [attempts]
            session.execute(update(TimerDue).where(TimerDue.attempts < attempts).values(not_before=None, attempts=0))
    town.hand.advance(TIMER_LEASE)
    town.work()
    assert [len(town.entries(case, "fire_timer")) for case in cases] == [0, 1, 1]
    (incident,) = town.incidents(cases[0])
    assert "多次中断" in incident.cause
    town.retry(incident)
    assert "timed/late" in town.entries(cases[0], "retry")[0].elements
    assert town.incidents(cases[0]) == []
    town.audit_is_sound()


def test_the_cities_take_turns(town):
    town.draw("pushing", "start -> do_push -> end", do_push=service("do_push", "push_result", {"result": "1"}))
    for _ in range(MOST):
        town.open("pushing")
    with writing() as session:
        add_job(session, "push", "there", {"result": 1}, case_id=town.all(Case)[0].id)
    do_jobs(town.office)
    assert town.only(Job, kind="push", city="there").state == "done"
    assert len([job for job in town.jobs(city="here") if job.state == "waiting"]) > 0


@pytest.fixture
def closing(town):
    """A case that asks for its file while a task of it and a procedure of its own are open."""
    town.draw("beside", "start -> urge -> end", **town_tasks("urge"))
    town.draw(
        "closing", "start -> do_open -> do_close -> p_both -> do_file -> end_a; p_both -> look -> end_b",
        **town_tasks("look"), do_open=service("do_open", "open_procedure", {"slug": '"beside"'}),
        do_close=service("do_close", "close_case", {"state": '"closed"'}), do_file=service("do_file", "archive_case"),
    )  # fmt: skip
    return town


def waited_for(town, case):
    session = db.session()
    session.rollback()
    return sorted(item.step for item in archive_waits_for(session, session.get_one(Case, case)))


def test_a_case_file_waits_for_every_other_open_task_and_loses_no_try_by_that(closing):
    case = closing.open("closing")
    closing.later(hours=9)
    (job,) = closing.jobs(kind="archive")
    assert (job.state, job.attempts) == ("waiting", 0)
    assert "look" in job.error
    assert "urge" in job.error
    assert waited_for(closing, case) == ["look", "urge"]
    assert closing.incidents(case) == []


def test_a_case_file_is_tried_again_as_soon_as_a_task_it_may_wait_for_is_done(closing):
    case = closing.open("closing")
    closing.work()
    for step, left in (("look", ["urge"]), ("urge", [])):
        closing.do(case, step, "tom")
        assert closing.jobs(kind="archive")[0].next_at == closing.hand.instant
        assert waited_for(closing, case) == left
        if left:
            closing.work()
            assert closing.jobs(kind="archive")[0].next_at > closing.hand.instant
