"""Whether branches come together as they should."""

from collections.abc import Iterator
from itertools import islice

from gridflow.bpmn.linting.findings import Finding, error
from gridflow.bpmn.linting.knowledge import Knowledge
from gridflow.bpmn.linting.rules import Rules
from gridflow.bpmn.linting.scope import Scope, scopes
from gridflow.bpmn.linting.tokens import MOST_MARKINGS, Net, Played
from gridflow.bpmn.linting.vocabulary import KINDS
from gridflow.bpmn.model import Diagram

MOST = 30
"""Findings a scope."""


def join_faults(diagram: Diagram, knowledge: Knowledge) -> Iterator[Finding]:
    """Joins complete, nothing runs twice, and a called diagram ends once; all scopes share what may be played."""
    left = MOST_MARKINGS
    for scope in scopes(diagram, knowledge):
        played = Net(scope).play(left)
        left = max(left - played.markings, 0)
        yield from islice(_faults(scope, played), MOST)


def _faults(scope: Scope, played: Played) -> Iterator[Finding]:
    for key, missing in sorted(played.stuck.items()):
        node = scope.nodes[key]
        flows = "、".join(sorted(missing)[:5])
        message = f"{KINDS[node.kind]}可能永远等不齐：{flows} 上不一定有人来。"
        yield error("join-incomplete", node, message, "分开与汇合要成对：并行分开的用并行汇合，排他分开的用排他汇合。")
    for key in sorted(played.crowded):
        message = "并行的路径在这里会合却没有等齐，后面的步骤会重复执行。"
        yield error("join-missing", scope.nodes[key], message, "在会合处放一个并行网关，或让循环不回到并行路径中。")
    for key in sorted(played.apart) if scope.outermost and scope.is_called else ():
        message = "被调用的流程里，并行路径各自结束，结果合不到一起。"
        yield error("ends-apart", scope.nodes[key], message, "先用并行网关汇合，再接一个结束事件。")
    if not played.complete:
        message = "路径组合太多，无法验证所有汇合都能完成。"
        yield error("joins-unproved", scope.place, message, "把并行部分移到子流程或被调用的图里。")


RULES = Rules(diagram=(join_faults,))
