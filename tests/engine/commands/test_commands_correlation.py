"""Messages that find their case by a key: from case to case and from outside, whoever comes first."""

import threading
from datetime import timedelta

import pytest
from sketch import catch, inputs, message, signal, throw
from sqlalchemy.exc import OperationalError
from toy_parts import town_tasks

from gridflow.db import writing
from gridflow.engine.models import MessageIn, MessageWait


@pytest.fixture
def office(town):
    """Cases that wait for the answer to their plate, and cases that give one."""
    town.draw("waiting", "start -> ask -> hear -> look -> end", **town_tasks("ask", "look"),
              hear=catch("hear", message("reply"), inputs(key="plate")))  # fmt: skip
    town.draw("telling", "start -> tell -> say -> end", **town_tasks("tell"),
              say=throw("say", message("reply"), inputs(key="about", found="found")))  # fmt: skip
    return town


def waiting_for(town, plate):
    case = town.open("waiting", plate=plate)
    town.do(case, "ask", "tom")
    return case


def tell(town, about, found=1):
    town.do(town.open("telling"), "tell", "tom", about=about, found=found)


def send(town, message_id, key, **payload):
    with writing() as session:
        return town.engine.send(session, "here", "reply", key, payload, message_id=message_id)


def test_a_message_with_a_key_reaches_the_case_that_waits_for_it(office):
    cases = {plate: waiting_for(office, plate) for plate in ("A1", "B2", "C3")}
    tell(office, "B2", found=7)
    assert office.open_steps(cases["B2"]) == []
    office.work()
    assert {plate: office.open_steps(case) for plate, case in cases.items()} == {"A1": [], "B2": ["look"], "C3": []}
    assert office.data(cases["B2"])["hear"] == {"found": 7}
    assert office.all(MessageIn) == []
    office.audit_is_sound()


def test_of_two_cases_that_wait_for_one_key_each_gets_one_message(office):
    cases = [waiting_for(office, "A1"), waiting_for(office, "A1")]
    tell(office, "A1", found=1)
    tell(office, "A1", found=2)
    office.work()
    assert [office.open_steps(case) for case in cases] == [["look"]] * 2
    assert sorted(office.data(case)["hear"]["found"] for case in cases) == [1, 2]
    tell(office, "A1", found=3)
    office.work()
    assert [row.taken_by for row in office.all(MessageIn)] == [None]


def test_a_message_nobody_waits_for_yet_is_kept_for_the_case_that_will(office):
    tell(office, "A1", found=4)
    office.work()
    assert len(office.all(MessageIn, taken_by=None)) == 1
    case = waiting_for(office, "A1")
    office.work()
    assert office.open_steps(case) == ["look"]
    assert office.data(case)["hear"] == {"found": 4}
    assert office.only(MessageIn).taken_by == office.instance(case).id
    assert office.all(MessageWait) == []


def test_a_message_on_its_way_to_a_case_that_waits_no_more_is_kept(office):
    first = waiting_for(office, "A1")
    tell(office, "A1", found=1)
    send(office, "m1", "A1", found=2)
    office.work()
    assert office.data(first)["hear"] == {"found": 1}
    assert office.only(MessageIn).taken_by is None
    second = waiting_for(office, "A1")
    office.work()
    assert office.data(second)["hear"] == {"found": 2}


def test_a_message_from_outside_is_taken_once(office):
    case = waiting_for(office, "A1")
    assert send(office, "m1", "A1", found=5) == "accepted"
    assert send(office, "m1", "A1", found=5) == "repeated"
    assert send(office, "m2", "Z9") == "kept"
    office.work()
    assert office.data(case)["hear"] == {"found": 5}
    assert office.only(MessageIn).key == "Z9"
    (entry,) = office.entries(case, "receive_message")
    assert entry.changes["received"] == ["reply"]


def test_a_message_for_another_city_reaches_nobody_here(office):
    case = waiting_for(office, "A1")
    with writing() as session:
        office.engine.send(session, "there", "reply", "A1", {}, message_id="m1")
    office.work()
    assert office.open_steps(case) == []
    assert office.only(MessageIn).city == "there"


def test_who_sends_and_who_begins_to_wait_at_one_moment_do_not_miss_each_other(office):
    plates = [f"P{n}" for n in range(8)]
    cases = {plate: office.open("waiting", plate=plate) for plate in plates}

    def sending():
        with office.elsewhere() as other:
            for plate in plates:
                send(other, plate, plate, found=1)

    thread = threading.Thread(target=sending)
    thread.start()
    for case in cases.values():
        office.do(case, "ask", "tom")
    thread.join()
    office.work()
    assert {plate: office.open_steps(case) for plate, case in cases.items()} == {plate: ["look"] for plate in plates}


def test_a_signal_reaches_many_cases_and_one_that_is_over_is_left_out(town):
    town.draw("hearing", "start -> e_g; e_g -> hear -> look -> end; e_g -> other -> end_b", **town_tasks("look"),
              hear=catch("hear", signal("alarm")), other=catch("other", message("reply"), inputs(key="n")))  # fmt: skip
    town.draw("ringing", "start -> ask -> ring -> end", **town_tasks("ask"), ring=throw("ring", signal("alarm")))
    cases = [town.open("hearing", n=n) for n in range(30)]
    town.do(town.open("ringing"), "ask", "tom")
    with writing() as session:
        town.engine.send(session, "here", "reply", "3", {}, message_id="m")
    town.hand.advance(timedelta(seconds=1))
    town.work()
    steps = [town.open_steps(case) for case in cases]
    assert steps.count(["look"]) in (29, 30)
    assert town.all(MessageWait) == []
    town.audit_is_sound()


def test_commands_that_throw_and_wait_for_the_same_keys_in_opposite_order_all_go_through(town):
    keys = [f"k{n}" for n in range(8)]
    says = {f"say_{k}": throw(f"say_{k}", message("reply"), inputs(key=f'"{k}"')) for k in keys}
    hears = {f"hear_{k}": catch(f"hear_{k}", message("reply"), inputs(key=f'"{k}"')) for k in keys}
    for way, order in (("up", keys), ("down", keys[::-1])):
        town.draw(f"telling_{way}", f"start -> tell -> {' -> '.join(f'say_{k}' for k in order)} -> end",
                  **town_tasks("tell"), **says)  # fmt: skip
        town.draw(f"hearing_{way}", "start -> ask -> p_all; p_end -> end; "
                  + "; ".join(f"p_all -> hear_{k} -> p_end" for k in order), **town_tasks("ask"), **hears)  # fmt: skip
    failed = []

    def act(way):
        with town.elsewhere() as other:
            for kind, element in (("telling", "tell"), ("hearing", "ask")) * 6:
                try:
                    other.do(other.open(f"{kind}_{way}"), element, "tom")
                except OperationalError as error:
                    failed.append(error)

    threads = [threading.Thread(target=act, args=(way,)) for way in ("up", "down")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    town.work()
    town.hand.advance(timedelta(hours=1))
    town.work()
    assert town.all(MessageWait) == []
    assert {row.taken_by for row in town.all(MessageIn)}.isdisjoint({None})
    town.audit_is_sound()
