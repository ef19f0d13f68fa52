"""Many instances are migrated or retried one by one, and nobody decides alone what two must decide."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from toy_parts import task, town_tasks
from toy_town import decision

from gridflow.administration import batches, requests
from gridflow.administration.attention import Asked, asked_of
from gridflow.administration.errors import MayNotDecide, NothingToDo, ReasonMissing, RequestOver, SecondPersonNeeded
from gridflow.administration.instances import seen_instance
from gridflow.administration.queries import batch_lines, incident_page, refused_lines, request_lines
from gridflow.audit.models import OperationEntry
from gridflow.cases.models import Case, CaseKeptFrom
from gridflow.cases.viewer import viewer
from gridflow.db import db, writing
from gridflow.engine.errors import InstanceUnknown
from gridflow.engine.models import Instance
from gridflow.people.models import Post, Unit

PLAIN = "start -> ask -> look -> end"


@pytest.fixture
def staffed(town):
    """Two administrators and a process owner sit in the city office."""
    with writing() as session:
        unit = session.query(Unit).filter_by(code="990100").one()
        for login, role in (("cora", "administrator"), ("hugo", "administrator"), ("han", "process_owner")):
            user = town.user_id(login)
            session.add(Post(city="here", user_id=user, unit_id=unit.id, role=role, since=town.hand.instant.date()))
    return town


def see(town, login):
    with writing() as session:
        return viewer(session, town.office.cities, town.user_id(login))


def versions(town, slug):
    return [row.version_id for row in town.all(Instance, slug=slug)]


def test_every_running_case_of_a_version_goes_over_and_what_cannot_is_listed_with_its_reason(staffed):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    cases = [town.open("plain") for _ in range(5)]
    town.do(cases[0], "ask", "tom")
    town.do(cases[0], "look", "tom")
    town.do(cases[1], "ask", "tom")
    old = town.instance(cases[0]).version_id
    town.draw("plain", "start -> ask -> check -> end", **town_tasks("ask", "check"))
    new = town.instance(town.open("plain")).version_id
    cora = see(town, "cora")
    with writing() as session:
        batch = batches.migrate_all(session, cora, "plain", old, new, "修正")
    with writing() as session:
        (line,) = batch_lines(session, town.office, cora)
    assert (line.total, line.done, line.refused, line.percent) == (4, 0, 0, 0)
    town.work()
    with writing() as session:
        (line,) = batch_lines(session, town.office, cora, batch)
        (refused,) = refused_lines(session, cora, batch)
    assert (line.done, line.refused, line.percent) == (3, 1, 100)
    assert "“look”在新版本中没有" in refused.reasons[0]
    assert [town.instance(case).version_id for case in cases] == [old, old, new, new, new]
    assert [entry.changes["batch"] for entry in town.entries(cases[2], "migrate")] == [batch]
    assert town.entries(cases[2], "migrate")[0].actor == town.user_id("cora")
    town.audit_is_sound()


def test_a_batch_needs_a_reason_and_something_to_do(staffed):
    staffed.draw("plain", PLAIN, **town_tasks("ask", "look"))
    cora = see(staffed, "cora")
    with pytest.raises(NothingToDo), writing() as session:
        batches.migrate_all(session, cora, "plain", "x", "y", "修正")
    with pytest.raises(ReasonMissing), writing() as session:
        batches.retry_all(session, cora, ["x"], " ")


def test_parked_steps_are_retried_together_after_their_decision_was_repaired(staffed):
    town = staffed
    broken = decision("grade", [(0, "area")], ["level"], [('"big"', "1")] * 2).replace("FIRST", "UNIQUE")
    town.draw("graded", "start -> ask -> rule_grade -> end", tables=(("grade", broken),), **town_tasks("ask"))
    cases = [town.open("graded", area=area) for area in ("big", "big", "big")]
    for case in cases:
        town.do(case, "ask", "tom")
    old = town.instance(cases[0]).version_id
    mended = decision("grade", [(0, "area")], ["level"], [('"big"', "2")])
    town.draw("graded", "start -> ask -> rule_grade -> end", tables=(("grade", mended),), **town_tasks("ask"))
    new = town.instance(town.open("graded", area="big")).version_id
    cora = see(town, "cora")
    with writing() as session:
        page = incident_page(session, town.office, cora, "graded", 1)
    assert [(each.slug, each.count) for each in page.hanging] == [("graded", 3)]
    with writing() as session:
        batches.migrate_all(session, cora, "graded", old, new, "修正决策表")
    town.work()
    with writing() as session:
        batches.retry_all(session, cora, [each.id for each in page.lines], "已修正")
    town.work()
    assert [town.instance(case).status for case in cases] == ["finished"] * 3
    with writing() as session:
        assert incident_page(session, town.office, cora, "", 1).lines == []
    town.audit_is_sound()


def test_whoever_asks_does_not_approve_and_one_decision_is_enough(staffed):
    town = staffed
    town.draw("plain", PLAIN, ask=task("ask", role="town", limit="hour"), **town_tasks("look"))
    case = town.open("plain")
    cora, hugo, tom = (see(town, login) for login in ("cora", "hugo", "tom"))
    with writing() as session:
        request = requests.ask(session, town.office, cora, "cancel", town.instance(case).id, {}, "重复登记")
    with pytest.raises(SecondPersonNeeded), writing() as session:
        requests.approve(session, town.office, cora, request)
    with pytest.raises(MayNotDecide), writing() as session:
        requests.approve(session, town.office, tom, request)
    with writing() as session:
        assert [line.decidable for line in request_lines(session, town.office, hugo)] == [True]
        assert request_lines(session, town.office, tom) == []
    with writing() as session:
        requests.approve(session, town.office, hugo, request)
    with pytest.raises(RequestOver), writing() as session:
        requests.decline(session, hugo, request)
    assert town.instance(case).status == "cancelled"
    assert town.only(Case, id=case).state == "ended"
    (entry,) = town.entries(case, "cancel")
    assert (entry.actor, entry.changes["asked_by"]) == (town.user_id("hugo"), town.user_id("cora"))
    town.audit_is_sound()


def test_a_declined_request_changes_nothing_but_the_record(staffed):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    cora, hugo = see(town, "cora"), see(town, "hugo")
    with writing() as session:
        request = requests.ask(session, town.office, cora, "cancel", town.instance(case).id, {}, "重复登记")
    with writing() as session:
        requests.decline(session, hugo, request)
    assert town.open_steps(case) == ["ask"]
    assert [entry.action for entry in town.entries(case)] == ["open_case", "ask_cancel", "decline_cancel"]
    db.session.remove()


def test_a_paused_batch_begins_nothing_and_when_it_goes_on_does_each_case_once(staffed):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    cases = [town.open("plain") for _ in range(3)]
    cora, thea = see(town, "cora"), see(town, "thea")
    with writing() as session:
        batch = batches.halt_all(session, cora, "suspend", "plain", None, "停电检修")
        batches.pause(session, thea, batch)
    with writing() as session:
        assert batch_lines(session, town.office, cora)[0].paused_at is None, "another city's hand changes nothing"
        batches.pause(session, cora, batch)
    town.work()
    assert [town.instance(case).status for case in cases] == ["running"] * 3
    for _ in range(2):
        with writing() as session:
            batches.go_on(session, cora, batch)
            batches.pause(session, cora, batch)
    with writing() as session:
        batches.go_on(session, cora, batch)
    town.work()
    assert [town.instance(case).status for case in cases] == ["suspended"] * 3
    assert [len(town.entries(case, "suspend")) for case in cases] == [1] * 3
    with writing() as session:
        (line,) = batch_lines(session, town.office, cora)
    assert (line.done, line.refused, line.percent, line.paused_at) == (3, 0, 100, None)
    logged = [row.action for row in town.all(OperationEntry, subject=batch)]
    assert sorted(logged) == ["begin_batch", *["continue_batch"] * 3, *["pause_batch"] * 3]
    town.audit_is_sound()


def test_only_the_cases_of_one_version_are_suspended_and_one_that_was_already_says_so(staffed):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    old, halted = town.open("plain"), town.open("plain")
    version = town.instance(old).version_id
    town.draw("plain", "start -> ask -> check -> end", **town_tasks("ask", "check"))
    new, cora = town.open("plain"), see(town, "cora")
    with writing() as session:
        batch = batches.halt_all(session, cora, "suspend", "plain", version, "规则有误")
        town.engine.suspend(session, town.instance(halted).id, cora.actor, {"reason": "单独暂停"})
    town.work()
    assert [town.instance(case).status for case in (old, halted, new)] == ["suspended", "suspended", "running"]
    with writing() as session:
        (refused,) = refused_lines(session, cora, batch)
    assert "单独暂停" in refused.reasons[0]
    with writing() as session:
        batches.halt_all(session, cora, "resume", "plain", None, "已更正")
    town.work()
    assert [town.instance(case).status for case in (old, halted, new)] == ["running"] * 3
    with pytest.raises(NothingToDo), writing() as session:
        batches.halt_all(session, cora, "resume", "plain", None, "已更正")


def test_whoever_decides_on_nothing_is_told_nothing(staffed):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    cora, hugo, han, tom, thea = (see(town, login) for login in ("cora", "hugo", "han", "tom", "thea"))
    with writing() as session:
        requests.ask(session, town.office, cora, "cancel", town.instance(case).id, {}, "重复登记")
        assert asked_of(session, tom) is None
        assert asked_of(session, thea) is None
        assert asked_of(session, cora) == Asked(0, None)
        for each in (hugo, han):
            found = asked_of(session, each)
            assert (found.count, found.late) == (1, False)
    town.hand.advance(timedelta(hours=25))
    with writing() as session:
        assert asked_of(session, hugo).late
        assert [line.late for line in request_lines(session, town.office, hugo)] == [True]


def test_a_second_person_a_case_is_kept_from_neither_hears_of_a_request_nor_decides_on_it(staffed, capsys):
    town = staffed
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    cora, hugo, han = (see(town, login) for login in ("cora", "hugo", "han"))
    with writing() as session:
        request = requests.ask(session, town.office, cora, "cancel", town.instance(case).id, {}, "重复登记")
        session.execute(update(Case).values(restricted=True))
        session.add(CaseKeptFrom(city="here", case_id=case, user_id=hugo.user.id, at=town.hand.instant))
    with writing() as session:
        assert asked_of(session, hugo) == Asked(0, None)
        assert asked_of(session, han).count == 1
        assert request_lines(session, town.office, hugo) == []
    town.work()
    told = capsys.readouterr().out
    assert "han@example.org · 【待批】终止流程" in told
    assert "hugo@example.org" not in told
    with pytest.raises(RequestOver), writing() as session:
        requests.approve(session, town.office, hugo, request)
    with pytest.raises(InstanceUnknown), writing() as session:
        requests.ask(session, town.office, hugo, "cancel", town.instance(case).id, {}, "重复登记")
    with pytest.raises(InstanceUnknown), writing() as session:
        seen_instance(session, hugo, town.instance(case).id)
    with writing() as session:
        requests.approve(session, town.office, han, request)
    assert town.instance(case).status == "cancelled"
