"""Where the two cities differ about the matter list: numbers 12 to 15 of the one-page comparison.

13 and 14 are worked examples beside their procedures, named after the difference.
"""

import csv
import json
import re
from typing import Any

import pytest

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT

ITEMS = {"ningbo": [f"N10({item})" for item in range(1, 9)], "beihai": [f"B12-2({item})" for item in range(1, 12)]}


def fields(form: str) -> dict[str, dict[str, Any]]:
    content = json.loads((ROOT / f"forms/{form}.json").read_text(encoding="utf-8"))
    return {field["key"]: field for field in content["components"] if "key" in field}


def choices(form: str, field: str) -> list[str]:
    return [option["value"] for option in fields(form)[field]["values"]]


@pytest.mark.parametrize("city", ITEMS)
def test_difference_12_the_starting_list_has_something_under_each_item_of_the_ordinance(city: str) -> None:
    with (ROOT / f"processes/_cities/{city}.matters.csv").open(encoding="utf-8-sig", newline="") as file:
        bases = {row["base"] for row in csv.DictReader(file)}

    assert bases == set(ITEMS[city])


def test_difference_13_only_in_ningbo_a_unit_may_ask_to_adjust() -> None:
    cities = Catalogue.read(ROOT).cities
    rule = fields("list_change/apply")["apply_type"]["properties"]["except"]

    assert {code: cities[code].switches["unit_adjusts"] for code in ITEMS} == {"ningbo": True, "beihai": False}
    assert rule.endswith('else if city.unit_adjusts = true then ["review"] else ["review", "adjust"]')


def test_difference_14_the_city_file_says_whether_failure_ends_in_exit() -> None:
    cities = Catalogue.read(ROOT).cities

    assert {code: cities[code].switches["failure_exits"] for code in ITEMS} == {"ningbo": True, "beihai": False}


def test_difference_15_only_ningbo_lets_a_unit_serve_off_the_list_with_its_own_people() -> None:
    assert "own_service" in choices("event/handle_off_list.ningbo", "off_list_choice")
    assert "own_service" not in choices("event/handle_off_list.beihai", "off_list_choice")


def test_others_are_consulted_by_duty_only_where_the_ordinance_says_so() -> None:
    assert fields("list_change/assess")["consult_units"]["validate"]["required"]  # N11-1, B12-1
    assert "required" not in fields("emergency/judge")["consulted"].get("validate", {})
    assert "required" not in fields("grid_change/draft_plan")["consulted_units"].get("validate", {})


def test_every_procedure_closes_its_case_before_the_file_is_sealed() -> None:
    sealing = re.compile(r'id="(\w+)"[^>]*action="archive_case"')
    closing = re.compile(r'id="(\w+)"[^>]*action="close_case"')
    before = {}
    for path in (ROOT / "processes").rglob("*.bpmn"):
        text = path.read_text(encoding="utf-8")
        for task in sealing.findall(text):
            sources = set(re.findall(rf'sourceRef="(\w+)" targetRef="{task}"', text))
            before[path] = sources <= set(closing.findall(text))

    assert len(before) >= 10
    assert all(before.values()), before


@pytest.mark.parametrize(
    "form",
    ["governance/plan_governance", "list_change/draft_duties", "list_change/assess", "list_enforcement/draft_letter"],
)
def test_what_is_sent_back_begins_with_what_was_handed_in(form: str) -> None:
    asked = {key: field for key, field in fields(form).items() if "validate" in field}
    blank = {key for key, each in asked.items() if "again" not in each["properties"] and "defaultValue" not in each}

    assert asked
    assert blank == set()
