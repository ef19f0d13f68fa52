"""What operators do to whole instances: suspend, resume, cancel; nothing is lost and everything is in the record."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from sketch import element, timer
from toy_parts import limit_timer, offer, service, task, town_tasks

from gridflow import clock
from gridflow.db import db, writing
from gridflow.engine.errors import InstanceOver, InstanceSuspended, InstanceUnknown
from gridflow.engine.jobs import claim_jobs, finish_job
from gridflow.engine.models import Job, MessageIn, MessageWait, TimerDue, WorkItem
from gridflow.engine.operations.holding import NEVER
from gridflow.jobs.sweeping import sweep_rows

WHY = {"reason": "上级来函核查"}


@pytest.fixture
def timed(town):
    """Somebody must answer within an hour, else the case goes to another desk."""
    town.draw(
        "timed", "start -> ask -> end_a; late -> look -> end_b", **town_tasks("look"),
        ask=task("ask", role="town", limit="hour", remind="50"),
        late=limit_timer("late", "ask", "hour", interrupts=True),
    )  # fmt: skip
    return town


def suspend(town, case, login="cora", why=WHY):
    actor = town.who(login)
    with writing() as session:
        town.engine.suspend(session, town.instance(case).id, actor, why)


def resume(town, case, login="cora"):
    actor = town.who(login)
    with writing() as session:
        town.engine.resume(session, town.instance(case).id, actor, WHY)


def cancel(town, case, login="cora"):
    actor = town.who(login)
    with writing() as session:
        town.engine.cancel(session, town.instance(case).id, actor, WHY)


def test_a_task_of_a_suspended_instance_is_hidden_and_says_why(timed):
    case = timed.open("timed")
    item = timed.item(case, "ask")
    suspend(timed, case)

    assert timed.open_steps(case) == []
    assert timed.only(WorkItem, id=item.id).status == "held"
    with pytest.raises(InstanceSuspended, match="上级来函核查"):
        timed.do_item(item.id, "tom")
    with pytest.raises(InstanceSuspended), writing() as session:
        timed.engine.look(session, item.instance_id, timed.who("tom"))
    (entry,) = timed.entries(case, "suspend")
    assert entry.changes["reason"] == "上级来函核查"
    assert entry.actor == timed.user_id("cora")


def test_a_resumed_instance_goes_on_as_it_was(timed):
    case = timed.open("timed")
    item = timed.item(case, "ask")
    suspend(timed, case)
    resume(timed, case)

    assert timed.item(case, "ask").id == item.id
    timed.do(case, "ask", "tom")
    assert timed.instance(case).status == "finished"
    assert [entry.action for entry in timed.entries(case)] == ["open_case", "suspend", "resume", "complete_task"]
    assert timed.instance(case).row_version == 5
    timed.audit_is_sound()


def test_timers_wait_while_an_instance_is_suspended_and_its_limit_runs_on(timed):
    case = timed.open("timed")
    (limit,) = timed.limits(case, "hour")
    suspend(timed, case)
    timed.later(hours=3)

    assert timed.instance(case).status == "suspended"
    assert {row.due_at for row in timed.all(TimerDue, case_id=case)} == {NEVER}
    assert timed.limits(case, "hour")[0].due == limit.due
    resume(timed, case)
    timed.work()
    assert timed.open_steps(case) == ["look"]
    assert timed.limits(case, "hour")[0].outcome == "dropped"
    timed.audit_is_sound()


def test_a_timer_that_a_worker_has_in_hand_does_not_come_after_the_suspension(timed):
    case = timed.open("timed")
    (row,) = timed.timers(case)
    timed.hand.advance(timedelta(hours=2))

    def fire(_):
        with timed.elsewhere() as other, writing() as session:
            return other.engine.fire_timer(session, row.id)

    def stop(_):
        with timed.elsewhere() as other:
            suspend(other, case)

    with ThreadPoolExecutor(2) as pool:
        fired, stopped = pool.submit(fire, 1), pool.submit(stop, 2)
        came, _ = fired.result(), stopped.result()
    assert timed.instance(case).status == "suspended"
    actions = [entry.action for entry in timed.entries(case)]
    assert actions == (["open_case", "fire_timer", "suspend"] if came else ["open_case", "suspend"])
    resume(timed, case)
    timed.work()
    assert timed.open_steps(case) == ["look"]
    assert len(timed.entries(case, "fire_timer")) == 1


@pytest.fixture
def sending(town):
    town.draw("sending", "start -> do_it -> ask -> end", **town_tasks("ask"),
              do_it=service("do_it", "archive_case"))  # fmt: skip
    return town


def test_a_job_waits_with_its_instance(sending):
    case = sending.open("sending")
    suspend(sending, case)
    sending.work()
    assert sending.only(Job, kind="archive").state == "held"
    resume(sending, case)
    assert sending.only(Job, kind="archive").state == "waiting"


def test_a_job_under_way_when_its_instance_is_suspended_is_not_done_twice(sending):
    case = sending.open("sending")
    with writing() as session:
        (job,) = claim_jobs(session, 1, ["archive"])
        session.expunge_all()
    suspend(sending, case)
    with writing() as session:
        assert finish_job(session, job)
        sending.engine.service_done(session, job, {"dossier": "x", "pages": Decimal("7.50")})
    assert sending.only(Job, id=job.id).state == "held"
    resume(sending, case)
    sending.work()  # a second time nothing could be archived: the case is open
    assert sending.only(Job, id=job.id).state == "done"
    assert sending.open_steps(case) == ["ask"]
    assert {name: sending.data(case)[name] for name in ("dossier", "pages")} == {
        "dossier": "x",
        "pages": Decimal("7.50"),
    }
    sending.audit_is_sound()


def test_a_message_for_a_suspended_instance_is_kept_until_it_is_resumed(town):
    hear = (
        '<bpmn:intermediateCatchEvent id="hear"><bpmn:messageEventDefinition messageRef="reply"/>'
        "</bpmn:intermediateCatchEvent>"
    )
    say = (
        '<bpmn:intermediateThrowEvent id="say"><bpmn:messageEventDefinition messageRef="reply"/>'
        "</bpmn:intermediateThrowEvent>"
    )
    town.draw("teller", "start -> tell -> say -> end", **town_tasks("tell"), say=say)
    town.draw("hearer", "start -> do_open -> hear -> ask -> end", hear=hear, **town_tasks("ask"),
              do_open=service("do_open", "open_procedure", {"slug": '"teller"'}))  # fmt: skip
    case = town.open("hearer")
    hearer = town.instance(case, "hearer")
    with writing() as session:
        town.engine.suspend(session, hearer.id, town.who("cora"), WHY)
    town.do(case, "tell", "tom")
    assert town.open_steps(case) == []
    assert town.only(MessageIn, case_id=case).taken_by is None
    with writing() as session:
        town.engine.resume(session, hearer.id, town.who("cora"), WHY)
    assert town.open_steps(case) == ["ask"]
    assert town.only(MessageIn, case_id=case).taken_by == hearer.id
    town.audit_is_sound()


def test_an_offer_of_a_suspended_instance_cannot_be_taken(town):
    town.draw("offering", "start -> ask -> end; object -> end_it", **town_tasks("ask"),
              object=offer("object", "ask", role="town", unit='"990101001"'))  # fmt: skip
    case = town.open("offering")
    suspend(town, case)
    with pytest.raises(InstanceSuspended):
        town.offer(case, "object", "tom")
    assert len(town.all(MessageWait, case_id=case)) == 1


def test_a_cancelled_instance_leaves_nothing_that_waits(timed):
    case = timed.open("timed")
    cancel(timed, case)

    assert timed.instance(case).status == "cancelled"
    assert timed.instance(case).ended_at == clock.now()
    assert [row.status for row in timed.all(WorkItem, case_id=case)] == ["withdrawn"]
    assert timed.all(TimerDue, case_id=case) == []
    assert [row.outcome for row in timed.limits(case, "hour")] == ["dropped"]
    (entry,) = timed.entries(case, "cancel")
    assert entry.changes["withdrawn"] == [["ask"]]
    assert entry.changes["limits"][0]["what"] == "dropped"
    with pytest.raises(InstanceOver):
        cancel(timed, case)
    timed.audit_is_sound()


def test_a_suspended_instance_can_be_cancelled(timed):
    case = timed.open("timed")
    suspend(timed, case)
    cancel(timed, case)

    assert [row.status for row in timed.all(WorkItem, case_id=case)] == ["withdrawn"]
    with pytest.raises(InstanceOver):
        resume(timed, case)


def test_nobody_suspends_twice_or_in_another_city(timed):
    case = timed.open("timed")
    with pytest.raises(InstanceUnknown):
        suspend(timed, case, "thea")
    suspend(timed, case)
    with pytest.raises(InstanceSuspended):
        suspend(timed, case)
    assert len(timed.entries(case, "suspend")) == 1
    db.session.remove()


def test_a_plain_timer_that_fell_due_in_between_comes_once(town):
    town.draw("plain", "start -> wait -> ask -> end", **town_tasks("ask"),
              wait=element("intermediateCatchEvent", "wait", timer('duration("PT1H")', "timeDuration")))  # fmt: skip
    case = town.open("plain")
    suspend(town, case)
    town.later(hours=5)
    assert town.open_steps(case) == []
    resume(town, case)
    town.later(minutes=1)
    assert town.open_steps(case) == ["ask"]
    assert len(town.entries(case, "fire_timer")) == 1


def test_a_signal_reaches_a_suspended_instance_once_it_is_resumed(town):
    alarm = '<bpmn:signalEventDefinition signalRef="alarm"/>'
    hear, say = element("intermediateCatchEvent", "hear", alarm), element("intermediateThrowEvent", "say", alarm)
    town.draw("teller", "start -> tell -> say -> end", **town_tasks("tell"), say=say)
    town.draw("hearer", "start -> hear -> ask -> end", hear=hear, **town_tasks("ask"))
    hearer, teller = town.open("hearer"), town.open("teller")
    suspend(town, hearer)
    town.do(teller, "tell", "tom")
    town.work()
    assert town.open_steps(hearer) == []
    resume(town, hearer)
    town.work()
    assert town.open_steps(hearer) == ["ask"]


def test_a_message_nobody_took_expires_at_night_and_its_case_remembers_it(town):
    say = element("intermediateThrowEvent", "say", '<bpmn:messageEventDefinition messageRef="reply"/>')
    town.draw("teller", "start -> say -> ask -> end", **town_tasks("ask"), say=say)
    case = town.open("teller")
    town.later(days=29)
    sweep_rows()
    assert len(town.all(MessageIn, case_id=case)) == 1
    town.later(days=2)
    sweep_rows()
    assert town.all(MessageIn, case_id=case) == []
    (entry,) = town.entries(case, "expire_message")
    assert entry.changes["message"] == "reply"
    assert sweep_rows() == 0
    town.audit_is_sound()


def test_every_signal_and_message_that_came_meanwhile_reaches_an_event_that_is_armed_again(town):
    heard = {"alarm": '<bpmn:signalEventDefinition signalRef="alarm"/>',
             "reply": '<bpmn:messageEventDefinition messageRef="reply"/>'}  # fmt: skip
    edges = {name: element("boundaryEvent", f"on_{name}", caught, attachedToRef="ask", cancelActivity="false")
             for name, caught in heard.items()}  # fmt: skip
    town.draw("hearing", "start -> do_open -> ask -> end; on_alarm -> look -> end_a; on_reply -> note -> end_b",
              do_open=service("do_open", "open_procedure", {"slug": '"telling"'}),
              on_alarm=edges["alarm"], on_reply=edges["reply"], **town_tasks("ask", "look", "note"))  # fmt: skip
    tells = {f"tell_{n}": element("intermediateThrowEvent", f"tell_{n}", heard["reply"]) for n in (1, 2)}
    rings = {f"ring_{n}": element("intermediateThrowEvent", f"ring_{n}", heard["alarm"]) for n in (1, 2)}
    town.draw("telling", "start -> answer -> tell_1 -> tell_2 -> ring_1 -> ring_2 -> end",
              **town_tasks("answer"), **tells, **rings)  # fmt: skip
    case = town.open("hearing")
    hearer = town.instance(case, "hearing").id
    with writing() as session:
        town.engine.suspend(session, hearer, town.who("cora"), WHY)
    town.do(case, "answer", "tom")
    town.work()
    assert town.open_steps(case) == []
    with writing() as session:
        town.engine.resume(session, hearer, town.who("cora"), WHY)
    town.work()
    assert town.open_steps(case) == ["ask", "look", "look", "note", "note"]
