"""What an incident says: which step, what is wrong with it and what to do, in Chinese and without a program's words."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from case import Case
from sketch import boundary, diagram, element, items, process, timer, user

from gridflow.engine.errors import InstanceOver, RunawayLoop, TermsInvalid, shown

NAMED = 'name="{name}"'
PROGRAM = re.compile(r"None|True|False|Decimal|datetime|<[a-z]|\{'|\['|\\x|b'")


def named(tag, id, name, inner="", **attributes):
    return element(tag, id, inner, name=name, **attributes)


GATEWAY = named("exclusiveGateway", "x_g", "可以现场处置？", default="f3_x_g_b")
FLOWS = "start -> ask -> x_g; x_g -> a [ok]; x_g -> b *; a -> end; b -> end_b"
LATE = boundary("late", "ask", timer("when", "timeDate")).replace('id="late"', 'id="late" name="催办"')
MANY = element("userTask", "each", items("units", "unit"), name="各单位会办")
COUNTED = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>count</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
PARKED = {
    "a condition": (process("p", FLOWS, x_g=GATEWAY), {}, {"ok": Decimal(3)}, ("可以现场处置？", "数字 3")),
    "no condition at all": (process("p", FLOWS, x_g=GATEWAY), {}, {}, ("可以现场处置？", "空值")),
    "a timer": (
        process("p", "start -> ask -> end; late -> told -> end_l", late=LATE), {"when": Decimal(1)}, None,
        ("催办", "日期时间", "数字 1"),
    ),
    "a list": (
        process("p", "start -> ask -> each -> end", each=MANY), {}, {"units": {"a": [None]}}, ("各单位会办", "数据组")
    ),
    "a count": (
        process("p", "start -> ask -> each -> end", each=element("userTask", "each", COUNTED, name="逐户走访")), {},
        {"count": True}, ("逐户走访", "“是”"),
    ),
    "more than are allowed": (
        process("p", "start -> ask -> each -> end", each=MANY), {}, {"units": ["x"] * 201}, ("各单位会办", "201", "200")
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PARKED)
def test_an_incident_names_its_step_what_is_wrong_and_what_to_do(stored, what):
    drawn, begins, answers, said = PARKED[what]
    case = Case(diagram(drawn), stored=stored, data=begins)
    if answers is not None:
        case.do("ask", **answers)
    (cause,) = case.causes
    assert all(word in cause for word in said), cause
    assert "请" in cause
    assert cause.endswith("。")
    assert not PROGRAM.search(cause), cause


def test_a_loop_that_never_waits_is_named_with_its_steps():
    xml = diagram(process("p", "start -> ask -> x_a; x_a -> x_b; x_b -> x_a [true]; x_b -> end *", ask=user("ask")))
    case = Case(xml)
    case.run.complete(case.one("humans").task_id, {})
    with pytest.raises(RunawayLoop) as raised:
        case.run.advance()
    assert {"x_a", "x_b"} <= set(raised.value.steps)
    assert "“x_a”" in raised.value.message


@pytest.mark.parametrize(
    "error",
    [
        TermsInvalid("handling", {"amount": None, "unit": Decimal(3), "basis": "T1"}),
        TermsInvalid("handling", {}),
        InstanceOver("SJ-330203-20260302-00001-8"),
        RunawayLoop("网格事件办理", ["派单", "签收"]),
        RunawayLoop("网格事件办理"),
    ],
    ids=["odd terms", "no terms", "over", "a loop", "a conversation"],
)
def test_an_error_says_what_to_do_next(error):
    assert "请" in error.message
    assert not PROGRAM.search(error.message), error.message
    assert any(name in error.message for name in ("handling", "SJ-330203", "网格事件办理"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "空值"),
        ("", "空的文字"),
        ("x" * 50, f"文字“{'x' * 40}…”"),
        (False, "“否”"),
        (Decimal("2.5"), "数字 2.5"),
        (datetime(2026, 3, 2, 1, tzinfo=UTC), "日期时间 2026-03-02T01:00:00+00:00"),
        ([1, 2], "2 项的列表"),
        ({"a": 1}, "数据组"),
        (object(), "未知类型"),
    ],
)
def test_a_value_is_shown_in_words(value, words):
    assert shown(value) == words
