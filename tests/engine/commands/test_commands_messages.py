"""Messages and signals between instances: delivered once, kept when nobody waits, never lost in silence."""

from datetime import timedelta

import pytest
from sketch import boundary, catch, escalation, inputs, items, message, signal, sub, throw
from toy_parts import service, task, town_tasks

from gridflow.engine.errors import RunawayLoop
from gridflow.engine.models import Instance, MessageIn, MessageWait

OPEN = {"slug": '"answering"'}


def receiving(town, slug="asking", extra=""):
    town.draw(slug, f"start -> do_open -> hear -> look -> end{extra}", **town_tasks("look"),
              do_open=service("do_open", "open_procedure", OPEN), hear=catch("hear", message("reply")))  # fmt: skip


def answering(town, payload='{n: count, day: date("2026-03-04")}'):
    town.draw("answering", "start -> answer -> say -> end", **town_tasks("answer"),
              say=throw("say", message("reply", payload)))  # fmt: skip


def test_a_message_reaches_the_instance_of_the_same_case_that_waits_for_it(town):
    answering(town)
    receiving(town)
    case, bystander = town.open("asking"), town.open("asking")
    town.do(case, "answer", "tom", count=3)
    assert town.open_steps(case) == ["look"]
    assert town.open_steps(bystander) == ["answer"]
    assert [row.status for row in town.all(Instance, case_id=case)] == ["running", "finished"]
    assert [entry.action for entry in town.entries(case)][-2:] == ["complete_task", "receive_message"]
    assert town.entries(case)[-2].changes["thrown"] == [["message", "reply", None]]
    assert town.all(MessageIn) == []
    town.audit_is_sound()


def test_a_message_that_comes_too_early_is_kept_with_its_types_and_taken_later(town):
    answering(town)
    town.draw("asking", "start -> do_open -> first -> hear -> look -> end", **town_tasks("first", "look"),
              do_open=service("do_open", "open_procedure", OPEN), hear=catch("hear", message("reply")))  # fmt: skip
    case = town.open("asking")
    town.do(case, "answer", "tom", count=3)
    kept = town.only(MessageIn, case_id=case)
    assert kept.expires_at == town.hand.instant + timedelta(days=30)
    town.do(case, "first", "tom")
    assert town.open_steps(case) == ["look"]
    assert town.only(MessageIn, id=kept.id).taken_by == town.instance(case, "asking").id
    town.do(case, "look", "tom")
    heard = town.result(case, "asking")["hear"]
    assert (heard["n"], str(heard["day"])) == (3, "2026-03-04")


def test_a_kept_message_expires_but_stays_on_record(town):
    answering(town)
    town.draw("asking", "start -> do_open -> first -> hear -> look -> end", **town_tasks("first", "look"),
              do_open=service("do_open", "open_procedure", OPEN), hear=catch("hear", message("reply")))  # fmt: skip
    case = town.open("asking")
    town.do(case, "answer", "tom", count=3)
    town.hand.advance(timedelta(days=31))
    town.do(case, "first", "tom")
    assert town.open_steps(case) == []
    assert town.only(MessageIn, case_id=case).taken_by is None
    assert len(town.all(MessageWait, case_id=case)) == 1


@pytest.mark.parametrize("kind", [message, signal])
def test_what_a_procedure_answers_while_it_is_opened_comes_after_the_command_that_opens_it(town, kind):
    name = "reply" if kind is message else "alarm"
    town.draw("answering", "start -> say -> end", say=throw("say", kind(name)))
    town.draw("asking", "start -> p_two -> hear -> look -> end_a; p_two -> ask -> do_open -> more -> end_b",
              **town_tasks("ask", "look", "more"), do_open=service("do_open", "open_procedure", OPEN),
              hear=catch("hear", kind(name)))  # fmt: skip
    case = town.open("asking")
    town.do(case, "ask", "tom")
    town.work()
    assert town.open_steps(case) == ["look", "more"]
    assert town.instance(case, "answering").status == "finished"
    town.audit_is_sound()


def test_of_two_kept_messages_the_one_that_comes_too_late_to_a_choice_stays_kept(town):
    town.draw("answering", "start -> answer -> say -> add -> end", **town_tasks("answer"),
              say=throw("say", message("reply")), add=throw("add", message("more")))  # fmt: skip
    town.draw("asking", "start -> do_open -> first -> e_g; e_g -> hear -> look -> end_a; e_g -> read -> note -> end_b",
              **town_tasks("first", "look", "note"), do_open=service("do_open", "open_procedure", OPEN),
              hear=catch("hear", message("reply")), read=catch("read", message("more")))  # fmt: skip
    case = town.open("asking")
    town.do(case, "answer", "tom")
    town.do(case, "first", "tom")
    (step,) = town.open_steps(case)
    assert step in ("look", "note")
    taken = {row.name: row.taken_by is not None for row in town.all(MessageIn, case_id=case)}
    assert taken == {"reply": step == "look", "more": step == "note"}


def test_a_message_with_a_key_reaches_only_who_waits_for_that_key(town):
    town.draw("asking", "start -> do_open -> p_both -> one -> look_one -> end_a; p_both -> two -> look_two -> end_b",
              **town_tasks("look_one", "look_two"), do_open=service("do_open", "open_procedure", OPEN),
              one=catch("one", message("reply"), inputs(key='"a"')),
              two=catch("two", message("reply"), inputs(key='"b"')))  # fmt: skip
    town.draw("answering", "start -> answer -> say -> end", **town_tasks("answer"),
              say=throw("say", message("reply"), inputs(key="which", n="1")))  # fmt: skip
    case = town.open("asking")
    town.do(case, "answer", "tom", which="b")
    assert town.open_steps(case) == ["look_two"]


def test_a_signal_reaches_every_case_of_the_city_by_a_job_each(town):
    town.draw("hearing", "start -> hear -> look -> end", **town_tasks("look"), hear=catch("hear", signal("alarm")))
    town.draw("ringing", "start -> ask -> ring -> end", **town_tasks("ask"), ring=throw("ring", signal("alarm")))
    waiting = [town.open("hearing") for _ in range(3)]
    case = town.open("ringing")
    town.do(case, "ask", "tom")
    assert [town.open_steps(one) for one in waiting] == [[], [], []]
    town.work()
    assert [town.open_steps(one) for one in waiting] == [["look"]] * 3
    assert [job.state for job in town.jobs(kind="receive")] == ["done"] * 3
    town.audit_is_sound()


def test_every_signal_reaches_an_event_that_is_armed_again_however_late_a_worker_comes(town):
    town.draw("hearing", "start -> ask -> end; hear -> look -> end_b", **town_tasks("ask", "look"),
              hear=boundary("hear", "ask", signal("alarm")))  # fmt: skip
    town.draw("ringing", "start -> ask -> ring -> end", **town_tasks("ask"), ring=throw("ring", signal("alarm")))
    case = town.open("hearing")
    for _ in range(3):
        town.do(town.open("ringing"), "ask", "tom")
    town.work()
    assert town.open_steps(case) == ["ask", "look", "look", "look"]
    town.do(town.open("ringing"), "ask", "tom")
    town.do(case, "ask", "tom")
    town.work()
    assert town.open_steps(case) == []
    assert {job.state for job in town.jobs(kind="receive")} == {"done"}


def test_every_signal_to_each_instance_of_a_case_reaches_an_event_that_is_armed_again(town):
    town.draw("answering", "start -> answer -> end; hear -> look -> end_b", **town_tasks("answer", "look"),
              hear=boundary("hear", "answer", signal("alarm")))  # fmt: skip
    town.draw("asking", "start -> do_open -> ask -> do_call -> do_again -> end", **town_tasks("ask"),
              do_open=service("do_open", "open_procedure", OPEN),
              do_call=service("do_call", "signal_each", {"signal": '"alarm"'}),
              do_again=service("do_again", "signal_each", {"signal": '"alarm"'}))  # fmt: skip
    case = town.open("asking")
    town.do(case, "ask", "tom")
    town.work()
    assert town.open_steps(case) == ["answer", "look", "look"]


def test_two_instances_that_answer_each_other_for_ever_roll_the_command_back(town):
    for_ever = "{0} -> {1} -> x_{1}; x_{1} -> {0} [true]; x_{1} -> end *"
    town.draw("asking", "start -> do_open -> there; " + for_ever.format("there", "say"),
              there=catch("there", message("more")), say=throw("say", message("reply")),
              do_open=service("do_open", "open_procedure", OPEN))  # fmt: skip
    town.draw("answering", "start -> answer -> begin_it -> hear; " + for_ever.format("hear", "again"),
              **town_tasks("answer"), begin_it=throw("begin_it", message("more")),
              hear=catch("hear", message("reply")), again=throw("again", message("more")))  # fmt: skip
    case = town.open("asking")
    with pytest.raises(RunawayLoop):
        town.do(case, "answer", "tom")
    assert town.open_steps(case) == ["answer"]
    assert [entry.action for entry in town.entries(case)] == ["open_answering", "open_case"]
    town.audit_is_sound()


def test_an_escalation_nobody_catches_stands_in_the_record_and_goes_no_further(town):
    town.draw("up", "start -> ask -> raise_it -> look -> end", **town_tasks("ask", "look"),
              raise_it=throw("raise_it", escalation("up")))  # fmt: skip
    case = town.open("up")
    town.do(case, "ask", "tom")
    assert town.open_steps(case) == ["look"]
    assert town.entries(case)[-1].changes["thrown"] == [["escalation", "U1", None]]
    assert town.all(MessageIn) == []


def test_values_a_diagram_makes_are_recorded_whatever_their_type(town):
    town.draw("spans", "start -> ask -> do_span -> look -> end", ask=task("ask", role="town"), **town_tasks("look"),
              do_span=service("do_span", "set_values", {"wait": 'duration("P2D")', "part": "1/3"}))  # fmt: skip
    case = town.open("spans")
    town.do(case, "ask", "tom")
    town.do(case, "look", "tom", wait=town.data(case)["wait"])
    assert [entry.action for entry in town.entries(case)][1:] == ["complete_task", "complete_task"]
    town.audit_is_sound()


@pytest.mark.parametrize("says", [None, "b"])
def test_a_kept_message_goes_only_to_who_would_have_got_it_at_once(town, says):
    """Who asks for a key is not reached without it; who asks for none hears every message of the case."""
    ways = "start -> do_open -> first -> p_two; p_two -> keyed -> look -> end_a; p_two -> heard -> note -> end_b"
    hear = {"keyed": catch("keyed", message("reply"), inputs(key='"a"')), "heard": catch("heard", message("reply"))}
    town.draw("asking", ways, **town_tasks("first", "look", "note"), **hear,
              do_open=service("do_open", "open_procedure", OPEN))  # fmt: skip
    town.draw("answering", "start -> answer -> say -> end", **town_tasks("answer"),
              say=throw("say", message("reply"), inputs(key=f'"{says}"') if says else ""))  # fmt: skip
    case = town.open("asking")
    town.do(case, "answer", "tom")
    town.do(case, "first", "tom")
    town.work()
    assert town.open_steps(case) == ["note"]


def test_however_many_messages_were_kept_each_begins_a_branch_of_the_event_that_is_armed_again(town):
    town.draw("telling", "start -> each -> end", each=sub("each", "start_in -> say -> end_in", items("all", "n"),
              say=throw("say", message("reply"), inputs(n="n"))))  # fmt: skip
    town.draw("hearing", "start -> do_open -> first -> ask -> end; heard -> note -> end_b",
              do_open=service("do_open", "open_procedure", {"slug": '"telling"', "all": "all"}),
              heard=boundary("heard", "ask", message("reply")), **town_tasks("first", "ask", "note"))  # fmt: skip
    case = town.open("hearing", all=list(range(60)))
    assert len(town.all(MessageIn, case_id=case, taken_by=None)) == 60
    town.do(case, "first", "tom")
    town.work()
    assert town.open_steps(case) == ["ask", *["note"] * 60]
    assert town.all(MessageIn, taken_by=None) == []
    town.audit_is_sound()
