"""From an empty directory to a city at work, without anything of the demo."""

import re
import shutil
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).parents[1] / "web"))  # how a browser fills a form

from demo_installation import option, preset

from gridflow.cases.models import Case
from gridflow.cli import main
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.engine.models import Definition
from gridflow.people.models import Unit, User
from gridflow.registers.models import Grid, Matter
from gridflow.web import create_app

VILLAGE = "330203001005"
GRIDS = f"code,name,households,since\n{VILLAGE}C001,周江岸社区第一网格,310,2026-01-01\n"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECRET = "Correct-Horse-9-Battery"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the product and its keys, and nothing else."""
    monkeypatch.delenv("GRIDFLOW_DEMO", raising=False)
    monkeypatch.setenv("GRIDFLOW_VAR", str(tmp_path))
    monkeypatch.setenv("GRIDFLOW_SECRET_KEY", "x" * 48)
    monkeypatch.setenv("GRIDFLOW_VAULT_KEY", b64encode(bytes(range(32))).decode())
    monkeypatch.setenv("GRIDFLOW_SEALING_KEY", b64encode(bytes(range(32))).decode())
    return tmp_path


@pytest.fixture
def served(empty: Path) -> Iterator[Flask]:
    """A city that was installed by the commands of docs/operations.md."""
    assert gridflow("db", "upgrade").exit_code == 0
    installed = gridflow("city", "install", "ningbo")
    assert installed.exit_code == 0, installed.output
    app = create_app()
    yield app
    with app.app_context():
        db.engine.dispose()


def gridflow(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_an_upgrade_says_which_procedures_it_put_in_force(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("processes", "forms", "templates"):
        shutil.copytree(ROOT / folder, empty / "home" / folder)
    monkeypatch.setenv("GRIDFLOW_HOME", str(empty / "home"))
    first, again = gridflow("db", "upgrade"), gridflow("db", "upgrade")
    gridflow("procedures", "new", "street_light", "--title", "路灯报修")
    added = gridflow("db", "upgrade")

    assert "宁波市：发布流程" in first.output
    assert "发布流程" not in again.output
    said = [line for line in added.output.splitlines() if "发布流程" in line]
    assert said == ["北海市：发布流程“路灯报修”", "宁波市：发布流程“路灯报修”"]


def add(login: str, role: str, unit: str, *more: str) -> Result:
    options = ("--city", "ningbo", "--name", "林一鸣", "--role", role, "--unit", unit, "--password", SECRET)
    return gridflow("user", "add", login, *options, *more)


def count(app: Flask, model: Any, city: str = "ningbo") -> int:
    with app.app_context():
        return int(db.session.scalar(select(func.count()).select_from(model).where(model.city == city)) or 0)


class Browser:
    """Somebody at the office, over HTTPS as in production."""

    def __init__(self, app: Flask, login: str) -> None:
        self.client = app.test_client()
        self.page = self.client.get("/sign-in", base_url="https://localhost").text
        self.signed_in = self.post("/sign-in", login=login, password=SECRET)

    def get(self, address: str) -> str:
        self.page = self.client.get(address, base_url="https://localhost").text
        return self.page

    def post(self, address: str, **values: Any) -> int:
        data = {"csrf_token": TOKEN.search(self.page)[1], **values}
        answer = self.client.post(
            address, data=data, base_url="https://localhost", headers={"Referer": "https://localhost"}
        )
        return answer.status_code


def test_installing_brings_units_matters_calendar_and_procedures_and_nothing_of_the_demo(served: Flask) -> None:
    assert count(served, Unit) > 1000
    assert count(served, Matter) > 10
    assert count(served, Definition) > 0
    assert (count(served, Grid), count(served, User), count(served, Unit, "beihai")) == (0, 0, 0)

    again = gridflow("city", "install", "ningbo")

    assert again.exit_code == 0, again.output
    assert count(served, User) == 0


def test_the_first_administrator_signs_in_and_no_account_is_listed(served: Flask) -> None:
    added = add("admin", "administrator", "330200")
    assert added.exit_code == 0, added.output

    browser = Browser(served, "admin")

    assert "nb-" not in browser.page
    assert browser.signed_in == 302
    assert "林一鸣" in browser.get("/")


def test_with_its_own_grids_and_staff_the_city_takes_its_first_case(served: Flask, empty: Path) -> None:
    table = empty / "grids.csv"
    table.write_text(GRIDS, encoding="utf-8")
    loaded = gridflow("city", "grids", "ningbo", str(table))
    assert "1 个网格" in loaded.output
    assert "0 个网格" in gridflow("city", "grids", "ningbo", str(table)).output
    assert add("walker", "field_worker", VILLAGE, "--grid", f"{VILLAGE}C001").exit_code == 0

    browser = Browser(served, "walker")
    page = browser.get("/report/event")
    values = preset(page) | {
        "category": option(page, "category", "暴露垃圾"), "matter_code": option(page, "matter_code", "暴露垃圾"),
        "grid_code": f"{VILLAGE}C001", "location_text": "望京路 8 号东侧",
        "description": "绿化带里堆了三天的装修垃圾，有异味。",
    }  # fmt: skip

    posted = browser.post("/report/event", **values)

    assert posted == 302
    assert count(served, Case) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [("330203001005X001,甲,3,2026-01-01", "330203001005X001"), ("999999999999C001,甲,3,2026-01-01", "本市村居"),
     (f"{VILLAGE}C001,甲,很多,2026-01-01", "户数"), (f"{VILLAGE}C001,甲,3,昨天", "日期")],
)  # fmt: skip
def test_a_table_of_grids_that_cannot_be_is_refused_whole(served: Flask, empty: Path, row: str, said: str) -> None:
    table = empty / "grids.csv"
    table.write_text(f"{GRIDS}{row.replace('C001', 'C002')}\n", encoding="utf-8")

    refused = gridflow("city", "grids", "ningbo", str(table))

    assert refused.exit_code == 1
    assert said.replace("C001", "C002") in refused.output
    assert count(served, Grid) == 0


def test_what_is_not_there_is_named(empty: Path) -> None:
    assert gridflow("db", "upgrade").exit_code == 0

    assert "没有城市“atlantis”" in gridflow("city", "install", "atlantis").output
    assert "330200" in add("admin", "administrator", "330200").output
    assert add("admin", "administrator", "330200").exit_code == 1
