"""What the forms of the shipped procedures show and propose in a case."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal

import pytest

from gridflow import clock
from gridflow.calendars import Calendar
from gridflow.catalogue import Bundle, Catalogue
from gridflow.config import ROOT
from gridflow.engine.scope import calendar_functions
from gridflow.feel import Functions
from gridflow.forms import FieldView, Form, FormInvalid, Option

CALENDAR = Calendar(((time(8, 30), time(12)), (time(14), time(17, 30))), known_years=frozenset({2026}))
UNITS = [
    Option("330203-fire_rescue", "消防", of="county"),
    Option("330203-urban_management", "执法", of="county"),
    Option("330203-emergency", "应急", of="county"),
    Option("330200-emergency", "市应急", of="city"),
]
DISPATCH = {"dispatch_tier": "county", "redispatch_count": 0, "amount": Decimal(5), "unit": "WD", "basis": "第 20 行"}


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Catalogue.read(ROOT).bundle("ningbo", "event")


def shown(bundle: Bundle, form_id: str, scope: Mapping[str, object]) -> dict[str, FieldView]:
    """Return the fields of a form as somebody sees them who opens it on Monday 23 November 2026 at 10:05."""
    now = datetime(2026, 11, 23, 10, 5, tzinfo=clock.SHANGHAI)
    content = bundle.form(form_id)
    assert content is not None
    with clock.set_to(now):
        views = Form.read(content).view(
            None, {}, {"handling_units": UNITS}, scope, calendar_functions(lambda: CALENDAR)
        )
    return {view.key: view for view in views}


def test_an_order_says_how_many_days_the_unit_gets_until_when_and_on_what_basis(bundle: Bundle) -> None:
    words = shown(bundle, "dispatch", DISPATCH)["handling_time"].value
    assert words == "5 个工作日。现在交办，11月30日 17:30 到期。第 20 行。"
    urgent = shown(bundle, "dispatch", {**DISPATCH, "amount": Decimal(24), "unit": "H"})["handling_time"].value
    assert urgent.startswith("24 小时。现在交办，11月24日 10:05 到期。")


def test_an_order_proposes_what_the_rule_says_and_lists_the_units_of_its_tier(bundle: Bundle) -> None:
    lead = shown(bundle, "dispatch", {**DISPATCH, "proposed_unit": "330203-fire_rescue"})["lead_unit"]
    assert lead.value == "330203-fire_rescue"
    assert [option.of for option in lead.options] == ["county"] * 3
    city = shown(bundle, "dispatch", {**DISPATCH, "dispatch_tier": "city"})["lead_unit"]
    assert [option.of for option in city.options] == ["county"] * 3 + ["city"]


def test_after_an_upheld_objection_the_order_proposes_the_unit_named_and_never_the_one_that_objected(
    bundle: Bundle,
) -> None:
    again = DISPATCH | {"proposed_unit": "330203-fire_rescue", "objected_units": ["330203-fire_rescue"]}
    named = shown(bundle, "dispatch", {**again, "next_unit": "330203-urban_management"})["lead_unit"]
    assert named.value == "330203-urban_management"
    assert "330203-fire_rescue" not in {option.value for option in named.options}
    unnamed = shown(bundle, "dispatch", again)["lead_unit"]
    assert not {option.value for option in unnamed.options} & {"330203-fire_rescue", unnamed.value}


def test_a_ruling_is_filled_with_the_unit_the_objection_suggests(bundle: Bundle) -> None:
    scope = {
        **DISPATCH, "lead_unit": "330203-fire_rescue", "objection": {"suggested_unit": "330203-urban_management"}
    }  # fmt: skip
    ruled = shown(bundle, "rule_objection", scope)["ruled_unit"]
    assert (ruled.value, len(ruled.options)) == ("330203-urban_management", 2)
    suggested = shown(bundle, "objection", scope)["suggested_unit"]
    assert "330203-fire_rescue" not in {option.value for option in suggested.options}


def test_an_approver_sees_the_days_asked_and_finds_them_filled_in(bundle: Bundle) -> None:
    fields = shown(bundle, "approve_extension", {"extension": {"request_kind": "extend", "days_asked": Decimal(5)}})
    assert (fields["asked"].value, fields["asked"].readonly, fields["approved_days"].value) == ("5", True, "5")


@pytest.mark.parametrize(
    ("source", "choice", "asked"),
    [
        ("unit", "refuse", {"demanding_unit", "list_check", "offlist_reason"}),
        ("unit", "transfer", {"demanding_unit", "offlist_reason"}),
        ("unit", "listed", {"listed_matter"}),
        ("resident", "appeal", {"offlist_reason"}),
        (
            "resident",
            "refuse",
            {"off_list_choice", "offlist_reason"},
        ),
        ("staff", "apply_listing", {"off_list_choice", "offlist_reason"}),
        ("", "", {"demand_by", "off_list_choice", "offlist_reason"}),
    ],
)
def test_only_a_unit_named_is_refused_and_whoever_decides_says_what_the_list_holds(
    bundle: Bundle, source: str, choice: str, asked: set[str]
) -> None:
    content = bundle.form("handle_off_list")
    assert content is not None
    posted = {key: [value] for key, value in {"demand_by": source, "off_list_choice": choice}.items() if value}
    options = {"handling_units": UNITS, "matters": [Option("N04-006", "矛盾纠纷 · 邻里纠纷")]}

    with pytest.raises(FormInvalid) as problem:
        Form.read(content).load(posted | {"refusal_basis": ["N13-2"]}, {}, options, {}, Functions())

    assert set(problem.value.errors) == asked
