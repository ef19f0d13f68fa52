"""How a limit is said to have ended on the papers of a case."""

from datetime import timedelta

import pytest

from gridflow import clock
from gridflow.cases.limits import standing
from gridflow.engine.models import Limit

DUE = clock.now()


@pytest.mark.parametrize(
    ("outcome", "ended_after", "told"),
    [
        ("dropped", -1, "dropped"),
        ("dropped", 0, "expired"),
        ("late", 1, "late"),
        ("met", -1, "met"),
        (None, 0, "running"),
    ],
)
def test_a_limit_cut_off_when_its_time_was_up_has_expired(outcome: str | None, ended_after: int, told: str) -> None:
    ended = DUE + timedelta(minutes=ended_after) if outcome else None

    assert standing(Limit(due=DUE, ended_at=ended, outcome=outcome)) == told
