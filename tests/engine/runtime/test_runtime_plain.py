from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import orjson
import pytest
from case import BEGIN, Case, Desk
from sketch import diagram, process, sub

from gridflow.engine.errors import RunawayLoop
from gridflow.engine.runtime.faults import StateUnreadable, TaskNotWaiting, ValueRefused
from gridflow.engine.runtime.run import Run
from gridflow.feel import Months

REPORT = diagram(
    process("p", "start -> report -> x_ok; x_ok -> handle [ok]; x_ok -> refuse *; handle -> end; refuse -> end_no")
)


def test_a_case_goes_from_task_to_task_and_ends(stored):
    case = Case(REPORT, stored=stored)
    assert case.names == ["report"]
    case.do("report", ok=True, count=Decimal("2.50"))
    assert case.data("handle") == {"ok": True, "count": Decimal("2.50")}
    case.do("handle", done=date(2026, 3, 3))
    assert case.run.finished
    assert case.run.ended_at == ("end",)
    assert case.run.data == {"ok": True, "count": Decimal("2.50"), "done": date(2026, 3, 3)}


def test_the_trail_names_elements_and_flows_in_order(stored):
    case = Case(REPORT, stored=stored)
    case.do("report", ok=False)
    completed = [step.element_id for step in case.trail if step.what == "completed"]
    assert completed == ["start", "report", "x_ok"]
    assert case.flows == ["f0_start_report", "f1_report_x_ok", "f3_x_ok_refuse"]
    assert {step.process_id for step in case.trail} == {"p"}
    assert [step.element_id for step in case.trail if step.what == "entered"][-1] == "refuse"


def test_a_task_is_completed_once_only(stored):
    case = Case(REPORT, stored=stored)
    task_id = case.one("humans", "report").task_id
    case.do("report", ok=True)
    with pytest.raises(TaskNotWaiting):
        case.run.complete(task_id, {})
    with pytest.raises(TaskNotWaiting):
        case.run.complete("never", {})


def test_a_loop_without_a_wait_is_stopped():
    xml = diagram(
        process("p", "start -> ask -> x_merge; x_merge -> x_again; x_again -> x_merge [true]; x_again -> end *")
    )
    case = Case(xml)
    case.run.complete(case.one("humans").task_id, {})
    with pytest.raises(RunawayLoop):
        case.run.advance()


def test_a_service_task_waits_until_its_work_is_done(stored):
    case = Case(diagram(process("p", "start -> do_issue -> read -> end")), stored=stored)
    assert [w.element_id for w in case.all("services")] == ["do_issue"]
    assert case.names == []
    case.serve("do_issue", number="5")
    assert case.data("read") == {"number": "5"}


def test_a_decision_sets_its_outputs(stored):
    desk = Desk(decisions={"level": lambda data: {"level": data["size"] * 2, "urgent": False}})
    case = Case(diagram(process("p", "start -> ask -> rule_level -> show -> end")), stored=stored, desk=desk)
    case.do("ask", size=4)
    assert case.data("show") == {"size": 4, "level": 8, "urgent": False}


EVERYTHING = {
    "nothing": None,
    "yes": True,
    "one": 1,
    "huge": 2**80,
    "number": Decimal("1.10"),
    "text": "乱丢垃圾 \U0001f600 \\u0000",
    "day": date(2026, 3, 2),
    "clock": time(9, 30),
    "instant": datetime(2026, 3, 2, 9, 30, 0, 5, tzinfo=UTC),
    "span": timedelta(days=-1, microseconds=3),
    "months": Months(14),
    "list": [1, [Decimal(2), {"a": None}], []],
    "context": {"": 1, "~d": "2026-03-02", "~": {"~m": [["a", 1]]}, "typename": "Task"},
    "typename": "datetime",
    "~D": "not a date",
    "__class__": "x",
}


def test_every_kind_of_value_survives_storage_unchanged():
    case = Case(REPORT)
    case.do("report", ok=True, **EVERYTHING)
    found = case.data("handle")
    del found["ok"]
    assert found == EVERYTHING
    assert [type(value) for value in found.values()] == [type(value) for value in EVERYTHING.values()]
    assert str(found["number"]) == "1.10"


NAIVE = BEGIN.replace(tzinfo=None)
NO_NUMBERS = [float("nan"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity")]


@pytest.mark.parametrize("value", [object(), {1, 2}, b"x", NAIVE, *NO_NUMBERS, {1: 2}, "\ud800", [print], 1j])
def test_a_value_that_cannot_be_kept_is_refused_and_changes_nothing(value):
    case = Case(REPORT)
    with pytest.raises(ValueRefused):
        case.do("report", ok=True, evil=value)
    assert case.names == ["report"]
    assert "evil" not in case.data("report")


def test_values_nested_too_deep_are_refused():
    deep = []
    for _ in range(200):
        deep = [deep]
    with pytest.raises(ValueRefused):
        Case(REPORT).do("report", deep=deep)


def test_what_the_caller_keeps_is_not_what_the_case_keeps(stored):
    case = Case(REPORT, stored=stored)
    photos = ["a"]
    case.do("report", ok=True, photos=photos)
    photos.append("b")
    assert case.data("handle")["photos"] == ["a"]


def test_unreadable_state_is_refused_with_a_reason():
    case = Case(REPORT)
    other = Case(diagram(process("p", "start -> elsewhere -> end")))
    for blob in (b"", b"3J{}", b"2J{}", b"1J{", b"1Zxx", case.blob[:-9]):
        with pytest.raises(StateUnreadable):
            Run.restore(case.specs, blob, case.desk)
    with pytest.raises(StateUnreadable, match="版本不符"):
        Run.restore(other.specs, case.blob, case.desk)


def test_a_big_state_is_deflated():
    case = Case(REPORT)
    case.do("report", ok=True, text="长" * 50_000)
    assert len(case.blob) < 2_000
    assert case.data("handle")["text"] == "长" * 50_000


def test_a_sub_process_works_on_the_variables_around_it(stored):

    xml = diagram(process("p", "start -> ask -> box -> show -> end", box=sub("box", "start_in -> inner -> end_in")))
    case = Case(xml, stored=stored)
    case.do("ask", x=1)
    assert case.one("humans").process_id == "p"
    case.do("inner", y=2)
    assert case.data("show") == {"x": 1, "y": 2}


def test_a_state_stored_in_the_format_before_is_read():
    """It has the variables inside a sub-process whole, not as the difference to those around it."""
    xml = diagram(process("p", "start -> ask -> box -> show -> end", box=sub("box", "start_in -> inner -> end_in")))
    case = Case(xml)
    case.do("ask", x=1)
    state = orjson.loads(case.blob[2:])
    ((_, _, inside),) = state["s"]
    assert inside["r"][0][7:] == []
    inside["r"][0].append({"x": 1})
    restored = Run.restore(case.specs, b"1J" + orjson.dumps(state), case.desk)
    assert restored.encode() == case.blob
    assert restored.waiting().humans[0].data == {"x": 1}
