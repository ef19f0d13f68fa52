"""What the codes of a scenario are called in the words of its city; a code nobody named stays."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from sqlalchemy import select

from gridflow.cases.office import Office
from gridflow.cases.papers import document_title
from gridflow.cases.states import STATES
from gridflow.cases.wording import action_words
from gridflow.catalogue import City
from gridflow.db import db
from gridflow.engine.definitions import Parsed
from gridflow.engine.models import Definition
from gridflow.errors import GridflowError
from gridflow.forms import Form, FormInvalid
from gridflow.people.queries import user_by_login
from gridflow.scenarios.reading import Scenario, ScenarioStep

_CELL = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


class Naming:
    """The words for one scenario; where procedures call things of one code differently, its own counts."""

    def __init__(self, office: Office, scenario: Scenario) -> None:
        """Take the office with the procedures in force."""
        self._office = office
        self._city: City = office.cities[scenario.city]
        self._slug = scenario.slug

    def step(self, step: ScenarioStep) -> str:
        """Return who does what."""
        if step.kind == "start":
            titles = {one.bundle.slug: one.bundle.title for one in self._procedures}
            return f"{self.person(step.who)} 发起“{titles.get(step.slug or self._slug, step.target)}”"
        return " ".join(part for part in (self.person(step.who), self.element(step.target)) if part)

    def person(self, who: str) -> str:
        """Return whom a scenario calls `role`, `role:department` or `staff:login`."""
        code, _, part = who.partition(":")
        if code == "staff":
            user = user_by_login(db.session(), part)
            return user.name if user else who
        if code not in self._city.roles:
            return who
        department = self._city.departments.get(part.removeprefix("city-"))
        return self._city.roles[code].title + (f"（{department.name}）" if department else "")

    def element(self, code: str) -> str:
        """Return what an element of a diagram is called."""
        return next((one.names[code] for one in self._procedures if code in one.names), code)

    def elements(self, codes: Iterable[str], between: str = "、") -> str:
        """Return what several elements are called."""
        return between.join(map(self.element, codes))

    def limit(self, code: str) -> str:
        """Return what a limit is called."""
        known = (one.bundle.manifest.limits for one in self._procedures)
        return next((limits[code] for limits in known if code in limits), code)

    def document(self, code: str) -> str:
        """Return what a document is called."""
        for one in self._procedures:
            if code in one.bundle.documents:
                return document_title(one.bundle.templates[one.bundle.documents[code]], code)
        return code

    def state(self, code: str) -> str:
        """Return what is said of a case that stands so."""
        return STATES.get(code, code)

    def action(self, code: str) -> str:
        """Return what the record calls an action."""
        return action_words(code) or code

    @cached_property
    def _procedures(self) -> Sequence[Parsed]:
        """The procedures in force, the scenario's own first."""
        in_force = select(Definition.in_force).where(
            Definition.city == self._city.code, Definition.in_force.is_not(None)
        )
        rows = db.session.scalars(in_force.order_by(Definition.slug != self._slug, Definition.slug)).all()
        return [self._office.engine.versions.get(db.session(), str(version)) for version in rows]


def words(error: GridflowError, form: Form | None = None) -> str:
    """Return what a person would read: the message, and for a form the messages beside its fields."""
    if isinstance(error, FormInvalid):
        return "；".join(f"{labelled(form, field)}：{'、'.join(messages)}" for field, messages in error.errors.items())
    return error.message


def labelled(form: Form | None, name: str) -> str:
    """Return what a form calls a field by its posted name, cells of a repeated group by their row."""
    labels = {field.key: field.label for field in form.fields} if form else {}
    cell = _CELL.fullmatch(name)
    if form is None or cell is None:
        return labels.get(name) or name
    columns = {inner.key: inner.label for field in form.fields if field.key == cell[1] for inner in field.components}
    return f"{labels.get(cell[1]) or cell[1]}第 {int(cell[2]) + 1} 行的{columns.get(cell[3]) or cell[3]}"
