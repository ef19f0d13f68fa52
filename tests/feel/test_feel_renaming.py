"""A variable is renamed by what it is, and left alone where it cannot be told."""

import pytest

from gridflow.feel.renaming import Renaming, RenamingUnsure, renamed

DAYS = Renaming("days", "count_days")
OFFERED = Renaming("why", "reason", variable=False, contexts=frozenset({"terminate"}))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("days > 3 and days_left < days", "count_days > 3 and days_left < count_days"),
        ('= "days" + string(days)', '= "days" + string(count_days)'),
        ("other.days + days.years", "other.days + count_days.years"),
        ("for days in 1..3 return days", "for days in 1..3 return days"),
        ("{days: 1, all: days}", "{days: 1, all: days}"),
        ("sum(number(from: days))", "sum(number(from: count_days))"),
        ("名单[item > days]", "名单[item > count_days]"),
        ("（days ＋ 1）＞ 2", "（count_days ＋ 1）＞ 2"),
        ("nothing here", "nothing here"),
    ],
)
def test_a_variable_is_renamed_and_nothing_that_only_looks_like_it(text: str, after: str) -> None:
    assert renamed(text, DAYS) == after


def test_the_tests_of_a_cell_are_renamed_too() -> None:
    assert renamed("> days, not_days", DAYS, unary=True) == "> count_days, not_days"
    assert renamed("not(days)", DAYS, unary=True) == "not(count_days)"


def test_what_a_button_hands_over_is_renamed_as_its_entry() -> None:
    assert renamed('terminate.why = "a" and why = 1', OFFERED) == 'terminate.reason = "a" and why = 1'
    assert renamed("x.terminate.why", OFFERED) == "x.terminate.why"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("for one in rows return one.days + days", "for one in rows return one.count_days + days"),
        ("count(rows[days > 3 and item.days < 9])", "count(rows[count_days > 3 and item.count_days < 9])"),
        ("rows.days[1] > days", "rows.count_days[1] > days"),
        ('"days" + string(days)', None),
        ("append(rows, {days: 1})", None),
    ],
)
def test_a_column_of_rows_is_renamed_and_no_variable_of_that_name(text: str, after: str | None) -> None:
    column = Renaming("days", "count_days", variable=False, column=True)
    if after is None:
        with pytest.raises(RenamingUnsure):
            renamed(text, column)
    else:
        assert renamed(text, column) == after


def test_a_column_others_have_too_is_left_to_people() -> None:
    shared = Renaming("days", "count_days", variable=False, column=True, elsewhere=True)
    assert renamed("days > 3", shared) == "days > 3"
    with pytest.raises(RenamingUnsure):
        renamed("rows.days", shared)


@pytest.mark.parametrize(
    ("text", "renaming"),
    [
        ("days >", DAYS),
        ("for count_days in 1..3 return days", DAYS),
        ("rows[days > 3]", Renaming("days", "count_days", columns=True)),
    ],
)
def test_what_cannot_be_told_is_left_to_people(text: str, renaming: Renaming) -> None:
    with pytest.raises(RenamingUnsure):
        renamed(text, renaming)
