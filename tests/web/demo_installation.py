"""Small installations for page tests: both cities, the demo's cast, one database file copied for each module."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring
from werkzeug.test import TestResponse

from gridflow.application import make_app, office
from gridflow.cases.viewer import viewer
from gridflow.config import DEMO_PASSWORD, ROOT, Settings
from gridflow.db import db, writing
from gridflow.installation import install
from gridflow.schema import upgrade
from gridflow.web import create_app
from gridflow.workbench.models import Revision
from gridflow.workbench.trying import proving

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
EVENT = "event"


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Return demo settings whose database and files lie in a folder."""
    values: dict[str, Any] = {
        "database_url": f"sqlite:///{folder / 'gridflow.db'}", "secret_key": "tests", "vault_key": bytes(range(32)),
        "home": ROOT, "files": folder / "files", "fonts": folder / "fonts", "smtp_url": None, "demo": True,
        "session_minutes": 30,
    }  # fmt: skip
    return Settings(**{**values, **changes})


def install_in(folder: Path, **changes: Any) -> Path:
    """Fill a new database and return its file, which SQLite alone has."""
    settings = settings_in(folder, **changes)
    with _closing(make_app(settings)), writing() as session:
        upgrade(session.connection())
    with _closing(make_app(settings)), writing() as session:
        install(session, settings, lambda _line: None, cast=True)
    return folder / "gridflow.db"


@contextmanager
def application(installed: Path, folder: Path, **changes: Any) -> Iterator[Flask]:
    """Yield the application over a copy of an installed database, or over the one that `changes` name."""
    if not changes:
        shutil.copy(installed, folder / "gridflow.db")
    app = create_app(settings_in(folder, **changes))
    with _closing(app):
        pass
    yield app
    with _closing(app):
        pass


@contextmanager
def _closing(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


class Person:
    """Somebody of the demo's cast with a browser that has no script."""

    def __init__(self, app: Flask, login: str) -> None:
        """Sign in."""
        self.login = login
        self.client: FlaskClient = app.test_client()
        self.page = self.client.get("/sign-in")
        self.page = self.post("/sign-in", login=login, password=DEMO_PASSWORD)
        assert self.page.status_code == 302, self.page.text

    def get(self, address: str, **options: Any) -> TestResponse:
        """Open a page."""
        self.page = self.client.get(address, **options)
        return self.page

    def post(self, address: str, headers: Mapping[str, str] | None = None, **values: Any) -> TestResponse:
        """Post a form with the token of the last page that had one."""
        found = TOKEN.search(self.page.text)
        self.token = found[1] if found else self.token
        return self.client.post(address, data={"csrf_token": self.token, **values}, headers=headers)

    def put(self, address: str, body: object) -> TestResponse:
        """Send JSON as the scripts of a page do, with the token of the last page that had one."""
        found = TOKEN.search(self.page.text)
        self.token = found[1] if found else self.token
        return self.client.put(address, json=body, headers={"X-CSRFToken": self.token})

    def report(self, **changes: Any) -> TestResponse:
        """Report an event with everything the form asks for."""
        page = self.get(f"/report/{EVENT}").text
        values = {
            **preset(page),
            "category": option(page, "category", "暴露垃圾"),
            "matter_code": option(page, "matter_code", "暴露垃圾清理督促"),
            "grid_code": option(page, "grid_code", "第一网格"),
            "location_text": "望京路 8 号东侧",
            "description": "绿化带里堆了三天的装修垃圾，有异味。",
        }
        return self.post(f"/report/{EVENT}", **{**values, **changes})

    def tasks(self, box: str = "unit") -> list[str]:
        """Return the ids of the tasks in a box, first the most urgent."""
        return re.findall(r'id="row-(\w+)"', self.get(f"/inbox?box={box}").text)


def proved(app: Flask, address: str) -> None:
    """Write down that every worked example went well on a revision as it is now: to run them takes workers a minute."""
    with app.app_context(), writing() as session:
        revision = session.get_one(Revision, address.rpartition("/")[2])
        owner = viewer(session, office().cities, str(revision.author))
        run = proving.begin_examples(session, office(), owner, revision)
        run.results = [{"of": path, "title": path, "passed": True, "differences": []} for path in run.wanted]
        run.state = "done"


def main_form(page: str) -> Any:
    """Return the form a page is about: the one that carries a request id."""
    return next(form for form in fromstring(page).forms if "_request" in form.fields)


def preset(page: str) -> dict[str, list[str]]:
    """Return what a browser would post if nobody touched a form."""
    form = main_form(page)
    values: dict[str, list[str]] = {}
    for name, value in form.form_values():
        values.setdefault(name, []).append(value)
    del values["csrf_token"]
    return {name: given for name, given in values.items() if any(given)}


def answered(page: str) -> dict[str, list[str]]:
    """Return an answer to a task: the first of every choice asked for, a sentence for every text asked for."""
    form, answer = main_form(page), preset(page)
    for group in form.xpath('.//fieldset[@role="radiogroup"][not(ancestor::*[@hidden])]'):
        answer[group.xpath(".//input/@name")[0]] = group.xpath(".//input/@value")[:1]
    for field in form.xpath(".//*[@aria-required][not(ancestor::*[@hidden])][not(ancestor::template)]"):
        if field.tag == "textarea":
            answer[field.get("name")] = ["双方当面说清，现场已经清走，物业每周巡查。"]
        elif field.tag == "select" and field.get("name") not in answer:
            answer[field.get("name")] = field.xpath('.//option[@value!=""]/@value')[:1]
    return {name: given for name, given in answer.items() if "__index__" not in name}


def option(page: str, name: str, words: str) -> str:
    """Return the value of the first option of a select whose label holds the words."""
    select = page.split(f'name="{name}"', 1)[1].split("</select>", 1)[0]
    return next(value for value, label in re.findall(r'<option value="([^"]+)"[^>]*>([^<]*)', select) if words in label)
