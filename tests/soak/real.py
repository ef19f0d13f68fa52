"""Grid events and what they lead to: the people of the demo do what they do in the worked examples, in any order."""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases import service as cases
from gridflow.cases.filing import Opened, Ready, check
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.outside import ConsoleMail, ConsolePlatform
from gridflow.cases.viewer import Viewer, viewer
from gridflow.catalogue import Catalogue
from gridflow.config import DEMO_SECRET, DEMO_VAULT_KEY, ROOT, Settings
from gridflow.db import db, new_id, table, writing
from gridflow.engine.errors import OfferGone, WorkItemGone, WorkItemTaken, WorkItemUnknown
from gridflow.engine.models import Definition, MessageWait, WorkItem
from gridflow.errors import GridflowError
from gridflow.forms import FormInvalid
from gridflow.installation import install
from gridflow.jobs.tick import EVERY_KIND, tick
from gridflow.people.models import Post, User
from gridflow.scenarios.playing import typed
from gridflow.scenarios.reading import read_scenario
from gridflow.schema import upgrade
from tests.soak.chaos import AT_ONCE, Say, Shared, count

SLUG = "event"
INSTALLED, BEGINS = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 7, 1, tzinfo=UTC)
KINDS = EVERY_KIND - {"render", "archive"}
"""Setting pages takes a second each and is killed in a test of its own."""
WITHDRAWS = 0.03
ASKED_AT_TIMES = {
    "late_reason": "前一环节材料不全，核实用去一天。", "reporter_name": "许家宁", "reporter_phone": "13800000001",
    "responsible_person": "单位负责人", "explained": "已向申请人说明延长的原因。", "approved_days": 1,
}  # fmt: skip
"""What forms ask of some cases only."""
LENGTH = {"date": 10, "datetime": 16}
"""Of an instant as a browser sends it: days that the examples name are long past here."""
GONE = (WorkItemTaken, WorkItemGone, WorkItemUnknown)
Pool = Mapping[str, list[Mapping[str, Any]]]


@dataclass
class Real:
    """The event procedure of every city at work."""

    app: Any
    office: Office
    hand: clock.Hand
    pool: Pool
    people: list[Viewer]
    cases: int
    shared: Shared
    begins: datetime = BEGINS
    kinds = KINDS

    def clerk(self, rng: Random, say: Say) -> None:
        """Report an event, complete a task, perhaps twice, or take an offer."""
        if self.shared.opened.value < self.cases and rng.random() < 0.3 and self.going_on() < AT_ONCE:
            self._report(rng)
        elif rng.random() < 0.15:
            self._offer(rng, say)
        else:
            self._task(rng, say)

    def _report(self, rng: Random) -> None:
        who = rng.choice([one for one in self.people if one.roles & {"resident", "field_worker"}])
        opened = cases.start_form(db.session(), self.office, who, SLUG)
        ready = self._filled(opened, rng.choice(self.pool[f"start {who.city.code}"]))
        with writing() as session:
            cases.open_case(session, self.office, who, SLUG, ready)
        with self.shared.opened.get_lock():
            self.shared.opened.value += 1

    def _task(self, rng: Random, say: Say) -> None:
        item = self._some(WorkItem, WorkItem.status == "open")
        if item is None or item.element_id not in self.pool:
            time.sleep(0.1)  # nothing to do: leave the machine to the workers
            return
        who = self._one_who_may(item, rng)
        if who is None:
            return
        try:
            task = cases.task_form(db.session(), self.office, who, item.id)
        except GONE as refused:
            say("refused", error=type(refused).__name__, item=item.id)
            return
        ready = self._fitting(task.opened, item.element_id, rng)
        request = new_id()
        for repeat in (
            request,
            *([request] if rng.random() < 0.2 else []),
            *([new_id()] if rng.random() < 0.2 else []),
        ):
            try:
                with writing() as session:
                    did = cases.complete_task(session, self.office, who, task, ready, repeat)
            except GONE as refused:
                say("refused", error=type(refused).__name__, item=item.id)
            else:
                say("repeated" if did.repeated else "done", item=item.id, request=repeat)

    def _offer(self, rng: Random, say: Say) -> None:
        wait = self._some(MessageWait, MessageWait.form.is_not(None))
        if wait is None or (wait.name == "withdrawal" and rng.random() > WITHDRAWS):
            return
        who = self._one_who_may(wait, rng)
        if who is None or wait.element_id not in self.pool:
            return
        try:
            offer = cases.offer_form(db.session(), self.office, who, wait.id)
            ready = self._fitting(offer.opened, wait.element_id, rng)
            with writing() as session:
                cases.take_offer(session, self.office, who, offer, ready, new_id())
        except OfferGone:
            say("refused", error="OfferGone")
        else:
            say("offer", element=wait.element_id)

    def _fitting(self, opened: Opened, step: str, rng: Random) -> Ready:
        """Answer as one of the examples does whose words fit this case; raises FormInvalid where none does."""
        *several, last = rng.sample(self.pool[step], len(self.pool[step]))
        for values in several:
            try:
                return self._filled(opened, values)
            except FormInvalid:
                continue
        return self._filled(opened, last)

    def _filled(self, opened: Opened, values: Mapping[str, Any]) -> Ready:
        known = {field.key: field for field in opened.form.fields}
        asked = {name: value for name, value in ASKED_AT_TIMES.items() if name in known}
        soon = (clock.now() + timedelta(days=5)).astimezone(clock.SHANGHAI).isoformat()
        later = {name: soon[: LENGTH[known[name].subtype]] for name in ("reply_due",) if name in known}
        return check(self.office, opened, typed({**asked, **values, **later}))

    def _one_who_may(self, row: Any, rng: Random) -> Viewer | None:
        able = [
            one
            for one in self.people
            if one.city.code == row.city
            and (one.user.id == row.person_id or (row.unit_id, row.role) in one.actor.posts)
        ]
        return rng.choice(able) if able else None

    @staticmethod
    def _some(model: Any, fits: Any) -> Any:
        db.session.remove()
        row = db.session.execute(select(table(model)).where(fits).order_by(func.random()).limit(1)).one_or_none()
        db.session.commit()
        return row

    def worker(self) -> int:
        """Do what is due."""
        return tick(self.office, KINDS)

    def going_on(self) -> int:
        """Return how many reported events are not over; appeals and emergencies they led to may go on."""
        return count(Case, (Case.state == "open") & (Case.slug == SLUG))

    def repeat(self, told: list[dict[str, Any]]) -> int:
        """Repeat nothing: the small procedure tries that."""
        return 0

    def finish(self) -> int:
        """Do one more thing on every task that can be done, so that none is seen to be dead; returns how many."""
        rng, steps = Random(1), 0  # noqa: S311  -- not a secret
        for item in db.session.execute(select(table(WorkItem)).where(WorkItem.status == "open")).all():
            who = self._one_who_may(item, rng)
            for values in self.pool.get(item.element_id, []) if who else []:
                try:
                    task = cases.task_form(db.session(), self.office, who, item.id)
                    ready = self._filled(task.opened, values)
                    with writing() as session:
                        cases.complete_task(session, self.office, who, task, ready, new_id())
                except GridflowError:  # the words of another example do not fit this case
                    continue
                steps += 1
                break
        return steps


@contextmanager
def real(folder: Path, url: str, count: int) -> Iterator[Real]:
    """Yield an installation of every city, under a stopped clock."""
    settings = Settings(
        database_url=url, secret_key=DEMO_SECRET, vault_key=DEMO_VAULT_KEY, home=ROOT, files=folder / "files",
        fonts=ROOT / "var/fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip
    app = make_app(settings)
    with app.app_context(), clock.set_to(INSTALLED) as hand:
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            install(session, settings, lambda _: None, cast=True)
        hand.move_to(BEGINS)
        quiet = replace(office(), mail=ConsoleMail(quiet=True), platform=ConsolePlatform(quiet=True))
        for row in db.session.execute(select(Definition.slug, Definition.in_force)):
            assert quiet.engine.versions.get(db.session(), row.in_force).specs.main  # parsed once, for every process
        users = db.session.scalars(select(User.id).join(Post, Post.user_id == User.id).distinct()).all()
        people = [viewer(db.session(), quiet.cities, user) for user in users]
        shared = Shared(BEGINS, folder / "diary")
        yield Real(app, quiet, hand, what_people_write(), people, count, shared)
        db.session.remove()
        db.engine.dispose()


def what_people_write() -> Pool:
    """Return what the worked examples hand in at each step; `start` and a city for the beginning of an event."""
    pool = defaultdict(list)
    for found in Catalogue.read(ROOT).scenarios():
        scenario = read_scenario(found)
        for step in scenario.steps:
            if step.kind and not step.refused and (step.kind != "start" or (step.slug or found.slug) == SLUG):
                key = f"start {scenario.city}" if step.kind == "start" else step.target
                pool[key].append(step.values)
    return pool
