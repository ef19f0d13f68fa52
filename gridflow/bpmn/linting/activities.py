"""What is done: tasks, sub-processes and how often."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from gridflow.bpmn.linting.findings import Finding, clipped, error, warning
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.vocabulary import ACTIONS, SCOPE_NAMES
from gridflow.bpmn.model import Diagram, Loop, Node, Process, Stray

TEXT = re.compile(r'"([^"\\]*)"\Z')
Fault = tuple[str, str, str]
"""Rule, message, remedy."""

MOST_ITEMS = 200
UNSUPPORTED: Mapping[str, tuple[str, str]] = {
    "scriptTask": ("不支持脚本任务。", "改用规则任务（决策表）、带动作的服务任务或流上的条件。"),
    "adHocSubProcess": ("不支持随机子流程。", "改用普通子流程，把可选的步骤画成网关分支。"),
    "transaction": ("不支持事务子流程。", "改用普通子流程，需要撤回的步骤用边界事件画出。"),
    "task": ("普通任务没有人办理，会直接跳过。", "改成用户任务、规则任务或服务任务。"),
}


def activity_unsupported(node: Node, _: Scope) -> Iterator[Finding]:
    """Some activities cannot be run, some would change the shared definition."""
    if node.kind in UNSUPPORTED:
        message, remedy = UNSUPPORTED[node.kind]
        yield error("activity-unsupported", node, message, remedy)
    if node.kind == "subProcess" and node.triggered_by_event:
        message = "不支持事件子流程。"
        yield error("activity-unsupported", node, message, "改用外层子流程上的边界事件。")


def action_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """A service task says which action it carries out."""
    if node.kind != "serviceTask":
        return
    action = node.attributes.get("action")
    if not action:
        yield error("action-missing", node, "服务任务没有写动作。", "选择一个动作，例如“发通知”“制发文书”。")
    elif action not in ACTIONS and action not in (scope.knowledge.actions or ()):
        yield error(
            "action-unknown", node, f"动作 {action} 不存在。", f"从这些动作中选：{'、'.join(sorted(ACTIONS))}。"
        )


def action_inputs(node: Node, _: Scope) -> Iterator[Finding]:
    """An action without its inputs fails when the token arrives."""
    action = ACTIONS.get(node.attributes.get("action", ""))
    if node.kind != "serviceTask" or action is None:
        return
    for name in sorted(action.needs - node.inputs.keys()):
        yield error("action-input-missing", node, f"动作缺少参数 {name}。", f"在参数中补上 {name}。")
    if action.one_of and not action.one_of & node.inputs.keys():
        wanted = "、".join(sorted(action.one_of))
        yield error("action-input-missing", node, f"动作缺少参数：{wanted} 至少要有一个。", "在参数中补上。")
    if action.some and not node.inputs:
        yield error("action-input-missing", node, "动作没有要写入的变量。", "在参数中写上变量名和表达式。")
    if action.limit and "limit" not in node.attributes:
        yield error("action-limit-missing", node, "时限动作没有指明时限。", "写上时限。")


def input_name(node: Node, _: Scope) -> Iterator[Finding]:
    """A parameter has a name, a value, and does not hide what every expression sees."""
    for name, value in node.inputs.items():
        if not name or not value:
            yield error("input-incomplete", node, f"参数 {name or '（无名）'} 缺少名称或表达式。", "补全或删去。")
        elif node.attributes.get("action") == "set_values" and name in SCOPE_NAMES:
            yield error("input-hides-variable", node, f"变量名 {name} 是固定变量。", "换一个变量名。")


def input_value_unknown(node: Node, scope: Scope) -> Iterator[Finding]:
    """A text written as it stands must be one the action knows; what is worked out is checked when it comes."""
    for name, value in node.inputs.items():
        known = scope.knowledge.choices.get((node.attributes.get("action", ""), name))
        written = TEXT.match(value)
        if known is not None and written and written[1] not in known:
            message = f"参数 {name} 的值“{clipped(written[1])}”不存在。"
            yield error("input-value-unknown", node, message, f"可用：{clipped('、'.join(sorted(known)), 400)}。")


def decision_missing(node: Node, scope: Scope) -> Iterator[Finding]:
    """A rule task names the decision it asks."""
    if node.kind != "businessRuleTask":
        return
    known = scope.knowledge.decisions
    if not node.called:
        yield error("decision-missing", node, "规则任务没有指定决策表。", "在属性中选择决策表。")
    elif known is not None and node.called not in known:
        yield error("decision-unknown", node, f"决策表 {node.called} 不存在。", "重新选择决策表，或先建好这张表。")


def loop_incomplete(node: Node, _: Scope) -> Iterator[Finding]:
    """A repetition has to say over what and until when."""
    loop = node.loop
    if loop is None:
        return
    if loop.several:
        yield error("loop-several", node, "同一个环节写了几种重复，不知照哪种办。", "只留一种：循环，或者多实例。")
    for rule, message, remedy in _standard_faults(loop) if loop.kind == "standard" else _instance_faults(loop):
        yield error(rule, node, message, remedy)


def _standard_faults(loop: Loop) -> Iterator[Fault]:
    if not loop.condition and not loop.maximum:
        yield "loop-endless", "循环没有条件，也没有最多次数。", "写上循环条件或最多次数。"
    if loop.maximum and not (loop.maximum.isdecimal() and int(loop.maximum[:9]) <= MOST_ITEMS):
        yield "loop-maximum", f"最多次数不是 {MOST_ITEMS} 以内的整数。", f"写一个不超过 {MOST_ITEMS} 的整数。"


def _instance_faults(loop: Loop) -> Iterator[Fault]:
    if not loop.collection and not loop.cardinality:
        yield "loop-without-list", "多实例没有写名单变量，也没有份数。", "写上保存名单的变量。"
    if loop.collection and loop.cardinality:
        yield "loop-twice", "多实例同时写了名单变量和份数。", "只留一种。"
    if loop.collection and not loop.item:
        yield "loop-without-item", "多实例没有写每一份的变量名。", "写上每一份的变量名。"
    for name in filter(unusable, (loop.collection, loop.item, loop.output_collection, loop.output_item)):
        yield "loop-variable", f"多实例的变量名 {str(name)[:60]} 不可用。", "用小写字母、数字和下划线写变量名。"
    if loop.cardinality and loop.cardinality.isdecimal() and int(loop.cardinality[:9]) > MOST_ITEMS:
        yield "loop-too-many", f"多实例超过 {MOST_ITEMS} 份。", "用动作“为每一项各开一个流程”，再汇总。"


def unusable(name: str | None) -> bool:
    """Tell whether a name cannot be that of a variable."""
    return name is not None and (not name.isidentifier() or name in SCOPE_NAMES)


def stray_element(process: Process, _: Diagram, __: Knowledge) -> Iterator[Finding]:
    """What the engine does not know and does not meet on the flow disappears in silence."""
    for stray in process.strays:
        message = f"不支持的元素 {stray.tag[:60]}，运行时不起作用。"
        place = replace(stray, name=stray.name or stray.tag)
        yield error("element-unsupported", place, message, "删去它，或换成受支持的元素。")


def attribute_ignored(node: Node, _: Scope) -> Iterator[Finding]:
    """Attributes of the standard that would change how often or why something runs are passed over in silence."""
    for name in node.ignored:
        message = f"标准属性 {name} 不起作用。"
        yield error("attribute-ignored", node, message, "删去该属性，需要的话把同样的意思画成流程。")


def extension_foreign(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """What another product's engine would do with its own extensions is not done here."""
    for space, owner, line in diagram.foreign:
        message = f"含有其他软件的扩展（{clipped(space)}），运行时不起作用。"
        yield warning(
            "extension-foreign", Stray(owner, "", "", line), message, "删去扩展，在右边的属性里写出同样的意思。"
        )


RULES = Rules(
    node=(
        activity_unsupported,
        action_missing,
        action_inputs,
        input_name,
        decision_missing,
        input_value_unknown,
        loop_incomplete,
        attribute_ignored,
    ),
    process=(stray_element,),
    diagram=(extension_foreign,),
)
