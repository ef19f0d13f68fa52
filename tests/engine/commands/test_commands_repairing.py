"""Each kind of failure parks its step with the cause; it is retried, corrected or skipped, and nothing else moves."""

from datetime import timedelta

import pytest
from sketch import contract, element, process, timer
from sqlalchemy import update
from toy_parts import offer, service, task, town_tasks
from toy_town import decision

from gridflow.db import db, writing
from gridflow.engine.definitions import version_in_force
from gridflow.engine.errors import IncidentOver, OperationRefused
from gridflow.engine.jobs import MOST_ATTEMPTS, fail_job
from gridflow.engine.models import Incident, Job, WorkItem

WHY = {"reason": "已核对", "asked_by": "x"}


def skip(town, incident, to=None):
    with writing() as session:
        town.engine.skip(session, incident.id, town.who("cora"), to, WHY)


def correct(town, incident, **values):
    with writing() as session:
        town.engine.correct(session, incident.id, town.who("cora"), values, WHY)


def only(town, case):
    (incident,) = town.incidents(case)
    return incident


def fail_for_good(town, job):
    """Let a job use up its tries, as a worker does."""
    with writing() as session:
        session.execute(update(Job).where(Job.id == job.id).values(state="claimed", attempts=MOST_ATTEMPTS))
    (job,) = town.jobs(id=job.id)
    with writing() as session:
        assert fail_job(session, job, "平台拒绝")
        town.engine.service_failed(session, job, "平台拒绝")


@pytest.fixture
def gated(town):
    ways = "x_ok -> look [level > 2]; x_ok -> reply [level < 3]; look -> end; reply -> end"
    town.draw("gated", f"start -> ask -> x_ok; {ways}", **town_tasks("ask", "look", "reply"))
    return town


def test_a_failing_condition_parks_with_its_cause_and_goes_on_with_corrected_data(gated):
    case = gated.open("gated", level="high")
    gated.do(case, "ask", "tom")
    incident = only(gated, case)
    assert (incident.kind, incident.element_id, incident.tries) == ("node", "x_ok", 0)
    assert "level > 2" in incident.cause
    correct(gated, incident, level=3)
    assert gated.open_steps(case) == ["look"]
    (entry,) = gated.entries(case, "correct_data")
    assert entry.changes["values"] == {"level": ["high", 3]}
    assert entry.changes["asked_by"] == "x"
    gated.audit_is_sound()


def test_a_retry_in_vain_counts_and_says_since_when(gated):
    case = gated.open("gated", level="high")
    gated.do(case, "ask", "tom")
    since = only(gated, case).opened_at
    gated.later(hours=1)
    gated.retry(only(gated, case))
    gated.retry(only(gated, case))
    incident = only(gated, case)
    assert (incident.tries, incident.opened_at) == (2, since)
    assert len(gated.all(Incident, case_id=case)) == 3


def test_a_gateway_is_skipped_only_along_one_of_its_ways(gated):
    case = gated.open("gated", level="high")
    gated.do(case, "ask", "tom")
    with pytest.raises(OperationRefused, match="2 条去路"):
        skip(gated, only(gated, case))
    with pytest.raises(OperationRefused, match="去路"):
        skip(gated, only(gated, case), "end")
    skip(gated, only(gated, case), "reply")
    assert gated.open_steps(case) == ["reply"]
    assert gated.incidents(case) == []
    (entry,) = gated.entries(case, "skip_step")
    assert entry.changes["skipped"] == [{"element": "x_ok", "kind": "node", "to": "reply"}]
    assert "gated/x_ok" not in entry.elements
    gated.do(case, "reply", "tom")
    assert gated.result(case)["level"] == "high"


RULES = decision("grade", [(0, "area")], ["level"], [('"small"', "1"), ('"big"', "number(area)")])


def test_a_failing_decision_parks_and_is_skipped_without_its_outputs(town):
    broken = RULES.replace("<text>number(area)</text>", "<text>2 + area</text>").replace("FIRST", "UNIQUE")
    broken = broken.replace('<text>"small"</text>', '<text>"big"</text>')
    town.draw(
        "graded", "start -> ask -> rule_grade -> look -> end", tables=(("grade", broken),), **town_tasks("ask", "look")
    )
    case = town.open("graded", area="big")
    town.do(case, "ask", "tom")
    incident = only(town, case)
    assert (incident.kind, incident.element_id) == ("node", "rule_grade")
    assert incident.cause
    skip(town, incident)
    assert town.open_steps(case) == ["look"]
    assert "level" not in town.data(case)
    town.audit_is_sound()


def test_a_service_that_was_given_up_parks_and_a_retry_asks_for_it_again(town):
    town.draw("sending", "start -> do_it -> ask -> end", **town_tasks("ask"), do_it=service("do_it", "archive_case"))
    case = town.open("sending")
    (job,) = town.jobs(kind="archive")
    fail_for_good(town, job)
    incident = only(town, case)
    assert (incident.kind, incident.element_id, incident.cause) == ("job", "do_it", "平台拒绝")
    town.retry(incident)
    assert len(town.jobs(kind="archive", state="waiting")) == 1
    assert town.incidents(case) == []
    fail_for_good(town, town.jobs(kind="archive", state="waiting")[0])
    skip(town, only(town, case))
    assert town.open_steps(case) == ["ask"]


def test_a_document_without_a_template_parks_and_the_step_before_it_is_done(town):
    town.draw("papered", "start -> ask -> look -> end", **town_tasks("look"),
              ask=task("ask", role="town", document="order"))  # fmt: skip
    case = town.open("papered")
    town.do(case, "ask", "tom")
    incident = only(town, case)
    assert (incident.kind, incident.element_id) == ("document", "ask")
    assert "order" in incident.cause
    assert town.open_steps(case) == ["look"]
    town.do(case, "look", "tom")
    town.retry(incident)
    again = only(town, case)
    assert (again.id, again.tries) == (incident.id, 1)
    assert town.instance(case).status == "finished"
    skip(town, again)
    assert town.incidents(case) == []
    town.audit_is_sound()


def test_a_document_of_a_step_that_the_version_of_today_does_not_draw_is_skipped_or_refused(town):
    town.draw("papered", "start -> ask -> look -> end", **town_tasks("look"),
              ask=task("ask", role="town", document="order"))  # fmt: skip
    case = town.open("papered")
    town.do(case, "ask", "tom")
    town.draw("papered", "start -> look -> end", **town_tasks("look"))
    cora, instance = town.who("cora"), town.instance(case)
    with writing() as session:
        town.engine.migrate(session, instance.id, version_in_force(session, "here", "papered"), cora, WHY)
    with pytest.raises(OperationRefused, match="没有这一环节"):
        town.retry(only(town, case))
    skip(town, only(town, case))
    assert town.incidents(case) == []


def test_work_nobody_waits_for_is_listed_too_and_done_again(town):
    town.draw("pushing", "start -> do_it -> ask -> end", **town_tasks("ask"),
              do_it=service("do_it", "push_result", {"result": '"ok"'}))  # fmt: skip
    case = town.open("pushing")
    assert town.open_steps(case) == ["ask"]
    (job,) = town.jobs(kind="push")
    fail_for_good(town, job)
    incident = only(town, case)
    assert (incident.kind, incident.element_id, incident.task_id) == ("background", "push", job.id)
    town.retry(incident)
    assert town.only(Job, id=job.id).state == "waiting"
    assert town.incidents(case) == []
    assert town.open_steps(case) == ["ask"]
    town.audit_is_sound()


def test_a_task_nobody_can_be_given_is_routed_after_its_data_were_corrected(town):
    town.draw("routed", "start -> ask -> handle -> end", **town_tasks("ask"),
              handle=task("handle", role="handler", unit="lead"))  # fmt: skip
    case = town.open("routed", lead="990101-nowhere")
    town.do(case, "ask", "tom")
    correct(town, only(town, case), lead="990101-parks")
    assert town.open_steps(case) == ["handle"]
    town.do(case, "handle", "han")
    assert town.result(case)["lead"] == "990101-parks"


def test_a_task_nobody_can_be_given_is_skipped(town):
    town.draw("routed", "start -> handle -> ask -> end; object -> end_b", **town_tasks("ask"),
              handle=task("handle", role="handler", unit="lead"),
              object=offer("object", "handle", role="town"))  # fmt: skip
    case = town.open("routed", lead=None)
    (incident,) = [row for row in town.incidents(case) if row.element_id == "handle"]
    skip(town, incident)
    assert town.open_steps(case) == ["ask"]
    assert town.incidents(case) == []
    assert town.all(WorkItem, case_id=case, element_id="handle") == []


def test_a_call_that_misses_its_input_is_corrected_or_skipped(town):
    inner = process(
        "inside", "begin -> errand -> over", contract(takes=("what",)), begin='<bpmn:startEvent id="begin"/>',
        over='<bpmn:endEvent id="over"/>', errand=task("errand", role="town"),
    )  # fmt: skip
    town.draw("calling", "start -> ask -> call_it -> look -> end", inner=(inner,), **town_tasks("ask", "look"),
              call_it='<bpmn:callActivity id="call_it" calledElement="inside"/>')  # fmt: skip
    first, second = town.open("calling", x=1), town.open("calling", x=1)
    for case in (first, second):
        town.do(case, "ask", "tom")
    correct(town, only(town, first), what="this")
    assert town.open_steps(first) == ["errand"]
    skip(town, only(town, second))
    assert town.open_steps(second) == ["look"]
    assert town.data(second)["x"] == 1


def test_a_multi_instance_without_its_list_is_skipped(town):
    many = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>units</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="unit" name="unit"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    town.draw(
        "many", "start -> ask -> each -> look -> end", **town_tasks("ask", "look"), each=task("each", many, role="town")
    )
    case = town.open("many")
    town.do(case, "ask", "tom")
    skip(town, only(town, case))
    assert town.open_steps(case) == ["look"]
    town.do(case, "look", "tom")
    assert town.instance(case).status == "finished"


def test_a_settled_incident_is_not_skipped_again_nor_by_another_city(gated):
    case = gated.open("gated", level="high")
    gated.do(case, "ask", "tom")
    incident = only(gated, case)
    with pytest.raises(IncidentOver), writing() as session:
        gated.engine.skip(session, incident.id, gated.who("thea"), "reply", WHY)
    skip(gated, incident, "reply")
    with pytest.raises(IncidentOver):
        skip(gated, incident, "reply")
    db.session.remove()


def test_a_timer_that_was_given_up_happens_after_a_correction(town):
    town.draw("plain", "start -> wait -> ask -> end", **town_tasks("ask"),
              wait=element("intermediateCatchEvent", "wait", timer('duration("PT1H")', "timeDuration")))  # fmt: skip
    case = town.open("plain")
    (row,) = town.timers(case)
    town.hand.advance(timedelta(hours=2))
    with writing() as session:
        town.engine.park_timer(session, row.id, "工作进程多次中断")
    assert only(town, case).kind == "timer"
    correct(town, only(town, case), note="x")
    assert town.open_steps(case) == ["ask"]
    assert town.incidents(case) == []
