"""What passes in and out: of a called diagram, of a decision, of a task."""

from collections.abc import Iterator

from gridflow.bpmn.linting.activities import unusable
from gridflow.bpmn.linting.findings import Finding, clipped, error, warning
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope
from gridflow.bpmn.linting.variables import known_names, never_written
from gridflow.bpmn.model import Diagram, Node, Process, Stray


def data_unlisted(process: Process, _: Diagram, __: Knowledge) -> Iterator[Finding]:
    """A declared datum passes all the same, but other tools read the sets."""
    for name in process.unlisted_data:
        message = f"数据 {clipped(name)} 已声明但没有列入 inputSet 或 outputSet，别的软件会当它不存在。"
        yield warning("data-unlisted", process, message, "把它列入 inputSet 或 outputSet。")
    for name in (*process.data_inputs, *process.data_outputs):
        if unusable(name):
            message = f"数据名 {clipped(name)} 不能用作变量名。"
            yield error("data-name", process, message, "用小写字母、数字和下划线写变量名，并避开固定变量。")


def data_declared(node: Node, _: Scope) -> Iterator[Finding]:
    """Data declared on a task make the engine refuse the diagram; a called diagram declares its own."""
    if node.declares_data:
        message = "任务上写了自己的输入输出声明，引擎不予执行。"
        yield error("data-on-task", node, message, "删去任务上的数据声明；被调用的流程在流程上声明。")


def data_associated(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """Data objects and stores are pictures: connected to a task they move data the engine cannot find."""
    for connection in diagram.connections:
        if connection.kind in {"dataInputAssociation", "dataOutputAssociation"}:
            place = Stray(connection.id, connection.name, connection.kind, connection.line)
            message = "数据对象与任务之间用了数据关联，引擎不予执行。"
            yield error("data-associated", place, message, "改用普通关联线（association），只作图示。")


def data_store(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """The engine refuses a whole file over a data store it has no code for."""
    for found in diagram.artifacts.values():
        if found.kind == "dataStore":
            place = Stray(found.id, found.text, found.kind, found.line)
            yield error("data-store-unsupported", place, "不支持数据存储。", "删去数据存储，需要图示时用数据对象。")


def inputs_unknown(scope: Scope) -> Iterator[Finding]:
    """What a call or a decision needs must come from somewhere; the engine stops at a call that lacks it."""
    names = known_names(scope)
    if names is None:
        return
    for node in scope.kind("callActivity"):
        called = scope.called(node.called)
        own = {node.loop.item} if node.loop else set()
        for name in sorted(called.required_inputs - names.keys() - own) if called else ():
            message = f"被调用的流程需要数据 {clipped(name)}，这里没有任何环节写它。"
            yield error(
                "call-input-unknown", node, message, "在前面的表单、决策表或动作“写入变量”中写上，或改为可选输入。"
            )
    for node in scope.kind("businessRuleTask"):
        for name in sorted(scope.knowledge.reads.get(node.called or "", frozenset()) - names.keys()):
            message = f"决策表 {clipped(node.called or '')} 要看变量 {clipped(name)}，这里没有任何环节写它。"
            yield error("decision-input-unknown", node, message, "在前面的表单或动作“写入变量”中写上，或改正表的输入。")


def output_unwritten(scope: Scope) -> Iterator[Finding]:
    """An output that nothing writes is always null for the caller."""
    for name in sorted(never_written(scope)) if scope.outermost else ():
        message = f"输出 {clipped(name)} 在流程中没有任何环节写它，调用方得到的总是空值。"
        yield error("output-unwritten", scope.place, message, "在表单、决策表或动作“写入变量”中写上，或删去这个输出。")


RULES = Rules(
    node=(data_declared,),
    scope=(inputs_unknown, output_unwritten),
    process=(data_unlisted,),
    diagram=(data_associated, data_store),
)
