"""How far the engine looks ahead: a diagram's cost grows with what is drawn, not with the ways through it."""

import time

from case import Case
from sketch import diagram, process

SECONDS = 2.0


def diamonds(count):
    """One parallel split and join after the other: two ways through each, 2 to the power of `count` in all."""
    row = ["start", *(f"p_join{n}" for n in range(count)), "end"]
    flows = [
        f"{row[n]} -> p_fork{n}; p_fork{n} -> left{n} -> p_join{n}; p_fork{n} -> right{n} -> p_join{n}"
        for n in range(count)
    ]
    return diagram(process("p", "; ".join([*flows, f"{row[-2]} -> end"])))


def test_forty_joins_in_a_row_cost_no_more_than_they_are():
    begun = time.process_time()
    case = Case(diamonds(40))
    for n in range(40):
        case.do(f"left{n}", **{f"l{n}": n}).do(f"right{n}", **{f"r{n}": n})
    assert case.run.finished
    assert case.run.data == {f"{side}{n}": n for side in "lr" for n in range(40)}
    assert max(len(case.blob), 1) < 4_000
    assert time.process_time() - begun < SECONDS * 5


def test_what_is_drawn_behind_a_join_is_kept_small_while_its_branches_run():
    assert len(Case(diamonds(40)).blob) < 2 * len(Case(diamonds(4)).blob)
