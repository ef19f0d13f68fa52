"""A rule written for a gap of a decision table covers that gap."""

from hypothesis import given, settings
from test_feel_analysis import Rows, analysed, tables

from gridflow.feel.analysis import cells_for

ROUNDS = 3
"""An analysis tells the first twenty gaps; what lies beyond is told once these are filled."""


@settings(max_examples=100, deadline=None)
@given(tables())
def test_rules_written_for_all_gaps_leave_none(given: tuple[list[tuple[str, str]], Rows]) -> None:
    columns, rows = given
    for _ in range(ROUNDS):
        _, found = analysed(columns, rows)
        written = [cells_for(gap) for gap in found.gaps]
        rows = [*rows, *((tuple(cells.get(name, "-") for name, _kind in columns), "0") for cells in written)]

    _, filled = analysed(columns, rows)

    assert filled.gaps == ()


def test_a_gap_is_written_as_people_write_cells() -> None:
    rows = [(('"L1", "L2"', "-"), "1"), (('"L3"', "<= 5"), "2"), (('"L3"', "[6..9)"), "2")]
    _, found = analysed([("等级", "string"), ("天数", "number")], rows, 等级=frozenset({"L1", "L2", "L3"}))

    assert cells_for(found.gaps[0]) == {"等级": '"L3"', "天数": "(5..6), >= 9"}
