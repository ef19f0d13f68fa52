"""Papers issued inside the called diagrams of the matter list print what only those know."""

from collections.abc import Mapping
from pathlib import Path
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

EXIT, REVIEW = "a-city-matter-leaves-after-a-transition", "a-listed-item-is-reviewed-and-kept"


Papers = Mapping[str, Mapping[str, Any]]


def played(folder: Path, sentence: str) -> Papers:
    """Play an example in a new installation and return the frozen values of its papers by kind."""
    found = next(one for one in Catalogue.read(ROOT).scenarios(city="ningbo") if one.sentence == sentence)
    scenario = read_scenario(found)
    settings = prepare(ROOT, folder, ("ningbo",))
    with make_app(settings).app_context(), clock.set_to(scenario.begins) as hand:
        prepare_rendering(office())
        assert Play(office(), scenario, hand).through() == []
        return {row.kind: row.inputs["public"] for row in db.session.scalars(select(Document))}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return played(tmp_path_factory.mktemp("papers"), EXIT)


def test_a_review_has_no_application(papers: Papers, tmp_path: Path) -> None:
    assert "list_application" in papers
    assert set(played(tmp_path, REVIEW)) == {"evaluation_sheet"}


def test_the_assessment_prints_the_score_of_its_table(papers: Papers) -> None:
    assert papers["burden_assessment"]["burden_score"] is not None


def test_the_summary_knows_who_was_asked(papers: Papers) -> None:
    asked = papers["consultation_summary"]["consultees"]

    assert sum(one.startswith("town:") for one in asked) == 3
    assert any(one.startswith("staff:") for one in asked)


def test_the_announcement_names_the_edition_and_the_last_day(papers: Papers) -> None:
    announced = papers["list_announcement"]

    assert int(announced["list_edition"]) == 2
    assert announced["listed_until"] == "2026-12-20"
