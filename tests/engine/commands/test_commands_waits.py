"""The record says how long an automatic step took, without a column of its own; what it does not say is left out."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sketch import items
from sqlalchemy import update
from toy_parts import offer, service, task, town_tasks

from gridflow.db import db, table, writing
from gridflow.engine.models import Job
from gridflow.workbench.insight.entries import alike
from gridflow.workbench.insight.recorded import ENTRIES, told_apart
from gridflow.workbench.insight.waits import leading_in, waits

WHY = {"reason": "重新归档", "asked_by": "x"}
FILE = service("do_file", "archive_case")


def hours(town, *cases):
    """Return the middle and the ninth of ten of each step, by its id."""
    with town.app.app_context():
        parsed = town.engine.versions.get(db.session(), town.instance(cases[0]).version_id)
        drawn = [{each: parsed.diagrams[each] for each in parsed.bundle.process_ids}]
        found, _ = alike(db.session(), ENTRIES.c.case_id.in_(cases))
        db.session.remove()
    return {
        step.partition("/")[2]: (took[50], took[90])
        for step, took in waits(found, leading_in(drawn, told_apart(drawn))).items()
    }


def finish(town, case):
    """Let the oldest job that a step of the case waits for come to its end."""
    job = next(job for job in town.jobs(case_id=case, state="waiting") if job.task_id)
    with writing() as session:
        session.execute(update(table(Job)).where(table(Job).c.id == job.id).values(state="done"))
        town.engine.service_done(session, job, {"dossier": "ab"})


def move(town, case, step, to):
    with writing() as session:
        waiting = town.engine.view(session, town.instance(case).id, town.who("cora")).run.waiting()
        (task_id,) = (one.task_id for one in (*waiting.humans, *waiting.services) if one.element_id == step)
        town.engine.move(session, town.instance(case).id, town.who("cora"), task_id, to, WHY)


@pytest.fixture
def filing(town):
    """A case with a step done at once and one that waits for a worker."""
    town.draw(
        "filing", "start -> ask -> do_note -> do_file -> look -> end; gone -> end_b", **town_tasks("ask", "look"),
        do_note=service("do_note", "set_values", {"n": "1"}), do_file=FILE,
        gone=offer("gone", "do_file", interrupts=True, role="town"),
    )  # fmt: skip
    return town


def test_a_step_lasts_from_the_entry_that_reaches_it_to_the_entry_that_names_it_done(filing):
    cases = [filing.open("filing") for _ in range(4)]
    for case in cases:
        filing.do(case, "ask", "tom")
    for case in cases:
        filing.hand.advance(timedelta(hours=3))
        finish(filing, case)

    assert hours(filing, *cases) == {"do_note": (0, 0), "do_file": (6, 12)}
    assert hours(filing, cases[2]) == {"do_note": (0, 0), "do_file": (9, 9)}


def test_a_step_that_waits_still_or_was_broken_off_has_no_time(filing):
    waits_still, broken_off = filing.open("filing"), filing.open("filing")
    for case in (waits_still, broken_off):
        filing.do(case, "ask", "tom")
    filing.hand.advance(timedelta(hours=1))
    filing.offer(broken_off, "gone", "tom")

    assert hours(filing, waits_still, broken_off) == {"do_note": (0, 0)}


def test_what_a_step_was_parked_belongs_to_its_time(filing):
    case = filing.open("filing")
    filing.do(case, "ask", "tom")
    (job,) = filing.jobs(kind="archive")
    with writing() as session:
        session.execute(update(table(Job)).where(table(Job).c.id == job.id).values(state="failed"))
        filing.engine.service_failed(session, job, "打印机坏了")
    filing.hand.advance(timedelta(hours=30))
    filing.retry(filing.incidents(case)[0])
    filing.hand.advance(timedelta(hours=2))
    finish(filing, case)

    assert hours(filing, case)["do_file"] == (32, 32)


@pytest.mark.parametrize("ways", [["do_file", "ask", None], ["ask", "do_file"], ["do_file", "ask", "do_file"]])
def test_a_step_an_operator_led_a_token_from_or_to_has_no_time(filing, ways):
    """Led on by hand from step to step; where the way ends in None, its task is done as usual."""
    case = filing.open("filing")
    if ways[0] == "do_file":
        filing.do(case, "ask", "tom")
    for here, there in pairwise(ways):
        filing.hand.advance(timedelta(hours=5))
        if there:
            move(filing, case, here, there)
        else:
            filing.do(case, here, "tom")
    for job in filing.jobs(case_id=case, state="waiting"):
        with writing() as session:
            filing.engine.service_done(session, job, {"dossier": "ab"})

    assert filing.open_steps(case) == ["look"]
    assert "do_file" not in hours(filing, case)


def test_of_two_tokens_at_a_step_the_time_is_told_where_both_came_or_both_were_done_together(town):
    town.draw("twice", "start -> p_out; p_out -> x_m; p_out -> ask -> x_m; x_m -> do_file -> end",
              **town_tasks("ask"), do_file=FILE)  # fmt: skip
    apart, one_by_one = town.open("twice"), town.open("twice")
    town.hand.advance(timedelta(hours=1))
    finish(town, one_by_one)
    for case in (apart, one_by_one):
        town.do(case, "ask", "tom")
    town.hand.advance(timedelta(hours=4))
    finish(town, one_by_one)
    finish(town, apart)
    assert hours(town, one_by_one)["do_file"] == (1, 4)
    assert hours(town, apart) == {}  # the record does not say which of the two it was

    town.draw("together", "start -> p_out; p_out -> x_m; p_out -> x_m2 -> x_m; x_m -> do_file -> end", do_file=FILE)
    together = town.open("together")
    town.hand.advance(timedelta(hours=2))
    finish(town, together)
    town.hand.advance(timedelta(hours=6))
    finish(town, together)
    assert hours(town, together)["do_file"] == (2, 8)


def test_what_is_done_for_each_of_many_is_not_timed(town):
    each = service("do_each", "set_values", {"n": "1"})
    each = each.replace("</bpmn:serviceTask>", f"{items('units', 'unit')}</bpmn:serviceTask>")
    town.draw("many", "start -> do_each -> ask -> end", do_each=each, ask=task("ask", role="town"))
    case = town.open("many", units=["A", "B"])

    assert town.open_steps(case) == ["ask"]
    assert hours(town, case) == {}
