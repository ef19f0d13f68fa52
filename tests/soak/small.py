"""A small procedure with everything that can go on at once: branches, a loop, timers, offers, jobs, a withdrawal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from sketch import boundary, sub, timer
from sqlalchemy import func, select
from toy_parts import offer, service, task
from toy_town import MONDAY, Town, prepare

from gridflow import clock
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.db import db, new_id, table, writing
from gridflow.engine.directory import Actor
from gridflow.engine.errors import OfferGone, WorkItemGone, WorkItemTaken
from gridflow.engine.models import Instance, MessageWait, WorkItem
from gridflow.jobs.tick import EVERY_KIND, tick
from tests.soak.chaos import AT_ONCE, Say, Shared, count

INSIDE = (
    "start_s -> x_in -> begin -> p_split; p_split -> left -> p_join; p_split -> do_push -> right -> x_late -> p_join; "
    "p_join -> check -> x_again; x_again -> x_in [again]; x_again -> end_s *; "
    "often -> do_often -> end_o; late -> hurry -> x_late; object -> do_note -> end_n"
)


def draw(town: Town) -> None:
    """Publish the procedure."""
    push = {"result": '"done"'}
    whole = sub(
        "whole", INSIDE, **{name: task(name, role="town") for name in ("begin", "right", "check", "hurry")},
        left=task("left", role="town", limit="handling", remind="50 80"),
        do_push=service("do_push", "push_result", push), do_note=service("do_note", "set_values", {"noted": "true"}),
        do_often=service("do_often", "set_values", {"reminded": "true"}),
        often=boundary("often", "left", timer('last + duration("PT20M")', "timeCycle")),
        late=boundary("late", "right", timer("PT15M", "timeDuration"), interrupts=True),
        object=offer("object", "left", role="town"),
    )  # fmt: skip
    town.draw(
        "small", "start -> whole -> finish -> end; withdrawn -> do_tell -> end_w", whole=whole,
        finish=task("finish", role="town"), do_tell=service("do_tell", "set_values", {"gone": "true"}),
        withdrawn=offer("withdrawn", "whole", message="withdraw", interrupts=True, role="town"),
    )  # fmt: skip


@dataclass
class Small:
    """The small procedure at work."""

    town: Town
    actors: dict[str, Actor]
    cases: int
    shared: Shared
    begins: datetime = MONDAY
    kinds = EVERY_KIND

    @property
    def hand(self) -> clock.Hand:
        """The hand of the clock of this process."""
        return self.town.hand

    @property
    def office(self) -> Office:
        """What every command needs."""
        return self.town.office

    @property
    def app(self) -> Any:
        """The application every process uses."""
        return self.town.app

    def clerk(self, rng: Random, say: Say) -> None:
        """Open a case, complete a task, perhaps twice, or take an offer."""
        if self.shared.opened.value < self.cases and rng.random() < 0.4 and self.going_on() < AT_ONCE:
            self.town.open("small", again=False)
            with self.shared.opened.get_lock():
                self.shared.opened.value += 1
            return
        chance = rng.random()
        if chance < 0.1:
            self._offer("withdrawn" if chance < 0.015 else "object", rng, say)
        else:
            self._task(rng, say)

    def _task(self, rng: Random, say: Say) -> None:
        items = table(WorkItem)
        with db.engine.connect() as connection:
            some = select(items.c.id).where(items.c.status == "open").order_by(func.random()).limit(1)
            item = connection.scalar(some)
        if item is None:
            return
        request, values = new_id(), {"again": rng.random() < 0.5}
        say("try", item=item, request=request)
        done = self._complete(item, request, values, say, rng)
        if rng.random() < 0.2 and done:
            self._complete(item, request, values, say, rng)
        if rng.random() < 0.2 and done and not self._complete(item, new_id(), values, say, rng):
            say("duplicate refused", item=item)

    def _complete(self, item: str, request: str, values: dict[str, Any], say: Say, rng: Random) -> bool:
        actor = rng.choice(list(self.actors.values()))
        try:
            did = self.town.complete_as(actor, item, request, **values)
        except (WorkItemTaken, WorkItemGone) as refused:
            say("refused", error=type(refused).__name__, item=item)
            return False
        say("repeated" if did.repeated else "done", item=item, request=request)
        return True

    def _offer(self, element: str, rng: Random, say: Say) -> None:
        waits = table(MessageWait)
        with db.engine.connect() as connection:
            some = select(waits.c.id).where(waits.c.element_id == element).order_by(func.random()).limit(1)
            wait = connection.scalar(some)
        if wait is None:
            return
        request = new_id()
        try:
            with writing() as session:
                self.town.engine.take_offer(session, wait, self.actors["tom"], {"why": 1}, request_id=request)
        except OfferGone:
            say("refused", error="OfferGone")
        else:
            say(element, wait=wait)

    def worker(self) -> int:
        """Do what is due."""
        return tick(self.town.office)

    def going_on(self) -> int:
        """Return how many cases are not over."""
        return count(Instance, Instance.status == "running")

    def repeat(self, told: list[dict[str, Any]]) -> int:
        """Send again what a killed process had begun, as its browser would; returns how many were done only now."""
        heard = {line.get("request") for line in told if line["what"] in ("done", "repeated")}
        late = 0
        for line in told:
            if line["what"] == "try" and line["request"] not in heard:
                try:
                    did = self.town.complete_as(self.actors["tom"], line["item"], line["request"], again=False)
                except (WorkItemTaken, WorkItemGone):
                    continue
                late += not did.repeated
        return late

    def finish(self) -> int:
        """Bring every case to its end; returns how many steps that took."""
        steps = 0
        while True:
            while tick(self.town.office):
                pass
            open_items = self.town.all(WorkItem, status="open")
            if not open_items:
                return steps
            for item in open_items:
                try:
                    self.town.complete_as(self.actors["tom"], item.id, again=False)
                except (WorkItemTaken, WorkItemGone):
                    continue
                steps += 1


@contextmanager
def small(folder: Path, url: str, cases: int) -> Iterator[Small]:
    """Yield the small procedure in an empty database, under a stopped clock."""
    prepare(folder, url)
    with clock.set_to(MONDAY) as hand:
        town = Town(folder, url, hand)
        with town.app.app_context():
            draw(town)
            actors = {login: town.who(login) for login in ("tom", "tess")}
            town.office = replace(town.office, mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
            yield Small(town, actors, cases, Shared(MONDAY, folder / "diary"))
            db.session.remove()
            db.engine.dispose()
