from datetime import datetime, timedelta

import pytest
from case import BEGIN, Case, Desk
from sketch import boundary, catch, diagram, process, sub, timer

from gridflow.clock import SHANGHAI
from gridflow.engine.runtime.faults import TaskNotWaiting, TimerNotDue

DAY = timedelta(days=1)


def limited(**gridflow):
    """A host with two timers of one limit and a loop of rework."""
    late = boundary("late", "host", timer("limit.handling.due"), limit="handling", **gridflow)
    return diagram(
        process(
            "p",
            "start -> x_m -> host -> check -> x_g; x_g -> x_m [again]; x_g -> end *; late -> supervise -> end_s",
            host=sub("host", "start_h -> handle -> end_h"),
            late=late,
        )
    )


def test_a_limit_timer_takes_its_instant_from_the_limit_and_follows_it_both_ways(stored):
    desk = Desk(limits={"handling": BEGIN + 5 * DAY})
    case = Case(limited(), stored=stored, desk=desk)
    assert case.one("timers", "late").due == BEGIN + 5 * DAY
    assert case.one("timers", "late").name == "handling"
    case.move_limit("handling", BEGIN + 10 * DAY)
    case.later(days=6)
    assert case.names == ["handle"]
    case.move_limit("handling", BEGIN + 3 * DAY)
    assert case.names == ["handle"], "even an instant in the past fires only when the due table says so"
    case.later(minutes=0)
    assert case.names == ["handle", "supervise"]
    case.later(days=30)
    assert case.names == ["handle", "supervise"], "once per due"


def test_a_limit_timer_that_fired_is_armed_again_when_the_limit_is_moved_later(stored):
    desk = Desk(limits={"handling": BEGIN + DAY})
    case = Case(limited(), stored=stored, desk=desk)
    case.later(days=1)
    assert case.all("timers") == []
    case.move_limit("handling", BEGIN + DAY)
    assert case.all("timers") == [], "a due that is not later than now does not fire again"
    case.move_limit("handling", BEGIN + 3 * DAY)
    assert case.one("timers", "late").due == BEGIN + 3 * DAY
    case.do("supervise")
    case.later(days=2)
    assert case.names == ["handle", "supervise"]
    case.do("handle")
    assert case.names == ["check"]
    desk.limits["handling"] = desk.now() + 9 * DAY
    case.do("check", again=True)
    assert case.one("timers", "late").due == desk.now() + 9 * DAY


def test_a_timer_whose_limit_has_no_instant_waits_for_one(stored):
    case = Case(limited(), stored=stored)
    assert case.one("timers", "late").due is None
    assert case.causes == []
    case.later(days=300)
    assert case.names == ["handle"]
    case.move_limit("handling", case.desk.now() + DAY)
    case.later(days=1)
    assert case.names == ["handle", "supervise"]


def test_a_timer_never_fires_by_itself_nor_before_its_instant(stored):
    xml = diagram(process("p", "start -> wait -> after -> end", wait=catch("wait", timer("PT2H", "timeDuration"))))
    case = Case(xml, stored=stored)
    task_id = case.one("timers", "wait").task_id
    with pytest.raises(TimerNotDue):
        case.run.fire(task_id)
    case.desk.instant += timedelta(hours=3)
    case.go()
    assert case.names == []
    case.fire("wait")
    assert case.names == ["after"]
    with pytest.raises(TaskNotWaiting):
        case.run.fire(task_id)


@pytest.mark.parametrize(
    ("text", "kind", "due"),
    [
        ('@"2026-03-05T09:00:00+08:00"', "timeDate", datetime(2026, 3, 5, 9, tzinfo=SHANGHAI)),
        ('date("2026-03-05")', "timeDate", datetime(2026, 3, 5, tzinfo=SHANGHAI)),
        ('"2026-03-05T09:00:00"', "timeDate", datetime(2026, 3, 5, 9, tzinfo=SHANGHAI)),
        ("begun + days", "timeDate", BEGIN + 3 * DAY),
        ("P1M", "timeDuration", datetime(2026, 4, 2, 9, tzinfo=SHANGHAI)),
        ("P1DT30M", "timeDuration", BEGIN + DAY + timedelta(minutes=30)),
        ("days", "timeDuration", BEGIN + 3 * DAY),
        ('duration("P2M")', "timeDuration", datetime(2026, 5, 2, 9, tzinfo=SHANGHAI)),
        ('"PT" + string(hours) + "H"', "timeDuration", BEGIN + timedelta(hours=4)),
    ],
)
def test_the_text_of_a_timer_gives_its_instant(stored, text, kind, due):
    xml = diagram(process("p", "start -> wait -> end", wait=catch("wait", timer(text, kind))))
    case = Case(xml, stored=stored, data={"begun": BEGIN, "days": 3 * DAY, "hours": 4})
    assert case.one("timers").due == due


def test_a_month_from_the_last_of_january_ends_in_february(stored):
    xml = diagram(process("p", "start -> wait -> end", wait=catch("wait", timer("P1M", "timeDuration"))))
    desk = Desk()
    desk.instant = datetime(2026, 1, 31, 9, tzinfo=SHANGHAI)
    assert Case(xml, stored=stored, desk=desk).one("timers").due == datetime(2026, 2, 28, 9, tzinfo=SHANGHAI)


def cycling(text):
    remind = boundary("remind", "host", timer(text, "timeCycle"))
    return diagram(process("p", "start -> host -> end; remind -> look -> end_r", remind=remind))


def test_a_cycle_that_is_late_fires_once_and_counts_from_then(stored):
    case = Case(cycling('last + duration("PT1H")'), stored=stored)
    assert case.one("timers").due == BEGIN + timedelta(hours=1)
    case.later(hours=7)
    assert case.names == ["host", "look"]
    assert case.one("timers").due == BEGIN + timedelta(hours=8)
    case.later(minutes=59)
    assert case.names.count("look") == 1
    case.later(minutes=1)
    assert case.names.count("look") == 2
    case.do("look")
    case.do("look")
    case.do("host")
    assert case.run.finished


def test_a_cycle_ends_when_there_is_no_next_instant(stored):
    case = Case(cycling('if last < @"2026-03-02T11:00:00+08:00" then last + duration("PT1H") else null'), stored=stored)
    for _ in range(5):
        case.later(hours=1)
    assert case.names.count("look") == 2
    assert case.all("timers") == []
    assert case.causes == []


def test_a_cycle_that_does_not_go_forward_is_an_incident_and_not_a_storm(stored):
    case = Case(cycling('@"2026-03-02T10:00:00+08:00"'), stored=stored)
    case.later(hours=3)
    assert case.names == ["host", "look"]
    assert "晚于 last" in case.causes[0]
    case.do("look")
    case.do("host")
    assert case.run.finished, "the incident does not hold up its host"
