"""The decision tables of appeals, revisits and supervision, asked directly."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache

import pytest

from gridflow import clock
from gridflow.bpmn import read
from gridflow.calendars import Calendar
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.engine.scope import calendar_functions
from gridflow.feel import DecisionSet, compile_expression, read_decisions

CALENDAR = Calendar(((time(8, 30), time(12)), (time(14), time(17, 30))), known_years=frozenset({2026}))
NOW = datetime(2026, 11, 23, 9, tzinfo=clock.SHANGHAI)
PRODUCT = Catalogue.read(ROOT)
CASE = {"county": "330203", "number": "SJ-330203-20261123-00001-7"}


@cache
def tables(slug: str) -> DecisionSet:
    """Return every table of a procedure as Ningbo uses it."""
    return DecisionSet.merge(map(read_decisions, PRODUCT.bundle("ningbo", slug).decision_files.values()))


def decide(slug: str, decision: str, **values: object) -> Mapping[str, object]:
    """Return what a table of a procedure says in Ningbo."""
    scope = {"case": CASE, "city": PRODUCT.city("ningbo").switches, **values}
    with clock.set_to(NOW):
        return tables(slug).evaluate(decision, scope, calendar_functions(lambda: CALENDAR)).variables


@pytest.mark.parametrize(
    ("kind", "decision", "urgency", "level"),
    [
        ("consult", "answer", "normal", "L1"), ("consult", "accept", "normal", "L2"),
        ("help", "accept", "normal", "L2"),
        ("complaint", "accept", "normal", "L3"), ("report", "accept", "normal", "L3"),
        ("suggest", "accept", "normal", "L4"), ("suggest", "accept", "critical", "L2"),
    ],
)  # fmt: skip
def test_the_kind_of_an_appeal_decides_how_long_it_may_take(kind: str, decision: str, urgency: str, level: str) -> None:
    assert decide("appeal", "grade_appeal", final_type=kind, urgency=urgency, accept_decision=decision) == {
        "level": level
    }


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("emergency", "to_emergency"), ("staff", "to_complaint"), ("repeated", "merged"), ("improper", "not_accepted"),
        ("incomplete", "not_accepted"), ("statutory", "referred"),
    ],
)  # fmt: skip
def test_each_of_the_six_reasons_not_to_dispatch_has_its_end_and_its_words(code: str, state: str) -> None:
    said = decide("appeal", "reject", reject_code=code, route_code="litigation" if code == "statutory" else None)

    assert said["reject_state"] == state
    assert len(str(said["legal_route"])) > len("另行反映")


def test_every_statutory_route_is_told_in_words_of_its_own() -> None:
    routes = ("litigation", "arbitration", "reconsideration", "discipline", "disclosure", "petition", "inspection")

    said = {decide("appeal", "reject", reject_code="statutory", route_code=one)["legal_route"] for one in routes}

    assert len(said) == len(routes)


@pytest.mark.parametrize(
    ("count", "unit", "plan"),
    [
        (1, "u", "none"), (3, "u", "supervise"), (4, "u", "none"), (5, "u", "governance"), (6, "u", "none"),
        (10, "u", "governance"), (5, None, "none"),
    ],
)  # fmt: skip
def test_a_recurring_subject_is_supervised_at_three_and_governed_at_five(
    count: int, unit: str | None, plan: str
) -> None:
    assert decide("appeal", "recurrence", same_count=Decimal(count), lead_unit=unit) == {"recurrence_plan": plan}


@pytest.mark.parametrize(
    ("solved", "overall", "after", "days"),
    [
        ("yes", "satisfied", None, []), ("partly", "fair", None, ["5", "22"]), ("no", "dissatisfied", None, ["22"]),
        ("partly", "fair", "5", []), ("no", "dissatisfied", "22", ["22"]),
    ],
)  # fmt: skip
def test_later_revisits_follow_from_solution_and_satisfaction(
    solved: str, overall: str, after: str | None, days: list[str]
) -> None:
    values = {"reached": "yes", "solved_by_citizen": solved, "overall": overall, "revisit_after": after}

    assert decide("revisit", "revisit_plan", **values) == {"revisit_days": days}


def test_one_merely_content_resident_in_ten_is_revisited() -> None:
    values = {"reached": "yes", "solved_by_citizen": "yes", "overall": "fair", "revisit_after": None}
    numbers = [f"SJ-330203-20261123-{serial:05d}-0" for serial in range(1, 101)]

    drawn = [
        number for number in numbers
        if decide("revisit", "revisit_plan", **values, case={**CASE, "number": number})["revisit_days"]
    ]  # fmt: skip

    assert len(drawn) == len(numbers) // 10


@pytest.mark.parametrize(
    ("trigger", "late", "level", "who"),
    [
        ("overdue", 0, "first", "town"), ("overdue", 6, "second", "county_office"),
        ("overdue", 10, "listed", "city_office"),
        ("rework", 0, "first", "town"), ("repeated", 0, "first", "town"), ("refused", 0, "first", "town"),
        ("unsolved", 0, "key", "town"), ("leader", 0, "second", "county_office"),
        ("media", 0, "second", "county_office"),
        ("direct", 0, "second", "county_office"), ("unfiled", 0, "first", "city_office"),
        ("important", 0, "listed", "city_office"),
    ],
)  # fmt: skip
def test_what_triggers_supervision_decides_where_it_begins(trigger: str, late: int, level: str, who: str) -> None:
    due = NOW - timedelta(days=late) if trigger == "overdue" else None
    values = {"sup_result": None, "sup_level": None, "level": "L2", "dispatch_tier": "town", "supervising_role": None}

    assert decide("supervision", "supervise", trigger_code=trigger, sup_due=due, **values) == {
        "sup_level": level, "supervising_role": who
    }  # fmt: skip


@pytest.mark.parametrize("result", ["escalate", "continue"])
@pytest.mark.parametrize("level", ["first", "second", "listed", "key"])
@pytest.mark.parametrize("late", [0, 4, 20])
def test_the_level_of_supervision_never_goes_down(level: str, result: str, late: int) -> None:
    ranks = ("first", "second", "listed", "key")
    values = {
        "sup_result": result, "sup_level": level, "level": "L2", "dispatch_tier": "town", "supervising_role": "town",
        "trigger_code": "overdue", "sup_due": NOW - timedelta(days=late),
    }  # fmt: skip

    said = decide("supervision", "supervise", **values)

    assert ranks.index(str(said["sup_level"])) >= ranks.index(level) + (result == "escalate" and level != "key")


@pytest.mark.parametrize(("step", "due"), [("办理", NOW - timedelta(days=3)), ("协办", NOW - timedelta(days=5))])
def test_an_overdue_case_is_supervised_from_its_due_day_however_late_that_is_seen(step: str, due: datetime) -> None:
    nodes = read(PRODUCT.bundle("ningbo", "appeal").diagram("urge")).processes["urge"].nodes
    limits = {"handling": {"due": NOW - timedelta(days=3)}, "co_handling": {"due": NOW - timedelta(days=5)}}
    functions = calendar_functions(lambda: CALENDAR)

    with clock.set_to(NOW):
        noted = {
            name: compile_expression(text).evaluate({"limit": limits, "supervised_step": step}, functions)
            for name, text in nodes["note_due"].inputs.items()
        }
        handed_over = compile_expression(nodes["open_supervision"].inputs["sup_due"]).evaluate(noted, functions)

    assert handed_over == due
