"""The other `gridflow:` attributes: articles, forms, documents, limits, reminders."""

import re
from collections.abc import Iterator

from gridflow.bpmn.linting.events import LIMIT_NAME
from gridflow.bpmn.linting.findings import Finding, clipped, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.people import is_offer
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.variables import form_of
from gridflow.bpmn.linting.vocabulary import ATTRIBUTES, KINDS
from gridflow.bpmn.model import Diagram, Lane, Node, Process
from gridflow.bpmn.names import HUMAN_TASKS

CODE = re.compile(r"[A-Z]+[1-9]\d*(?:-[1-9]\d*)?(?:\([1-9]\d*\))?[a-z]?\Z")
"""N18, N18-2, N10(3), N13-1(2), N18-2a."""
RULED = HUMAN_TASKS | {"serviceTask", "businessRuleTask", "callActivity"}


def attribute_unknown(node: Node, _: Scope) -> Iterator[Finding]:
    """An attribute that does not exist, or does nothing here, is a slip of the pen."""
    yield from _attributes(node, node.kind)


def lane_attribute_unknown(process: Process, _: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """The same for lanes."""
    for lane in process.lanes.values():
        yield from _attributes(lane, "lane")
        yield from _articles(lane, lane.attributes.get("article", "").split(), knowledge)


def article_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """What carries out a rule names the article."""
    articles = node.attributes.get("article", "").split()
    if not articles and (node.kind in RULED or is_offer(node)):
        message = f"{KINDS[node.kind]}没有写依据的条款。"
        yield error("article-missing", node, message, "写上条款代码，例如 N18-2。")
    yield from _articles(node, articles, scope.knowledge)


def form_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """Every step of a person has its form."""
    known = scope.knowledge.forms
    if known is None or (node.kind not in HUMAN_TASKS and not is_offer(node)):
        return
    form = form_of(node)
    if form not in known:
        message = f"表单 {clipped(form)} 不存在。"
        yield error("form-unknown", node, message, "先建好这张表单，或在属性“表单”里另选一张。")


def document_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """Documents are named as their templates."""
    known = scope.knowledge.documents
    for name in node.attributes.get("document", "").split():
        if known is not None and name not in known:
            message = f"文书 {clipped(name)} 没有模板。"
            yield error("document-unknown", node, message, "先建好模板，或改正文书名称；多个用空格分开。")


def limit_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """Limits are those of the procedure's limit table."""
    known = scope.knowledge.limits
    if known is None:
        return
    named = {node.attributes.get("limit")} - {None}
    read = {name for event in node.events for name in LIMIT_NAME.findall(event.text or "")}
    for name in sorted(str(name) for name in named | read):
        if name not in known:
            message = f"时限 {clipped(name)} 不存在。"
            yield error("limit-unknown", node, message, "在时限表中补上这一步，或改正名称。")


def remind_invalid(node: Node, _: Scope) -> Iterator[Finding]:
    """Reminders are shares of a limit, in rising order."""
    value = node.attributes.get("remind")
    if value is None:
        return
    shares = [int(part) if part.isascii() and part.isdecimal() else 0 for part in value.split()[:10]]
    if not shares or shares != sorted(set(shares)) or not all(0 < share < 100 for share in shares):
        message = f"催办 {clipped(value)} 不是百分数。"
        yield error("remind-invalid", node, message, "写 1 到 99 之间由小到大的整数，用空格分开，例如 50 80。")
    if "limit" not in node.attributes:
        yield error("remind-without-limit", node, "写了催办却没有时限。", "写上时限，或删去催办。")


def shows_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """A task shows what was handed in at steps and offers of the diagrams it runs with."""
    files = {id(file): file for file in (scope.diagram, *(scope.knowledge.processes or {}).values())}.values()
    known = {key for file in files for key, other in file.nodes.items() if other.kind in HUMAN_TASKS or is_offer(other)}
    for name in node.attributes.get("shows", "").split():
        if name not in known:
            message = f"要显示的环节 {clipped(name)} 不存在，或不是人办的环节。"
            yield error("shows-unknown", node, message, "写用户任务或按钮（消息边界事件）的编号，多个用空格分开。")


def _articles(place: Lane | Node, codes: list[str], knowledge: Knowledge) -> Iterator[Finding]:
    for code in codes:
        if not CODE.match(code) or (knowledge.article is not None and not knowledge.article(code)):
            message = f"条款 {clipped(code)} 在条例中不存在。"
            yield error("article-unknown", place, message, "按“前缀＋条＋-款”写，例如 N18-2；多个用空格分开。")


def _attributes(place: Lane | Node, kind: str) -> Iterator[Finding]:
    for name in place.attributes:
        if name not in ATTRIBUTES:
            message = f"属性 gridflow:{clipped(name)} 不存在。"
            yield error("attribute-unknown", place, message, f"可用的属性：{'、'.join(sorted(ATTRIBUTES))}。")
        elif kind not in ATTRIBUTES[name]:
            message = f"属性 gridflow:{name} 在{KINDS.get(kind, kind)}上不起作用。"
            yield error("attribute-misplaced", place, message, "移到起作用的元素上，或删去。")


RULES = Rules(
    node=(
        attribute_unknown,
        article_missing,
        form_unknown,
        document_unknown,
        limit_unknown,
        remind_invalid,
        shows_unknown,
    ),
    process=(lane_attribute_unknown,),
)
