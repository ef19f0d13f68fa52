"""A diagram that passes the linter runs: no exception, no incident, no lost token, stored between steps or not."""

import random
from itertools import count

import pytest
from case import Case, Desk
from wild import COIN, wild

from gridflow.bpmn import Knowledge, lint, read
from gridflow.feel import check_expression

DIAGRAMS = 300
STEPS = 150
TIRED = 100
"""From this step on every coin falls on no, so that loops end."""
KNOWN = Knowledge(check_expression=check_expression, called=frozenset({"c"}))


def accepted(rnd):
    """Draw and bend until the linter has nothing against it."""
    drawn = (wild(rnd, bent=max(0, 3 - tries // 4)) for tries in count())
    return next(xml for xml in drawn if all(found.severity != "error" for found in lint(read(xml), KNOWN)))


@pytest.mark.parametrize("seed", range(DIAGRAMS))
def test_what_the_linter_accepts_runs_and_loses_nothing(seed):
    rnd = random.Random(seed)  # noqa: S311  -- not a secret
    desk = Desk(decisions={"d": lambda data: {"level": len(data)}})
    start = {COIN: True, "units": ["A", "B", "C"][: rnd.randint(0, 3)]}
    case = Case(accepted(rnd), stored=seed % 2 == 0, desk=desk, called=["c"], data=start)
    for step in range(STEPS):
        waiting = case.run.waiting()
        assert waiting.incidents == (), f"seed {seed}, step {step}"
        if case.run.finished:
            return
        can = [*waiting.humans * 3, *waiting.services * 2, *waiting.messages, *waiting.timers]
        assert can, f"seed {seed}, step {step}: nothing waits and nothing has ended"
        act(case, rnd.choice(can), {COIN: step < TIRED and rnd.random() < 0.4})


def act(case, waiter, values):
    waiting = case.run.waiting()
    if waiter in waiting.humans:
        case.run.complete(waiter.task_id, values)
    elif waiter in waiting.services:
        case.run.service_done(waiter.task_id, values)
    elif waiter in waiting.messages:
        case.run.deliver(waiter.task_id, values)
    else:
        case.desk.instant = max(case.desk.instant, waiter.due)
        case.run.fire(waiter.task_id)
    case.go()
