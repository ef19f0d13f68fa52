"""An instance goes over to another version with everything that waits, or stays where it is."""

import pytest
from sketch import contract, process
from sqlalchemy import select
from toy_parts import limit_timer, offer, service, task, town_tasks
from toy_town import decision

from gridflow.db import db, writing
from gridflow.engine.claims import hand_over
from gridflow.engine.errors import OperationRefused, UndoTooLate
from gridflow.engine.jobs import add_job
from gridflow.engine.models import Definition, DefinitionVersion, Job, Limit, MessageWait, TimerDue, WorkItem
from gridflow.engine.operations.keeping import forget_old
from gridflow.engine.operations.models import Migration

WHY = {"reason": "新版修正了流程"}
PLAIN = "start -> ask -> look -> end"


def newest(town, slug):
    with writing() as session:
        return session.scalar(select(Definition.in_force).where(Definition.slug == slug, Definition.city == "here"))


def migrate(town, case, slug=None, version=None):
    instance = town.instance(case, slug)
    version = version or newest(town, instance.slug)
    with writing() as session:
        town.engine.migrate(session, instance.id, version, town.who("cora"), WHY)


def undo(town, case):
    with writing() as session:
        town.engine.undo_migration(session, town.instance(case).id, town.who("cora"), WHY)


def refused(town, case):
    before = town.instance(case)
    with pytest.raises(OperationRefused) as error:
        migrate(town, case)
    version, actor = newest(town, before.slug), town.who("cora")
    with writing() as session:
        reasons = town.engine.check_migration(session, before.id, version, actor)
    assert reasons == error.value.reasons
    assert (town.instance(case).version_id, town.instance(case).row_version) == (before.version_id, before.row_version)
    return " ".join(reasons)


def test_a_migrated_instance_goes_on_by_the_new_diagram_and_its_record_names_both_versions(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain", level="2")
    item = town.item(case, "ask")
    town.draw("plain", "start -> ask -> check -> look -> end", **town_tasks("ask", "check", "look"))
    migrate(town, case)

    assert town.item(case, "ask").id == item.id
    assert town.instance(case).version_id == newest(town, "plain")
    (entry,) = town.entries(case, "migrate")
    assert entry.changes["version"] == [1, 2]
    assert entry.changes["reason"] == "新版修正了流程"
    town.do(case, "ask", "tom", answer="yes")
    assert town.open_steps(case) == ["check"]
    town.do(case, "check", "tom")
    town.do(case, "look", "tom")
    assert town.result(case) == {"level": "2", "answer": "yes"}
    town.audit_is_sound()


def test_a_migration_is_undone_until_the_next_step(town):
    town.draw("plain", "start -> ask -> look -> end; object -> end_b", **town_tasks("look"),
              ask=task("ask", role="town", limit="hour", remind="50"),
              object=offer("object", "ask", role="town", unit='"990101001"'))  # fmt: skip
    case = town.open("plain", level="2")
    tables = (WorkItem, TimerDue, MessageWait, Limit)
    before = [{c.key: getattr(row, c.key) for c in model.__table__.columns} for model in tables
              for row in town.all(model, case_id=case)]  # fmt: skip
    blob, first = town.instance(case).blob, town.instance(case).version_id
    town.draw("plain", "start -> ask -> check -> end", **town_tasks("check"),
              ask=task("ask", role="county_office", limit="hour"))  # fmt: skip
    migrate(town, case)
    assert town.item(case, "ask").role == "county_office"
    assert town.all(MessageWait, case_id=case) == []
    undo(town, case)

    instance = town.instance(case)
    assert (instance.blob, instance.version_id) == (blob, first)
    after = [{c.key: getattr(row, c.key) for c in model.__table__.columns} for model in tables
             for row in town.all(model, case_id=case) if getattr(row, "status", "open") == "open"]  # fmt: skip
    assert after == before
    assert town.entries(case, "undo_migration")[0].changes["version"] == [2, 1]
    with pytest.raises(UndoTooLate):
        undo(town, case)
    town.do(case, "ask", "tom")
    assert town.open_steps(case) == ["look"]
    town.audit_is_sound()


def test_a_migration_is_not_undone_after_the_next_step_and_what_was_kept_for_it_goes(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    town.draw("plain", "start -> ask -> check -> look -> end", **town_tasks("ask", "check", "look"))
    migrate(town, case)
    with writing() as session:
        assert forget_old(session) == 0
    town.do(case, "ask", "tom")
    with pytest.raises(UndoTooLate):
        undo(town, case)
    with writing() as session:
        assert forget_old(session) == 1
    assert town.only(Migration, case_id=case).blob is None


def test_an_undone_migration_leaves_what_happened_since_beside_the_diagram(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    town.draw("plain", "start -> ask -> check -> look -> end", **town_tasks("ask", "check", "look"))
    migrate(town, case)
    item, tom, tess = town.item(case, "ask"), town.who("tom"), town.user_id("tess")
    with writing() as session:
        hand_over(session, town.engine, item.id, tom, tess, "请假")
    with writing() as session:
        add_job(session, "push", "here", {}, case_id=case, instance_id=item.instance_id)
    with writing() as session:
        town.engine.service_failed(session, town.only(Job, kind="push"), "平台不通")
    undo(town, case)
    assert town.item(case, "ask").person_id == tess
    assert [(row.kind, row.cause) for row in town.incidents(case)] == [("background", "平台不通")]
    assert town.only(Migration, case_id=case).rows is None
    town.do(case, "ask", "tess")
    assert town.open_steps(case) == ["look"]


def test_a_repaired_decision_lets_a_parked_step_go_on(town):
    twice = [('"big"', "1"), ('"big"', "2")]
    broken = decision("grade", [(0, "area")], ["level"], twice).replace("FIRST", "UNIQUE")
    drawn = "start -> ask -> rule_grade -> x_ok; x_ok -> look [level > 1]; x_ok -> reply *; look -> end; reply -> end"
    town.draw("graded", drawn, tables=(("grade", broken),), **town_tasks("ask", "look", "reply"))
    case = town.open("graded", area="big")
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    mended = decision("grade", [(0, "area")], ["level"], [('"big"', "2")])
    town.draw("graded", drawn, tables=(("grade", mended),), **town_tasks("ask", "look", "reply"))
    town.retry(incident)
    (incident,) = town.incidents(case)
    migrate(town, case)
    assert [row.id for row in town.incidents(case)] == [incident.id]
    town.retry(incident)
    assert [row.cause for row in town.incidents(case)] == []
    assert town.open_steps(case) == ["look"]
    assert [entry.changes["decisions"][0]["gave"] for entry in town.entries(case, "retry")[1:]] == [{"level": "2"}]
    town.audit_is_sound()


def test_what_waits_must_stand_in_the_new_diagram_with_the_same_kind(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    town.draw("plain", "start -> other -> look -> end", **town_tasks("other", "look"))
    assert "“ask”在新版本中没有" in refused(town, case)
    town.draw("plain", "start -> ask -> look -> end", **town_tasks("look"), ask=service("ask", "archive_case"))
    assert "换了类型" in refused(town, case)


def test_a_step_that_is_gone_before_the_one_that_waits_does_not_matter(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain", x=1)
    town.do(case, "ask", "tom", y=2)
    town.draw("plain", "start -> look -> end", **town_tasks("look"))
    migrate(town, case)
    town.do(case, "look", "tom")
    assert town.result(case) == {"x": 1, "y": 2}


def test_a_call_a_multi_instance_and_a_limit_in_the_changed_diagram_stand_against_it(town):
    inner = process(
        "inside", "begin -> errand -> over", contract(takes=()), begin='<bpmn:startEvent id="begin"/>',
        over='<bpmn:endEvent id="over"/>', errand=task("errand", role="town"),
    )  # fmt: skip
    twice = "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
    parts = {
        "each": task("each", f"<bpmn:multiInstanceLoopCharacteristics>{twice}</bpmn:multiInstanceLoopCharacteristics>",
                     role="town"),
        "call_it": '<bpmn:callActivity id="call_it" calledElement="inside"/>',
        "ask": task("ask", role="town", limit="hour"),
        "late": limit_timer("late", "ask", "hour"),
    }  # fmt: skip
    drawn = "start -> ask -> each -> call_it -> look -> end; late -> end_b"
    town.draw("nested", drawn, inner=(inner,), **parts, **town_tasks("look"))
    case = town.open("nested")
    town.draw("nested", drawn.replace("look", "look -> more"), inner=(inner,), **parts, **town_tasks("look", "more"))
    assert "时限“late”还没有到期" in refused(town, case)
    town.do(case, "ask", "tom")
    assert "多实例" in refused(town, case)
    town.do(case, "each", "tom")
    town.do(case, "each", "tom")
    assert "正在调用流程" in refused(town, case)
    town.do(case, "errand", "tom")
    migrate(town, case)
    town.do(case, "look", "tom")
    assert town.open_steps(case) == ["more"]


def test_a_limit_keeps_its_row_when_only_words_and_tables_change(town):
    ask = task("ask", role="town", limit="hour")
    late = limit_timer("late", "ask", "hour")
    town.draw("plain", "start -> ask -> end; late -> end_b", ask=ask, late=late)
    case = town.open("plain")
    (limit,) = town.limits(case, "hour")
    named = task("ask", role="town", limit="hour", title='"请尽快"')
    town.draw("plain", "start -> ask -> end; late -> end_b", ask=named, late=late)
    migrate(town, case)
    assert town.item(case, "ask").title == "请尽快"
    assert town.item(case, "ask").limit_id == limit.id
    assert [row.id for row in town.limits(case, "hour")] == [limit.id]
    assert town.limits(case, "hour")[0].due == limit.due
    assert len(town.timers(case)) == 1


def test_a_boundary_event_is_added_and_taken_away_around_a_waiting_step(town):
    plain = {"ask": task("ask", role="town")}
    more = {**plain, "object": offer("object", "ask", role="town", unit='"990101001"'), **town_tasks("note")}
    town.draw("plain", "start -> ask -> look -> end", **plain, **town_tasks("look"))
    case = town.open("plain", x=1)
    item = town.item(case, "ask")
    town.draw("plain", "start -> ask -> look -> end; object -> note -> end_b", **more, **town_tasks("look"))
    migrate(town, case)
    assert town.item(case, "ask").id == item.id
    town.offer(case, "object", "tom", why="late")
    town.do(case, "note", "tom", ruling="upheld")
    assert len(town.all(MessageWait, case_id=case)) == 1
    town.draw("plain", "start -> ask -> look -> end", **plain, **town_tasks("look"))
    migrate(town, case)
    assert town.all(MessageWait, case_id=case) == []
    town.do(case, "ask", "tom", y=2)
    town.do(case, "look", "tom")
    assert {"x": 1, "y": 2, "ruling": "upheld"}.items() <= town.result(case).items()
    town.audit_is_sound()


def test_a_parallel_region_that_is_drawn_differently_stands_against_it(town):
    town.draw("plain", "start -> ask -> end", **town_tasks("ask"))
    case = town.open("plain")
    town.draw("plain", "start -> p_two -> ask -> p_join -> end; p_two -> more -> p_join", **town_tasks("ask", "more"))
    assert "并行汇合" in refused(town, case)
    town.draw("split", "start -> p_two -> one -> p_join -> end; p_two -> two -> p_join", **town_tasks("one", "two"))
    case = town.open("split")
    town.do(case, "one", "tom")
    town.draw("split", "start -> p_two -> one -> p_join -> end; p_two -> two -> p_join; p_two -> three -> p_join",
              **town_tasks("one", "two", "three"))  # fmt: skip
    assert "汇合" in refused(town, case)
    town.draw("split", "start -> p_two -> one -> p_join -> end; p_two -> two -> p_join; end",
              one=task("one", role="town"), two=task("two", role="town", title='"第二"'))  # fmt: skip
    migrate(town, case)
    town.do(case, "two", "tom", b=2)
    assert town.result(case) == {"b": 2}


def test_what_waits_at_an_inclusive_join_stands_against_other_ways_into_it(town):
    drawn = "start -> p_s; p_s -> a -> o_j; p_s -> b -> o_j; p_s -> c -> o_j; o_j -> show -> end"
    town.draw("joined", drawn, **town_tasks("a", "b", "c", "show"))
    case = town.open("joined")
    town.do(case, "a", "tom", x=1)
    town.do(case, "b", "tom", y=2)
    town.draw("joined", drawn.replace("-> a", "-> a2").replace("-> b", "-> b2"),
              **town_tasks("a2", "b2", "c", "show"))  # fmt: skip
    assert "“o_j”处等待" in refused(town, case)
    town.draw("joined", drawn.replace("-> end", "-> last -> end"), **town_tasks("a", "b", "c", "show", "last"))
    migrate(town, case)
    town.do(case, "c", "tom", z=3)
    town.do(case, "show", "tom")
    assert town.open_steps(case) == ["last"]
    town.do(case, "last", "tom")
    assert town.result(case) == {"x": 1, "y": 2, "z": 3}


def test_a_flow_drawn_again_beside_another_stands_against_going_on_while_its_join_waits(town):
    drawn = "start -> p_s; p_s -> p_j; p_s -> p_j; p_s -> slow -> p_j; p_j -> end"
    town.draw("beside", drawn, **town_tasks("slow"))
    case = town.open("beside")
    town.draw("beside", "start -> p_s; p_s -> slow -> p_j; p_s -> p_j; p_s -> p_j; p_j -> end", **town_tasks("slow"))
    assert "“p_j”处等待" in refused(town, case)
    town.do(case, "slow", "tom")
    assert town.instance(case).status == "finished"


def test_another_procedure_or_the_same_version_is_no_version_to_go_to(town):
    town.draw("plain", PLAIN, **town_tasks("ask", "look"))
    town.draw("other", PLAIN, **town_tasks("ask", "look"))
    case = town.open("plain")
    for version in (newest(town, "other"), newest(town, "plain"), "nonsense"):
        with pytest.raises(OperationRefused):
            migrate(town, case, version=version)
    assert len(town.all(DefinitionVersion)) == 2
    db.session.remove()
