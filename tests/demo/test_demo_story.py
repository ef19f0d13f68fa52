"""A small story told once, and what it leaves behind."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.audit.models import AuditEntry
from gridflow.audit.verify import verify_database
from gridflow.cases.jobs import prepare_rendering
from gridflow.cases.models import Case, CaseLink
from gridflow.clock import SHANGHAI
from gridflow.config import ROOT, Settings
from gridflow.db import db, writing
from gridflow.demo.story import beforehand, chosen, tell_story
from gridflow.documents.models import Document
from gridflow.engine.models import DefinitionVersion, Job, Limit, TimerDue, WorkItem
from gridflow.installation import install
from gridflow.jobs.tick import do_jobs
from gridflow.schema import upgrade

NOW = datetime(2026, 11, 18, 10, 30, tzinfo=SHANGHAI)  # a Wednesday
CASES, SEED = 12, 1  # small, and yet some cases of it have ended
pytestmark = pytest.mark.slow


@dataclass
class Telling:
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)


class _Ear(logging.Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telling]:
    folder: Path = tmp_path_factory.mktemp("told")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'gridflow.db'}", secret_key="tests", vault_key=bytes(range(32)), home=ROOT,
        files=folder / "files", fonts=ROOT / "var/fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip
    telling = Telling()
    ear = _Ear(telling.warned)
    logging.getLogger("gridflow").addHandler(ear)
    with make_app(settings).app_context(), clock.set_to(NOW):
        with writing() as session:
            upgrade(session.connection())
        with beforehand(), writing() as session:
            install(session, settings, lambda _: None, cast=True)
        tell_story(office(), CASES, SEED, telling.said.append)
        prepare_rendering(office())
        while do_jobs(office()):  # what a busy machine left for the worker
            pass
        yield telling
        db.session.remove()
        db.engine.dispose()
    logging.getLogger("gridflow").removeHandler(ear)


def _with_open_tasks() -> set[str]:
    return set(db.session.scalars(select(WorkItem.case_id).where(WorkItem.status == "open")))


def test_a_story_leaves_a_sound_record(telling: Telling) -> None:
    report = verify_database(db.session.connection())
    assert report.sound, list(report.lines())
    assert db.session.scalar(select(func.count(AuditEntry.seq))) > CASES


def test_every_case_of_a_story_began_and_several_states_are_reached(telling: Telling) -> None:
    states = db.session.scalars(select(Case.state)).all()
    begun = sum(step.kind == "start" for plot in chosen(office(), CASES, SEED) for _, step in plot.steps)
    led_to = db.session.scalar(select(func.count()).select_from(CaseLink).where(CaseLink.kind == "follows"))
    assert begun >= CASES
    assert len(states) == begun + led_to
    assert "open" in states
    assert len(set(states)) >= 3


def test_a_story_leaves_work_to_do_in_every_city(telling: Telling) -> None:
    waiting = db.session.execute(select(WorkItem.city, WorkItem.due_at).where(WorkItem.status == "open")).all()
    assert {row.city for row in waiting} == set(office().cities)
    assert any(row.due_at for row in waiting)


def test_timers_and_reminders_of_a_story_came_in_their_time(telling: Telling) -> None:
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"open_case", "complete_task", "remind"} <= actions
    assert not db.session.scalars(select(TimerDue.id).where(TimerDue.due_at <= NOW)).all()
    left = db.session.execute(select(Job.kind, Job.case_id).where(Job.state != "done")).all()
    assert {kind for kind, _ in left} <= {"archive"}
    assert {case for _, case in left} <= _with_open_tasks()  # a case is sealed when its last task is over


def test_nothing_in_a_story_lies_after_now_or_before_its_installation(telling: Telling) -> None:
    first, last = db.session.execute(select(func.min(AuditEntry.at), func.max(AuditEntry.at))).one()
    assert last <= NOW
    assert db.session.scalar(select(func.max(DefinitionVersion.created_at))) < first


def test_a_limit_of_a_story_starts_when_its_case_stood_there(telling: Telling) -> None:
    early = select(Limit.id).join(Case, Case.id == Limit.case_id).where(Limit.started_at < Case.opened_at)
    assert db.session.scalar(select(func.count(Limit.id)))
    assert not db.session.scalars(early).all()


def test_documents_of_a_story_are_set_and_ended_cases_sealed(telling: Telling) -> None:
    assert set(db.session.scalars(select(Document.state))) == {"rendered"}
    closed = db.session.scalars(select(Case).where(Case.state == "closed")).all()
    ended = [case for case in closed if case.id not in _with_open_tasks()]
    assert ended
    assert all(case.dossier and office().blobs.get(case.dossier).startswith(b"%PDF") for case in ended)


def test_nobody_in_a_story_is_refused_what_the_examples_let_them_do(telling: Telling) -> None:
    assert telling.warned == []


def test_a_story_is_not_told_twice_in_one_database(telling: Telling) -> None:
    said: list[str] = []
    there = db.session.scalar(select(func.count(Case.id)))
    tell_story(office(), CASES, SEED, said.append)
    assert said == [f"已有 {there} 个案件，不再添加演示案件。"]
    assert db.session.scalar(select(func.count(Case.id))) == there


def test_the_figures_of_a_story_name_states_and_tasks(telling: Telling) -> None:
    assert any(line.startswith("案件：") for line in telling.said)
    assert all(any(line.startswith(f"{city.name}待办") for line in telling.said) for city in office().cities.values())
