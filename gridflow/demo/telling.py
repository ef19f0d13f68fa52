"""A worked example told again among many others."""

import re
from dataclasses import replace

from sqlalchemy import select

from gridflow import clock
from gridflow.cases.filing import Handed
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer, viewer
from gridflow.db import db
from gridflow.demo.wordings import reworded, texts
from gridflow.engine.models import WorkItem
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import Scenario, ScenarioStep

Cast = dict[tuple[str, str], Viewer]
"""Who plays a part in a city; nobody changes posts while the story goes on."""
_NUMBER = re.compile(r"[A-Z]+-\d{6}-\d{8}-\d{5}-\d")


class ToldAgain(Play):
    """Shares its cast with the other cases, and may name one of them."""

    def __init__(self, office: Office, scenario: Scenario, hand: clock.Hand, cast: Cast) -> None:
        """Take the cast known so far."""
        super().__init__(office, scenario, hand)
        self._cast = cast

    def person(self, text: str) -> Viewer:
        """Return whom the example calls so, looked up once."""
        part = (self.scenario.city, text)
        if part not in self._cast:
            self._cast[part] = super().person(text)
        return self._cast[part]

    def act(self, step: ScenarioStep) -> None:
        """Do a step; a case number that is typed becomes that of the newest other case still open in the city."""
        self.case_id = self._meant(step)
        typed = [text for text in texts(step.values.values()) if _NUMBER.fullmatch(text)]
        newest = self._newest_other() if typed else None
        super().act(replace(step, values=reworded(step.values, dict.fromkeys(typed, newest))) if newest else step)

    def _hand_in(self, who: Viewer, step: ScenarioStep, handed: Handed) -> None:
        super()._hand_in(self._asked(step.target) or who, step, handed)

    def _asked(self, element: str) -> Viewer | None:
        """Return the one person a task is given to: where the case lies in another grid, not that of the example."""
        given = (WorkItem.case_id == self.case_id, WorkItem.element_id == element, WorkItem.status == "open")
        people = db.session.scalars(select(WorkItem.person_id).where(*given)).all()
        return viewer(db.session(), self.office.cities, people[0]) if len(people) == 1 and people[0] else None

    def _newest_other(self) -> str | None:
        others = (Case.city == self.scenario.city, Case.id != self.case_id, Case.state == "open")
        return db.session.scalar(select(Case.number).where(*others).order_by(Case.opened_at.desc()).limit(1))
