"""What is said about an expression when it is saved."""

import pytest

from gridflow.feel import FeelSyntaxError, check_condition, check_expression, compile_expression

NAMES = {"amount": "number", "name": "string", "case": "context", "case.town": "string", "opened": "date", "x": "Any"}


@pytest.mark.parametrize(
    ("text", "position", "part"),
    [
        ("amount > ", 9, "表达式已经结束"),
        ("amount > > 3", 9, "却是“>”"),
        ('name = "未完', 7, "右引号"),
        ("name = 'a'", 7, "双引号"),
        ("amount # 3", 7, "不认识的字符“#”"),
        ("amout > 3", 0, "是不是“amount”"),
        ("amount > limt", 9, "没有变量“limt”"),
        ("foo(1)", 0, "没有函数“foo”"),
        ("substring(name)", 0, "2 到 3 个参数"),
        ("abs(x: 1)", 0, "应当是 n"),
        ('amount > "5"', 7, "数字与文字不能比较大小"),
        ('amount = "5"', 7, "永远不会相等"),
        ('opened + "1"', 7, "日期与文字"),
        ("amount and true", 0, "这里却是数字"),
        ("case.twon", 5, "没有“twon”"),
        ('@"2026-13-01"', 0, "2026-13-01"),
        ('matches(name, "(a")', 0, "缺少“)”"),
        ('matches(name, "(a)\\1")', 0, "反向引用"),
        ("? > 3", 0, "决策表"),
        ("function(a) external {}", 12, "外部函数"),
        ("", 0, "空的"),
    ],
)
def test_a_fault_is_found_with_its_place_in_chinese(text: str, position: int, part: str) -> None:
    problems = check_expression(text, NAMES)
    assert [(one.position, part in one.message) for one in problems] == [(position, True)]


@pytest.mark.parametrize(
    "text",
    [
        'amount > 5 and case.town = "330203001"',
        "workday_add(opened, 3) > now()",
        "for a in [1, 2] return a + amount",
        "x.anything.at_all > 3",
        "[{code: 1}][code = amount]",
        "{f: function(a) a, r: f(1)}.r",
        "sum(1, 2, 3) + append([1], 2, 3)[1]",
        "now().hour > 17",
        "amount = null",
    ],
)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert check_expression(text, NAMES) == []


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("amount", "得出的是数字"),
        ('"yes"', "得出的是文字"),
        ("decimal", "得出的是函数"),
        ("workday_add(opened, 3)", "得出的是日期时间"),
        ("[amount > 5]", "得出的是列表"),
        ("amout > 3", "是不是“amount”"),
    ],
)
def test_a_condition_that_gives_no_yes_or_no_is_found(text: str, part: str) -> None:
    (problem,) = check_condition(text, NAMES)
    assert part in problem.message


@pytest.mark.parametrize("text", ["amount > 3", "x", "x.done", 'not(name = "a")', "if x then true else false"])
def test_a_condition_that_may_give_yes_or_no_is_left_alone(text: str) -> None:
    assert check_condition(text, NAMES) == []


def test_nothing_is_said_about_variables_when_none_are_known() -> None:
    assert check_expression("anything > 3") == []


def test_a_syntax_error_counts_positions_in_the_text_as_written() -> None:
    with pytest.raises(FeelSyntaxError) as raised:
        compile_expression("= 甲 ＋ ）")
    assert raised.value.position == 6
    assert raised.value.message.startswith("表达式第 7 个字符处")
