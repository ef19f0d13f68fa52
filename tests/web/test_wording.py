"""Whatever the engine writes into the record or parks has its words on the pages."""

import re

import pytest
from flask import Flask, g

from gridflow.administration.views.running import words
from gridflow.cases.wording import action_words
from gridflow.config import ROOT
from gridflow.people.permissions import Permission

ENGINE = "".join(path.read_text() for path in sorted((ROOT / "gridflow/engine").rglob("*.py")))
ACTIONS = sorted(set(re.findall(r'_finish\([^\n]*?"(\w+)"', ENGINE)) | {"fire_timer", "open_case"})
KINDS = sorted(set(re.findall(r'Trouble\(\w+, "(\w+)"', ENGINE)))


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_of_the_engine_has_its_words(action: str) -> None:
    assert action_words(action), action


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_incident_has_its_words(app: Flask, kind: str) -> None:
    class Anybody:
        permissions = frozenset({Permission.INCIDENT_RETRY})

    with app.test_request_context():
        g.viewer = Anybody()
        assert kind in words()["kinds"]
