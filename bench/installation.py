"""A throw-away installation: one city with its demo people, the shipped procedures and those of bench/home."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, select, text

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases import service as cases
from gridflow.cases.filing import check
from gridflow.cases.viewer import Viewer, viewer
from gridflow.config import DEMO_SECRET, DEMO_VAULT_KEY, ROOT, Settings
from gridflow.db import db, writing
from gridflow.engine.models import WorkItem
from gridflow.installation import install
from gridflow.people.models import User
from gridflow.scenarios.playing import typed
from gridflow.schema import upgrade

POSTGRES = "GRIDFLOW_TEST_POSTGRES_URL"
CITY, VILLAGE, REPORTER = "ningbo", "nb-village", "nb-field_worker"
OPENING = {
    "five_steps": {
        "grid_code": "330203001005C001",
        "description": "绿化带里堆了三天的装修垃圾，有异味，居民反映过两次，请尽快清走并查明是谁倒的。",
    },
    "event": {
        "category": "0301", "matter_code": "N04-006", "grid_code": "330203001005C001", "urgency": "normal",
        "location_text": "周江岸小区5幢", "description": "楼上漏水两家争执不下，要求调解。",
        "found_at": f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%dT%H:%M}", "source_channel": "patrol",
        "secrecy_flag": "none",
    },
}  # fmt: skip
OPENING["rounds"] = OPENING["five_steps"]


@dataclass(frozen=True, slots=True)
class Store:
    """A kind of database, with an installation that is copied for each measurement."""

    name: str
    folder: Path
    base: Settings

    @contextmanager
    def copy(self, name: str) -> Iterator[Settings]:
        """Yield the settings of a copy, with an application context for the measurement's own commands."""
        settings = self._copied(name)
        app = make_app(settings)
        with app.app_context():
            yield settings
            db.session.remove()
            db.engine.dispose()

    def _copied(self, name: str) -> Settings:
        if self.name == "sqlite":
            target = self.folder / f"{name}.db"
            shutil.copy(self.base.database_url.removeprefix("sqlite:///"), target)
            return replace(self.base, database_url=f"sqlite:///{target}")
        url = make_url(self.base.database_url)
        _server(f'CREATE DATABASE "{url.database}_{name}" TEMPLATE "{url.database}"')
        return replace(self.base, database_url=_text(url.set(database=f"{url.database}_{name}")))


@contextmanager
def store(name: str, folder: Path) -> Iterator[Store]:
    """Install into a database of a kind, and remove the databases of a server at the end."""
    database = f"gridflow_bench_{os.getpid()}"
    if name == "postgres":
        _server(f'CREATE DATABASE "{database}"')
        url = _text(make_url(os.environ[POSTGRES]).set(database=database))
    else:
        url = f"sqlite:///{folder / 'base.db'}"
    settings = Settings(
        database_url=url, secret_key=DEMO_SECRET, vault_key=DEMO_VAULT_KEY, home=_home(folder),
        files=folder / "files", fonts=ROOT / "var/fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip
    try:
        _install(settings)
        yield Store(name, folder, settings)
    finally:
        if name == "postgres":
            _drop(database)


def _home(folder: Path) -> Path:
    """Lay the procedures of bench/home over the shipped ones."""
    home = folder / "home"
    if not home.exists():
        for part in ("processes", "forms"):
            shutil.copytree(ROOT / part, home / part)
            shutil.copytree(ROOT / "bench/home" / part, home / part, dirs_exist_ok=True)
        for part in ("templates", "data"):
            (home / part).symlink_to(ROOT / part)
    return home


def _install(settings: Settings) -> None:
    with make_app(settings).app_context():
        with writing() as session:
            upgrade(session.connection())
        with writing() as session:
            install(session, settings, lambda _: None, cities=(CITY,), cast=True)
        db.session.remove()
        db.engine.dispose()


def _server(statement: str) -> list[Any]:
    engine = create_engine(os.environ[POSTGRES], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        done = connection.execute(text(statement))
        rows = list(done) if done.returns_rows else []
    engine.dispose()
    return rows


def _drop(database: str) -> None:
    for row in _server(f"SELECT datname FROM pg_database WHERE datname LIKE '{database}%'"):
        _server(f'DROP DATABASE "{row.datname}" WITH (FORCE)')


def _text(url: Any) -> str:
    return str(url.render_as_string(hide_password=False))


# ------------------------------------------------------------ people at work


def person(login: str) -> Viewer:
    """Return somebody of the demo's cast."""
    user_id = db.session.scalars(select(User.id).where(User.login == login)).one()
    return viewer(db.session(), office().cities, user_id)


def open_case(who: Viewer, slug: str) -> str:
    """Open a case as its start page does and return its id."""
    opened = cases.start_form(db.session(), office(), who, slug)
    ready = check(office(), opened, typed(OPENING[slug]))
    with writing() as session:
        return cases.open_case(session, office(), who, slug, ready).id


def complete(who: Viewer, work_item_id: str, values: Mapping[str, object], request_id: str) -> None:
    """Complete a task as its page does."""
    task = cases.task_form(db.session(), office(), who, work_item_id)
    ready = check(office(), task.opened, typed(values))
    with writing() as session:
        cases.complete_task(session, office(), who, task, ready, request_id)


def waiting(case_id: str) -> str | None:
    """Return the task of a case that waits, None when there is none."""
    db.session.rollback()
    return db.session.scalar(select(WorkItem.id).where(WorkItem.case_id == case_id, WorkItem.status == "open"))
