"""The decision tables and forms of the shipped procedures, asked directly."""

import re
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from gridflow import clock
from gridflow.bpmn import Diagram, read
from gridflow.calendars import Calendar
from gridflow.catalogue import Bundle, Catalogue
from gridflow.config import ROOT
from gridflow.engine.scope import calendar_functions
from gridflow.feel import DecisionSet, Functions, compile_expression, read_decisions
from gridflow.forms import Form

MATTERS = {
    "N04-001": {"name": "消防通道", "active": True, "on_site": True, "level": "L2", "lead": "fire_rescue"},
    "N04-005": {"name": "房屋隐患", "active": True, "on_site": False, "level": "L4", "lead": "emergency"},
    "N04-099": {"name": "已退出", "active": False, "on_site": False, "level": "L2", "lead": None},
}
CALENDAR = Calendar(((time(8, 30), time(12)), (time(14), time(17, 30))), known_years=frozenset({2026}))
CASE = {"county": "330203", "number": "SJ-330203-20261123-00001-7"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """Return the event procedure as Ningbo uses it."""
    return Catalogue.read(ROOT).bundle("ningbo", "event")


@pytest.fixture(scope="module")
def decisions(bundle: Bundle) -> DecisionSet:
    """Return every table of the bundle."""
    return DecisionSet.merge(read_decisions(content) for content in bundle.decision_files.values())


@pytest.fixture(scope="module")
def diagrams(bundle: Bundle) -> Mapping[str, Diagram]:
    """Return the diagrams of the bundle by process id."""
    return {process: read(bundle.diagram(process)) for process in bundle.process_ids}


def ask(decisions: DecisionSet, decision: str, **names: object) -> Mapping[str, object]:
    """Return the outputs of a table over some variables and a small register."""
    scope = {"matters": MATTERS, "case": CASE, "limit": {"handling": handling()}, **names}
    return decisions.evaluate(decision, scope, calendar_functions(lambda: CALENDAR)).variables


def on(text: str) -> datetime:
    """Return an instant of November 2026 in China: day, hour, minute."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.SHANGHAI)


def handling(amount: int = 3, unit: str = "WD", start: str = "23 10:30", due: str = "26 17:30") -> Mapping[str, object]:
    """Return the lead unit's limit as expressions see it."""
    return {"amount": Decimal(amount), "unit": unit, "start": on(start), "due": on(due)}


def test_every_limit_a_diagram_names_has_a_time_at_every_level_and_without_one(
    decisions: DecisionSet, diagrams: Mapping[str, Diagram]
) -> None:
    named = {
        node.attributes["limit"] for it in diagrams.values() for node in it.nodes.values() if "limit" in node.attributes
    }
    assert {"handling", "acknowledge", "ruling", "extension_ruling", "co_handling"} <= named
    levels, urgencies = ("L1", "L2", "L3", "L4", "L5", None), ("normal", "urgent", "critical", None)
    for step, level, urgency in product(named, levels, urgencies):
        terms = ask(decisions, "limit", step=step, level=level, urgency=urgency)
        assert isinstance(terms["amount"], Decimal | int), (step, level, urgency)
        assert terms["amount"] > 0
        assert terms["unit"] in {"WD", "WH", "H", "M"}
        assert terms["basis"]


@pytest.mark.parametrize(
    ("lead", "now", "due"),
    [
        # 39 working hours; 60 % are 23.4: Monday 4, Tuesday and Wednesday 7 each, Thursday 5.4
        (handling(5, "WD", "23 11:30", "30 17:30"), "23 15:00", "26 15:54"),
        # 12 working hours; 60 % would be Tuesday 10:42, one working day before the due instant is earlier
        (handling(1, "WD", "23 10:30", "24 17:30"), "23 10:40", "23 17:30"),
        # natural 24 hours hold 7 working hours; 60 % are 4.2: 1.5 before noon, 2.7 after
        (handling(24, "H", "23 10:30", "24 10:30"), "23 10:40", "23 16:42"),
        # never less than one working hour: half before closing, half on Tuesday morning
        (handling(1, "WD", "23 10:30", "24 17:30"), "23 17:00", "24 09:00"),
    ],
)
def test_co_handling_ends_before_the_lead(
    decisions: DecisionSet, lead: Mapping[str, object], now: str, due: str
) -> None:
    with clock.set_to(on(now)):
        terms = ask(decisions, "limit", step="co_handling", level="L3", urgency="normal", limit={"handling": lead})
    assert terms["until"] == on(due)


@pytest.mark.parametrize(("level", "days"), [("L2", 3), ("L3", 5), ("L4", 10), (None, 3)])
def test_the_handling_limit_follows_the_level(decisions: DecisionSet, level: str | None, days: int) -> None:
    terms = ask(decisions, "limit", step="handling", level=level, urgency="normal")
    assert (terms["amount"], terms["unit"]) == (days, "WD")


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({"category": "0401", "matter_code": "N04-001", "can_fix_on_site": True}, "L1"),
        ({"category": "0401", "matter_code": "N04-001", "can_fix_on_site": False}, "L2"),
        ({"category": "0406", "matter_code": "N04-005", "can_fix_on_site": True}, "L4"),
        ({"category": "0501", "matter_code": None, "can_fix_on_site": False}, "L3"),
        ({"category": "1003", "matter_code": None, "can_fix_on_site": False, "urgency": "critical"}, "L5"),
        ({"category": "0601", "matter_code": None, "can_fix_on_site": False, "urgency": "critical"}, "L4"),
    ],
)
def test_a_report_is_graded_by_matter_place_and_danger(
    decisions: DecisionSet, given: dict[str, object], level: str
) -> None:
    graded = ask(decisions, "classify", **{"urgency": "normal", **given})
    assert graded["level"] == level
    assert graded["emergency"] is (level == "L5")


@pytest.mark.parametrize(("code", "result"), [("N04-001", "on_list"), ("N04-099", "off_list"), (None, "off_list")])
def test_only_a_matter_listed_today_passes_the_guard(decisions: DecisionSet, code: str | None, result: str) -> None:
    assert ask(decisions, "list_guard", matter_code=code)["list_result"] == result


@pytest.mark.parametrize(
    ("tier", "code", "unit"),
    [
        ("town", "N04-001", "330203-fire_rescue"),
        ("city", "N04-001", "330200-fire_rescue"),
        ("county", None, "330203-emergency"),
    ],
)
def test_the_route_proposes_a_unit_of_the_dispatching_tier(
    decisions: DecisionSet, tier: str, code: str | None, unit: str
) -> None:
    assert ask(decisions, "route", matter_code=code, category="0406", dispatch_tier=tier)["proposed_unit"] == unit


def test_the_sample_takes_exactly_its_share_of_a_hundred_cases(bundle: Bundle, diagrams: Mapping[str, Diagram]) -> None:
    condition = diagrams["event"].flows["ask_sample_to_spot_check"].condition
    assert condition
    expression = compile_expression(condition)
    numbers = (f"SJ-330203-20261123-{serial:05d}-3" for serial in range(1, 101))
    percent = bundle.city_file.switches["onsite_sample_percent"]
    scopes = ({"case": {"number": number}, "city": {"onsite_sample_percent": percent}} for number in numbers)
    assert sum(expression.evaluate(scope, Functions()) is True for scope in scopes) == percent


@pytest.mark.parametrize("kind", ["staff", "resident"])
def test_the_report_form_asks_for_six_things_at_most(bundle: Bundle, kind: str) -> None:
    content = bundle.form("report")
    assert content
    scope = {"case": {"reporter_kind": kind}}
    asked = [
        field.key
        for field in Form.read(content).fields
        if field.required and not (field.hide and field.hide.expression.evaluate(scope, Functions()) is True)
    ]
    assert 5 <= len(asked) <= 6, asked
    assert ("reporter_phone" in asked) is (kind == "resident")


@pytest.mark.parametrize("outcome", ["solved", "explained", "partly", "unsolvable", "untrue"])
def test_a_result_that_solves_nothing_is_explained(bundle: Bundle, outcome: str) -> None:
    content = bundle.form("fill_result")
    assert content is not None
    field = next(field for field in Form.read(content).fields if field.key == "explanation")
    assert field.required
    assert field.min_length == 20
    assert field.hide is not None
    hidden = field.hide.expression.evaluate({"outcome": outcome}, Functions())
    assert hidden is (outcome not in {"explained", "unsolvable"})


def test_no_form_forces_a_photo(bundle: Bundle) -> None:
    forms = {name: Form.read(content) for name, content in bundle.forms.items()}
    forced = {
        (name, field.key)
        for name, form in forms.items()
        for field in form.fields
        if field.kind == "filepicker" and field.required
    }
    assert forced == {
        ("rule_objection", "minutes"),
        ("rule_city", "minutes"),
    }  # the minutes of a consultation, not a photo


def test_every_page_stays_small_enough_to_read(diagrams: Mapping[str, Diagram]) -> None:
    crowded = {process: len(diagram.nodes) for process, diagram in diagrams.items() if len(diagram.nodes) > 32}
    assert crowded == {}


def test_no_id_is_left_as_an_editor_made_it() -> None:
    made = re.compile(r'id="(Activity|Gateway|Event|Flow|Task)_|"(Start|End)"')
    files = [path for path in Path(ROOT, "processes").rglob("*.bpmn") if made.search(path.read_text(encoding="utf-8"))]
    assert files == []


def test_a_basis_names_the_row_of_the_table_it_stands_in(bundle: Bundle) -> None:
    rows = next(read_rules(content) for name, content in bundle.files.items() if name.endswith("_shared/limit.dmn"))
    named = [(number, re.search(r"本市办理时限表第 (\d+) 行", row)) for number, row in enumerate(rows, 1)]
    assert {number for number, found in named if found and int(found[1]) != number} == set()
    assert len([found for _, found in named if found]) >= 35
    assert not any("系统默认" in row for row in rows)


def read_rules(content: bytes) -> list[str]:
    """Return the text of every rule of a table file, in order."""
    return content.decode().split("<rule id=")[1:]
