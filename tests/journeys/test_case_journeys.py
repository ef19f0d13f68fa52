"""Whole cases of the real procedures on PostgreSQL; the scenario suite carries them all out on SQLite.

Some of them; GRIDFLOW_SCENARIOS=all for every one, as `make soak` does.
"""

import os

import pytest

from gridflow.audit.verify import verify_database
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents.proofs import proof
from gridflow.documents.rendering import printed

SOME = [
    "extension-granted-with-a-phased-report",
    "objection-upheld-gives-the-new-unit-a-fresh-limit",
    "off-list-need-goes-to-a-unit-and-is-revisited",
    "grid-head-and-town-head-named-so-the-town-sees-nothing.beihai",
]
EVERY = sorted(f"{found.slug}/{found.sentence}.{found.city}" for found in Catalogue.read(ROOT).scenarios())
JOURNEYS = EVERY if os.environ.get("GRIDFLOW_SCENARIOS") == "all" else SOME


@pytest.mark.parametrize("sentence", JOURNEYS)
@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_a_case_travels_from_its_report_to_the_end_and_the_record_is_sound(travelling, sentence):
    with travelling(sentence, printed if sentence in SOME else proof) as (_, play, scenario):
        assert play.through() == []
        with db.engine.connect() as connection:
            report = verify_database(connection)
        assert report.sound, report.lines()
        acts = [step for step in scenario.steps if step.kind and not step.refused]
        assert report.entries >= len(acts) > 0  # whatever somebody did is in the record
