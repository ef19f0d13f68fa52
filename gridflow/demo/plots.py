"""Choose the cases of the demo: which worked example each tells, from which day, and how far it goes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from gridflow.calendars import Calendar
from gridflow.clock import SHANGHAI, moved
from gridflow.demo.days import Move
from gridflow.demo.wordings import choose, reworded, texts
from gridflow.scenarios.reading import Scenario, ScenarioStep

PERIOD = 18
"""Working days the story covers, some 25 days; a long case may begin a little earlier."""
WHOLE = 0.3
"""The share of cases told to their end; the others stop somewhere on the way."""
LAGS = (0, 0, 0, 0, 0, 1, 1, 2, 3, 6)
"""How many working days ago the last step of a case that still goes on was taken."""
EARLIEST, LATEST = -20, 140
"""Minutes by which a case lies earlier or later in the day than its example."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the cases of one city take place."""

    calendar: Calendar
    grids: tuple[str, ...]
    """The grids of the demo's village."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One case to come: what people do, each step at its instant, in order."""

    scenario: Scenario
    steps: tuple[tuple[datetime, ScenarioStep], ...]


def plots(
    scenarios: Sequence[Scenario], stages: Mapping[str, Stage], count: int, seed: int, now: datetime
) -> Iterator[Plot]:
    """Yield so many cases, the same for the same seed and moment; no step lies after now.

    Every example comes to its end before one does so again, and every stage of every example is stood at before
    one is stood at again.
    """
    rng = Random(seed)  # noqa: S311  -- a story, not a secret
    lengths = [(each, len(_acts(each))) for each in scenarios]
    wholes = _endless(rng, lengths)
    parts = _endless(rng, [(each, stop) for each, length in lengths for stop in range(1, length)])
    for number in range(count):
        whole = int((number + 1) * WHOLE) > int(number * WHOLE)
        scenario, stop = next(wholes if whole else parts)
        yield _plot(Random(f"{seed}/{number}"), scenario, stages[scenario.city], stop, now, whole=whole)  # noqa: S311  -- likewise


def _plot(rng: Random, scenario: Scenario, stage: Stage, stop: int, now: datetime, *, whole: bool) -> Plot:
    acts = _acts(scenario)[:stop]
    begins = _day(scenario.begins)
    lasts = stage.calendar.working_days_between(begins, acts[-1][0])
    lag = rng.randint(1, max(PERIOD - lasts, 1)) if whole else rng.choice(LAGS)
    later = timedelta(minutes=rng.randint(EARLIEST, LATEST))
    move = _move(stage.calendar, begins, -lag - lasts, later, now)
    while move.instant(acts[0][0]) > now:
        move = replace(move, first=stage.calendar.workday_add(move.first, -1))
    told = accumulate((move.instant(instant) for instant, _ in acts), max)
    words = _words(rng, scenario, stage)
    steps = [
        (instant, replace(step, values=move.value(reworded(step.values, words))))
        for instant, (_, step) in zip(told, acts, strict=True)
        if instant <= now
    ]
    return Plot(scenario, tuple(steps))


def _acts(scenario: Scenario) -> list[tuple[datetime, ScenarioStep]]:
    """Return what people do in an example, with its instants; what is refused there is left out."""
    instants = list(accumulate((step.at for step in scenario.steps), _passed, initial=scenario.begins))[1:]
    both = zip(instants, scenario.steps, strict=True)
    return [(instant, step) for instant, step in both if step.kind and not step.refused]


def _move(calendar: Calendar, begins: date, days: int, later: timedelta, now: datetime) -> Move:
    """Return the move to a first day so many working days from today, or from the last one where today is none."""
    today = _day(now)
    last = today if calendar.is_working_day(today) else calendar.workday_add(today, -1)
    return Move(calendar, begins, calendar.workday_add(last, days), later)


def _words(rng: Random, scenario: Scenario, stage: Stage) -> dict[str, str]:
    """Return what is typed instead: one grid of the village for every other, and other words."""
    grid = rng.choice(stage.grids)
    typed = set(texts(step.values for step in scenario.steps))
    return {**choose(rng, typed), **dict.fromkeys(stage.grids, grid)}


def _passed(instant: datetime, at: str) -> datetime:
    return moved(instant, at) if at else instant


def _endless(rng: Random, choices: Sequence[tuple[Scenario, int]]) -> Iterator[tuple[Scenario, int]]:
    while True:
        yield from rng.sample(choices, len(choices))


def _day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()
