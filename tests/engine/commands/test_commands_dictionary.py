"""What may be written into a variable by hand, by the dictionary of the real procedure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from gridflow.administration.dictionary import refuse_unfit
from gridflow.administration.errors import ValueUnfit
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.engine.definitions import Parsed


@pytest.fixture(scope="module")
def event():
    return Parsed("v", 1, Catalogue.read(ROOT).bundle("ningbo", "event"), size=0)


def refusal(event, values):
    """Return why values may not be written, or None where they may."""
    try:
        refuse_unfit(event, {"handed_over"}, values)
    except ValueUnfit as refused:
        return refused.message
    return None


@pytest.mark.parametrize(
    "values",
    [
        {"urgency": "urgent"},
        {"urgency": None},
        {"found_at": datetime(2026, 3, 2, 1, tzinfo=UTC)},
        {"final_level": "L2"},
        {"handed_over": 3},
        {"category": "5", "urgency": "urgent"},
    ],
    ids=["a choice", "nothing", "an instant", "a level", "what the case has", "two at once"],
)
def test_what_a_step_could_have_written_fits(event, values):
    assert refusal(event, values) is None


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"urgent": "x"}, "没有这个名称"),
        ({"urgency": "soon"}, "只能是"),
        ({"urgency": True}, "应为文字，填写的是是/否"),
        ({"found_at": date(2026, 3, 2)}, "应为日期时间，填写的是日期"),
        ({"urgency": ["urgent"]}, "应为文字，填写的是列表"),
        ({"description": "x"}, "保密或叙述内容"),
        ({"case": {"number": "x"}}, "没有这个名称"),
        ({"urgency": "urgent", "slug": Decimal(1)}, "没有这个名称"),
    ],
)
def test_anything_else_is_refused_with_its_name_and_a_remedy(event, values, said):
    told = refusal(event, values)

    assert said in told
    assert any(f"“{name}”" in told for name in values)
    assert "请" in told
