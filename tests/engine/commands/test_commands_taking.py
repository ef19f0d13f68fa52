"""Who gets a task, and what everybody else is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from toy_parts import offer, task

from gridflow.db import new_id, writing
from gridflow.engine import claims
from gridflow.engine.errors import NotYours, OfferGone, WorkItemTaken, WorkItemUnknown
from gridflow.engine.models import MessageWait, WorkItem


@pytest.fixture
def simple(town):
    town.draw("simple", "start -> ask -> check -> end", ask=task("ask", role="town"),
              check=task("check", role="town", exclude="ask"))  # fmt: skip
    return town


def test_two_people_who_submit_the_same_task_at_once_leave_one_result(simple):
    case = simple.open("simple")
    item = simple.item(case, "ask")

    def submit(login):
        with simple.elsewhere() as other:
            try:
                return other.do_item(item.id, login, by=login)
            except WorkItemTaken as taken:
                return taken

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(submit, ("tom", "tess")))
    losers = [result for result in results if isinstance(result, WorkItemTaken)]
    winner = simple.only(WorkItem, id=item.id)
    name = "tom先生" if winner.done_by == simple.who("tom").user_id else "tess先生"
    assert len(losers) == 1
    assert name in losers[0].message
    assert "09:00" in losers[0].message
    assert len(simple.entries(case, "complete_task")) == 1
    assert simple.open_steps(case) == ["check"]
    assert simple.data(case)["by"] == name.removesuffix("先生")
    assert simple.audit_is_sound().entries == 2


def test_a_request_sent_twice_is_done_once_and_answered_twice(simple):
    case = simple.open("simple")
    item, request = simple.item(case, "ask"), new_id()
    first = simple.do_item(item.id, "tom", request, n=1)
    again = simple.do_item(item.id, "tom", request, n=2)
    assert (first.repeated, again.repeated) == (False, True)
    assert first.case_id == again.case_id == case
    assert simple.data(case)["n"] == 1
    assert len(simple.entries(case, "complete_task")) == 1


def test_a_request_sent_twice_at_once_is_done_once(simple):
    case = simple.open("simple")
    item, request = simple.item(case, "ask"), new_id()

    def submit(n):
        with simple.elsewhere() as other:
            return other.do_item(item.id, "tom", request, n=n).repeated

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(submit, (1, 2))) == [False, True]
    assert len(simple.entries(case, "complete_task")) == 1


def test_a_claim_that_lapsed_is_no_hindrance_while_nobody_else_holds_the_task(simple):
    case = simple.open("simple")
    item = simple.item(case, "ask")
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tom"))
    simple.hand.advance(timedelta(minutes=31))
    simple.do_item(item.id, "tom")
    assert simple.open_steps(case) == ["check"]


def test_a_claim_that_lapsed_is_lost_to_a_colleague_who_claimed_meanwhile(simple):
    case = simple.open("simple")
    item = simple.item(case, "ask")
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tom"))
    simple.hand.advance(timedelta(minutes=31))
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tess"))
    with pytest.raises(WorkItemTaken, match=r"tess先生.*10:01"):
        simple.do_item(item.id, "tom")
    assert simple.open_steps(case) == ["ask"]
    assert simple.entries(case, "complete_task") == []


def test_nobody_else_claims_a_task_that_is_held(simple):
    item = simple.item(simple.open("simple"), "ask")
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tom"))
    with pytest.raises(WorkItemTaken, match="tom先生"), writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tess"))


def test_typing_renews_a_claim_only_for_its_holder(simple):
    item = simple.item(simple.open("simple"), "ask")
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tom"))
    simple.hand.advance(timedelta(minutes=20))
    with writing() as session:
        assert claims.renew(session, item.id, simple.who("tom"))
        assert not claims.renew(session, item.id, simple.who("tess"))
    held = simple.only(WorkItem, id=item.id)
    assert held.claimed_until == simple.hand.instant + claims.LEASE


def test_whoever_did_a_step_may_not_check_it(simple):
    case = simple.open("simple")
    simple.do(case, "ask", "tom")
    with pytest.raises(NotYours, match="由他人核查"):
        simple.do(case, "check", "tom")
    simple.do(case, "check", "tess")
    assert simple.instance(case).status == "finished"


def test_a_task_of_another_unit_is_refused_and_one_of_another_city_does_not_exist(simple):
    case = simple.open("simple")
    with pytest.raises(NotYours, match="其他单位"):
        simple.do(case, "ask", "han")
    with pytest.raises(WorkItemUnknown):
        simple.do(case, "ask", "thea")
    assert simple.open_steps(case) == ["ask"]
    assert len(simple.entries(case)) == 1


def test_a_task_is_handed_over_only_to_a_holder_of_the_post(simple):
    case = simple.open("simple")
    item = simple.item(case, "ask")
    for stranger in ("han", "thea", "idle"):
        with pytest.raises(NotYours), writing() as session:
            claims.hand_over(session, simple.engine, item.id, simple.who("tom"), simple.user_id(stranger), "出差")
    with writing() as session:
        claims.hand_over(session, simple.engine, item.id, simple.who("tom"), simple.who("tess").user_id, "出差")
    with pytest.raises(NotYours):
        simple.do_item(item.id, "tom")
    simple.do_item(item.id, "tess")
    (entry,) = simple.entries(case, "hand_over")
    assert entry.changes["reason"] == "出差"


def test_a_task_a_colleague_holds_is_not_handed_over(simple):
    item = simple.item(simple.open("simple"), "ask")
    with writing() as session:
        claims.claim(session, simple.engine, item.id, simple.who("tess"))
    with pytest.raises(WorkItemTaken, match="tess先生"), writing() as session:
        claims.hand_over(session, simple.engine, item.id, simple.who("tom"), simple.who("tess").user_id, "出差")


def test_an_offer_sent_twice_is_done_once_and_answered_twice(town):
    town.draw("asking", "start -> ask -> end; object -> end_branch", ask=task("ask", role="town"),
              object=offer("object", "ask"))  # fmt: skip
    case = town.open("asking")
    wait, request = town.only(MessageWait, case_id=case), new_id()
    with writing() as session:
        first = town.engine.take_offer(session, wait.id, town.who("tom"), {"n": 1}, request_id=request)
    with writing() as session:
        again = town.engine.take_offer(session, wait.id, town.who("tom"), {"n": 1}, request_id=request)
    assert (first.repeated, again.repeated) == (False, True)
    assert len(town.entries(case, "object")) == 1
    with pytest.raises(OfferGone), writing() as session:
        town.engine.take_offer(session, wait.id, town.who("tom"), {"n": 1}, request_id=new_id())
