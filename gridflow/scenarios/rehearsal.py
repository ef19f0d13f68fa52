"""A trial of a draft: a scenario that is being written. Each act goes on where the last one left off.

The database as it stood after each of the last acts is kept; one that is not there any more is made again by carrying
out the scenario so far.
"""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gridflow import clock
from gridflow.cases.showing import Returned
from gridflow.catalogue import Bundle
from gridflow.config import Settings
from gridflow.db import writing
from gridflow.documents.proofs import proof
from gridflow.engine.definitions import publish
from gridflow.errors import GridflowError
from gridflow.forms import FormInvalid
from gridflow.scenarios.acts import form_of_act, in_words, page_of, written_step
from gridflow.scenarios.errors import ScenarioFailed
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Expectation, Scenario, read_step
from gridflow.scenarios.recording import recorded
from gridflow.scenarios.running import opened, temporary
from gridflow.scenarios.standing import report

KEPT = 6
"""As many states are kept: to take the last acts back costs nothing."""
DATABASE = "gridflow.db"
TITLE = "试办"
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
            form, called = form_of_act(play, asked)
            return {"called": called, **page_of(form, Returned(asked.get("typed") or {}, {}, asked.get("rows") or ()))}

    def act(self, asked: Mapping[str, Any]) -> Raw:
        """Carry out one more act; what is refused changes nothing and says why."""
        work = self._work(self._stand(len(self.steps)))
        with self._play(work) as play:
            raw = written_step(play, asked)
            try:
                play.step(read_step(TITLE, len(self.steps) + 1, raw))
            except FormInvalid as invalid:
                form, called = form_of_act(play, asked)
                page = page_of(form, Returned(asked.get("typed") or {}, invalid.errors))
                return {"refused": invalid.message, "called": called, **page}
            found, said = report(play, work), in_words(play, asked)
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
                problem = f"第 {done + 1} 步：{play.said(error)}"
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
                    raise ScenarioFailed(f"重走第 {count} 步时：{play.said(error)}") from error
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
        scenario = Scenario("trial", self.draft.city, self.draft.slug, TITLE, self.begins, (), (), _NOTHING)
        with opened(settings, instant, proof) as (office, hand):
            play = Play(office, scenario, hand)
            play.case_id, play.called = state.get("case", ""), state.get("called", {})
            yield play


def _note(play: Play, folder: Path) -> None:
    state = {"instant": clock.now().isoformat(), "case": play.case_id, "called": play.called}
    (folder / "state.json").write_text(json.dumps(state, ensure_ascii=False))
