"""Who does it: roles, units, exclusions."""

import re
from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, Place, clipped, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Diagram, Node, Process
from gridflow.bpmn.names import HUMAN_TASKS

CODE = re.compile(r"[a-z][a-z0-9_]*\Z")


def is_reckoned(role: str) -> bool:
    """Tell whether a role is FEEL, worked out when the task arrives: it begins with = or is no code."""
    return role.startswith("=") or CODE.match(role) is None


def is_offer(node: Node) -> bool:
    """Whether a person triggers the node: a message boundary event shows as a button, unless a key finds it."""
    message = node.kind == "boundaryEvent" and any(event.kind == "message" for event in node.events)
    return message and "key" not in node.inputs


def role_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """What a person does needs a role, or the person, else it reaches nobody."""
    if node.kind not in HUMAN_TASKS and not is_offer(node):
        return
    if not scope.inherited(node, "role") and not scope.inherited(node, "person"):
        message = f"{KINDS[node.kind]}没有角色：自己没有写，所在泳道也没有。"
        yield error("role-missing", node, message, "放进有角色的泳道，或写上角色。")


def role_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """Roles are codes of the city file."""
    yield from _role(node, node.attributes.get("role"), scope.knowledge)


def lane_rules(process: Process, _: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """A lane has a name, a known role and holds nodes that exist."""
    for lane in process.lanes.values():
        if not lane.name:
            yield error("lane-unnamed", lane, "泳道没有名称，引擎认不出办理角色。", "给泳道写上名称。")
        yield from _role(lane, lane.attributes.get("role"), knowledge)
        for key in lane.nodes:
            if key not in process.nodes:
                message = f"泳道里写着不存在的元素 {clipped(key)}。"
                yield error("lane-node-unknown", lane, message, "在编辑器中把元素重新拖进泳道。")


def exclude_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """Recusal names tasks that a person does, of the same process or of those it runs with, where these are known."""
    if scope.knowledge.processes is None and any(
        other.kind == "callActivity" for other in scope.diagram.nodes.values()
    ):
        return
    files = {id(file): file for file in (scope.diagram, *(scope.knowledge.processes or {}).values())}.values()
    known = {key for file in files for key, other in file.nodes.items() if other.kind in HUMAN_TASKS or is_offer(other)}
    for key in node.attributes.get("exclude", "").split():
        if key not in known:
            message = f"回避所指的任务 {clipped(key)} 不存在，或不是人办理的。"
            yield error("exclude-unknown", node, message, "写同一流程中用户任务的编号。")


def _role(place: Place, role: str | None, knowledge: Knowledge) -> Iterator[Finding]:
    if role is None or knowledge.roles is None or is_reckoned(role) or role in knowledge.roles:
        return
    known = "、".join(sorted(knowledge.roles))
    yield error("role-unknown", place, f"角色 {role} 不存在。", f"从这些角色中选：{known}；表达式以等号开头。")


RULES = Rules(node=(role_missing, role_unknown, exclude_unknown), process=(lane_rules,))
