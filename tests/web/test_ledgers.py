"""Ledgers: entered by those who keep them, seen by those above, never changed, personal values kept apart."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from demo_installation import Person
from werkzeug.test import TestResponse

from gridflow import clock

Meet = Callable[[str], Person]
TEAM = {
    "team_name": "百丈先锋志愿队", "kind": "volunteers", "people": "12", "leader_name": "顾向阳",
    "leader_phone": "13900001111", "services": "夜间巡逻、助老跑腿",
}  # fmt: skip


def enter(person: Person, ledger: str, **values: str) -> TestResponse:
    person.get(f"/ledgers/{ledger}/new")
    return person.post(f"/ledgers/{ledger}/new", **values)


def insure(town: Person, until: str) -> None:
    form = {
        "insured": "傅明亮", "insurer": "本市某保险公司", "policy_no": "PI-0001", "valid_from": "2026-01-01",
        "valid_until": until,
    }  # fmt: skip
    enter(town, "insurance", **form)


def test_what_a_keeper_enters_stands_in_the_ledger(person: Meet) -> None:
    town = person("nb-town")

    answer = enter(town, "service_teams", **TEAM)
    page = town.get("/ledgers/service_teams").text

    assert answer.status_code == 302
    assert "百丈先锋志愿队" in page
    assert "志愿服务队" in page
    assert "顾向阳" in page


def test_those_above_see_the_entry_without_the_name_and_the_phone(person: Meet) -> None:
    enter(person("nb-town"), "service_teams", **TEAM)

    page = person("nb-county_office").get("/ledgers/service_teams").text

    assert "百丈先锋志愿队" in page
    assert "顾向阳" not in page
    assert "13900001111" not in page


def test_another_city_sees_nothing_of_it(person: Meet) -> None:
    enter(person("nb-town"), "service_teams", **TEAM)

    assert "百丈先锋志愿队" not in person("bh-inspector").get("/ledgers/service_teams").text


def test_whoever_does_not_keep_a_ledger_reads_it_and_enters_nothing(person: Meet) -> None:
    county = person("nb-county_office")

    assert county.get("/ledgers/service_teams").status_code == 200
    assert county.get("/ledgers/service_teams/new").status_code == 403
    assert person("nb-resident").get("/ledgers").status_code == 403


def test_a_wrong_entry_comes_back_with_everything_typed(person: Meet) -> None:
    answer = enter(person("nb-town"), "service_teams", **TEAM | {"people": "没有数"})

    assert answer.status_code == 422
    assert "百丈先锋志愿队" in answer.text


def test_an_entry_is_ended_with_a_reason_and_stays(person: Meet) -> None:
    town = person("nb-town")
    enter(town, "service_teams", **TEAM | {"team_name": "已散队伍"})
    address = town.get("/ledgers/service_teams").text.split('/end"')[0].rpartition('action="')[2] + "/end"

    refused = town.post(address, reason=" ")
    ended = town.post(address, reason="队伍已解散")
    page = town.get("/ledgers/service_teams").text

    assert (refused.status_code, ended.status_code) == (409, 302)
    assert "已结束：队伍已解散" in page
    assert "已散队伍" in page
    assert town.post(address, reason="再来一次").status_code == 409


@pytest.mark.parametrize(("days", "said"), [(10, "30 天内到期"), (-1, "已到期"), (200, "")])
def test_an_entry_that_runs_out_says_so(person: Meet, days: int, said: str) -> None:
    town = person("nb-town")
    insure(town, f"{clock.today() + timedelta(days=days):%Y-%m-%d}")

    newest = town.get("/ledgers/insurance").text.split('<li class="gf-card">')[1]

    assert (said or "到期日") in newest
    assert bool(said) == ("30 天内到期" in newest or "已到期" in newest)


def test_names_and_phones_lie_in_the_vault_only(person: Meet, app: object) -> None:
    enter(person("nb-town"), "service_teams", **TEAM)
    path = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))

    with sqlite3.connect(path) as database:
        dumped = "\n".join(database.iterdump())

    assert "百丈先锋志愿队" not in dumped
    assert "顾向阳" not in dumped
    assert "13900001111" not in dumped


def test_a_city_keeps_only_the_ledgers_its_ordinance_asks_for(person: Meet) -> None:
    ningbo, beihai = person("nb-inspector").get("/ledgers").text, person("bh-inspector").get("/ledgers").text

    assert "/ledgers/insurance" in ningbo
    assert "/ledgers/insurance" not in beihai
    assert "/ledgers/area_leaders" in beihai
    assert "/ledgers/area_leaders" not in ningbo
