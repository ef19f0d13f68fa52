"""What of a diagram a figure marks as passed."""

from gridflow.bpmn import Process, read
from gridflow.cases.path import path_in
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT


def process(name: str, slug: str = "event") -> Process:
    return read(Catalogue.read(ROOT).bundle("beihai", slug).diagram(name)).processes[name]


def test_a_call_that_was_broken_off_is_marked_with_the_lines_into_it() -> None:
    visits = {"handling/extension": (4,), "extension/begin": (5,), "approval/begin": (6,)}
    path = path_in(process("handling"), visits, {"extension_to_hear_extension"}, frozenset())
    assert path.elements == {"extension": (4,), "hear_extension": (5,)}
    assert path.flows == {"extension_to_hear_extension"}


def test_a_call_in_which_nothing_happened_is_not_marked() -> None:
    visits = {"treatment/split_work": (7,), "treatment/co_handling": (8,), "treatment/join_work": (9,)}
    flows = {"split_work_to_co_handling", "co_handling_to_join_work"}
    path = path_in(process("treatment"), visits, flows, frozenset())
    assert path.elements.keys() == {"split_work", "join_work"}
    assert path.flows == frozenset()


def test_an_automatic_step_that_is_not_over_is_told_apart() -> None:
    path = path_in(process("conclude"), {"conclude/close_case": (3,)}, {"close_case_to_archive_case"}, frozenset())
    assert path.reached == {"archive_case"}
    assert path.flows == {"close_case_to_archive_case"}


def test_a_flow_of_the_same_name_in_another_diagram_begins_no_call() -> None:
    visits = {"emergency_response/grid_lost": (3,), "emergency_lost/check_lost_grid": (4,)}
    path = path_in(process("emergency_local", "emergency"), visits, {"grid_lost_to_check_lost"}, frozenset())
    assert path.elements == {}
