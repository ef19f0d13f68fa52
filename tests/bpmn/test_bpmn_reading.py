import time

import bpmn_builder as b
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridflow.bpmn import BpmnUnreadable, Diagram, normalise, read


def a_case() -> bytes:
    handling = b.element(
        "subProcess",
        "handling",
        "处置",
        b.start("inner_start") + b.user_task("act") + b.end("inner_end") + b.path("inner_start", "act", "inner_end"),
    )
    return b.file(
        '<bpmn:message id="objection_filed" name="职责异议"/>',
        b.process(
            b.lanes(("lane_village", "village", ("\n   register\n  ", "handling"))),
            b.data(("level",), ("outcome",)),
            b.start(),
            b.user_task("register", "登记\n  上报", g_limit="handling", g_remind="50 80"),
            b.rule_task("classify"),
            b.element("exclusiveGateway", "sudden", "是否突发？", default="sudden__handling"),
            handling,
            b.boundary("object", "handling", b.definition("message", "objection_filed"), interrupting=False),
            b.boundary("overdue", "handling", b.timer("limit.handling.due"), g_limit="handling"),
            b.service("note", "notify", b.inputs(role='"village"', text='"到期"')),
            b.element("callActivity", "co", "协办", calledElement="co_handling"),
            b.end(),
            b.flow("start", "register"),
            b.flow("register", "classify"),
            b.flow("classify", "sudden"),
            b.flow("sudden", "handling"),
            b.flow("sudden", "co", "  level > 3\n", "是"),
        ),
        b.drawing(b.shape("register", 10, 20), b.edge("start__register", (0, 0), (10, 20), label=(1, 2, 3, 4))),
    )


@pytest.fixture(scope="module")
def diagram() -> Diagram:
    return read(a_case())


def test_nodes_carry_our_attributes_and_their_flows(diagram: Diagram) -> None:
    register = diagram.nodes["register"]
    assert register.name == "登记 上报"
    assert register.attributes == {"role": "village", "article": "N18-2", "limit": "handling", "remind": "50 80"}
    assert (register.incoming, register.outgoing) == (("start__register",), ("register__classify",))
    assert diagram.nodes["note"].inputs == {"role": '"village"', "text": '"到期"'}


def test_a_lane_is_found_in_spite_of_line_breaks_and_inherited_by_a_sub_process(diagram: Diagram) -> None:
    assert diagram.nodes["register"].lane == "lane_village"
    assert diagram.nodes["act"].lane == "lane_village"
    assert diagram.processes["event"].lanes["lane_village"].attributes == {"role": "village"}


def test_events_name_what_they_wait_for(diagram: Diagram) -> None:
    objection, overdue = diagram.nodes["object"], diagram.nodes["overdue"]
    assert objection.event is not None
    assert (objection.event.kind, objection.event.name, objection.interrupting) == ("message", "职责异议", False)
    assert overdue.event is not None
    assert (overdue.event.timer, overdue.event.text) == ("timeDate", "limit.handling.due")
    assert [e.id for e in diagram.processes["event"].boundaries["handling"]] == ["object", "overdue"]


def test_calls_and_decisions_are_named(diagram: Diagram) -> None:
    assert diagram.nodes["co"].called == "co_handling"
    assert diagram.nodes["classify"].called == "classify"
    assert diagram.nodes["sudden"].default == "sudden__handling"
    assert diagram.flows["sudden__co"].condition == "level > 3"


def test_a_process_says_what_passes_in_and_out(diagram: Diagram) -> None:
    event = diagram.processes["event"]
    assert (event.data_inputs, event.data_outputs, event.unlisted_data) == (("level",), ("outcome",), ())
    unlisted = read(b.file(b.process(b.data(("level",), listed=False), b.start())))
    assert unlisted.processes["event"].unlisted_data == ("level",)


def test_a_multi_instance_names_its_list_and_its_item() -> None:
    loop = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopDataInputRef> co_units </bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="item_1" name="co_unit"/><bpmn:completionCondition>enough</bpmn:completionCondition>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    found = read(b.straight(b.user_task("act", inner=loop), nodes=("act",))).nodes["act"].loop
    assert found is not None
    assert (found.kind, found.collection, found.item, found.condition) == (
        "sequential",
        "co_units",
        "co_unit",
        "enough",
    )


def test_the_drawing_is_read_with_its_labels(diagram: Diagram) -> None:
    assert diagram.shapes["register"].bounds.right == 130
    label = diagram.edges["start__register"].label
    assert label is not None
    assert label.height == 4


def test_an_element_without_id_is_known_by_its_line() -> None:
    diagram = read(b.file(b.process(b.start(), "<bpmn:userTask/>")))
    assert [tag for tag, _ in diagram.anonymous] == ["userTask"]
    assert any(key.startswith("?") for key in diagram.nodes)


def test_an_id_given_twice_is_noticed() -> None:
    diagram = read(b.file(b.process(b.start(), b.user_task("act"), b.user_task("act"))))
    assert [key for key, _ in diagram.repeated_ids] == ["act"]


def test_normalise_trims_references_and_keeps_everything_else() -> None:
    assert b"<bpmn:flowNodeRef>register</bpmn:flowNodeRef>" in normalise(a_case())
    again, once = read(normalise(a_case())), read(a_case())
    assert list(again.nodes) == list(once.nodes)
    assert again.flows["sudden__co"].condition == once.flows["sudden__co"].condition


def test_normalise_writes_booleans_as_the_engine_reads_them() -> None:
    content = b.file(b.process(b.start(" start "), b.boundary("late", "act", b.timer("x"))))
    content = content.replace(b'cancelActivity="true"', b'cancelActivity="0"')
    tidy = normalise(content)
    assert b'id="start"' in tidy
    assert b'cancelActivity="false"' in tidy


@pytest.mark.parametrize(
    ("written", "meant"), [("TRUE", True), ("False", False), ("", False), ("yes", False), (" 1 ", True)]
)
def test_a_boundary_event_interrupts_for_the_check_just_when_it_does_for_the_engine(written: str, meant: bool) -> None:
    content = b.file(b.process(b.user_task("act"), b.boundary("late", "act", b.timer("x"))))
    content = content.replace(b'cancelActivity="true"', f'cancelActivity="{written}" isInterrupting="true"'.encode())
    assert f'cancelActivity="{str(meant).lower()}"'.encode() in normalise(content)
    assert read(content).nodes["late"].interrupting is meant


def test_only_its_own_attribute_makes_a_boundary_event_a_branch() -> None:
    content = b.file(b.process(b.user_task("act"), b.boundary("late", "act", b.timer("x"))))
    content = content.replace(b'cancelActivity="true"', b'isInterrupting="false"')
    assert read(content).nodes["late"].interrupting


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "XML"),
        (b"not a file at all", "XML"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"<html/>", "BPMN"),
        (b"<definitions/>", "BPMN"),
        (b.file(), "bpmn:process"),
        (b.file(b.process())[:-30], "XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + b.file(b.process()), "DOCTYPE"),
        (b"<!ENTITY a SYSTEM 'file:///etc/passwd'>", "ENTITY"),
        (b.file(b.process("<a>" * 100 + "</a>" * 100)), "60 层"),
        (b.file(b.process("<a/>" * 20_001)), "20000 个"),
        (b.file(b.process("x" * 2_000_000)), "2 MB"),
        (b.file(b.process("<a>" * 300_000 + "</a>" * 100)), "XML"),
    ],
)
def test_an_unreadable_file_is_refused_in_a_helpful_sentence(content: bytes, says: str) -> None:
    begun = time.process_time()
    with pytest.raises(BpmnUnreadable) as refusal:
        read(content)
    assert says in refusal.value.message
    assert refusal.value.message.endswith("。")
    assert time.process_time() - begun < 20


def test_the_line_of_the_damage_is_named() -> None:
    with pytest.raises(BpmnUnreadable) as refusal:
        read(b"<a>\n<b>\n</a>")
    assert refusal.value.line == 3
    assert "第 3 行" in refusal.value.message


@given(st.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_bytes_bring_reading_down(content: bytes) -> None:
    with pytest.raises(BpmnUnreadable):
        read(content)
