"""What cannot go on is parked with its cause, is never lost, and goes on once the cause is repaired."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sketch import contract, process
from sqlalchemy import update
from toy_parts import offer, service, task, town_tasks

from gridflow.cases.models import Case
from gridflow.db import db, writing
from gridflow.engine import claims
from gridflow.engine.errors import IncidentOver, NotYours, RoutingFailed
from gridflow.engine.models import Incident, Instance, MessageWait, WorkItem
from gridflow.people.models import Unit, User
from gridflow.registers.models import Matter


def change(model, where, **values):
    with writing() as session:
        session.execute(update(model).where(where).values(values))
    db.session.remove()


@pytest.fixture
def rogue(town):
    """Somebody draws a step for grid staff on whatever matter the case is about."""
    town.draw("rogue", "start -> ask -> errand -> end", **town_tasks("ask"), errand=task("errand", role="field_worker"))
    return town


def list_matter(town, code):
    with writing() as session:
        session.add(
            Matter(city="here", code=code, version=2, name="推广应用", base="T1", category="1", level="II",
                   on_site=False, since=town.hand.instant.date())
        )  # fmt: skip


@pytest.mark.parametrize("code", ["T09999", "T03002", None, ""])
def test_grid_staff_never_get_work_on_a_matter_that_is_not_on_the_list_today(rogue, code):
    case = rogue.open("rogue", matter_code=code)
    rogue.do(case, "ask", "tom")
    (incident,) = rogue.incidents(case)
    assert (incident.kind, incident.element_id) == ("off_list", "errand")
    assert "清单外" in incident.cause
    assert rogue.all(WorkItem, case_id=case, element_id="errand") == []
    assert rogue.entries(case, "complete_task")[0].changes["incidents"][0]["kind"] == "off_list"


def test_grid_staff_get_the_work_once_the_matter_is_listed_and_the_step_retried(rogue):
    case = rogue.open("rogue", matter_code="T09999")
    rogue.do(case, "ask", "tom")
    (incident,) = rogue.incidents(case)
    rogue.retry(incident)
    (still,) = rogue.incidents(case)
    list_matter(rogue, "T09999")
    rogue.retry(still)
    assert rogue.incidents(case) == []
    assert rogue.item(case, "errand").grid_staff
    rogue.do(case, "errand", "fay")
    assert rogue.instance(case).status == "finished"
    rogue.audit_is_sound()


def test_a_listed_matter_reaches_grid_staff_and_another_citys_list_does_not_count(rogue):
    assert rogue.open_steps(rogue.open("rogue", matter_code="T03001")) == ["ask"]
    case = rogue.open("rogue", matter_code="T03001")
    rogue.do(case, "ask", "tom")
    assert rogue.open_steps(case) == ["errand"]
    change(Matter, Matter.code == "T03001", city="there")
    case = rogue.open("rogue", matter_code="T03001")
    rogue.do(case, "ask", "tom")
    assert rogue.open_steps(case) == []


def test_the_guard_runs_in_called_diagrams_and_on_named_matters_too(town):
    town.draw(
        "deep", "start -> call_it -> end",
        inner=(process("inside", "begin -> errand -> over", contract(takes=("other",)),
                       begin='<bpmn:startEvent id="begin"/>',
                       over='<bpmn:endEvent id="over"/>', errand=task("errand", role="field_worker", matter="other")),),
        call_it='<bpmn:callActivity id="call_it" calledElement="inside"/>',
    )  # fmt: skip
    case = town.open("deep", matter_code="T03001", other="T09999")
    assert [row.kind for row in town.incidents(case)] == ["off_list"]
    assert town.open_steps(town.open("deep", matter_code="T09999", other="T03001")) == ["errand"]


def test_a_task_is_not_handed_over_to_grid_staff_after_its_matter_left_the_list(rogue):
    case = rogue.open("rogue", matter_code="T03001")
    rogue.do(case, "ask", "tom")
    item = rogue.item(case, "errand")
    change(Matter, Matter.code == "T03001", until=rogue.hand.instant.date().replace(day=1))
    with pytest.raises(RoutingFailed, match="清单外") as refused, writing() as session:
        claims.hand_over(session, rogue.engine, item.id, rogue.who("fay"), rogue.user_id("finn"), "出差")
    assert refused.value.kind == "off_list"
    assert rogue.only(WorkItem, id=item.id).person_id is None
    assert rogue.entries(case, "hand_over") == []


@pytest.mark.parametrize(
    ("unit", "said"),
    [(None, "空值"), ("990101-nowhere", "990101-nowhere"), ("990101-closed", "已撤销"), ("880101-parks", "不属于本市")],
)
def test_a_task_for_a_unit_that_is_not_there_is_parked_and_goes_on_after_repair(town, unit, said):
    town.draw("routed", "start -> ask -> handle -> end", **town_tasks("ask"),
              handle=task("handle", role="handler", unit="lead"))  # fmt: skip
    case = town.open("routed", lead=unit)
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert incident.kind == "routing"
    assert said in incident.cause
    assert town.open_steps(case) == []
    change(Unit, Unit.code == (unit or "990101-parks"), city="here", closed_on=None)
    if unit in (None, "990101-nowhere"):
        return
    town.retry(incident)
    assert town.open_steps(case) == ["handle"]


@pytest.mark.parametrize("role", ["=next_role", "next_role", 'if next_role = "x" then null else next_role'])
def test_a_role_may_be_worked_out_when_the_task_arrives(town, role):
    town.draw("roled", "start -> ask -> check -> end; more -> end_more", **town_tasks("ask"),
              check=task("check", role=role), more=offer("more", "check"))  # fmt: skip
    case = town.open("roled", next_role="county_office")
    town.do(case, "ask", "tom")
    assert town.item(case, "check").role == town.only(MessageWait, case_id=case).role == "county_office"
    town.do(case, "check", "cora")
    assert town.instance(case).status == "finished"


@pytest.mark.parametrize(("given", "said"), [(None, "None"), ("emperor", "emperor"), (3, "3")])
def test_a_role_that_gives_none_of_the_citys_parks_its_task(town, given, said):
    town.draw("lost", "start -> ask -> check -> end", **town_tasks("ask"), check=task("check", role="=next_role"))
    case = town.open("lost", next_role=given)
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert (incident.kind, town.open_steps(case)) == ("routing", [])
    assert said in incident.cause


def test_an_offer_whose_role_is_worked_out_to_nothing_is_parked(town):
    town.draw("unsaid", "start -> ask -> end; object -> end_it", **town_tasks("ask"),
              object=offer("object", "ask", role="=next_role"))  # fmt: skip
    case = town.open("unsaid", next_role=None)
    (incident,) = town.incidents(case)
    assert (incident.element_id, incident.kind) == ("object", "routing")
    assert town.all(MessageWait, case_id=case) == []


def test_a_role_worked_out_to_grid_staff_is_guarded_by_the_matter_list(town):
    town.draw("guarded", "start -> ask -> check -> end", **town_tasks("ask"), check=task("check", role="=next_role"))
    case = town.open("guarded", next_role="field_worker", matter_code="T03002")
    town.do(case, "ask", "tom")
    assert [row.kind for row in town.incidents(case)] == ["off_list"]


@pytest.mark.parametrize("login", ["idle", "thea", None])
def test_a_task_for_a_person_who_may_not_work_here_is_parked(town, login):
    town.draw("personal", "start -> ask -> reply -> end", **town_tasks("ask"),
              reply=task("reply", role="town", person="who"))  # fmt: skip
    case = town.open("personal", who=login and town.user_id(login))
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert incident.kind == "routing"
    assert "不存在或已停用" in incident.cause
    if login == "idle":
        change(User, User.login == "idle", active=True)
        town.retry(incident)
        town.do(case, "reply", "idle")
        assert town.instance(case).status == "finished"


def test_a_title_that_cannot_be_read_parks_its_task_and_not_the_command_before_it(town):
    town.draw("titled", "start -> ask -> reply -> end", **town_tasks("ask"),
              reply=task("reply", role="town", title="1 +* 2"))  # fmt: skip
    case = town.open("titled")
    town.do(case, "ask", "tom")
    assert [row.kind for row in town.incidents(case)] == ["routing"]
    assert [row.status for row in town.all(WorkItem, case_id=case)] == ["done"]


def test_an_offer_nobody_can_be_given_is_parked_and_made_after_repair(town):
    town.draw("offering", "start -> ask -> end; object -> end_it", **town_tasks("ask"),
              object=offer("object", "ask", unit="lead", role="handler"))  # fmt: skip
    case = town.open("offering", lead="990101-closed")
    (incident,) = town.incidents(case)
    assert (incident.element_id, incident.kind) == ("object", "routing")
    change(Unit, Unit.code == "990101-closed", closed_on=None)
    town.retry(incident)
    assert town.only(MessageWait, case_id=case).role == "handler"
    assert town.incidents(case) == []


def test_what_is_parked_goes_when_the_case_goes_another_way(town):
    town.draw("leaving", "start -> p_two -> ask -> end_a; p_two -> lost -> end_b; gone -> end_c", **town_tasks("ask"),
              lost=task("lost", role="handler", unit="null"),
              gone=offer("gone", "lost", interrupts=True, role="town", unit='"990101001"'))  # fmt: skip
    case = town.open("leaving")
    (incident,) = town.incidents(case)
    town.offer(case, "gone", "tom")
    assert town.incidents(case) == []
    with pytest.raises(IncidentOver):
        town.retry(incident)
    assert town.open_steps(case) == ["ask"]


def test_an_incident_is_retried_once_however_many_press_the_button(rogue):
    case = rogue.open("rogue", matter_code="T09999")
    rogue.do(case, "ask", "tom")
    (incident,) = rogue.incidents(case)
    list_matter(rogue, "T09999")

    def press(_):
        with rogue.elsewhere() as other:
            try:
                other.retry(incident)
            except IncidentOver:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (1, 2))) == [False, True]
    assert rogue.open_steps(case) == ["errand"]


def test_another_city_sees_no_incident(rogue):
    case = rogue.open("rogue", matter_code="T09999")
    rogue.do(case, "ask", "tom")
    with pytest.raises(IncidentOver):
        rogue.retry(rogue.incidents(case)[0], "thea")
    assert len(rogue.incidents(case)) == 1


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (service("do_it", "limit_extend", {"days": "3"}, limit="handling"), "没有在计时"),
        (service("do_it", "limit_extend", {"days": '"three"'}, limit="handling"), "工作日数"),
        (service("do_it", "fly_to_the_moon"), "fly_to_the_moon"),
        (service("do_it", "close_case", {"state": '"eaten"'}), "eaten"),
        (service("do_it", "open_procedure", {"slug": '"nowhere"'}), "nowhere"),
    ],
)
def test_an_action_that_fails_parks_with_its_cause_and_the_task_before_it_is_done(town, drawn, said):
    town.draw("acting", "start -> ask -> do_it -> end", **town_tasks("ask"), do_it=drawn)
    case = town.open("acting")
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert (incident.element_id, incident.kind) == ("do_it", "node")
    assert said in incident.cause
    assert [row.status for row in town.all(WorkItem, case_id=case)] == ["done"]
    town.retry(incident)
    assert [row.cause for row in town.incidents(case)] == [incident.cause]
    town.audit_is_sound()


def test_an_action_that_fails_half_way_leaves_nothing_behind(town):
    loop = "start -> do_a -> x_more; x_more -> do_a [true]; x_more -> end *"
    town.draw("endless", loop, do_a=service("do_a", "set_values", {"n": "1"}))
    town.draw("opening", "start -> ask -> do_open -> end", **town_tasks("ask"),
              do_open=service("do_open", "open_procedure", {"slug": '"endless"'}))  # fmt: skip
    case = town.open("opening")
    town.do(case, "ask", "tom")
    assert [row.element_id for row in town.incidents(case)] == ["do_open"]
    assert [row.slug for row in town.all(Instance, case_id=case)] == ["opening"]
    assert [entry.action for entry in town.entries(case)] == ["open_case", "complete_task"]
    town.audit_is_sound()


def test_an_action_whose_result_no_case_can_keep_changes_nothing_and_notes_nothing(town):
    town.draw("grading", "start -> ask -> do_set -> end", **town_tasks("ask"),
              do_set=service("do_set", "set_values", {"level": '"I"', "span": "[1..3]"}))  # fmt: skip
    case = town.open("grading")
    town.do(case, "ask", "tom")
    assert [row.element_id for row in town.incidents(case)] == ["do_set"]
    assert town.only(Case, id=case).level is None
    assert "set" not in town.entries(case)[-1].changes


def test_a_retry_after_the_action_was_repaired_goes_on(town):
    town.draw("acting", "start -> ask -> do_open -> look -> end", **town_tasks("ask", "look"),
              do_open=service("do_open", "open_procedure", {"slug": '"later"'}))  # fmt: skip
    case = town.open("acting")
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    town.draw("later", "start -> reply -> end", **town_tasks("reply"))
    town.retry(incident)
    assert town.open_steps(case) == ["look", "reply"]
    assert town.only(Incident, id=incident.id).ended_at is not None


def test_a_message_wait_of_the_machine_is_no_offer_to_people(town):
    town.draw(
        "hearing", "start -> hear -> end",
        hear='<bpmn:intermediateCatchEvent id="hear"><bpmn:messageEventDefinition messageRef="reply"/>'
        "</bpmn:intermediateCatchEvent>",
    )  # fmt: skip
    case = town.open("hearing")
    wait = town.only(MessageWait, case_id=case)
    with pytest.raises(NotYours):
        town.take(wait.id, "tom")
