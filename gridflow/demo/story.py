"""Tell the demo's story: many cases go forward in time through the real commands, timers and jobs."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.application import settings
from gridflow.cases.errors import CaseError
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.catalogue import Catalogue
from gridflow.db import db
from gridflow.demo import figures
from gridflow.demo.errors import NothingToTell
from gridflow.demo.hurry import hurry, unhurried
from gridflow.demo.plots import Plot, Stage, plots
from gridflow.demo.press import QUICK, Press, waiting
from gridflow.demo.progress import progress
from gridflow.demo.telling import Cast, ToldAgain
from gridflow.documents import fonts
from gridflow.engine.models import Definition
from gridflow.errors import GridflowError
from gridflow.jobs.tick import run_until
from gridflow.people.calendars import stored_calendar
from gridflow.registers.queries import grids_within
from gridflow.scenarios.errors import CaseNotLed
from gridflow.scenarios.naming import step_words
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, ScenarioStep, read_scenario

FEED_EVERY = 4
"""Steps between two looks for pages to be set."""
MOST_SECONDS = 95
"""When pages still wait after so long, they are left to the installation's own worker."""
BEFORE = timedelta(days=60)
"""How long before now the demo was installed."""
log = logging.getLogger("gridflow.demo")

Say = Callable[[str], Any]


@contextmanager
def beforehand() -> Iterator[None]:
    """Let what is installed in an empty database be in force before the story begins; no change for any other."""
    if db.session.scalar(select(func.count(Definition.id))):
        yield
    else:
        with clock.set_to(clock.now() - BEFORE):
            yield


def tell_story(office: Office, count: int, seed: int, say: Say = click.echo) -> None:
    """Fill a database without cases with so many, from some 25 days ago until now.

    A database that has cases is left as it is. No other worker may run meanwhile: it would see the story's timers
    as overdue. Takes about half a second a case on two cores, most of it for pages.
    """
    known = db.session.scalar(select(func.count(Case.id)))
    if known or not count:
        say(f"已有 {known} 个案件，不再添加演示案件。" if known else "没有添加演示案件。")
        return
    fonts.install(office.fonts)  # said now rather than by a worker process later
    now, until = clock.now(), time.monotonic() + MOST_SECONDS
    told = chosen(office, count, seed)
    hurry(db.engine)
    with Press(settings(), now) as press:
        Story(office, told, press).tell(now, until)
    unhurried(db.engine)
    for line in figures.lines(db.session(), office.cities):
        say(line)


def chosen(office: Office, count: int, seed: int) -> list[Plot]:
    """Return the cases a story tells until now; an example may begin several."""
    return list(plots(_examples(office), _stages(db.session(), office), count, seed, clock.now()))


class Story:
    """Many cases told in one time, step by step in the order of their instants."""

    def __init__(self, office: Office, told: Sequence[Plot], press: Press) -> None:
        """Take the cases to come and the press that sets their pages."""
        self._office = replace(office, mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
        self._told = told
        self._press = press

    def tell(self, now: datetime, until: float) -> None:
        """Tell everything until now, then wait for the last page, at most until a moment of the monotonic clock."""
        steps = sorted(
            (step[0], case, at) for case, plot in enumerate(self._told) for at, step in enumerate(plot.steps)
        )
        with clock.set_to(steps[0][0]) as hand:
            cast: Cast = {}
            plays = [ToldAgain(self._office, plot.scenario, hand, cast) for plot in self._told]
            with progress(len(steps), "推进案件") as forward:
                for number, (instant, case, at) in enumerate(steps):
                    run_until(self._office, hand, instant, QUICK)
                    self._act(plays[case], self._told[case].steps[at][1])
                    if number % FEED_EVERY == 0:
                        self._press.feed()
                    forward(1)
            run_until(self._office, hand, now, QUICK)
            self._print(until)
            run_until(self._office, hand, now, QUICK)  # what sealed case files set going

    def _act(self, play: Play, step: ScenarioStep) -> None:
        try:
            play.act(step)
        except (CaseError, CaseNotLed) as error:  # it went another way than its example: not drawn for a check, or late
            log.info("%s：%s", play.scenario.title, error.message)
        except GridflowError as error:  # the case stays where it stands
            log.warning("%s：%s 未能进行：%s", play.scenario.title, step_words(play.naming, step), play.said(error))

    def _print(self, until: float) -> None:
        with progress(waiting(), "制作文书和卷宗") as forward:
            while (left := waiting()) and time.monotonic() < until:
                self._press.feed()
                forward(self._press.collect(wait=True))
            while self._press.busy:
                forward(self._press.collect(wait=True))
        if left:
            click.echo(f"其余 {left} 份文书和卷宗由后台进程（gridflow worker）继续制作。")


def _examples(office: Office) -> list[Scenario]:
    """Return the worked examples of the cities that have a cast; none that needs people beside it.

    What is applied for is left out: it changes the registers that all the other cases lie in.
    """
    catalogue = Catalogue.read(settings().home)
    lasting = {slug for slug in catalogue.slugs if catalogue.manifest(slug).start_group != "apply"}
    found = [each for each in catalogue.scenarios() if each.city in office.cities and each.slug in lasting]
    read = [read_scenario(each) for each in found if office.cities[each.city].demo]
    examples = [example for example in read if not example.staff]
    if not examples:
        raise NothingToTell
    return examples


def _stages(session: Session, office: Office) -> dict[str, Stage]:
    return {
        city.code: Stage(
            stored_calendar(session, city.code),
            tuple(grid.code for grid in grids_within(session, city.code, city.demo.village)),
        )
        for city in office.cities.values()
        if city.demo
    }
