"""How large a diagram may be."""

from collections.abc import Iterator

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.model import Diagram, Process

MOST_PROCESSES = 10
MOST_NODES = 300
MOST_FLOWS = 600
MOST_LANES = 60
MOST_TEXTS = 3_000
MOST_CHARACTERS = 100_000


def too_large(diagram: Diagram, _: Knowledge) -> Iterator[Finding]:
    """The engine's parser gives up on chains much longer than this; people long before."""
    processes = list(diagram.processes.values())
    for what, count, most in (
        ("流程", len(processes), MOST_PROCESSES),
        ("元素", sum(len(p.nodes) + len(p.strays) for p in processes), MOST_NODES),
        ("流", sum(len(p.flows) for p in processes), MOST_FLOWS),
        ("泳道", sum(len(p.lanes) for p in processes), MOST_LANES),
        ("表达式字符", sum(_characters(p) for p in processes), MOST_CHARACTERS),
        ("参数和属性", sum(len(n.inputs) + len(n.attributes) for n in diagram.nodes.values()), MOST_TEXTS),
    ):
        if count > most:
            message = f"文件里的{what}有 {count} 个，最多 {most} 个。"
            yield error("too-large", processes[0], message, "拆成几张流程图，用调用活动连接。")


def _characters(process: Process) -> int:
    """Count what would have to be read as expressions."""
    conditions = sum(len(flow.condition or "") for flow in process.flows.values())
    texts = (text for node in process.nodes.values() for text in (*node.inputs.values(), *node.attributes.values()))
    return conditions + sum(map(len, texts))


RULES = Rules(diagram=(too_large,))
