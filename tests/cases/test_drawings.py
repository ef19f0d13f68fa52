"""Which diagrams of a case are drawn."""

from types import SimpleNamespace
from typing import Any, cast

from gridflow.cases.drawings import FEW, _together


def instance(number: int, version: str) -> Any:
    return cast(Any, SimpleNamespace(id=f"{number:03}", version_id=version))


def test_a_few_instances_are_drawn_one_by_one_in_their_order() -> None:
    found = [instance(0, "main"), instance(1, "watch"), instance(2, "visit"), instance(3, "watch")]
    assert [[one.id for one in alike] for alike in _together(found)] == [["000"], ["001"], ["002"], ["003"]]


def test_many_instances_of_one_version_are_drawn_together_where_the_first_stood() -> None:
    found = [instance(0, "main"), *(instance(n, "grid") for n in range(1, FEW + 3)), instance(99, "visit")]
    drawn = _together(found)
    assert [alike[0].id for alike in drawn] == ["000", "001", "099"]
    assert len(drawn[1]) == FEW + 2
