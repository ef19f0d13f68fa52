"""Carry out a scenario: real people of the demo's cast, real commands, a restore between all steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from gridflow import clock
from gridflow.cases import service as cases
from gridflow.cases.errors import CaseError
from gridflow.cases.filing import Handed, check
from gridflow.cases.models import Case, CaseLink
from gridflow.cases.naming import Naming
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer, viewer
from gridflow.db import db, new_id, writing
from gridflow.engine.models import MessageWait, WorkItem
from gridflow.errors import GridflowError
from gridflow.forms import Form, Upload
from gridflow.jobs.tick import run_until, tick
from gridflow.people.demo import SINCE
from gridflow.people.models import Post, Unit, User
from gridflow.people.queries import open_unit, user_by_login
from gridflow.people.service import add_post, add_user
from gridflow.scenarios.checking import differences
from gridflow.scenarios.errors import CaseNotLed, ScenarioFailed
from gridflow.scenarios.naming import labelled, step_words, words
from gridflow.scenarios.reading import Scenario, ScenarioStep


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of what people are asked or offered waits, is opened and handed in."""

    rows: Any
    open: Callable[..., Any]
    hand_in: Callable[..., Any]
    conditions: Sequence[ColumnElement[bool]] = ()

    def waiting(self, case_id: str, element: str) -> Select[Any]:
        """Return the statement of what waits at an element of a case."""
        return select(self.rows).where(self.rows.case_id == case_id, self.rows.element_id == element, *self.conditions)


KINDS: Mapping[str, Kind] = {
    "task": Kind(WorkItem, cases.task_form, cases.complete_task, (WorkItem.status == "open",)),
    "offer": Kind(MessageWait, cases.offer_form, cases.take_offer),
}


class Play:
    """One scenario being carried out in the present database."""

    def __init__(self, office: Office, scenario: Scenario, hand: clock.Hand) -> None:
        """Take the office, the scenario and the hand of the stopped clock."""
        self.office = office
        self.scenario = scenario
        self.hand = hand
        self.case_id = ""
        self.called: dict[str, str] = {}
        """Cases by what the scenario calls them."""
        self.naming = Naming(office, scenario.city, scenario.slug)
        self._form: Form | None = None
        """The one that was handed in last."""

    def through(self) -> list[str]:
        """Carry out every step and return what differs from what the file expects."""
        self.appoint()
        for number, step in enumerate(self.scenario.steps, 1):
            try:
                found = self.step(step)
            except GridflowError as error:
                done = step_words(self.naming, step)
                raise ScenarioFailed(f"第 {number} 步（{done}）未能完成：{self.said(error)}") from error
            if found:
                return [f"第 {number} 步：{difference}" for difference in found]
        return self._compare(self.scenario.expect)

    def appoint(self) -> None:
        """Add the staff the scenario has beside the cast."""
        city = self.office.cities[self.scenario.city]
        with writing() as session:
            for person in self.scenario.staff:
                unit = open_unit(session, city.code, person["unit"], clock.today())
                user = add_user(session, city.code, person["login"], person["name"], new_id(), demo=True)
                add_post(session, user, unit.id, city.roles[person["role"]].post, SINCE, grid=person.get("grid"))

    def step(self, step: ScenarioStep) -> list[str]:
        """Let time pass, do one thing, let the workers work, and compare."""
        self.case_id = self._meant(step)
        if step.at:
            run_until(self.office, self.hand, clock.moved(clock.now(), step.at))
        refusal = self._try(step)
        while tick(self.office):
            pass
        told = (words(refusal), self.said(refusal)) if refusal else ()
        if step.refused and not any(step.refused in text for text in told):
            real = f"提示“{self.said(refusal)}”" if refusal else "没有被拒绝"
            return [f"应被拒绝并提示“{labelled(self._form, step.refused)}”，实际{real}"]
        return self._compare(step.expect) if step.expect else []

    def said(self, error: GridflowError) -> str:
        """Return what a person would read of an error, with the labels of the form that was handed in."""
        return words(error, self._form)

    def _meant(self, step: ScenarioStep) -> str:
        """Return the case of a step: one with a name, the last one, or under a new name the one that led to.

        Of several the newest one counts that has no name yet; those the last case led to come first.
        """
        if step.kind == "start" or not step.case or step.case in self.called:
            return self.called.get(step.case, self.case_id)
        known = [self.case_id, *self.called.values()]
        opened = select(CaseLink.case_id).where(CaseLink.other_id.in_(known), CaseLink.case_id.not_in(known))
        nearest = opened.order_by(CaseLink.other_id != self.case_id, CaseLink.at.desc())
        found = db.session.scalars(nearest).first()
        if found is None:
            raise CaseNotLed(f"没有叫“{step.case}”的案件，当前案件也没有引出别的案件。")
        return self.called.setdefault(step.case, found)

    def _try(self, step: ScenarioStep) -> GridflowError | None:
        """Do what a step asks and return the refusal, where it expects one."""
        if not step.kind:
            return None
        try:
            self.act(step)
        except GridflowError as error:
            if not step.refused:
                raise
            return error
        return None

    def act(self, step: ScenarioStep) -> None:
        """Let one person do one thing now, through the same commands and form checks as the browser."""
        db.session.remove()
        self._form = None
        if step.kind == "message":
            with writing() as session:
                values = self._with_people(step.values)
                self.office.engine.send(session, self.scenario.city, step.target, step.key, values, message_id=new_id())
            return
        who = self.person(step.who)
        handed = typed(self._with_people(step.values), step.files)
        if step.kind == "start":
            slug = step.slug or self.scenario.slug
            opened = cases.start_form(db.session(), self.office, who, slug)
            self._form = opened.form
            ready = check(self.office, opened, handed)
            with writing() as session:
                self.case_id = cases.open_case(session, self.office, who, slug, ready).id
            self.called[step.case] = self.case_id
        else:
            self._hand_in(who, step, handed)

    def _hand_in(self, who: Viewer, step: ScenarioStep, handed: Handed) -> None:
        kind = KINDS[step.kind]
        waiting = waiting_for(who, kind, self.case_id, step.target, self.naming.element)
        form = kind.open(db.session(), self.office, who, waiting)
        self._form = form.opened.form
        ready = check(self.office, form.opened, handed)
        with writing() as session:
            kind.hand_in(session, self.office, who, form, ready, new_id())

    def person(self, text: str) -> Viewer:
        """Return whom a scenario calls `role` or `role:department`, of the demo's place, or `staff:login`."""
        code, _, department = text.partition(":")
        city = self.office.cities[self.scenario.city]
        if code == "staff" and (user := user_by_login(db.session(), department)):
            return viewer(db.session(), self.office.cities, user.id)
        if code not in city.roles:
            raise ScenarioFailed(f'{city.name}没有案例里写的人员“{text}”，请改成这个城市的角色，如 as = "town"。')
        found = (
            select(User.id)
            .join(Post, Post.user_id == User.id)
            .join(Unit, Unit.id == Post.unit_id)
            .where(User.city == city.code, Post.role == city.roles[code].post)
            .order_by(Unit.tier.desc() if department != "city" else Unit.tier, User.login)
        )
        if department:
            found = found.where(Unit.department == department.removeprefix("city-"))
        if department.startswith("city-"):
            found = found.where(Unit.tier == "city")
        user_id = db.session.scalars(found).first()
        if user_id is None:
            raise ScenarioFailed(f"演示人员中没有“{text}”，请检查城市文件的 demo 与 departments。")
        return viewer(db.session(), self.office.cities, user_id)

    def called_as(self, user: User) -> str:
        """Return what a scenario calls one of the demo's people, the shortest way; the opposite of `person`."""
        city = self.office.cities[self.scenario.city]
        rows = db.session.execute(
            select(Post.role, Unit.department).join(Unit, Unit.id == Post.unit_id).where(Post.user_id == user.id)
        )
        codes = {role.post: role.code for role in city.roles.values()}
        for post, department in rows:
            code = codes.get(post)
            if not code:
                continue
            ways = [
                code,
                f"{code}:city",
                *((f"{code}:{department}", f"{code}:city-{department}") if department else ()),
            ]
            for way in ways:
                if self._is(way, user):
                    return str(way)
        return f"staff:{user.login}"

    def _is(self, way: str, user: User) -> bool:
        try:
            return bool(self.person(way).user.id == user.id)
        except ScenarioFailed:
            return False

    def _with_people(self, value: Any) -> Any:
        """Put the account where a value says `@role` or `@role:department`."""
        if isinstance(value, Mapping):
            return {name: self._with_people(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._with_people(part) for part in value]
        return self.person(value[1:]).user.id if isinstance(value, str) and value.startswith("@") else value

    def _compare(self, expect: Any) -> list[str]:
        db.session.remove()
        case = db.session.get(Case, self.case_id)
        if case is None:
            return ["案件没有建立"]
        return differences(db.session(), case, expect, self.naming)


def typed(values: Mapping[str, Any], files: Mapping[str, str] = MappingProxyType({})) -> Handed:
    """Return values as a browser sends them; lists of tables become rows of a repeated group.

    `files` names a file for each field that gets one: what is in it depends on nothing but its name.
    """
    sent: dict[str, Sequence[str]] = {}
    for name, value in values.items():
        if isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(value):
                sent |= {f"{name}[{number}].{key}": _texts(part) for key, part in row.items()}
        else:
            sent[name] = _texts(value)
    return Handed(sent, {field: [Upload(name, made_up(name))] for field, name in files.items()})


def made_up(name: str) -> bytes:
    """Return the bytes of a file of the type its name says."""
    heads = {".pdf": b"%PDF-1.7\n% ", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff\xe0"}
    return heads.get(PurePosixPath(name).suffix, b"") + name.encode()


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return ["true" if value is True else "" if value is False else str(value)]


def waiting_for(who: Viewer, kind: Kind, case_id: str, element: str, called: Callable[[str], str] = str) -> str:
    """Return the id of what waits for a person at an element, else of the first; raises CaseError where nothing waits.

    The command itself says why somebody may not; `called` tells what the element is called.
    """
    rows = db.session.scalars(kind.waiting(case_id, element)).all()
    if not rows:
        raise CaseError(f"“{called(element)}”现在不在等待办理")
    mine = (row for row in rows if who.actor.is_person(row.person_id) or (row.unit_id, row.role) in who.actor.posts)
    return str(next(mine, rows[0]).id)
