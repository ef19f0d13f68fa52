"""Expressions give what the standard says, in the words an official writes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from gridflow.feel import FeelUnsupported, Functions, Months, Range, compile_expression, to_plain

NOON = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
FUNCTIONS = Functions(now=lambda: NOON)
SCOPE: Mapping[str, object] = {
    "等级": "三级",
    "已退回次数": 2,
    "标签": ["市容", "安全"],
    "案件": {"镇": "330203001", "人数": 3, "费用": 12.5, "开始": NOON, "空": None},
    "事项": [{"code": "A1", "days": 3}, {"code": "B2", "days": 7}],
}


def value(text: str, scope: Mapping[str, object] = SCOPE) -> object:
    return compile_expression(text).evaluate(scope, FUNCTIONS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("0.1 + 0.2 = 0.3", True),
        ("2 ** 3", 8),
        ("-(2 + 3)", -5),
        ('等级 = "三级" and 已退回次数 < 3', True),
        ('= 等级 = "三级"', True),
        ("等级 ＝ “三级” and （已退回次数 ＋ １） ＞ ２", True),
        ("已退回次数 ≥ 2 and 已退回次数 ≠ 3", True),
        ("list contains(标签，“安全”)", True),
        ("案件.费用 * 2", 25),
        ("案件.空 = null", True),
        ("已退回次数 between 1 and 3", True),
        ("已退回次数 in [1..2)", False),
        ('等级 in ("一级", "三级")', True),
        ("已退回次数 in (< 1, > 1)", True),
        ('if 已退回次数 > 5 then "多" else "少"', "少"),
        ("for x in 1..3 return x * x", [1, 4, 9]),
        ("for x in [1, 2], y in [10, 20] return x + y", [11, 21, 12, 22]),
        ("some m in 事项 satisfies m.days > 5", True),
        ("every m in 事项 satisfies m.days > 5", False),
        ('事项[code = "B2"].days', [7]),
        ("事项[1].code", "A1"),
        ("事项[-1].code", "B2"),
        ("事项.days", [3, 7]),
        ("sum(事项.days)", 10),
        ("{a: 1, b: a + 1}.b", 2),
        ("{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(5)}.r", 120),
        ("sort([3, 1, 2], function(a, b) a > b)", [3, 2, 1]),
        ('substring before(案件.镇, "001")', "330203"),
        ('string join(标签, "、")', "市容、安全"),
        ("decimal(2.345, 2)", 2.34),
        ("modulo(-12, 5)", 3),
        ("round half up(n: 2.345, scale: 2)", 2.35),
        ("string(1.50)", "1.5"),
        ("[1, 2] instance of list<number>", True),
        ("null instance of number", False),
        ('replace("13812345678", "(\\d{3})\\d{4}(\\d{4})", "$1****$2")', "138****5678"),
        ('split("a;b;c", ";")', ["a", "b", "c"]),
        ("// 说明\n1 /* 中间 */ + 1", 2),
        ('date and time("2026-11-22T17:30:00").hour', 17),
        ("{开始 日期: 1, x: 开始 日期}.x", 1),
        ("before(1, [2..5]) and overlaps([1..3], [2..5])", True),
        ("count([1, null, 3])", 3),
    ],
)
def test_an_expression_gives_its_value(text: str, expected: object) -> None:
    assert to_plain(value(text)) == expected


def test_numbers_are_decimals_whatever_the_host_gave() -> None:
    assert value("x + y", {"x": 1, "y": 0.1}) == Decimal("1.1")
    assert value("x.y[1]", {"x": {"y": (0.1, 2)}}) == Decimal("0.1")
    assert value("x", {"x": float("nan")}) is None


def test_dates_times_and_durations_add_up() -> None:
    assert value('date("2026-01-31") + duration("P1M")') == date(2026, 2, 28)
    assert value('@"2026-11-22" - @"2026-11-20"') == timedelta(days=2)
    assert value('duration("PT90M")') == timedelta(minutes=90)
    assert value('years and months duration(@"2024-01-15", @"2026-03-14")') == Months(25)
    assert value('@"17:30:00" + duration("PT1H")') == time(18, 30)
    assert value('duration("P2D") * 1.5') == timedelta(days=3)


def test_now_and_today_are_local_to_the_zone_handed_in() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert value("today()") == date(2026, 11, 23)
    assert value("now()") == NOON
    assert value("now().hour") == 4
    assert value("date(案件.开始)") == date(2026, 11, 23)
    assert value('date and time("2026-11-23T04:00:00") = now()') is True
    assert value('date and time("2026-11-23T04:00:00")') == datetime(2026, 11, 23, 4, tzinfo=shanghai)
    assert value("string(now())") == "2026-11-23T04:00:00"


def test_without_a_zone_a_local_time_does_not_compare_with_an_instant() -> None:
    plain = Functions(now=lambda: NOON, zone=None)
    expression = compile_expression('date and time("2026-11-23T04:00:00") < now()')
    assert expression.evaluate({}, plain) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("not(null)", None),
        ('1 < "a"', None),
        ('1 = "a"', None),
        ("null = null", True),
        ("1 / 0", None),
        ("没有的变量 > 3", None),
        ("10 ** 9999999", None),
        ("[1, 2][5]", None),
        ("{a: 1}.b", None),
        ("substring(null, 1)", None),
    ],
)
def test_what_has_no_value_is_null_and_never_true_or_false_by_accident(text: str, expected: object) -> None:
    assert value(text) is expected


def test_an_explanation_says_which_part_was_null_and_why() -> None:
    outcome = compile_expression('镇 = "a" and 已退回次数 > 案件.空').explain(SCOPE, FUNCTIONS)
    assert outcome.value is None or outcome.value is False
    assert (0, "没有变量“镇”") in [tuple(note) for note in outcome.notes]


def test_functions_handed_in_are_called_with_feel_values() -> None:
    def workday_add(start: date, n: Decimal) -> date:
        assert isinstance(n, Decimal)
        return start + timedelta(days=int(n))

    functions = Functions(now=lambda: NOON, extra={"workday_add": workday_add})
    assert compile_expression("workday_add(today(), 2)").evaluate({}, functions) == date(2026, 11, 25)
    assert compile_expression("workday_add(start: today(), n: 2)").evaluate({}, functions) == date(2026, 11, 25)
    failed = compile_expression('workday_add("x", 2)').explain({}, functions)
    assert failed.value is None
    assert "workday_add" in failed.notes[0].message


def test_root_names_are_known_and_local_ones_are_not_among_them() -> None:
    expression = compile_expression("for x in 列表 return x + 增量 + sum([1])")
    assert expression.names == {"列表", "增量"}
    assert compile_expression("{a: 甲, b: a}").names == {"甲"}


def test_names_that_hold_signs_or_keywords_are_read_when_known() -> None:
    scope = {"提交-日期": 5, "a and b": 7}
    assert compile_expression("提交-日期 + a and b", names=scope).evaluate(scope) == 12


def test_years_and_fractions_outside_python_are_refused_aloud() -> None:
    for text in ('date("-0044-03-15")', 'time("10:00:00.123456789")', '@"9999-12-31" + duration("P1D")'):
        with pytest.raises(FeelUnsupported):
            value(text)


def test_values_become_plain_json() -> None:
    assert to_plain(Decimal("3.0")) == 3
    assert isinstance(to_plain(Decimal("3.0")), int)
    assert to_plain(Decimal("2.5")) == 2.5
    assert to_plain({"a": [date(2026, 1, 2), timedelta(hours=36), Months(14)]}) == {
        "a": ["2026-01-02", "P1DT12H", "P1Y2M"]
    }
    assert to_plain(datetime(2026, 1, 2, 8, tzinfo=ZoneInfo("Asia/Shanghai"))) == "2026-01-02T08:00:00+08:00"
    assert to_plain(Range(Decimal(1), Decimal(2), low_included=True, high_included=False))["end included"] is False
