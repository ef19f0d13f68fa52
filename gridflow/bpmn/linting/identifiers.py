"""Ids and names."""

import re
from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, clipped, error, warning
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import KINDS, SCOPE_NAMES
from gridflow.bpmn.model import Diagram, Node, Process, Stray
from gridflow.bpmn.names import HUMAN_TASKS

RESERVED = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
READABLE = re.compile(r"[a-z][a-z0-9_]*\Z")
VALID = re.compile(r"[^\W\d][\w.-]*\Z")
GENERATED = re.compile(r"(?:[A-Za-z]+)_(?=[0-9a-z]*\d)[0-9a-z]{7}\Z")
LONGEST = 80


def id_missing(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """Every node needs an id."""
    yield from _anonymous(diagram, flows=False)


def flow_id_missing(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """Every flow needs one too: the record of a case names the flows it took."""
    yield from _anonymous(diagram, flows=True)


def _anonymous(diagram: Diagram, *, flows: bool) -> Iterator[Finding]:
    for tag, line in diagram.anonymous:
        if (tag == "sequenceFlow") == flows:
            place = Stray(f"?{line}", tag, tag, line)
            yield error("id-missing", place, f"第 {line} 行的 {tag} 没有 id。", "在编辑器中重新画出该元素，或补上 id。")


def id_repeated(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """An id given twice makes the engine run one element for the other."""
    for key, line in diagram.repeated_ids:
        place = Stray(key, "", "", line)
        yield error("id-repeated", place, f"编号 {clipped(key)} 用了两次。", "给其中一个元素换一个编号。")


def id_reserved(node: Node, scope: Scope) -> Iterator[Finding]:
    """The engine keeps some ids for itself and loses elements named so."""
    if node.id in RESERVED or node.id.endswith(RESERVED_ENDINGS) or node.id in scope.diagram.processes:
        message = f"编号 {clipped(node.id)} 是引擎保留的名称，这个元素会在运行时丢失。"
        yield error("id-reserved", node, message, "换一个编号，例如 start、done。")


def id_invalid(node: Node, _: Scope) -> Iterator[Finding]:
    """An id is a name, without blanks, quotes or other marks."""
    if not VALID.match(node.id) or len(node.id) > LONGEST:
        message = f"编号 {clipped(node.id)} 含有不允许的字符，或超过 {LONGEST} 个字符。"
        yield error("id-invalid", node, message, "只用小写字母、数字和下划线，以字母开头。")


def id_generated(node: Node, _: Scope) -> Iterator[Finding]:
    """Forms, statistics and records name the id, so it has to be readable."""
    if GENERATED.match(node.id):
        message = f"编号 {node.id} 是编辑器自动生成的，表单和留痕都会用到它。"
        yield error("id-generated", node, message, "改成说明动作的编号，例如 register_event。")
    elif VALID.match(node.id) and not READABLE.match(node.id):
        message = f"编号 {clipped(node.id)} 不是小写字母加下划线的写法。"
        yield warning("id-style", node, message, "改成说明动作的编号，例如 register_event。")


def id_hides_variable(node: Node, _: Scope) -> Iterator[Finding]:
    """A message's payload is stored under the event's id."""
    if node.id in SCOPE_NAMES:
        message = f"编号 {node.id} 与表达式中的固定变量同名。"
        yield error("id-hides-variable", node, message, "换一个编号。")


def name_missing(node: Node, _: Scope) -> Iterator[Finding]:
    """What a person sees in the inbox, on a button or in the drawing needs a name."""
    if node.name:
        return
    kind = KINDS.get(node.kind, node.kind)
    if node.kind in HUMAN_TASKS or (node.event and node.event.kind == "message" and node.attached_to):
        yield error(
            "name-missing", node, f"{kind}没有名称，办理人看不到要做什么。", "写上动词开头的名称，例如“登记上报”。"
        )
    elif node.kind.endswith("Gateway"):
        if len(node.outgoing) > 1 and node.kind in {"exclusiveGateway", "inclusiveGateway"}:
            yield warning("name-missing", node, "分支网关没有写出要回答的问题。", "写上问题，例如“是否突发事件？”。")
    else:
        yield warning("name-missing", node, f"{kind}没有名称。", "写上名称，图和留痕才看得懂。")


def process_id(process: Process, _: Diagram, __: Knowledge) -> Iterator[Finding]:
    """A process is called by its id."""
    if not VALID.match(process.id) or len(process.id) > LONGEST or process.id in RESERVED:
        message = f"流程编号 {clipped(process.id)} 不可用。"
        yield error("process-id", process, message, "用小写字母、数字和下划线写流程编号，并避开引擎保留的名称。")


def process_executable(process: Process, _: Diagram, __: Knowledge) -> Iterator[Finding]:
    """The engine refuses a process marked as not executable."""
    if not process.executable:
        remedy = "请在“文本和各稿”里把这个流程的 isExecutable 改成 true。"
        yield error("process-not-executable", process, "流程标为不可执行。", remedy)


RULES = Rules(
    node=(id_reserved, id_invalid, id_generated, id_hides_variable, name_missing),
    process=(process_id, process_executable),
    diagram=(id_missing, flow_id_missing, id_repeated),
)
