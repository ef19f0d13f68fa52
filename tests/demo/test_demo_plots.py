"""Which cases the demo tells, and when."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from math import ceil

import pytest

from gridflow.calendars import Calendar
from gridflow.catalogue import Catalogue
from gridflow.clock import SHANGHAI
from gridflow.config import ROOT
from gridflow.demo.days import Move
from gridflow.demo.plots import WHOLE, Plot, Stage, plots
from gridflow.demo.wordings import groups, reworded, texts
from gridflow.scenarios.reading import read_scenario

NOW = datetime(2026, 11, 18, 10, 30, tzinfo=SHANGHAI)  # a Wednesday
MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 6)
CALENDAR = Calendar(hours=((time(8, 30), time(12)), (time(14), time(17, 30))))
EXAMPLES = [read_scenario(found) for found in Catalogue.read(ROOT).scenarios()]


def told(count: int, seed: int = 1, now: datetime = NOW) -> list[Plot]:
    stages = {example.city: Stage(CALENDAR, (f"{example.city}1", f"{example.city}2")) for example in EXAMPLES}
    return list(plots(EXAMPLES, stages, count, seed, now))


def test_the_same_seed_tells_the_same_cases() -> None:
    assert told(30) == told(30)
    assert told(30) != told(30, seed=2)


@pytest.mark.parametrize("now", [NOW, NOW + timedelta(days=3), NOW.replace(hour=3), NOW.replace(hour=23)])
def test_every_case_begins_and_no_step_lies_after_now(now: datetime) -> None:
    for plot in told(300, now=now):
        instants = [instant for instant, _ in plot.steps]
        assert instants
        assert instants == sorted(instants)
        assert instants[-1] <= now


def test_every_example_is_told_to_its_end_before_one_is_again() -> None:
    enough = ceil(len(EXAMPLES) / WHOLE)
    lengths: dict[tuple[str, str], int] = {}
    for plot in told(enough):
        example = (plot.scenario.name, plot.scenario.city)
        lengths[example] = max(lengths.get(example, 0), len(plot.steps))
    acted = {(each.name, each.city): sum(bool(it.kind and not it.refused) for it in each.steps) for each in EXAMPLES}
    assert lengths == acted


def test_cases_stand_at_many_different_stages() -> None:
    assert len(Counter((plot.scenario.name, len(plot.steps)) for plot in told(200))) > 100


def test_an_example_moves_to_another_week_day_by_working_days() -> None:
    move = Move(CALENDAR, MONDAY, FRIDAY, timedelta(minutes=10))
    assert move.instant(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)) == datetime(2026, 11, 6, 9, 10, tzinfo=SHANGHAI)
    assert move.instant(datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)) == datetime(2026, 11, 9, 9, 10, tzinfo=SHANGHAI)


def test_days_and_instants_that_somebody_types_move_with_the_case() -> None:
    move = Move(CALENDAR, MONDAY, FRIDAY)
    typed = {"log": [{"at": "2026-11-24T14:30", "what": "到场 2026-11-24"}], "finish": "2026-11-25", "score": 5}
    assert move.value(typed) == {
        "log": [{"at": "2026-11-09T14:30", "what": "到场 2026-11-24"}], "finish": "2026-11-10", "score": 5
    }  # fmt: skip


def test_other_words_stand_for_words_of_the_examples() -> None:
    typed = set(texts(step.values for example in EXAMPLES for step in example.steps))
    assert {group.values[0] for group in groups()} <= typed
    assert {group.beside for group in groups()} <= typed | {None}


def test_words_are_changed_inside_tables_too() -> None:
    assert reworded({"rows": [{"a": "x"}, {"a": "y"}], "n": 1}, {"x": "z"}) == {
        "rows": [{"a": "z"}, {"a": "y"}],
        "n": 1,
    }
