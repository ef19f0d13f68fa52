"""What events wait for and throw."""

import re
from collections.abc import Iterator, Mapping

from gridflow.bpmn.linting.findings import Finding, clipped, error, warning
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import EVENT_KINDS, KINDS
from gridflow.bpmn.model import EventDefinition, Node

SUPPORTED: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset(),
    "endEvent": frozenset({"terminate", "message", "error", "escalation"}),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal"}),
    "intermediateThrowEvent": frozenset({"message", "signal", "escalation"}),
    "boundaryEvent": frozenset({"timer", "message", "signal", "error", "escalation"}),
}
NAMED = frozenset({"message", "signal"})
ISO = re.compile(r'"?\s*(?:R\d*/)?-?P(?=\d|T\d)[0-9YMWDTHS.,/:+-]*\s*"?\Z')
ISO_INSTANT = re.compile(r'"?\d{4}-\d\d-\d\d(?:T[0-9:.+Z-]*)?"?\Z')
NEGATIVE = re.compile(r'duration\(\s*"\s*-P')
DAYS = re.compile(r'duration\(\s*"P\d+[DWM]')
LIMIT_NAME = re.compile(r"\blimit\.(\w+)")


def usable(node: Node) -> tuple[EventDefinition, ...]:
    """Return the definitions of kinds the node may have; of the others it is enough to say that they may not be."""
    kinds = SUPPORTED.get(node.kind)
    return node.events if kinds is None else tuple(event for event in node.events if event.kind in kinds)


def is_iso(text: str) -> bool:
    """Whether a timer's text is a bare ISO 8601 duration, repetition or instant."""
    return ISO.match(text) is not None or ISO_INSTANT.match(text) is not None


def event_unsupported(node: Node, _: Scope) -> Iterator[Finding]:
    """Some events vanish in silence, others stop the engine."""
    for event in node.events if node.kind in SUPPORTED else ():
        if event.kind not in SUPPORTED[node.kind]:
            rule, remedy = "event-unsupported", "改用定时、消息、升级等受支持的事件。"
            if node.kind == "startEvent":
                rule, remedy = "start-typed", "只用普通开始事件；由消息或时间开始的案件在流程目录中登记。"
            kind = EVENT_KINDS.get(event.kind, event.kind)
            yield error(rule, node, f"{KINDS[node.kind]}不支持“{kind}”。", remedy)


def event_several(node: Node, _: Scope) -> Iterator[Finding]:
    """One event, one definition."""
    if len(node.events) > 1:
        yield error("event-several", node, "一个事件写了几个定义。", "每个事件只留一个定义，其余另画。")


def event_undefined(node: Node, _: Scope) -> Iterator[Finding]:
    """An event that waits has to say for what."""
    if node.kind in {"intermediateCatchEvent", "boundaryEvent"} and not node.events:
        yield error("event-undefined", node, f"{KINDS[node.kind]}没有说明等什么。", "选择定时、消息、信号等类型。")


def reference_missing(node: Node, _: Scope) -> Iterator[Finding]:
    """A message or signal is known by its name; without one it passes unseen."""
    if node.kind in {"sendTask", "receiveTask"} and not node.events:
        yield error("message-missing", node, f"{KINDS[node.kind]}没有指定消息，会直接跳过。", "选择一个消息。")
    for event in usable(node):
        if event.kind in NAMED and not event.name:
            kind = EVENT_KINDS[event.kind]
            yield error(
                f"{event.kind}-missing", node, f"没有指定{kind}，或{kind}没有名称。", f"选择一个有名称的{kind}。"
            )
        elif event.ref and event.name is None:
            kind = EVENT_KINDS.get(event.kind, event.kind)
            yield error("reference-unknown", node, f"引用的{kind} {event.ref} 没有声明。", f"重新选择{kind}。")


def timer_text(node: Node, _: Scope) -> Iterator[Finding]:
    """A timer is one FEEL expression; bare ISO text is an unknown name when the token arrives."""
    for event in usable(node):
        if event.kind != "timer":
            continue
        if not event.text:
            yield error("timer-missing", node, "定时事件没有写时间，或写了几种。", "只写一种：时刻、时长或周期。")
        elif event.text.strip('" ').startswith(("-P", "R/-P")) or NEGATIVE.match(event.text):
            yield error("timer-negative", node, f"时长 {clipped(event.text)} 是负的。", "去掉负号。")
        elif is_iso(event.text):
            shown = event.text.strip('" ')
            function = "duration" if "P" in shown else "date and time"
            message = f"时间 {shown} 不是 FEEL 表达式。"
            yield error(
                "timer-text", node, message, f'写成 {function}("{shown}")，或引用时限，例如 limit.handling.due。'
            )


def timer_calendar(node: Node, _: Scope) -> Iterator[Finding]:
    """Whole days in a text are natural days; the ordinances count working days."""
    for event in usable(node):
        if event.kind == "timer" and event.text and DAYS.search(event.text):
            message = f"“{clipped(event.text)}”按自然日算，节假日也计在内。"
            remedy = "按工作日计的写 workday_add(now(), 天数) 或引用时限；确按自然日计的写成小时，例如 PT72H。"
            yield warning("timer-calendar", node, message, remedy)


def timer_cycle(node: Node, _: Scope) -> Iterator[Finding]:
    """A cycle repeats beside its host; anywhere else it makes no sense."""
    cycles = any(event.timer == "timeCycle" for event in usable(node))
    if cycles and (node.kind != "boundaryEvent" or node.interrupting):
        message = "周期定时只能用在非中断的边界事件上。"
        yield error("timer-cycle", node, message, "改成时刻或时长，或改为非中断边界事件。")


def timer_limit(node: Node, _: Scope) -> Iterator[Finding]:
    """A limit's timer reads the limit's row, else it does not move with it."""
    event, limit = node.event, node.attributes.get("limit")
    if limit is None or event is None or event.kind != "timer":
        return
    if event.timer != "timeDate" or limit not in LIMIT_NAME.findall(event.text or ""):
        message = f"时限“{limit}”的定时没有引用这个时限，延期后不会跟着变。"
        yield error("timer-limit", node, message, f"定时类型选“到某个时刻”，写 limit.{limit}.due。")


def throw_uncaught(node: Node, scope: Scope) -> Iterator[Finding]:
    """An error or escalation thrown inside should be caught around it; an error that is not stops the case."""
    event = node.event
    if node.kind not in {"endEvent", "intermediateThrowEvent"} or event is None:
        return
    if event.kind not in {"error", "escalation"} or scope.is_called:
        return
    catchers = [caught for host in _around(node, scope) for caught in scope.process.boundaries.get(host, ())]
    if not any(c.event and c.event.kind == event.kind and c.event.name in {event.name, None} for c in catchers):
        kind = EVENT_KINDS[event.kind]
        message = f"抛出的{kind}“{event.name or '（未命名）'}”在外层没有边界事件接住。"
        say = error if event.kind == "error" else warning
        yield say("throw-uncaught", node, message, f"在外层子流程上画一个接{kind}的边界事件。")


def _around(node: Node, scope: Scope) -> Iterator[str]:
    """Yield the sub-processes a node stands in, innermost first; a branch's host stands around its branch."""
    parent = scope.process.nodes.get(node.parent)
    while parent is not None:
        yield parent.id
        parent = scope.process.nodes.get(parent.parent)


def event_on_flow(node: Node, _: Scope) -> Iterator[Finding]:
    """A throw without definition only marks a place."""
    if node.kind == "intermediateThrowEvent" and not node.events and not node.name:
        yield warning("event-pointless", node, "抛出事件没有名称也不抛出什么。", "写上名称作为里程碑，或删去。")


RULES = Rules(
    node=(
        event_unsupported,
        event_several,
        event_undefined,
        reference_missing,
        timer_text,
        timer_calendar,
        timer_cycle,
        timer_limit,
        throw_uncaught,
        event_on_flow,
    )
)
