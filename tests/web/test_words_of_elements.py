"""The check of a diagram, its editor and the menus of the editor call elements by the same words."""

import re

from flask import Flask

from gridflow.bpmn.linting.vocabulary import EVENT_KINDS
from gridflow.bpmn.linting.vocabulary import KINDS as CALLED
from gridflow.config import ROOT
from gridflow.workbench.words import element_kinds

LIBRARY = dict(
    re.findall(
        r'^ +"?([A-Z][^":]*)"?: "([^"]*)"',
        (ROOT / "frontend/src/workbench/diagram" / "zh.js").read_text(),
        re.MULTILINE,
    )
)
"""What the menus of the drawing say, by the library's own words."""


def in_menus(kind: str) -> str:
    """Return what the library calls a kind of element: `User task`, `Event-based gateway`."""
    words = re.sub(r"(?<!^)([A-Z])", r" \1", kind).capitalize()
    return words.replace("Event based", "Event-based").replace("Sub process", "Sub-process")


def test_the_check_the_editor_and_its_menus_call_elements_by_the_same_words(app: Flask) -> None:
    with app.test_request_context():
        edited = element_kinds()
    drawn = {kind: LIBRARY[in_menus(kind)] for kind in CALLED if in_menus(kind) in LIBRARY}

    assert {kind: edited[kind] for kind in CALLED if kind in edited} == {
        kind: words for kind, words in CALLED.items() if kind in edited
    }
    assert {"userTask", "eventBasedGateway", "subProcess", "boundaryEvent", "intermediateThrowEvent"} <= drawn.keys()
    assert {kind: words for kind, words in drawn.items() if not words.startswith(CALLED[kind])} == {}


def test_the_check_and_the_menus_call_what_events_wait_for_by_the_same_words() -> None:
    typed = {
        (kind, words): chinese
        for words, chinese in LIBRARY.items()
        for kind in EVENT_KINDS
        if re.match(rf"(?:Append )?{kind}\w* (?:boundary|end|intermediate)", words, re.IGNORECASE)
    }

    assert {kind for kind, _words in typed} >= {"timer", "message", "signal", "error", "escalation", "terminate"}
    assert {key: words for key, words in typed.items() if EVENT_KINDS[key[0]] not in words} == {}


def test_the_check_speaks_of_no_element_by_another_word() -> None:
    rules = "".join(path.read_text() for path in sorted((ROOT / "gridflow/bpmn").rglob("*.py")))

    assert set(re.findall("捕获事件|中间事件|捕捉事件|互斥网关|相容网关", rules)) == set()
