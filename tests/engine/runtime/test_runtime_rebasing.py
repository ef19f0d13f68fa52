"""A run that goes over to the same drawing after every step goes the way of one that does not."""

import random

import pytest
from case import Case
from growing import OURS, PLAIN, grown, happens, written

from gridflow.engine.runtime.items import Items
from gridflow.engine.runtime.rebasing import rebase

BUNDLE, STEPS = 20, 60


class Moved(Case):
    """A case that is rebased over its own diagram after every step, unless a multi-instance runs in it."""

    rebased = 0

    def store(self):
        super().store()
        if not any(isinstance(token.task_spec, Items) for token in self.run._top.tokens() if token.element_id):
            self.run = rebase(self.run, self.specs, frozenset(self.specs.processes), self.desk)
            self.rebased += 1
        return self


def seen(case):
    waiting = case.run.waiting()
    every = (*waiting.humans, *waiting.messages, *waiting.timers)
    return sorted((w.kind, w.element_id, sorted(w.data.items(), key=str), w.due) for w in every), case.causes


def walk(seed, kinds):
    """Walk one diagram twice; returns how often it was rebased."""
    xml, called = grown(random.Random(seed), kinds)  # noqa: S311  -- not a secret
    plain, moved, rnd = Case(xml, called=called), Moved(xml, called=called), random.Random(seed)  # noqa: S311  -- not a secret
    for step in range(STEPS):
        where = f"seed {seed}, step {step}"
        assert seen(moved) == seen(plain), where
        assert moved.run.finished == plain.run.finished, where
        if plain.run.finished:
            assert dict(moved.run.data) == dict(plain.run.data), where
            break
        humans = sorted(plain.all("humans"), key=lambda w: (w.element_id, str(sorted(w.data.items(), key=str))))
        events = sorted(w.element_id for w in (*plain.all("messages"), *plain.all("timers")))
        if events and (not humans or rnd.random() < 0.3):
            name = rnd.choice(events)
            happens(plain, name)
            happens(moved, name)
            continue
        chosen = rnd.choice(humans)
        values = written(rnd, chosen.element_id, step)
        for case in (plain, moved):
            same = [w for w in case.all("humans", chosen.element_id) if dict(w.data) == dict(chosen.data)]
            case.run.complete(same[0].task_id, values)
            case.go()
    return moved.rebased


@pytest.mark.parametrize("first", range(0, 60, BUNDLE))
@pytest.mark.parametrize("kinds", [PLAIN, OURS])
def test_rebasing_over_the_same_drawing_changes_nothing(first, kinds):
    assert sum(walk(seed, kinds) for seed in range(first, first + BUNDLE)) > BUNDLE
