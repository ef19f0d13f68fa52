"""Time limits through the commands: rows, timers, reminders and due instants always tell the same."""

from datetime import datetime, timedelta
from xml.sax.saxutils import escape

import pytest
from sketch import boundary, call, contract, items, process, sub, timer
from toy_parts import limit_timer, offer, service, task, town_tasks
from toy_town import china, decision

from gridflow.calendars import Days
from gridflow.cases.jobs import follow_calendar
from gridflow.db import writing
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.people.calendars import load_notice, shut

FIVE_DAYS = china("2026-03-09T17:00")  # five working days after Monday 2 March
EIGHT_DAYS = china("2026-03-12T17:00")
FOUR_FIFTHS = china("2026-03-06T15:36")
FOUR_FIFTHS_OF_EIGHT = china("2026-03-11T10:24")


@pytest.fixture
def handling(town):
    """A task of five working days with everything that can happen to its limit offered beside it."""
    acts = {
        "more": service("do_more", "limit_extend", {"days": "3"}, limit="handling"),
        "halt": service("do_halt", "limit_pause", limit="handling"),
        "go": service("do_go", "limit_restart", limit="handling"),
    }
    flows = "start -> handle -> ask_good; ask_good -> end [good]; ask_good -> handle *; overdue -> note -> end_late"
    flows += "".join(f"; {name} -> do_{name} -> end_{name}" for name in acts)
    flows = flows.replace("ask_good", "x_good")
    town.draw(
        "work", flows,
        handle=task("handle", role="handler", unit='"990101-parks"', limit="handling", remind="50"),
        overdue=limit_timer("overdue", "handle", "handling"),
        note=service("note", "set_values", {"late": "true"}),
        **{name: offer(name, "handle") for name in acts},
        **{f"do_{name}": drawn for name, drawn in acts.items()},
    )  # fmt: skip
    return town


def test_a_task_begins_its_limit_and_everything_shows_the_same_instant(handling):
    case = handling.open("work")
    (limit,) = handling.limits(case, "handling")
    assert limit.due == limit.first_due == FIVE_DAYS
    assert handling.item(case, "handle").due_at == FIVE_DAYS
    assert [timer.due_at for timer in handling.timers(case)] == [FIVE_DAYS]
    (reminder,) = handling.timers(case, "reminder")
    assert (reminder.due_at, reminder.percent) == (china("2026-03-04T17:00"), 50)


def test_an_extension_moves_due_timer_reminder_and_task_together_and_keeps_the_first_due(handling):
    case = handling.open("work")
    handling.offer(case, "more", "han")
    (limit,) = handling.limits(case, "handling")
    assert (limit.due, limit.first_due, limit.extensions) == (EIGHT_DAYS, FIVE_DAYS, 1)
    assert handling.item(case, "handle").due_at == EIGHT_DAYS
    assert [timer.due_at for timer in handling.timers(case)] == [EIGHT_DAYS]
    (reminder,) = handling.timers(case, "reminder")
    assert reminder.due_at == china("2026-03-06T13:30")
    (entry,) = handling.entries(case, "more")
    (change,) = entry.changes["limits"]
    moved = [datetime.fromisoformat(change[name]) for name in ("old_due", "due")]
    assert (change["what"], moved) == ("extended", [FIVE_DAYS, EIGHT_DAYS])


def test_a_second_extension_on_the_same_host_counts_from_the_first(handling):
    case = handling.open("work")
    handling.offer(case, "more", "han")
    handling.offer(case, "more", "hugo")
    (limit,) = handling.limits(case, "handling")
    assert (limit.due, limit.extensions) == (china("2026-03-17T17:00"), 2)
    assert [timer.due_at for timer in handling.timers(case)] == [limit.due]
    assert handling.open_steps(case) == ["handle"]
    assert handling.audit_is_sound().entries == 3


def test_a_pause_stops_the_timers_and_the_rest_of_the_working_time_resumes(handling):
    case = handling.open("work")
    handling.offer(case, "halt", "han")
    assert handling.timers(case) == handling.timers(case, "reminder") == []
    assert handling.item(case, "handle").due_at is None
    handling.later(days=28)
    assert handling.data(case).get("late") is None
    handling.offer(case, "go", "han")
    (limit,) = handling.limits(case, "handling")
    assert limit.due == china("2026-04-03T17:00") + timedelta(days=4)  # Qingming lies between
    assert limit.first_due == FIVE_DAYS
    assert handling.item(case, "handle").due_at == limit.due
    assert [timer.due_at for timer in handling.timers(case)] == [limit.due]


def test_a_limit_that_ends_in_a_pause_before_it_was_due_is_met(handling):
    case = handling.open("work")
    handling.offer(case, "halt", "han")
    handling.later(days=28)
    handling.do(case, "handle", "han", good=True)
    assert [row.outcome for row in handling.limits(case, "handling")] == ["met"]


def test_a_limit_that_was_late_before_its_pause_stays_late_by_as_much(handling):
    case = handling.open("work")
    handling.later(days=8)
    handling.offer(case, "halt", "han")
    handling.later(days=2)
    handling.offer(case, "go", "han")
    assert handling.limits(case, "handling")[0].due == FIVE_DAYS
    handling.do(case, "handle", "han", good=True)
    assert [row.outcome for row in handling.limits(case, "handling")] == ["late"]


def test_overdue_happens_once_and_again_only_after_the_due_instant_moved(handling):
    case = handling.open("work")
    handling.later(days=8)
    assert len(handling.entries(case, "fire_timer")) == 1
    handling.later(days=1)
    assert len(handling.entries(case, "fire_timer")) == 1
    handling.offer(case, "more", "han")
    assert [timer.due_at for timer in handling.timers(case)] == [EIGHT_DAYS]
    handling.later(days=10)
    assert len(handling.entries(case, "fire_timer")) == 2
    assert handling.open_steps(case) == ["handle"]
    handling.do(case, "handle", "han", good=True)
    assert handling.limits(case, "handling")[0].outcome == "late"
    assert handling.result(case)["late"] is True


@pytest.fixture
def warned(town):
    """A task of five working days with a timer at four fifths of them."""
    town.draw(
        "work", "start -> handle -> end; almost -> note -> end_note; more -> do_more -> end_more",
        handle=task("handle", role="handler", unit='"990101-parks"', limit="handling"),
        almost=boundary(
            "almost", "handle", timer("limit_share(limit.handling.start, limit.handling.due, 0.8)"), limit="handling"
        ),
        note=service("note", "set_values", {"warned": "true"}),
        more=offer("more", "handle"),
        do_more=service("do_more", "limit_extend", {"days": "3"}, limit="handling"),
    )  # fmt: skip
    return town


def test_a_timer_at_a_share_of_a_limit_moves_with_an_extension(warned):
    case = warned.open("work")
    assert [timer.due_at for timer in warned.timers(case)] == [FOUR_FIFTHS]
    warned.offer(case, "more", "han")
    assert [timer.due_at for timer in warned.timers(case)] == [FOUR_FIFTHS_OF_EIGHT]
    warned.later(days=7)
    assert warned.entries(case, "fire_timer") == []
    warned.later(days=3)
    assert len(warned.entries(case, "fire_timer")) == 1


def test_a_share_that_passed_comes_again_after_an_extension_only_where_it_lies_ahead(warned):
    case = warned.open("work")
    warned.later(days=4, hours=8)
    assert len(warned.entries(case, "fire_timer")) == 1
    warned.offer(case, "more", "han")
    assert [timer.due_at for timer in warned.timers(case)] == [FOUR_FIFTHS_OF_EIGHT]
    warned.later(days=6)
    assert len(warned.entries(case, "fire_timer")) == 2
    warned.hand.move_to(EIGHT_DAYS - timedelta(hours=1))
    warned.offer(case, "more", "han")
    warned.offer(case, "more", "han")
    assert len(warned.timers(case)) == 1


def test_a_reminder_is_written_as_a_job_once(handling):
    case = handling.open("work")
    handling.later(days=6)
    assert len(handling.jobs(kind="remind")) == 1
    assert [entry.changes["reminder"][0]["percent"] for entry in handling.entries(case, "remind")] == [50]


def test_a_task_drawn_as_one_that_begins_afresh_is_never_called_returned(town):
    town.draw(
        "work", "start -> handle -> x_good; x_good -> end [good]; x_good -> handle *",
        handle=task("handle", role="handler", unit='"990101-parks"', afresh="true"),
    )  # fmt: skip
    case = town.open("work")
    town.do(case, "handle", "han", good=False)
    assert not town.item(case, "handle").returned


def test_rework_gets_a_row_of_its_own(handling):
    case = handling.open("work")
    handling.hand.advance(timedelta(days=1))
    handling.do(case, "handle", "han", good=False)
    first, second = handling.limits(case, "handling")
    assert (first.outcome, first.due) == ("met", FIVE_DAYS)
    assert (second.ended_at, second.due) == (None, china("2026-03-10T17:00"))
    again = handling.item(case, "handle")
    assert (again.limit_id, again.due_at, again.returned) == (second.id, second.due, True)
    assert [timer.due_at for timer in handling.timers(case)] == [second.due]
    handling.do(case, "handle", "han", good=True)
    assert [row.outcome for row in handling.limits(case, "handling")] == ["met", "met"]
    assert handling.timers(case) == handling.timers(case, "reminder") == []


def test_a_limit_started_by_an_action_is_shared_and_ends_by_one(town):
    town.draw(
        "shared", "start -> do_begin -> ask -> reply -> do_stop -> look -> end",
        do_begin=service("do_begin", "limit_start", limit="handling", remind="80"),
        ask=task("ask", role="town", limit="handling"), reply=task("reply", role="town", limit="handling"),
        do_stop=service("do_stop", "limit_stop", limit="handling"), look=task("look", role="town"),
    )  # fmt: skip
    case = town.open("shared")
    town.hand.advance(timedelta(days=1))
    town.do(case, "ask", "tom")
    (limit,) = town.limits(case, "handling")
    assert town.item(case, "reply").due_at == limit.due == FIVE_DAYS
    town.do(case, "reply", "tom")
    assert [row.outcome for row in town.limits(case, "handling")] == ["met"]
    assert town.timers(case, "reminder") == []


def test_a_limit_that_cannot_be_started_anew_leaves_the_old_one_running(town):
    terms = decision("limit", [(0, "step"), (1, "level")], ["amount", "unit", "basis"],
                     [('"handling"', "1", "5", '"WD"', '"T1-1"')])  # fmt: skip
    town.draw("anew", "start -> do_begin -> ask -> do_again -> end", tables=(("limit", terms),), **town_tasks("ask"),
              do_begin=service("do_begin", "limit_start", limit="handling"),
              do_again=service("do_again", "limit_start", limit="handling"))  # fmt: skip
    case = town.open("anew", level=1)
    town.do(case, "ask", "tom", level=2)
    assert [row.element_id for row in town.incidents(case)] == ["do_again"]
    assert [(row.outcome, row.ended_at) for row in town.limits(case, "handling")] == [(None, None)]


def test_an_interrupted_task_drops_its_limit_and_its_successor_begins_another(town):
    town.draw(
        "again", "start -> ask -> end; objection -> ask",
        ask=task("ask", role="town", limit="handling"), objection=offer("objection", "ask", interrupts=True),
    )  # fmt: skip
    case = town.open("again")
    town.hand.advance(timedelta(days=1))
    town.offer(case, "objection", "tom")
    first, second = town.limits(case, "handling")
    assert (first.outcome, second.ended_at, second.due) == ("dropped", None, china("2026-03-10T17:00"))
    assert [row.status for row in town.all(WorkItem, case_id=case)] == ["withdrawn", "open"]
    assert town.item(case, "ask").limit_id == second.id


def test_parallel_items_each_have_their_own_limit_and_a_later_one_leaves_the_earlier_due(town):
    town.draw(
        "units", "start -> helping -> end; late -> do_note -> end_late",
        helping=sub("helping", "begin -> help -> over", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling")),
        late=boundary("late", "helping", '<bpmn:messageEventDefinition messageRef="objection"/>', form="late"),
        do_note=service("do_note", "set_values", {"n": "1"}),
    )  # fmt: skip
    case = town.open("units", units=["a", "b"])
    one, two = town.limits(case, "handling")
    first, second = town.all(WorkItem, case_id=case, element_id="help")
    assert {first.limit_id, second.limit_id} == {one.id, two.id}
    town.hand.advance(timedelta(days=2))
    town.do_item(first.id, "tom")
    outcomes = {row.id: row.outcome for row in town.limits(case, "handling")}
    assert outcomes == {first.limit_id: "met", second.limit_id: None}
    assert town.only(WorkItem, id=second.id).due_at == FIVE_DAYS


@pytest.fixture
def units(town):
    """Two units at work side by side, each with a limit of its own that it can have moved."""
    verbs = {"more": ("limit_extend", {"days": "3"}), "halt": ("limit_pause", None), "go": ("limit_restart", None)}
    branches = "".join(f"; {name} -> do_{name} -> end_{name}" for name in verbs)
    town.draw(
        "units", "start -> helping -> end",
        helping=sub("helping", f"begin -> help -> over; late -> end_late{branches}", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling", remind="50"),
                    late=limit_timer("late", "help", "handling"),
                    **{name: offer(name, "help") for name in verbs},
                    **{f"do_{name}": service(f"do_{name}", verb, given, limit="handling")
                       for name, (verb, given) in verbs.items()}),
    )  # fmt: skip
    return town


def offered(town, case, name, item):
    return next(w for w in town.all(MessageWait, case_id=case, element_id=name) if w.host_task_id == item.task_id)


@pytest.mark.parametrize("which", [0, 1])
def test_an_extension_asked_by_one_of_parallel_items_moves_its_own_limit_and_timer(units, which):
    case = units.open("units", units=["a", "b"])
    items_ = units.all(WorkItem, case_id=case, element_id="help")
    asked, other = items_[which], items_[1 - which]
    assert asked.limit_id != other.limit_id
    units.take(offered(units, case, "more", asked).id, "tom")
    dues = {row.id: (row.due, row.extensions) for row in units.limits(case, "handling")}
    assert dues == {asked.limit_id: (EIGHT_DAYS, 1), other.limit_id: (FIVE_DAYS, 0)}
    assert {row.id: row.due_at for row in units.all(WorkItem, case_id=case)} == {
        asked.id: EIGHT_DAYS, other.id: FIVE_DAYS
    }  # fmt: skip
    assert [timer.due_at for timer in units.timers(case)] == [FIVE_DAYS, EIGHT_DAYS]


def test_a_pause_of_one_parallel_item_lets_the_other_run_and_ends_by_its_own_restart(units):
    case = units.open("units", units=["a", "b"])
    first, second = units.all(WorkItem, case_id=case, element_id="help")
    units.take(offered(units, case, "halt", first).id, "tom")
    assert {row.id for row in units.limits(case, "handling") if row.paused_at} == {first.limit_id}
    assert [timer.due_at for timer in units.timers(case)] == [FIVE_DAYS]
    units.take(offered(units, case, "go", second).id, "tom")
    assert {row.id for row in units.limits(case, "handling") if row.paused_at} == {first.limit_id}
    units.do_item(second.id, "tom")
    units.take(offered(units, case, "go", first).id, "tom")
    assert [row.paused_at for row in units.limits(case, "handling")] == [None, None]


def test_an_extension_in_one_parallel_item_starts_no_limit_in_another_where_it_was_stopped(town):
    one = sub("one", "begin -> help -> do_stop -> verify -> over; more -> do_more -> end_more",
              begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>', **town_tasks("help", "verify"),
              do_stop=service("do_stop", "limit_stop", limit="handling"), more=offer("more", "help", role="town"),
              do_more=service("do_more", "limit_extend", {"days": "3"}, limit="handling"))  # fmt: skip
    town.draw(
        "units", "start -> each -> end",
        each=sub("each", "start_b -> one -> end_b; late -> note -> end_l", items("units", "unit"), one=one,
                 start_b='<bpmn:startEvent id="start_b"/>', late=limit_timer("late", "one", "handling"),
                 note=service("note", "set_values", {"late": "true"})),
    )  # fmt: skip
    case = town.open("units", units=["a", "b"])
    first, _ = town.all(WorkItem, case_id=case, element_id="help")
    town.do_item(first.id, "tom")
    town.offer(case, "more", "tom")
    assert sorted((row.due, row.outcome) for row in town.limits(case, "handling")) == [
        (FIVE_DAYS, "met"), (EIGHT_DAYS, None)
    ]  # fmt: skip
    assert [timer.due_at for timer in town.timers(case)] == [FIVE_DAYS, EIGHT_DAYS]


def test_a_limit_started_again_after_it_was_stopped_takes_its_timer_along(town):
    town.draw(
        "again", "start -> round -> end; late -> note -> end_l",
        note=service("note", "set_values", {"late": "true"}), late=limit_timer("late", "round", "handling"),
        round=sub("round", "begin -> ask -> do_stop -> look -> do_start -> more -> over",
                  begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                  **town_tasks("ask", "look", "more"), do_stop=service("do_stop", "limit_stop", limit="handling"),
                  do_start=service("do_start", "limit_start", limit="handling")),
    )  # fmt: skip
    case = town.open("again")
    town.do(case, "ask", "tom")
    town.later(days=2)
    town.do(case, "look", "tom")
    first, second = town.limits(case, "handling")
    assert (first.outcome, second.due) == ("met", china("2026-03-11T17:00"))
    assert [timer.due_at for timer in town.timers(case)] == [second.due]


def test_an_item_whose_own_limit_is_over_never_moves_that_of_another(town):
    town.draw(
        "over", "start -> helping -> end",
        helping=sub("helping", "begin -> help -> do_more -> over", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling"),
                    do_more=service("do_more", "limit_extend", {"days": "3"}, limit="handling")),
    )  # fmt: skip
    case = town.open("over", units=["a", "b"])
    first, second = town.all(WorkItem, case_id=case, element_id="help")
    town.do_item(first.id, "tom")
    assert [row.element_id for row in town.incidents(case)] == ["do_more"]
    assert {row.due for row in town.limits(case, "handling")} == {FIVE_DAYS}
    assert town.only(WorkItem, id=second.id).due_at == FIVE_DAYS


def test_a_limit_that_an_action_starts_in_a_parallel_item_is_that_items_own_and_ends_with_it(town):
    town.draw(
        "begun", "start -> helping -> look -> end", **town_tasks("look"),
        helping=sub("helping", "begin -> do_begin -> do_note -> help -> over", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    do_begin=service("do_begin", "limit_start", limit="handling"),
                    do_note=service("do_note", "limit_extend", {"until": "workday_add(limit.handling.due, step)"},
                                    limit="handling"),
                    help=task("help", role="town", limit="handling")),
    )  # fmt: skip
    case = town.open("begun", units=["a", "b"], step=3)
    first, second = town.all(WorkItem, case_id=case, element_id="help")
    assert [(row.due, row.extensions) for row in town.limits(case, "handling")] == [(EIGHT_DAYS, 1)] * 2
    assert first.limit_id != second.limit_id
    town.do_item(first.id, "tom")
    outcomes = {row.id: row.outcome for row in town.limits(case, "handling")}
    assert outcomes == {first.limit_id: "met", second.limit_id: None}
    town.do_item(second.id, "tom")
    assert [row.outcome for row in town.limits(case, "handling")] == ["met", "met"]


@pytest.mark.parametrize("decides", ["gateway", "decision"])
def test_what_one_of_parallel_items_decides_and_is_called_goes_by_its_own_limit(town, decides):
    far = 'limit.handling.due >= date and time("2026-03-15T00:00:00+08:00")'
    way = ("ask -> x_far", far) if decides == "gateway" else ("ask -> rule_far -> x_far", "far")
    town.draw(
        "apart", "start -> helping -> end",
        tables=[("far", decision("far", [(0, escape(far))], ["far"], [("true", "true"), ("false", "false")]))],
        helping=sub("helping", f"begin -> do_begin -> do_more -> {way[0]}; x_far -> late [{way[1]}]; x_far -> soon *; "
                               "late -> over; soon -> over", items("spans", "span"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    do_begin=service("do_begin", "limit_start", limit="handling"),
                    do_more=service("do_more", "limit_extend", {"days": "span"}, limit="handling"),
                    late=task("late", role="town", title="string(limit.handling.due)"),
                    soon=task("soon", role="town", title="string(limit.handling.due)"), **town_tasks("ask")),
    )  # fmt: skip
    case = town.open("apart", spans=[10, 1])
    for item in town.all(WorkItem, case_id=case, element_id="ask"):
        town.do_item(item.id, "tom")
    assert town.open_steps(case) == ["late", "soon"], town.incidents(case)
    titles = {step: town.item(case, step).title[:10] for step in ("late", "soon")}
    assert titles == {"late": "2026-03-23", "soon": "2026-03-10"}


def test_what_follows_in_one_of_parallel_items_reads_the_limit_that_ended_in_it(town):
    town.draw(
        "after", "start -> helping -> look -> end", **town_tasks("look"),
        helping=sub("helping", "begin -> help -> more -> x_late; x_late -> scold [limit.handling.overdue]; "
                               "x_late -> praise *; scold -> over; praise -> over", items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling"),
                    more=task("more", role="town", title="string(limit.handling.overdue)"),
                    **town_tasks("scold", "praise")),
    )  # fmt: skip
    case = town.open("after", units=["a", "b", "c"])
    first, second, third = sorted(item.id for item in town.all(WorkItem, case_id=case, element_id="help"))
    town.do_item(second, "tom")
    town.hand.advance(timedelta(days=10))
    town.do_item(first, "tom")
    town.do_item(third, "tom")
    titles = [item.title for item in town.all(WorkItem, case_id=case, element_id="more")]
    assert sorted(titles) == ["false", "true", "true"]
    for item in town.all(WorkItem, case_id=case, element_id="more"):
        town.do_item(item.id, "tom")
    assert town.open_steps(case) == ["praise", "scold", "scold"], town.incidents(case)


def test_an_item_that_had_no_limit_of_a_name_does_not_read_its_neighbours(town):
    town.draw(
        "mixed", "start -> helping -> end",
        helping=sub("helping",
                    'begin -> x_who; x_who -> help [unit = "a"]; x_who -> more *; help -> more; more -> over',
                    items("units", "unit"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                    help=task("help", role="town", limit="handling"),
                    more=task("more", role="town", title="string(limit.handling.overdue = null)")),
    )  # fmt: skip
    case = town.open("mixed", units=["a", "b"])
    (help_,) = town.all(WorkItem, case_id=case, element_id="help")
    town.do_item(help_.id, "tom")
    titles = [item.title for item in town.all(WorkItem, case_id=case, element_id="more")]
    assert sorted(titles) == ["false", "true"]


@pytest.fixture
def timed(town):
    """A sub-process whose edge carries the timer of a limit that the second task inside works under."""
    town.draw(
        "timed", "start -> work -> look -> end; late -> do_note -> end_late; redo -> look", **town_tasks("look"),
        work=sub("work", "begin -> ask -> reply -> over",
                 begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>',
                 ask=task("ask", role="town"), reply=task("reply", role="town", limit="handling", remind="80")),
        late=limit_timer("late", "work", "handling"), redo=offer("redo", "work", interrupts=True, role="town"),
        do_note=service("do_note", "set_values", {"late": "true"}),
    )  # fmt: skip
    return town


def test_a_limit_that_a_timer_on_a_sub_process_starts_ends_with_the_sub_process(timed):
    case = timed.open("timed")
    assert [row.due for row in timed.limits(case, "handling")] == [FIVE_DAYS]
    timed.hand.advance(timedelta(days=1))
    timed.do(case, "ask", "tom")
    (limit,) = timed.limits(case, "handling")
    assert timed.item(case, "reply").limit_id == limit.id
    assert [timer.percent for timer in timed.timers(case, "reminder")] == [80]
    timed.do(case, "reply", "tom")
    assert timed.open_steps(case) == ["look"]
    assert [row.outcome for row in timed.limits(case, "handling")] == ["met"]
    assert timed.timers(case) == timed.timers(case, "reminder") == []


def test_a_limit_on_an_interrupted_sub_process_is_dropped_with_it(timed):
    case = timed.open("timed")
    timed.offer(case, "redo", "tom")
    assert [row.outcome for row in timed.limits(case, "handling")] == ["dropped"]
    assert timed.timers(case) == []


def test_a_limit_on_a_parked_call_that_is_interrupted_is_dropped_with_it(town):
    inner = process("inside", "begin -> errand -> over", contract(takes=("amount",)), **town_tasks("errand"),
                    begin='<bpmn:startEvent id="begin"/>', over='<bpmn:endEvent id="over"/>')  # fmt: skip
    town.draw(
        "parked", "start -> call_it -> end; late -> note -> end_l", inner=(inner,), **town_tasks("note"),
        call_it=call("call_it", "inside"), late=limit_timer("late", "call_it", "hour", interrupts=True),
    )  # fmt: skip
    case = town.open("parked")
    assert [row.element_id for row in town.incidents(case)] == ["call_it"]
    town.later(hours=2)
    assert town.open_steps(case) == ["note"]
    assert town.incidents(case) == []
    assert [row.outcome for row in town.limits(case, "hour")] == ["dropped"]


def test_hours_and_working_hours_are_reckoned_as_the_table_says(town):
    town.draw("short", "start -> p_both -> a -> end; p_both -> b -> end",
              a=task("a", role="town", limit="quick"), b=task("b", role="town", limit="hour"))  # fmt: skip
    town.hand.move_to(china("2026-03-06T16:00"))  # a Friday
    case = town.open("short")
    assert town.item(case, "a").due_at == china("2026-03-09T12:00")
    assert town.item(case, "b").due_at == china("2026-03-06T17:00")


def test_a_limit_the_table_does_not_know_parks_the_task_and_not_the_command(town):
    town.draw("unknown", "start -> ask -> reply -> end", **town_tasks("ask"),
              reply=task("reply", role="town", limit="forgotten"))  # fmt: skip
    case = town.open("unknown")
    town.do(case, "ask", "tom")
    (incident,) = town.incidents(case)
    assert (incident.element_id, incident.kind) == ("reply", "routing")
    assert "forgotten" in incident.cause
    assert town.open_steps(case) == []


def test_a_calendar_that_changes_moves_open_due_dates_with_a_line_each(handling):
    case, other = handling.open("work"), handling.open("work")
    handling.offer(case, "more", "han")
    done = handling.open("work")
    handling.do(done, "handle", "han", good=True)
    close_a_day(handling)
    (limit,), (second,) = handling.limits(case, "handling"), handling.limits(other, "handling")
    assert (limit.due, limit.first_due) == (china("2026-03-13T17:00"), FIVE_DAYS)
    assert second.due == china("2026-03-10T17:00")
    assert [timer.due_at for timer in handling.timers(case)] == [limit.due]
    assert handling.item(case, "handle").due_at == limit.due
    (entry,) = handling.entries(case, "recompute_limits")
    (change,) = entry.changes["limits"]
    assert (change["what"], change["old_due"][:10], change["due"][:10]) == ("recomputed", "2026-03-12", "2026-03-13")
    assert handling.entries(done, "recompute_limits") == []
    assert handling.limits(done, "handling")[0].due == FIVE_DAYS
    handling.audit_is_sound()


def test_a_pause_before_the_calendar_changed_still_counts(handling):
    case = handling.open("work")
    handling.offer(case, "halt", "han")
    handling.later(days=1)
    handling.offer(case, "go", "han")
    before = handling.limits(case, "handling")[0].due
    close_a_day(handling)
    (limit,) = handling.limits(case, "handling")
    assert (before, limit.due) == (china("2026-03-10T17:00"), china("2026-03-11T17:00"))


def test_a_provisional_due_date_becomes_final_when_the_year_is_published(handling):
    handling.hand.move_to(china("2027-12-29T09:00"))
    case = handling.open("work")
    (limit,) = handling.limits(case, "handling")
    assert limit.provisional
    published = Days(frozenset({china("2028-01-03T00:00").date()}), frozenset())
    with writing() as session:
        for year in (2027, 2028):
            load_notice(session, "here", "national", year, published if year == 2028 else Days(), "某号通知")
        assert follow_calendar(session, "here") == 1
    handling.work()
    (after,) = handling.limits(case, "handling")
    assert (limit.due, after.due) == (china("2028-01-05T17:00"), china("2028-01-06T17:00"))
    assert not after.provisional


def close_a_day(town):
    day = china("2026-03-04T00:00").date()
    with writing() as session:
        shut(session, "here", day, day, "停电", "某号通知")
        follow_calendar(session, "here")
    town.work()


@pytest.mark.parametrize("timed", [False, True])
def test_a_task_nobody_can_be_given_is_under_its_limit_from_its_arrival(town, timed):
    """What a repair takes is no more time for the step: its deadline is set by arrival, with or without a timer."""
    late = {"late": limit_timer("late", "handle", "hour")} if timed else {}
    town.draw("routed", "start -> handle -> end" + ("; late -> look -> end_b" if timed else ""), **late,
              **(town_tasks("look") if timed else {}),
              handle=task("handle", role="handler", unit="lead", limit="hour", remind="50"))  # fmt: skip
    case = town.open("routed", lead="990101-nowhere")
    arrived = town.hand.instant
    assert town.open_steps(case) == []
    town.later(minutes=45)
    assert len(town.entries(case, "remind")) == 1
    with writing() as session:
        town.engine.correct(session, town.incidents(case)[0].id, town.who("cora"), {"lead": "990101-parks"}, {})
    (row,) = town.limits(case, "hour")
    assert (row.started_at, row.due) == (arrived, arrived + timedelta(hours=1))
    assert town.item(case, "handle").due_at == row.due
    town.do(case, "handle", "han")
    assert [row.outcome for row in town.limits(case, "hour")] == ["met"]
    town.audit_is_sound()


@pytest.mark.parametrize("lead", ["990101-parks", None])
def test_a_limit_of_a_task_is_dropped_when_its_case_ends_without_it(town, lead):
    """Also where nobody had been given the task."""
    town.draw("routed", "start -> handle -> end; gone -> end_b",
              gone=offer("gone", "handle", interrupts=True, role="town", unit='"990101001"'),
              handle=task("handle", role="handler", unit="lead", limit="hour"))  # fmt: skip
    case = town.open("routed", lead=lead)
    town.offer(case, "gone", "tom")
    assert town.instance(case).status == "finished"
    assert [row.outcome for row in town.limits(case, "hour")] == ["dropped"]
    assert town.incidents(case) == []
