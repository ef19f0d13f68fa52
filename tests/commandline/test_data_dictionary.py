"""The check knows exactly the entries of `case`, `city` and `limit` that a running case shows its expressions."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.catalogue import Catalogue
from gridflow.checking.knowledge import CASE, LIMIT, knowledge_of
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.engine.models import WorkItem
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare

TYPES = {str: "string", datetime: "date and time", Decimal: "number", int: "number", bool: "boolean", list: "list"}
TOLD = "fire-lane-cleared-on-the-spot"


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Any]]:
    """What an expression sees at the first task of a case."""
    scenario = next(read_scenario(one) for one in Catalogue.read(ROOT).scenarios() if one.sentence == TOLD)
    settings = prepare(ROOT, tmp_path_factory.mktemp("dictionary"), (scenario.city,))
    with make_app(settings).app_context(), clock.set_to(scenario.begins) as hand:
        play = Play(office(), scenario, hand)
        play.step(scenario.steps[0])
        item = db.session.scalars(select(WorkItem).where(WorkItem.case_id == play.case_id)).one()
        who = play.person(scenario.steps[1].who)
        yield office().engine.task(db.session(), item.id, who.actor).turn.scope.over({})
        db.session.remove()
        db.engine.dispose()


def kind(value: object) -> str:
    return TYPES[type(value)]


def test_every_entry_of_the_case_is_known_with_its_type(seen: Mapping[str, Any]) -> None:
    assert {name: kind(value) for name, value in seen["case"].items()} == dict(CASE)


def test_every_entry_of_a_limit_is_known_with_its_type(seen: Mapping[str, Any]) -> None:
    for limit in seen["limit"].values():
        assert {name: kind(value) for name, value in limit.items()} == dict(LIMIT)
    assert seen["limit"]


def test_every_entry_of_the_city_is_known(seen: Mapping[str, Any]) -> None:
    bundle = Catalogue.read(ROOT).bundle(seen["city"]["code"], seen["case"]["slug"])
    known = {name.removeprefix("city.") for name in knowledge_of(bundle).contexts if name.startswith("city.")}

    assert set(seen["city"]) == known
