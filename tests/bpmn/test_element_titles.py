"""What nobody named is called by its kind and what stands near it, never by its id."""

import re

import bpmn_builder as b
import pytest

from gridflow.bpmn import lint, read
from gridflow.bpmn.titles import title

NAMED = b.file(
    b.process(
        b.start(), b.user_task("check", "核实"), b.element("exclusiveGateway", "ask"),
        b.element("parallelGateway", "apart"), b.boundary("late", "check", b.timer("limit.handling.due")),
        b.service("tell", "notify"), b.element("inclusiveGateway", "alone"), b.end(),
        b.path("start", "check", "ask", "apart", "done"), b.flow("late", "tell"), b.flow("alone", "done"),
    )
)  # fmt: skip
UNNAMED = re.sub(r' name="(?:ask|apart|边界|alone)"', "", NAMED.decode()).encode()


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("check", "核实"),
        ("ask", "排他网关（在“核实”之后）"),
        ("apart", "并行网关（在“核实”之后）"),
        ("late", "边界事件（在“核实”上）"),
        ("alone", "包容网关（在“办结”之前）"),
        ("check__ask", "从“核实”到排他网关（在“核实”之后）的流"),
        ("late__tell", "从边界事件（在“核实”上）到“办理”的流"),
    ],
)
def test_an_element_is_called_by_its_name_or_by_what_stands_near_it(key: str, said: str) -> None:
    assert title(read(UNNAMED), key) == said


def test_every_finding_says_in_words_which_element_is_meant() -> None:
    found = lint(read(UNNAMED))

    assert {finding.element for finding in found} >= {"apart", "alone", "late"}
    assert [finding for finding in found if finding.name in ("", finding.element)] == []


@pytest.mark.parametrize(
    "content",
    [
        b.file(b.process(b.start(), b.flow("round", "round", key="round"))),
        b.file(b.process(b.start(), b.flow("back", "start", key="there"), b.flow("there", "start", key="back"))),
        b.file(b.process(b.start(), b.boundary("late", "late", b.timer("PT1H")).replace(' name="边界"', ""))),
    ],
    ids=["a flow from itself", "two flows from each other", "an event on itself"],
)
def test_what_stands_on_itself_has_a_name_too(content: bytes) -> None:
    found = lint(read(content))

    assert found
    assert all(finding.name for finding in found)
