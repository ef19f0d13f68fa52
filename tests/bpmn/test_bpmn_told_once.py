"""One fault is told once, about an element a person can find, with the remedy that helps."""

import bpmn_builder as b
import pytest

from gridflow.bpmn import Finding, lint, read
from gridflow.bpmn.titles import title


def errors(content: bytes) -> list[Finding]:
    return [finding for finding in lint(read(content)) if finding.severity == "error"]


def told(content: bytes, element: str) -> set[str]:
    return {finding.rule for finding in errors(content) if finding.element == element} - {"article-missing"}


def starting(inner: str) -> bytes:
    event = b.start().replace("></bpmn:startEvent>", f">{inner}</bpmn:startEvent>")
    return b.file(b.process(event, b.user_task("act"), b.end(), b.path("start", "act", "done")))


@pytest.mark.parametrize(
    "inner",
    [
        b.definition("message"),
        b.definition("message", "gone"),
        b.definition("signal"),
        "<bpmn:timerEventDefinition/>",
        b.timer("PT1H"),
        b.timer("-PT1H", "timeDuration"),
        b.timer("x", "timeCycle"),
    ],
)
def test_of_an_event_that_may_not_be_here_nothing_more_is_said(inner: str) -> None:
    assert told(starting(inner), "start") == {"start-typed"}


def test_a_dead_end_is_told_where_it_is_and_not_all_the_way_back() -> None:
    content = b.file(
        b.process(
            b.start(), b.user_task("act"), b.user_task("register"),
            b.element("exclusiveGateway", "ask", default="ask__no"), b.end("no"), b.end(),
            b.path("start", "ask", "no"), b.flow("ask", "act", "x"), b.flow("act", "register"),
        )
    )  # fmt: skip
    assert told(content, "register") == {"dead-end"}
    assert told(content, "act") == set()


def test_a_condition_beside_other_ways_out_of_a_step_waits_for_its_gateway() -> None:
    content = b.file(
        b.process(
            b.start(), b.user_task("act"), b.end(), b.end("other"), b.path("start", "act", "done"),
            b.flow("act", "other", "x > 1"),
        )
    )  # fmt: skip
    assert told(content, "act") == {"several-outgoing"}
    assert told(content, "act__other") == set()


def test_an_id_given_many_times_is_told_once() -> None:
    content = b.file(b.process(b.start(), *(b.user_task("act") for _ in range(5))))
    assert [(finding.rule, finding.element) for finding in errors(content)] == [("id-repeated", "act")]


def test_what_has_no_id_is_not_told_to_have_the_same() -> None:
    content = b.file(b.process(b.start().replace('id="start"', 'id=""'), b.end().replace('id="done"', 'id=""')))
    assert {finding.rule for finding in errors(content)} == {"id-missing"}


FIELDS = '<bpmn:extensionElements><c:field xmlns:c="http://camunda.org/x" id="{}"/></bpmn:extensionElements>'


def test_ids_inside_the_extensions_of_other_products_are_theirs() -> None:
    tasks = (b.user_task("act", inner=FIELDS.format("yes")), b.user_task("register", inner=FIELDS.format("yes")))
    content = b.file(b.process(b.start(), *tasks, b.end(), b.path("start", "act", "register", "done")))
    assert errors(content) == []


def test_an_extension_that_takes_the_id_of_a_step_is_told() -> None:
    tasks = (b.user_task("act", inner=FIELDS.format("register")), b.user_task("register"))
    content = b.file(b.process(b.start(), *tasks, b.end(), b.path("start", "act", "register", "done")))
    assert told(content, "register") == {"id-repeated"}


def test_a_long_id_that_is_allowed_is_said_whole() -> None:
    key = "a" * 80
    content = b.file(b.process(b.start(), b.user_task(key), b.end(), b.path("start", "done")))
    assert told(content, key) == {"unreachable", "dead-end"}


def test_an_error_nothing_catches_stops_the_case_and_an_escalation_does_not() -> None:
    for kind, severity in (("error", "error"), ("escalation", "warning")):
        ends = b.end(inner=b.definition(kind, "failed"))
        declared = f'<bpmn:{kind} id="failed" name="failed" {kind}Code="F"/>'
        content = b.file(declared, b.process(b.start(), ends, b.path("start", "done")))
        (found,) = [finding for finding in lint(read(content)) if finding.rule == "throw-uncaught"]
        assert found.severity == severity


def test_a_flow_that_leads_nowhere_is_called_by_where_it_begins() -> None:
    diagram = read(b.file(b.process(b.user_task("act"), b.flow("act", ""))))
    assert title(diagram, "act__") == "从“登记”到（空）的流"


def test_the_label_of_a_group_is_no_unsupported_element() -> None:
    inside = "<bpmn:categoryValueRef>value</bpmn:categoryValueRef>"
    content = b.file(b.process(inside, b.start(), b.end(), b.path("start", "done")))
    assert errors(content) == []


def test_an_unknown_element_without_id_and_name_is_called_by_its_kind() -> None:
    content = b.file(b.process("<bpmn:dance/>", b.start(), b.end(), b.path("start", "done")))
    (found,) = errors(content)
    assert (found.rule, found.name) == ("element-unsupported", "dance")


def test_what_looks_like_a_step_but_belongs_to_no_standard_is_none() -> None:
    strange = '<userTask xmlns="" id="strange"/>'
    content = b.file(b.process(strange, b.start(), b.end(), b.path("start", "done")))
    assert told(content, "strange") == {"element-unsupported"}
    assert "strange" not in read(content).nodes


@pytest.mark.parametrize("inner", [b.flow("act", "done", key="hidden"), b.end("hidden")])
def test_a_step_or_flow_inside_another_step_is_told(inner: str) -> None:
    act = b.user_task("act", inner=f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>")
    content = b.file(b.process(b.start(), act, b.end(), b.path("start", "act", "done")))
    assert told(content, "hidden") == {"element-unsupported"}
