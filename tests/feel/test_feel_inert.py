"""No cell, name, type or text of a decision file is ever compiled or run as Python."""

import sys
from pathlib import Path

import pytest
from lxml import etree

from gridflow.feel import FeelError, read_decisions

MARK = "gridflow_was_there"
EVIL = f"__import__('sys').modules.__setitem__('{MARK}', 1)"
FILE = Path(__file__).with_name("as_dmn_js_writes.dmn").read_bytes()
SCOPE = {"等级": "一般", "urgency": 2, "opened": None, "x": EVIL}
seen: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event in ("compile", "exec", "os.system", "subprocess.Popen", "import") and MARK in repr(arguments):
        seen.append(event)


sys.addaudithook(_listen)


@pytest.fixture(autouse=True)
def _nothing_heard_yet() -> None:
    """Forget what other tests had compiled: one of them reads the source of all tests, marks and all."""
    seen.clear()


def _places() -> list[tuple[int, str | None]]:
    found: list[tuple[int, str | None]] = []
    for number, element in enumerate(etree.fromstring(FILE).iter(etree.Element)):
        found += [(number, str(name)) for name in element.attrib]
        found += [(number, None)] * (len(element) == 0)
    return found


@pytest.mark.parametrize("place", _places(), ids=str)
@pytest.mark.parametrize("text", [EVIL, f'"{MARK}" + {EVIL}', f"${{{EVIL}}}"], ids=["bare", "joined", "template"])
@pytest.mark.parametrize("strict", [True, False])
def test_no_text_of_a_table_reaches_python(place: tuple[int, str | None], text: str, *, strict: bool) -> None:
    root = etree.fromstring(FILE)
    number, name = place
    element = list(root.iter(etree.Element))[number]
    if name is None:
        element.text = text
    else:
        element.set(name, text)
    try:
        decisions = read_decisions(etree.tostring(root), strict=strict)
        for one in decisions.decisions:
            decisions.evaluate(one, SCOPE)
    except FeelError as refusal:
        assert refusal.message  # noqa: PT017  -- any other exception fails the test
    assert seen == []
    assert MARK not in sys.modules
