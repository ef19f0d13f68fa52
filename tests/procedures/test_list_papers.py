"""Papers issued inside the called diagrams of the matter list print what only those know."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from gridflow import clock
from gridflow.application import make_app, office
from gridflow.cases.jobs import prepare_rendering
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents.models import Document
from gridflow.scenarios.playing import Play
from gridflow.scenarios.reading import read_scenario
from gridflow.scenarios.running import prepare

SENTENCE = "a-city-matter-leaves-after-a-transition"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    """Play the exit of a matter of the city's list and return the frozen values of its papers by kind."""
    found = next(one for one in Catalogue.read(ROOT).scenarios(city="ningbo") if one.sentence == SENTENCE)
    scenario = read_scenario(found)
    settings = prepare(ROOT, tmp_path_factory.mktemp("papers"), ("ningbo",))
    with make_app(settings).app_context(), clock.set_to(scenario.begins) as hand:
        prepare_rendering(office())
        assert Play(office(), scenario, hand).through() == []
        return {row.kind: row.inputs["public"] for row in db.session.scalars(select(Document))}


def test_the_assessment_prints_the_score_of_its_table(papers: Mapping[str, Mapping[str, Any]]) -> None:
    assert papers["burden_assessment"]["burden_score"] is not None


def test_the_summary_knows_who_was_asked(papers: Mapping[str, Mapping[str, Any]]) -> None:
    asked = papers["consultation_summary"]["consultees"]

    assert sum(one.startswith("town:") for one in asked) == 3
    assert any(one.startswith("staff:") for one in asked)


def test_the_announcement_names_the_edition_and_the_last_day(papers: Mapping[str, Mapping[str, Any]]) -> None:
    announced = papers["list_announcement"]

    assert int(announced["list_edition"]) == 2
    assert announced["listed_until"] == "2026-12-20"
