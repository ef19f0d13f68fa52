"""Each fault, drawn as small as it can be, with the rule that has to notice it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import bpmn_builder as b
import pytest

from gridflow import bpmn
from gridflow.bpmn import Finding, Knowledge, lint, read

MESSAGE = '<bpmn:message id="objection" name="职责异议"/>'
KNOWN = Knowledge(
    roles=frozenset({"village", "town"}),
    forms={"register": {"level": "string"}, "act": {"result": "string"}, "object": {"reason": "string"}},
    article=frozenset({"N18-2", "N4-1"}).__contains__,
    documents=frozenset({"dispatch_order"}),
    processes={},
    decisions={"classify": frozenset({"category"})},
    limits=frozenset({"handling"}),
)


@dataclass(frozen=True)
class Problem:
    position: int
    message: str


def found(content: bytes, knowledge: Knowledge | None = None) -> list[Finding]:
    return lint(read(content), knowledge or KNOWN)


def rules(content: bytes, knowledge: Knowledge | None = None) -> set[str]:
    return {finding.rule for finding in found(content, knowledge)} - {"layout-missing"}


def chain(*middle: str, nodes: tuple[str, ...]) -> bytes:
    """A sound process start -> nodes -> done."""
    return b.file(MESSAGE, b.process(b.start(), *middle, b.end(), b.path("start", *nodes, "done")))


def act(**attributes: str) -> str:
    return b.user_task("act", **attributes)


def one(inner: str = "", **attributes: str) -> bytes:
    return chain(b.user_task("act", inner=inner, **attributes), nodes=("act",))


def beside(*branch: str, flows: str, interrupting: bool = False, **attributes: str) -> bytes:
    """A task with a message boundary event `object` and what follows it."""
    event = b.boundary(
        "object",
        "act",
        b.definition("message", "objection"),
        interrupting=interrupting,
        g_article="N18-2",
        **attributes,
    )
    return b.file(MESSAGE, b.process(b.start(), act(), event, *branch, b.end(), b.path("start", "act", "done"), flows))


def gateway(*flows: str, kind: str = "exclusiveGateway", default: str = "") -> bytes:
    """start -> decide -> (act | done), act -> done."""
    attributes = {"default": default} if default else {}
    return b.file(
        b.process(
            b.start(), act(), b.element(kind, "decide", "是否？", **attributes), b.end(),
            b.flow("start", "decide"), *flows, b.flow("act", "done"),
        )
    )  # fmt: skip


def split(opening: str, closing: str) -> bytes:
    """start -> opening -> (act, register) -> closing -> done."""
    default = {"default": "fork__act"} if opening != "parallelGateway" else {}
    condition = "" if opening == "parallelGateway" else "level > 1"
    return b.file(
        b.process(
            b.start(), act(), b.user_task("register"), b.element(opening, "fork", "分开？", **default),
            b.element(closing, "join"), b.end(), b.flow("start", "fork"), b.flow("fork", "act", name="是"),
            b.flow("fork", "register", condition, "否"), b.flow("act", "join"), b.flow("register", "join"),
            b.flow("join", "done"),
        )
    )  # fmt: skip


def call(target: str = "co") -> str:
    return b.element("callActivity", "call", "调用", calledElement=target, g_article="N18-2")


def called(*parts: str, key: str = "co") -> Knowledge:
    inside = b.process(*parts, b.start(), b.end(), b.flow("start", "done"), key=key)
    return replace(KNOWN, processes={key: read(b.file(inside))})


def calling(levels: int) -> Knowledge:
    """As many processes as levels, each calling the next."""
    targets = [f"co{n + 1}" if n + 1 < levels else "" for n in range(levels)]
    files = {
        f"co{n}": b.file(
            b.process(b.data(), b.start(), call(target), b.end(), b.path("start", "call", "done"), key=f"co{n}")
        )
        for n, target in enumerate(targets)
    }
    return replace(KNOWN, processes={key: read(content) for key, content in files.items()})


def multi(inner: str, sequential: str = "false") -> str:
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f'<{tag} isSequential="{sequential}">{inner}</{tag}>'


ITEMS = "<bpmn:loopDataInputRef>units</bpmn:loopDataInputRef>"
ITEM = '<bpmn:inputDataItem id="unit" name="unit"/>'


def sub(*parts: str, **attributes: str) -> str:
    return b.element("subProcess", "handling", "处置", "".join(parts), **attributes)


def inside(*middle: str, nodes: tuple[str, ...]) -> str:
    return sub(b.start("begin"), *middle, b.end("finish"), b.path("begin", *nodes, "finish"))


def catching(inner: str, **attributes: str) -> bytes:
    return chain(b.element("intermediateCatchEvent", "wait", "等待", inner, **attributes), nodes=("wait",))


def test_a_sound_diagram_has_no_findings_but_for_its_missing_drawing() -> None:
    assert rules(one()) == set()
    assert rules(beside(b.end("own"), flows=b.flow("object", "own"))) == set()
    assert rules(split("parallelGateway", "parallelGateway")) == set()
    assert rules(split("inclusiveGateway", "inclusiveGateway")) == set()
    assert rules(split("exclusiveGateway", "exclusiveGateway")) == set()
    assert rules(chain(inside(act(), nodes=("act",)), nodes=("handling",))) == set()
    assert rules(chain(call(), nodes=("call",)), called(b.data(("level",), ("outcome",)))) == set()
    assert rules(catching(b.timer("limit.handling.due"), g_limit="handling")) == set()
    assert rules(one(g_limit="handling", g_remind="50 80", g_document="dispatch_order")) == set()


FAULTS: Mapping[str, bytes | tuple[bytes, Knowledge]] = {
    "id-missing": b.file(b.process("<bpmn:userTask/>")),
    "id-repeated": b.file(b.process(b.start(), act(), act())),
    "id-reserved": chain(b.user_task("Start"), nodes=("Start",)),
    "id-invalid": chain(b.user_task("a'b"), nodes=("a'b",)),
    "id-generated": chain(b.user_task("Activity_1vepcwc"), nodes=("Activity_1vepcwc",)),
    "id-style": chain(b.user_task("registerEvent"), nodes=("registerEvent",)),
    "id-hides-variable": chain(b.user_task("case"), nodes=("case",)),
    "name-missing": one().replace('name="登记"'.encode(), b'name=""'),
    "process-id": b.file(b.process(b.start(), b.end(), b.flow("start", "done"), key="a b")),
    "process-not-executable": b.file(b.process(b.start(), b.end(), b.flow("start", "done"), executable="false")),
    "gateway-unsupported": gateway(b.flow("decide", "act"), b.flow("decide", "done"), kind="complexGateway"),
    "gateway-without-default": gateway(b.flow("decide", "act", "a"), b.flow("decide", "done", "b")),
    "condition-missing": gateway(b.flow("decide", "act"), b.flow("decide", "done"), default="decide__act"),
    "default-unknown": gateway(b.flow("decide", "act", "a"), b.flow("decide", "done"), default="start__decide"),
    "default-with-condition": gateway(
        b.flow("decide", "act", "a"), b.flow("decide", "done", "b"), default="decide__act"
    ),
    "event-gateway-single": gateway(b.flow("decide", "act"), kind="eventBasedGateway"),
    "event-gateway-target": gateway(b.flow("decide", "act"), b.flow("decide", "done"), kind="eventBasedGateway"),
    "gateway-mixed": gateway(
        b.flow("decide", "act"), b.flow("decide", "done"), b.flow("act", "decide"), kind="parallelGateway"
    ),
    "gateway-pointless": gateway(b.flow("decide", "act")),
    "answer-missing": gateway(b.flow("decide", "act", "a"), b.flow("decide", "done"), default="decide__done"),
    "flow-dangling": b.file(b.process(b.start(), b.end(), b.flow("start", "done"), b.flow("start", "gone"))),
    "flow-across-border": chain(inside(act(), nodes=("act",)), b.flow("act", "done"), nodes=("handling",)),
    "flow-misplaced": b.file(
        b.process(
            b.start(), inside(act(), b.flow("start", "handling"), nodes=("act",)), b.end(), b.flow("handling", "done")
        )
    ),
    "start-missing": b.file(b.process(act(), b.end(), b.flow("act", "done"))),
    "start-several": b.file(
        b.process(b.start(), b.start("other"), b.end(), b.flow("start", "done"), b.flow("other", "done"))
    ),
    "start-typed": one().replace('"开始">'.encode(), f'"开始">{b.timer("x")}'.encode()),
    "end-missing": b.file(b.process(b.start(), act(), b.flow("start", "act"))),
    "dead-end": b.file(b.process(b.start(), act(), b.end(), b.flow("start", "act"))),
    "unreachable": chain(act(), b.user_task("register"), b.flow("register", "act"), nodes=("act",)),
    "no-way-out": b.file(
        b.process(b.start(), act(), b.user_task("register"), b.end(), b.path("start", "act", "register", "act"))
    ),
    "flow-into-event": chain(act(), b.flow("act", "start"), nodes=("act",)),
    "flow-out-of-end": chain(act(), b.flow("done", "act"), nodes=("act",)),
    "several-outgoing": chain(act(), b.end("other"), b.flow("act", "other"), nodes=("act",)),
    "condition-ignored": b.file(
        b.process(b.start(), act(), b.end(), b.flow("start", "act", "x"), b.flow("act", "done"))
    ),
    "join-incomplete": split("exclusiveGateway", "parallelGateway"),
    "join-missing": split("parallelGateway", "exclusiveGateway"),
    "ends-apart": b.file(
        b.process(
            b.data((), ("outcome",)), b.start(), act(), b.element("parallelGateway", "fork"), b.end(), b.end("other"),
            b.flow("start", "fork"), b.flow("fork", "act"), b.flow("fork", "other"), b.flow("act", "done"),
        )
    ),
    "loop-without-wait": b.file(
        b.process(
            b.start(), b.rule_task("classify"), b.element("exclusiveGateway", "again", "重来？", default="again__done"),
            b.end(), b.path("start", "classify", "again", "done"), b.flow("again", "classify", "true", "是"),
        )
    ),
    "event-unsupported": chain(
        b.element("intermediateThrowEvent", "jump", "", b.definition("link")), nodes=("jump",)
    ),
    "event-several": catching(b.timer("x") + b.definition("message", "objection")),
    "event-undefined": catching(""),
    "message-missing": chain(b.element("receiveTask", "receive"), nodes=("receive",)),
    "signal-missing": catching(b.definition("signal")),
    "reference-unknown": b.file(
        b.process(
            b.start(), inside(act(), nodes=("act",)), b.boundary("failed", "handling", b.definition("error", "gone")),
            b.end(), b.path("start", "handling", "done"), b.flow("failed", "done"),
        )
    ),
    "timer-missing": catching("<bpmn:timerEventDefinition/>"),
    "timer-text": catching(b.timer("PT1H", "timeDuration")),
    "timer-negative": catching(b.timer("-PT1H", "timeDuration")),
    "timer-cycle": catching(b.timer("next", "timeCycle")),
    "timer-limit": catching(b.timer('duration("P3D")', "timeDuration"), g_limit="handling"),
    "throw-uncaught": chain(
        b.element("intermediateThrowEvent", "raise", "升级", b.definition("escalation", "up")), nodes=("raise",)
    ),
    "event-pointless": chain(
        '<bpmn:intermediateThrowEvent id="mark"/>', nodes=("mark",)
    ),
    "activity-unsupported": chain(b.element("scriptTask", "script"), nodes=("script",)),
    "action-missing": chain(b.element("serviceTask", "serve", g_article="N18-2"), nodes=("serve",)),
    "action-unknown": chain(b.service("serve", "explode"), nodes=("serve",)),
    "action-input-missing": chain(b.service("serve", "notify", b.inputs(role='"village"')), nodes=("serve",)),
    "action-limit-missing": chain(b.service("serve", "limit_pause"), nodes=("serve",)),
    "input-incomplete": chain(b.service("serve", "set_values", b.inputs(x="")), nodes=("serve",)),
    "input-hides-variable": chain(b.service("serve", "set_values", b.inputs(case="1")), nodes=("serve",)),
    "decision-missing": chain(b.rule_task("decide", ""), nodes=("decide",)),
    "decision-unknown": chain(b.rule_task("decide", "gone"), nodes=("decide",)),
    "loop-endless": one("<bpmn:standardLoopCharacteristics/>"),
    "loop-several": one(f'<bpmn:standardLoopCharacteristics loopMaximum="3"/>{multi(ITEMS + ITEM)}'),
    "loop-maximum": one('<bpmn:standardLoopCharacteristics loopMaximum="many"/>'),
    "loop-without-list": one(multi("")),
    "loop-twice": one(multi(f"<bpmn:loopCardinality>3</bpmn:loopCardinality>{ITEMS}{ITEM}")),
    "loop-without-item": one(multi(ITEMS)),
    "loop-variable": one(multi(f"<bpmn:loopDataInputRef>a b</bpmn:loopDataInputRef>{ITEM}")),
    "loop-too-many": one(multi("<bpmn:loopCardinality>201</bpmn:loopCardinality>")),
    "data-unlisted": b.file(b.process(b.data(("x",), listed=False), b.start(), b.end(), b.flow("start", "done"))),
    "data-name": b.file(b.process(b.data(("case",)), b.start(), b.end(), b.flow("start", "done"))),
    "data-on-task": one(b.data(("x",))),
    "data-associated": one('<bpmn:dataInputAssociation id="read"/>'),
    "data-store-unsupported": b.file('<bpmn:dataStore id="store" name="store"/>', b.process(b.start(), b.end())),
    "element-unsupported": chain(act(), '<bpmn:choreographyTask id="dance"/>', nodes=("act",)),
    "boundary-unattached": beside(b.end("own"), flows=b.flow("object", "own")).replace(
        b'attachedToRef="act"', b'attachedToRef="start"'
    ),
    "boundary-too-many": chain(
        act(), *(b.boundary(f"b{n}", "act", b.timer("x")) + b.flow(f"b{n}", "done") for n in range(6)), nodes=("act",)
    ),
    "boundary-error": chain(
        inside(act(), nodes=("act",)), b.boundary("failed", "handling", b.definition("error"), interrupting=False),
        b.end("own"), b.flow("failed", "own"), nodes=("handling",),
    ),
    "boundary-on-multi-instance": (
        chain(
            b.element("callActivity", "call", "", multi(ITEMS + ITEM), calledElement="co", g_article="N18-2"),
            b.boundary("late", "call", b.timer("x")), b.flow("late", "done"), nodes=("call",),
        ),
        called(b.data()),
    ),
    "boundary-first-multi-instance": beside(
        b.user_task("register", inner=multi(ITEMS + ITEM)), interrupting=True,
        flows=b.path("object", "register", "done"),
    ),
    "with-host-invalid": beside(b.end("own"), flows=b.flow("object", "own"), g_with_host="no"),
    "branch-contents": beside(b.user_task("register"), b.end("own"), flows=b.path("object", "register", "own")),
    "branch-rouses-itself": beside(
        b.element("intermediateThrowEvent", "say", "", b.definition("message", "objection")), b.end("own"),
        flows=b.path("object", "say", "own"),
    ),
    "branch-several-calls": (
        beside(
            b.element("callActivity", "first", calledElement="co", g_article="N18-2"),
            b.element("callActivity", "second", calledElement="co", g_article="N18-2"),
            b.end("own"), flows=b.path("object", "first", "second", "own"),
        ),
        called(b.data((), ("outcome",))),
    ),
    "branch-flows-back": beside(flows=b.flow("object", "done")),
    "branch-undeclared": (beside(call(), b.end("own"), flows=b.path("object", "call", "own")), called()),
    "branch-writes-host-data": (
        beside(call(), b.end("own"), flows=b.path("object", "call", "own")),
        called(b.data((), ("result",))),
    ),
    "call-missing": chain(call(""), nodes=("call",)),
    "call-unknown": chain(call("gone"), nodes=("call",)),
    "call-undeclared": (chain(call(), nodes=("call",)), called()),
    "call-too-deep": (chain(call("co0"), nodes=("call",)), calling(31)),
    "call-cycle": (chain(call("event"), nodes=("call",)), KNOWN),
    "role-missing": one().replace(b'gridflow:role="village"', b""),
    "role-unknown": one(g_role="emperor"),
    "lane-unnamed": chain(
        act(), b.lanes(("lane", "village", ("act",))).replace('name="lane"', ""), nodes=("act",)
    ),
    "lane-node-unknown": chain(act(), b.lanes(("lane", "village", ("gone",))), nodes=("act",)),
    "exclude-unknown": one(g_exclude="gone"),
    "attribute-unknown": one(g_rolle="village"),
    "attribute-misplaced": one(g_action="notify"),
    "article-missing": one(g_article=""),
    "article-unknown": one(g_article="N99"),
    "form-unknown": one(g_form="gone"),
    "document-unknown": one(g_document="dispatch_order gone"),
    "limit-unstarted": one(g_unit="limit.handling.unit"),
    "limit-unknown": one(g_limit="gone"),
    "shows-unknown": one(g_shows="act gone"),
    "remind-invalid": one(g_limit="handling", g_remind="80 50"),
    "remind-without-limit": one(g_remind="50"),
    "expression-too-long": one(g_unit="x" * 2_001),
    "expression-invalid": (
        one(g_unit="case."), replace(KNOWN, check_expression=lambda text, _: [Problem(len(text), "表达式没有写完。")])
    ),
    "timer-calendar": catching(b.timer('duration("P5D")', "timeDuration")),
    "attribute-ignored": one(completionQuantity="2"),
    "extension-foreign": one('<bpmn:extensionElements><c:listener xmlns:c="http://camunda.org/x"/></bpmn:extensionElements>'),
    "input-value-unknown": (
        chain(b.service("serve", "close_case", b.inputs(state='"gone"')), nodes=("serve",)),
        replace(KNOWN, choices={("close_case", "state"): frozenset({"closed"})}),
    ),
    "call-input-unknown": (chain(call(), nodes=("call",)), replace(called(b.data(("town",))), names={})),
    "decision-input-unknown": (
        chain(b.rule_task("classify"), nodes=("classify",)),
        replace(KNOWN, names={}, reads={"classify": frozenset({"urgency"})}),
    ),
    "output-unwritten": (
        b.file(b.process(b.data((), ("outcome",)), b.start(), act(), b.end(), b.path("start", "act", "done"))),
        replace(KNOWN, names={}),
    ),
    "too-large": b.file(b.process(*(b.user_task(f"t{n}") for n in range(301)))),
}  # fmt: skip


@pytest.mark.parametrize("rule", FAULTS)
def test_each_fault_is_found_and_told_with_a_remedy(rule: str) -> None:
    fault = FAULTS[rule]
    content, knowledge = fault if isinstance(fault, tuple) else (fault, KNOWN)
    told = [finding for finding in found(content, knowledge) if finding.rule == rule]
    assert told, rules(content, knowledge)
    for finding in told:
        assert finding.message.endswith("。")
        assert finding.remedy.endswith("。")
        assert finding.line > 0 or rule == "id-missing"


def test_every_rule_of_the_linter_is_tried_here() -> None:
    """Those of the drawing have a file of their own; a few are tried by hand below."""
    written: set[str] = set()
    for source in (Path(bpmn.__file__).parent / "linting").glob("*.py"):
        written |= set(re.findall(r'(?:error|warning)\(\s*f?"([a-z-]+)"', source.read_text()))
    by_hand = {"joins-unproved", "{event.kind}-missing"}
    assert {rule for rule in written if not rule.startswith("layout-")} - by_hand <= set(FAULTS)


def test_an_expression_is_named_as_the_editor_labels_it() -> None:
    content, knowledge = FAULTS["expression-invalid"]
    (fault,) = (each for each in found(content, knowledge) if each.rule == "expression-invalid")

    assert fault.message == "由哪个单位办“case.”第 6 个字符处：表达式没有写完。"


def test_errors_come_before_warnings() -> None:
    severities = [finding.severity for finding in found(FAULTS["several-outgoing"])]
    assert severities == sorted(severities)
    assert {"error", "warning"} == set(severities)


def test_an_expression_is_checked_with_the_names_the_bundle_knows() -> None:
    asked: list[tuple[str, Mapping[str, str] | None]] = []

    def check(text: str, names: Mapping[str, str] | None) -> Sequence[Problem]:
        asked.append((text, names))
        return []

    content = chain(b.rule_task("classify"), b.user_task("register", g_unit="category"), nodes=("classify", "register"))
    found(content, replace(KNOWN, check_expression=check, names={"channel": "string"}))
    ((text, names),) = asked
    assert text == "category"
    assert names is not None
    assert {"category", "level", "channel", "case", "limit"} <= names.keys()


def test_a_condition_is_checked_for_giving_yes_or_no() -> None:
    asked: list[str] = []

    def check(text: str, _: Mapping[str, str] | None) -> Sequence[Problem]:
        asked.append(text)
        return [Problem(0, "得出的是数字。")]

    content = gateway(b.flow("decide", "act", "level"), b.flow("decide", "done"), default="decide__done")
    told = found(content, replace(KNOWN, check_expression=lambda *_: [], check_condition=check))
    assert asked == ["level"]
    assert "expression-invalid" in {finding.rule for finding in told if finding.element == "decide__act"}


def test_branches_that_rouse_each_other_are_refused_and_those_that_wait_are_not() -> None:
    other = '<bpmn:message id="answer" name="答复"/>'
    heard = b.boundary("hear", "act", b.definition("message", "answer"), interrupting=False, g_article="N18-2")
    back = b.end("back", b.definition("message", "objection"))
    own, flows = b.end("own", b.definition("message", "answer")), b.flow("object", "own") + b.flow("hear", "back")
    ping = beside(own, heard, back, flows=flows).replace(MESSAGE.encode(), (MESSAGE + other).encode())
    told = found(ping)
    assert [finding.element for finding in told if finding.rule == "branch-rouses-itself"] == ["object", "hear"]
    again = beside(call(), b.end("own", b.definition("message", "objection")), flows=b.path("object", "call", "own"))
    assert "branch-rouses-itself" in rules(again, called(b.data((), ("outcome",))))
    asked = b.process(b.data((), ("outcome",)), b.start(), act(), b.end(), b.path("start", "act", "done"), key="co")
    assert "branch-rouses-itself" not in rules(again, replace(KNOWN, processes={"co": read(b.file(asked))}))


def test_a_role_may_be_an_expression_on_a_task_a_lane_or_an_offer_and_is_checked() -> None:
    asked: list[str] = []

    def check(text: str, _: Mapping[str, str] | None) -> Sequence[Problem]:
        asked.append(text)
        return [Problem(0, "不对。")] if "wrong" in text else []

    knowledge = replace(KNOWN, check_expression=check)
    lane = b.lanes(("lane", "=if level > 2 then wrong else null", ("register",)))
    register = b.element("userTask", "register", "登记", g_article="N18-2")
    content = chain(act(g_role="=next_role"), register, lane, nodes=("act", "register"))
    told = found(content, knowledge)
    assert asked == ["=next_role", "=if level > 2 then wrong else null"]
    assert {finding.rule for finding in told} - {"layout-missing"} == {"expression-invalid"}
    offered = beside(b.end("own"), flows=b.path("object", "own"), g_role='if level > 2 then "town" else "village"')
    assert "role-unknown" not in {finding.rule for finding in found(offered, knowledge)}
    assert asked[-1].startswith("if level")


def test_a_lane_gives_its_role_to_what_stands_in_it() -> None:
    task = b.element("userTask", "act", "登记", g_article="N18-2")
    assert "role-missing" in rules(chain(task, nodes=("act",)))
    assert "role-missing" not in rules(chain(task, b.lanes(("lane", "village", ("act",))), nodes=("act",)))


def test_a_loop_with_a_person_in_it_is_allowed() -> None:
    content = b.file(
        b.process(
            b.start(), act(), b.element("exclusiveGateway", "again", "重来？", default="again__done"), b.end(),
            b.path("start", "act", "again", "done"), b.flow("again", "act", "true", "是"),
        )
    )  # fmt: skip
    assert "loop-without-wait" not in rules(content)
    assert "join-incomplete" not in rules(content)


def first_of(receive: str, *beside: str) -> bytes:
    """A gateway that waits for a receive task or for an instant, whichever comes first."""
    wait = b.element("intermediateCatchEvent", "wait", "等待", b.timer("case.opened_at"))
    ways = (b.path("start", "first", "receive", "done"), b.path("first", "wait", "done"))
    first = b.element("eventBasedGateway", "first", "先到的")
    return b.file(MESSAGE, b.process(b.start(), first, receive, wait, *beside, b.end(), *ways))


def test_a_receive_task_after_an_event_gateway_has_no_boundary_event_and_no_loop() -> None:
    plain = b.element("receiveTask", "receive", "收到", messageRef="objection")
    looped = b.element("receiveTask", "receive", "收到", multi(ITEMS + ITEM), messageRef="objection")
    late = b.boundary("late", "receive", b.timer("case.opened_at")) + b.flow("late", "done")
    assert "event-gateway-target" not in rules(first_of(plain))
    assert "event-gateway-target" in rules(first_of(plain, late))
    assert "event-gateway-target" in rules(first_of(looped))


def test_a_split_and_join_inside_a_loop_is_proved() -> None:
    content = b.file(
        b.process(
            b.start(), b.element("exclusiveGateway", "merge"), b.element("parallelGateway", "fork"), act(),
            b.user_task("register"), b.element("parallelGateway", "join"),
            b.element("exclusiveGateway", "again", "重来？", default="again__done"), b.end(),
            b.path("start", "merge", "fork", "act", "join", "again", "done"), b.path("fork", "register", "join"),
            b.flow("again", "merge", "true", "是"),
        )
    )  # fmt: skip
    assert not rules(content) & {"join-incomplete", "join-missing", "joins-unproved"}


def test_an_interruption_that_leaves_a_parallel_branch_starves_the_join() -> None:
    content = split("parallelGateway", "parallelGateway").replace(
        b"</bpmn:process>",
        (
            b.boundary("late", "act", b.timer("x")) + b.end("other") + b.flow("late", "other") + "</bpmn:process>"
        ).encode(),
    )
    assert "join-incomplete" in rules(content)


def test_too_many_parallel_paths_are_said_to_be_unproved() -> None:
    tasks = [f"t{n}" for n in range(14)]
    content = b.file(
        b.process(
            b.start(), b.element("parallelGateway", "fork"), b.element("parallelGateway", "join"), b.end(),
            *(b.user_task(t) + b.boundary(f"{t}_late", t, b.timer("x")) for t in tasks),
            b.flow("start", "fork"), b.flow("join", "done"),
            *(b.path("fork", t, "join") + b.flow(f"{t}_late", "join") for t in tasks),
        )
    )  # fmt: skip
    assert "joins-unproved" in rules(content)


def test_diagrams_that_call_each_other_in_a_circle_are_refused() -> None:
    back = read(
        b.file(b.process(b.data(), b.start(), call("event"), b.end(), b.path("start", "call", "done"), key="co"))
    )
    assert "call-cycle" in rules(chain(call("co"), nodes=("call",)), replace(KNOWN, processes={"co": back}))


def test_without_knowledge_of_the_bundle_only_the_diagram_itself_is_judged() -> None:
    content = one(g_role="emperor", g_article="N99", g_form="gone", g_document="gone", g_limit="gone")
    assert lint(read(content)) == [f for f in lint(read(content)) if f.rule == "layout-missing"]
