"""Cells of decision tables."""

from datetime import date

import pytest

from gridflow.feel import FeelSyntaxError, compile_unary_tests


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ('"市容","环卫"', "环卫", True),
        ("“市容”、“环卫”", "环卫", True),
        ('"市容","环卫"', "安全", False),
        ('not("市容","环卫")', "安全", True),
        ('not("市容")', "市容", False),
        ("[1..7]", 7, True),
        ("(1..7)", 7, False),
        ("< 2, > 4", 5, True),
        ("? > 3 and ? < 9", 9, False),
        ("-", "什么都行", True),
        ("", None, True),
        ("null", None, True),
        ("null", 1, False),
        ("true", True, True),
        ("true", None, False),
        ("true, false", None, False),
        ("not(true)", None, True),
        ("true", 5, None),
        ("false", True, False),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ("5", 5, True),
        ('date("2026-01-02")', date(2026, 1, 2), True),
        ('[date("2026-01-01")..date("2026-01-31")]', date(2026, 1, 31), True),
        ('< date("2026-01-01")', date(2026, 1, 2), False),
        ("上限", 5, True),
        ("名单", "b", True),
        ("> 下限", 5, True),
        ('contains(?, "井盖")', "窨井盖缺失", True),
        ("not(? > 3)", 2, True),
        ("< 5", "文字", None),
        ('"a"', 5, None),
    ],
)
def test_a_cell_meets_or_does_not_meet_a_value(cell: str, given: object, expected: object) -> None:
    scope = {"上限": 5, "下限": 1, "名单": ["a", "b"]}
    assert compile_unary_tests(cell).matches(given, scope) is expected


@pytest.mark.parametrize("cell", ['"a" "b"', "< ", "[1..", "not(", "1,,2"])
def test_a_cell_that_is_not_feel_is_refused(cell: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(cell)


def test_the_names_of_a_cell_do_not_include_its_own_value() -> None:
    assert compile_unary_tests("? > 下限").names == {"下限"}
