"""Every FEEL text in a process, checked where it stands."""

from collections.abc import Iterator

from gridflow.bpmn.linting.events import LIMIT_NAME, is_iso, usable
from gridflow.bpmn.linting.findings import Finding, Place, clipped, error
from gridflow.bpmn.linting.people import is_reckoned
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.variables import known_names
from gridflow.bpmn.linting.vocabulary import EXPRESSIONS
from gridflow.bpmn.model import Lane, Node

LONGEST = 2_000
MOST_PROBLEMS = 3
PREVIOUS = {"last": "date and time"}
"""What the expression of a cycle sees beside the variables: when it fired last."""

CONDITION, UNTIL = "条件", "循环条件"
"""What has to give yes or no."""

Site = tuple[Place, str, str]
"""Where, what it is called in Chinese, the text."""


def expression_invalid(scope: Scope) -> Iterator[Finding]:
    """Expressions are checked when saved, never first when a case arrives."""
    knowledge = scope.knowledge
    names = known_names(scope) if knowledge.check_expression else None
    for place, what, text in sites(scope):
        check = knowledge.check_condition if what in (CONDITION, UNTIL) else knowledge.check_expression
        if len(text) > LONGEST:
            message = f"{what}超过 {LONGEST} 个字符。"
            yield error("expression-too-long", place, message, "改用决策表，或拆成几个变量。")
        elif check is not None:
            known = {**names, **PREVIOUS} if names is not None and _is_cycle(place) else names
            for problem in list(check(text, known))[:MOST_PROBLEMS]:
                message = f"{what}“{clipped(text)}”第 {problem.position + 1} 个字符处：{problem.message}"
                yield error("expression-invalid", place, message, "按提示改正表达式。")


def limit_unstarted(scope: Scope) -> Iterator[Finding]:
    """A limit no step of the bundle carries has no row, so that what reads it gets null."""
    files = scope.knowledge.processes
    if files is None:
        return
    carried = {
        node.attributes.get("limit") for file in (scope.diagram, *files.values()) for node in file.nodes.values()
    }
    for place, what, text in sites(scope):
        for name in sorted({*LIMIT_NAME.findall(text)} - carried):
            message = f"{what}用到时限 {clipped(name)}，却没有任何环节带着它，得到的总是空值。"
            yield error("limit-unstarted", place, message, "在开始计时的环节上写上这个时限，或改正名称。")


def _is_cycle(place: Place) -> bool:
    return isinstance(place, Node) and place.event is not None and place.event.timer == "timeCycle"


def sites(scope: Scope) -> Iterator[Site]:
    """Yield every expression of a scope; lanes belong to the outermost."""
    for flow in scope.process.flows.values():
        if flow.parent == scope.id and flow.condition:
            yield flow, CONDITION, flow.condition
    for node in scope.nodes.values():
        yield from _of_node(node)
    for lane in scope.process.lanes.values() if scope.outermost else ():
        yield from _of_attributes(lane)


def _of_node(node: Node) -> Iterator[Site]:
    for event in usable(node):
        if event.text and not is_iso(event.text):
            yield node, "定时" if event.kind == "timer" else CONDITION, event.text
        if event.payload:
            yield node, "消息内容", event.payload
    yield from _of_attributes(node)
    for name, value in node.inputs.items():
        if value:
            yield node, f"参数 {clipped(name)} ", value
    yield from _of_loop(node)


def _of_attributes(place: Lane | Node) -> Iterator[Site]:
    for name, label in EXPRESSIONS.items():
        if place.attributes.get(name):
            yield place, label, place.attributes[name]
    role = place.attributes.get("role")
    if role is not None and is_reckoned(role):
        yield place, "角色", role


def _of_loop(node: Node) -> Iterator[Site]:
    if node.loop is not None:
        for what, text in (("份数", node.loop.cardinality), (UNTIL, node.loop.condition)):
            if text:
                yield node, what, text


RULES = Rules(scope=(expression_invalid, limit_unstarted))
