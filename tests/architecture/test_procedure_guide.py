"""processes/README.md names the whole vocabulary of diagrams and forms."""

import re

import pytest

from gridflow.bpmn.linting.vocabulary import ACTIONS, ATTRIBUTES, SCOPE_NAMES
from gridflow.cases.options import ELSEWHERE, SOURCES
from gridflow.config import ROOT
from gridflow.forms.inputs import SOURCES as FORM_SOURCES

GUIDE = (ROOT / "processes/README.md").read_text(encoding="utf-8")
SAID = frozenset(re.findall(r"`([a-z_]+)`", GUIDE))
INPUTS = {name for action in ACTIONS.values() for name in action.needs | action.one_of}
PROPERTIES = set(re.findall(r'properties\.(?:text|formula)\(\s*"([a-z]+)"', "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "gridflow/forms").glob("*.py")
)))  # fmt: skip
LINKS = set(re.findall(r"\b(?:dup_of|about_case)\b", (ROOT / "gridflow/cases/actions.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "words",
    [set(ATTRIBUTES), set(ACTIONS), INPUTS, set(SCOPE_NAMES), {*SOURCES, ELSEWHERE}, PROPERTIES, LINKS],
    ids=["attributes", "actions", "inputs", "contexts", "choices", "properties", "links"],
)
def test_the_guide_names_every_word(words: set[str]) -> None:
    assert words
    assert words - SAID == set()


def test_every_attribute_and_action_the_guide_lists_exists() -> None:
    rows = re.findall(r"^\| ((?:`[a-z_]+` ?)+)\|", GUIDE, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}

    assert listed == {*ATTRIBUTES, *ACTIONS}


def test_forms_and_cases_know_the_same_registers() -> None:
    assert set(SOURCES) == set(FORM_SOURCES)
