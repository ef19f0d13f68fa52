"""A trial of a draft: a scenario that is being written. Each act goes on where the last one left off.

The database as it stood after each of the last acts is kept; one that is not there any more is made again by carrying
out the scenario so far.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from gridflow import clock
from gridflow.cases import service as cases
from gridflow.cases.filing import Opened
from gridflow.cases.models import Case
from gridflow.cases.opening import start_form
from gridflow.cases.queries import versions_of
from gridflow.cases.showing import Returned, fitting, hidden_names, shown, wrongs
from gridflow.catalogue import Bundle
from gridflow.clock import SHANGHAI
from gridflow.config import Settings
from gridflow.db import db, writing
from gridflow.documents.proofs import proof
from gridflow.engine.definitions import publish
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.errors import GridflowError
from gridflow.forms import FormInvalid
from gridflow.jobs.tick import next_due
from gridflow.people.models import User
from gridflow.scenarios.errors import ScenarioFailed
from gridflow.scenarios.playing import Play, fitting_row, words
from gridflow.scenarios.reading import Expectation, Scenario, ScenarioStep, read_step
from gridflow.scenarios.recording import recorded
from gridflow.scenarios.running import opened, temporary
from gridflow.scenarios.standing import report

KEPT = 6
"""As many states are kept: to take the last acts back costs nothing."""
DATABASE = "gridflow.db"
TITLE = "试办"
_CELL = re.compile(r"([a-z][a-z0-9_]*)\[(\d{1,3})\]\.([a-z][a-z0-9_]*)")
_NOTHING = Expectation()
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where a trial stands."""

    base: Settings
    """The installation it began from."""
    folder: Path
    draft: Bundle
    begins: datetime
    steps: Sequence[Mapping[str, Any]]
    """The scenario so far, as a scenario file writes its steps."""

    def state(self) -> Raw:
        """Return where everything stands."""
        last = self._stand(len(self.steps))
        with self._play(last) as play:
            return report(play, last)

    def form(self, asked: Mapping[str, Any]) -> Raw:
        """Return the form of a start, task or offer as the person sees it, with what was typed so far."""
        with self._play(self._stand(len(self.steps))) as play:
            form, button = _form(play, asked)
            return {"button": button, **_page(form, Returned(asked.get("typed") or {}, {}, asked.get("rows") or ()))}

    def act(self, asked: Mapping[str, Any]) -> Raw:
        """Carry out one more act; what is refused changes nothing and says why."""
        work = self._work(self._stand(len(self.steps)))
        with self._play(work) as play:
            raw = _written(play, asked)
            try:
                play.step(read_step(TITLE, len(self.steps) + 1, raw))
            except FormInvalid as invalid:
                form, button = _form(play, asked)
                page = _page(form, Returned(asked.get("typed") or {}, invalid.errors))
                return {"refused": invalid.message, "button": button, **page}
            found, said = report(play, work), _said(play, asked)
            _note(play, work)
        self._keep(work, len(self.steps) + 1)
        return {"step": raw, "said": said, "report": found}

    def again(self) -> Raw:
        """Carry out every step anew; one that cannot be carried out ends it. Returns those that could."""
        shutil.rmtree(self.folder, ignore_errors=True)
        work, done, problem = self._work(None), 0, ""
        with self._play(work) as play:
            self._begin()
            try:
                for number, raw in enumerate(self.steps, 1):
                    play.step(read_step(TITLE, number, raw))
                    done = number
            except GridflowError as error:
                problem = f"第 {done + 1} 步：{words(error)}"
            found = report(play, work)
            _note(play, work)
        self._keep(work, done)
        return {"steps": list(self.steps[:done]), "problem": problem, "report": found}

    def recorded(self, title: str) -> str:
        """Return the scenario file of what was done, which expects what is so now."""
        with self._play(self._stand(len(self.steps))) as play:
            return recorded(play, title, self.begins, self.steps)

    # ------------------------------------------------------------ states

    def _work(self, last: Path | None) -> Path:
        """Return a fresh copy of a state to work in, without one of the installation the trial begins from."""
        work = self.folder / f"work-{os.getpid()}"
        if last:
            shutil.copytree(last, work)
        else:
            work.mkdir(parents=True)
            shutil.copy(self.base.database_url.removeprefix("sqlite:///"), work / DATABASE)
        return work

    def _stand(self, number: int) -> Path:
        """Return the folder of a state, carrying out what leads there where it is not kept any more."""
        folder = self.folder / str(number)
        if (folder / DATABASE).is_file():
            return folder
        work = self._work(None)
        with self._play(work) as play:
            self._begin()
            for count, raw in enumerate(self.steps[:number], 1):
                try:
                    play.step(read_step(TITLE, count, raw))
                except GridflowError as error:
                    raise ScenarioFailed(f"重走第 {count} 步时：{words(error)}") from error
            _note(play, work)
        return self._keep(work, number)

    def _begin(self) -> None:
        with writing() as session:
            publish(session, self.draft)

    def _keep(self, work: Path, number: int) -> Path:
        folder = self.folder / str(number)
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
        for old in self.folder.iterdir():
            if old.name.isdecimal() and not number - KEPT < int(old.name) <= number:
                shutil.rmtree(old, ignore_errors=True)
        return folder

    @contextmanager
    def _play(self, work: Path) -> Iterator[Play]:
        found = work / "state.json"
        state = json.loads(found.read_text()) if found.is_file() else {}
        instant = datetime.fromisoformat(state["instant"]) if state else self.begins
        settings = temporary(self.base.home, work, files=self.folder / "files", fonts=self.base.fonts)
        scenario = Scenario(
            "trial", self.draft.city, self.draft.slug, TITLE, self.begins, (), (), (), _NOTHING
        )  # fmt: skip
        with opened(settings, instant, proof) as (office, hand):
            play = Play(office, scenario, hand)
            play.case_id, play.called = state.get("case", ""), state.get("called", {})
            yield play


def _note(play: Play, folder: Path) -> None:
    state = {"instant": clock.now().isoformat(), "case": play.case_id, "called": play.called}
    (folder / "state.json").write_text(json.dumps(state, ensure_ascii=False))


# ------------------------------------------------------------ what is asked, as a step of a scenario


def _written(play: Play, asked: Mapping[str, Any]) -> Raw:
    """Return an act as a scenario file writes it."""
    kind = asked["kind"]
    if kind == "time":
        return {"at": _instant(play, str(asked["to"]))}
    if kind == "message":
        return {"message": asked["target"], "key": asked["key"], "values": asked.get("values") or {}}
    raw: Raw = {"as": asked["who"], kind: asked["target"]}
    if kind == "start":
        raw["case"] = _NUMBERED.format(len(play.called) + 1)
        if asked.get("slug") and asked["slug"] != play.scenario.slug:
            raw["procedure"] = asked["slug"]
    else:
        raw["case"] = _named(play, asked["case"])
    values = _values(play, asked.get("typed") or {})
    return raw | ({"values": values} if values else {}) | ({"files": asked["files"]} if asked.get("files") else {})


_NUMBERED = "案件{}"


def _named(play: Play, case_id: str) -> str:
    """Return what the scenario calls a case; one nobody acted upon yet gets the next name."""
    known = {case: name for name, case in play.called.items()}
    return known.get(case_id) or _NUMBERED.format(len(play.called) + 1)


def _instant(play: Play, to: str) -> str:
    """Return an instant in China to the minute: that of the next timer, the same time a working day on, or as given."""
    if to == "next":
        due = next_due()
        if due is None:
            raise ScenarioFailed("现在没有等待的定时或时限，时间不会引起任何变化。请办理待办，或跳到指定的时刻。")
        return _minute(due + timedelta(seconds=59, microseconds=999_999))
    if to == "workday":
        city = play.scenario.city
        calendar = play.office.engine.directory.calendar(db.session(), city)
        here = clock.now().astimezone(SHANGHAI)
        return _minute(datetime.combine(calendar.workday_add(here.date(), 1), here.time(), SHANGHAI))
    try:
        given = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise ScenarioFailed("请按 2026-11-24T10:00 的样子填写时刻。") from None
    if given < clock.now() or given > clock.now() + timedelta(days=800):
        raise ScenarioFailed("请填现在以后、两年以内的时刻；时间不能倒退，要倒退请用“撤回上一步”。")
    return _minute(given)


def _minute(instant: datetime) -> str:
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def _values(play: Play, given: Mapping[str, Sequence[str]]) -> Raw:
    """Return what was posted as a scenario writes it: one text or a list, rows as tables, people by what they are."""
    people = {user.id: user for user in db.session.scalars(select(User))}

    def said(texts: Sequence[str]) -> Any:
        named = [f"@{play.called_as(people[text])}" if text in people else text for text in texts]
        return named[0] if len(named) == 1 else named

    values: Raw = {}
    rows: dict[str, dict[int, Raw]] = {}
    for name, texts in given.items():
        filled = [text for text in texts if text]
        if not filled or name.startswith("_") or name == "csrf_token":
            continue
        if cell := _CELL.fullmatch(name):
            rows.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = said(filled)
        else:
            values[name] = said(filled)
    return values | {name: [row for _, row in sorted(found.items())] for name, found in rows.items()}


def _said(play: Play, asked: Mapping[str, Any]) -> Raw:
    """Say in words what was done, by whom and when."""
    kind, session = asked["kind"], db.session()
    said = {"kind": kind, "at": clock.now().isoformat(), "who": "", "what": str(asked.get("target", ""))}
    if kind in ("time", "message"):
        return said
    user = play.person(asked["who"]).user
    slug = asked.get("slug") or play.scenario.slug
    case = session.get_one(Case, play.case_id)
    names: dict[str, str] = {}
    for version_id in versions_of(session, case):
        parsed = play.office.engine.versions.get(session, version_id)
        names |= parsed.names
        if kind == "start" and parsed.bundle.slug == slug:
            return said | {"who": user.name, "what": parsed.bundle.title}
    return said | {"who": user.name, "what": names.get(asked["target"], asked["target"])}


# ------------------------------------------------------------ forms


def _form(play: Play, asked: Mapping[str, Any]) -> tuple[Opened, str]:
    """Return the form of what is asked and what its button says."""
    db.session.remove()
    session, who = db.session(), play.person(asked["who"])
    if asked["kind"] == "start":
        slug = asked.get("slug") or play.scenario.slug
        return start_form(session, play.office, who, slug), "发起"
    step = ScenarioStep(asked["who"], "", asked["kind"], asked["target"], {}, {}, "", None, "", "", "")
    table = WorkItem if asked["kind"] == "task" else MessageWait
    waiting = select(table.id, table.unit_id, table.role, table.person_id).where(
        table.case_id == asked["case"], table.element_id == asked["target"]
    )
    if asked["kind"] == "task":
        item_id = fitting_row(who, step, session.execute(waiting.where(WorkItem.status == "open")).all())
        task = cases.task_form(session, play.office, who, item_id)
        return task.opened, f"办好“{task.item.step}”"
    offer = cases.offer_form(session, play.office, who, fitting_row(who, step, session.execute(waiting).all()))
    return offer.opened, f"提出“{offer.wait.label}”"


def _page(form: Opened, returned: Returned) -> Raw:
    fields = shown(form, returned.values or None, returned.errors, returned.more_rows)
    return {
        "fields": [asdict(field) for field in fields],
        "errors": [asdict(wrong) for wrong in wrongs(fields, returned.errors)],
        "hidden": sorted(set(hidden_names(fields))),
        "fitting": fitting(fields),
    }
