"""Gaps and overlaps of decision tables, held against the tables themselves, asked value by value."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gridflow.feel import read_decisions
from gridflow.feel.analysis import Analysis, analyse, said
from gridflow.feel.analysis.coverage import MOST_FOUND
from gridflow.feel.decisions import DecisionSet
from gridflow.feel.decisions.table import table_of

NUMBERS = (None, *map(Decimal, ("0", "1", "1.5", "2", "2.5", "3", "4")))
TEXTS = (None, "", "A", "AB", "B", "C", "别的")
DATES = (None, date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1))
TRUTHS = (None, True, False)
NUMBER_CELLS = ("-", "1", "> 2", "<= 2", "[1..3)", "(1..3]", "< 1, > 3", "not(2)", "not(1, 3)", "null",
                "? > 1 and ? < 3", "not([1..3])", "? != null", "[1, 3]", "-1", "?in (1, [2..3])", "!= 2")  # fmt: skip
TEXT_CELLS = ("-", '"A"', '"A", "B"', 'not("A")', 'not("A", "B")', '< "B"', 'starts with(?, "A")', "null",
              'not(starts with(?, "A"))', '["A".."B"]')  # fmt: skip
DATE_CELLS = ("-", '< date("2026-01-01")', '>= @"2026-01-01"', '[@"2026-01-01"..@"2026-01-02"]', '@"2026-03-01"')
TRUTH_CELLS = ("-", "true", "false", "not(true)", "null")
COLUMNS = {
    "n": ("number", NUMBER_CELLS, NUMBERS),
    "t": ("string", TEXT_CELLS, TEXTS),
    "d": ("date", DATE_CELLS, DATES),
    "b": ("boolean", TRUTH_CELLS, TRUTHS),
}
Rows = Sequence[tuple[Sequence[str], str]]


def written(columns: Sequence[tuple[str, str]], rows: Rows, policy: str = "UNIQUE") -> bytes:
    """Write a table of typed columns as DMN."""
    heads = "".join(
        f"<input><inputExpression{f' typeRef={chr(34)}{kind}{chr(34)}' if kind else ''}><text>{escape(name)}</text>"
        f"</inputExpression></input>"
        for name, kind in columns
    )
    rules = "".join(
        f'<rule id="r{number}">{"".join(f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in cells)}'
        f"<outputEntry><text>{escape(out)}</text></outputEntry></rule>"
        for number, (cells, out) in enumerate(rows, 1)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="f" namespace="f">'
        f'<decision id="t" name="表"><decisionTable hitPolicy="{policy}">{heads}<output name="out"/>{rules}'
        "</decisionTable></decision></definitions>"
    ).encode()


def analysed(
    columns: Sequence[tuple[str, str]], rows: Rows, policy: str = "UNIQUE", **lawful: frozenset[str]
) -> tuple[DecisionSet, Analysis]:
    read = read_decisions(written(columns, rows, policy))
    table = table_of(read.decisions["t"].closure)
    assert table is not None
    return read, analyse(table, [name for name, _kind in columns], lawful)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, str]], Rows]:
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=3, unique=True))
    cells = st.tuples(*(st.sampled_from(COLUMNS[name][1]) for name in names))
    rows = draw(st.lists(st.tuples(cells, st.sampled_from(["1", "2"])), max_size=5))
    return [(name, COLUMNS[name][0]) for name in names], rows


def hits(read: DecisionSet, values: dict[str, Any]) -> set[int]:
    """Return the rules that hit, as the table itself finds them."""
    return {hit.number for hit in read.evaluate("t", values).hits}


@settings(max_examples=400, deadline=None)
@given(tables())
def test_gaps_overlaps_and_dead_rules_are_exactly_those_of_the_table(given: tuple[list[tuple[str, str]], Rows]) -> None:
    columns, rows = given
    read, _ = analysed(columns, rows, "COLLECT")
    _, unique = analysed(columns, rows, "UNIQUE")
    _, first = analysed(columns, rows, "FIRST")
    reached: set[int] = set()
    assert unique.complete or MOST_FOUND in (len(unique.gaps), len(unique.overlaps))
    assert not unique.unknown
    assume(unique.complete)  # what has more findings than are told says so, and no more can be asked of it

    for values in product(*(COLUMNS[name][2] for name, _kind in columns)):
        point = dict(zip((name for name, _kind in columns), values, strict=True))
        found = hits(read, point)
        reached |= {min(found)} if found else set()
        assert any(gap.holds(point) for gap in unique.gaps) is (not found), point
        pairs = {overlap.rules for overlap in unique.overlaps}
        assert {(a, b) for a in found for b in found if a < b} <= pairs

    for gap in unique.gaps:
        assert hits(read, gap.example()) == set(), said(gap)
        assert said(gap)
    for overlap in unique.overlaps:
        assert set(overlap.rules) <= hits(read, overlap.region.example())
    assert not reached & set(first.never)


def test_a_gap_is_told_in_words() -> None:
    rows = [(('"L1", "L2"', "-"), "1"), (('"L3"', "<= 5"), "2")]
    _, found = analysed([("等级", "string"), ("天数", "number")], rows, 等级=frozenset({"L1", "L2", "L3"}))

    assert [said(gap) for gap in found.gaps if not gap.blank] == ["等级 = “L3” 且 天数 > 5"]
    assert [said(gap) for gap in found.gaps if gap.blank] == ["等级 为空", "等级 = “L3” 且 天数 为空"]


def test_texts_nobody_names_are_told_by_those_that_are() -> None:
    _, found = analysed([("等级", "string")], [(('"L1"',), "1"), (('"L2"',), "1")])

    assert [said(gap) for gap in found.gaps] == ["等级 不是 “L1”、“L2”", "等级 为空"]


def test_a_stretch_between_two_rules_is_told_with_its_ends() -> None:
    _, found = analysed([("n", "number")], [(("< 3",), "1"), (("[5..9)",), "1"), (("null",), "1")])

    assert [said(gap) for gap in found.gaps] == ["（3 ≤ n < 5 或 n ≥ 9）"]


def test_rules_of_a_unique_table_that_hit_together_are_told() -> None:
    _, found = analysed([("n", "number")], [(("<= 3",), "1"), (("[3..5]",), "2"), (("> 5",), "3")])

    assert [(overlap.rules, said(overlap.region)) for overlap in found.overlaps] == [((1, 2), "n = 3")]


def test_rules_that_say_the_same_may_hit_together_where_any_will_do() -> None:
    rows = [(("> 1",), '"a"'), (("> 2",), '"a"'), (("> 3",), '"b"'), (("<= 1",), "n + 1"), (("< 0",), "n + 2")]
    _, found = analysed([("n", "number")], rows, "ANY")

    assert [(overlap.rules, overlap.certain) for overlap in found.overlaps] == [
        ((1, 3), True), ((2, 3), True), ((4, 5), False),
    ]  # fmt: skip


def test_a_rule_behind_those_that_take_everything_is_never_reached() -> None:
    rows = [(("> 3", "-"), "1"), (("<= 3", "-"), "2"), (("2", "true"), "3"), (("null", "true"), "4")]
    _, found = analysed([("n", "number"), ("b", "boolean")], rows, "FIRST")

    assert found.never == (3,)
    assert found.overlaps == ()


def test_a_cell_that_nothing_meets_makes_its_rule_dead_whatever_the_policy() -> None:
    _, found = analysed([("n", "number")], [(("[5..3]",), "1"), (('"a"',), "2"), (("-",), "3")], "COLLECT")

    assert found.never == (1, 2)


def test_what_depends_on_other_values_is_told_and_not_guessed() -> None:
    rows = [(("> 底线",), "1"), (("modulo(?, 2) = 0",), "2"), (("<= 0",), "3")]
    _, found = analysed([("n", "number")], rows)

    assert found.unknown == ((0, 0), (1, 0))
    assert found.gaps == ()
    assert found.overlaps == ()


def test_two_columns_about_one_input_are_taken_together() -> None:
    rows = [(("> 3", "< 3"), "1"), (("-", "<= 3"), "2"), (("> 3", "-"), "3")]
    _, found = analysed([("n", "number"), ("n", "number")], rows)

    assert found.never == (1,)
    assert [said(gap) for gap in found.gaps] == ["n 为空"]


def test_an_input_that_asks_whether_something_is_there_is_never_empty() -> None:
    _, found = analysed([("撤回 != null", "boolean")], [(("true",), "1"), (("false",), "2")])

    assert found.gaps == ()


def test_a_truth_that_is_not_filled_in_is_neither() -> None:
    _, found = analysed([("能办", "boolean")], [(("true",), "1"), (("false",), "2")])

    assert [said(gap) for gap in found.gaps] == ["能办 为空"]


def test_a_list_of_results_needs_no_rule() -> None:
    _, found = analysed([("n", "number")], [(("> 3",), "1"), (("> 2",), "2")], "COLLECT")

    assert found == Analysis()


@pytest.mark.parametrize("rules", [600])
def test_a_table_that_is_too_large_says_so(rules: int) -> None:
    rows = [((f"> {number}", f"< {number * 7 % rules}", f"> {number * 11 % rules}"), "1") for number in range(rules)]
    _, found = analysed([(name, "number") for name in ("a", "b", "c")], rows)

    assert not found.complete
