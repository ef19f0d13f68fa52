"""Move a token: from an element that waits to another one of the same diagram, checked first."""

from sqlalchemy.orm import Session

from gridflow.bpmn import Node, Process
from gridflow.engine.directory import Actor
from gridflow.engine.errors import OperationRefused
from gridflow.engine.operations.operating import Operating, Why
from gridflow.engine.operations.regions import reached, upset
from gridflow.engine.runtime.events import EventGateway
from gridflow.engine.runtime.items import Items
from gridflow.engine.runtime.joins import EndJoin, is_live
from gridflow.engine.runtime.leaving import leave, token_of
from gridflow.engine.runtime.tokens import Token
from gridflow.engine.runtime.waiting import kind_of
from gridflow.engine.turn import Turn

MOVABLE = frozenset({"human", "service", "timer", "message", "signal", "incident"})


class Moving(Operating):
    """Moves tokens."""

    def check_move(self, session: Session, instance_id: str, actor: Actor, task_id: str, to: str) -> list[str]:
        """Return why a token may not be moved there, each with a remedy; empty when it may."""
        return reasons_against(self.view(session, instance_id, actor), task_id, to)

    def move(self, session: Session, instance_id: str, actor: Actor, task_id: str, to: str, why: Why) -> None:
        """Take a token from where it waits to another element with all its variables; raises OperationRefused."""
        turn, version = self._reach(session, instance_id, actor)
        if reasons := reasons_against(turn, task_id, to):
            raise OperationRefused("移动", reasons)
        token = token_of(turn.run, task_id)
        turn.note("moved", {"from": str(token.element_id), "to": to})
        turn.effects.changes.update(why)
        leave(turn.run, task_id, to)
        self._finish(turn, version, "move_token")


def targets(turn: Turn, task_id: str) -> list[Node]:
    """Return the elements a waiting token may be moved to."""
    token = token_of(turn.run, task_id)
    process, scope = place_of(turn, token)
    nodes = [node for node in process.inside(scope) if node.id != token.element_id]
    return [node for node in nodes if not reasons_against(turn, task_id, node.id)]


def reasons_against(turn: Turn, task_id: str, to: str) -> list[str]:
    """Return what stands against moving a token."""
    token = token_of(turn.run, task_id)
    process, scope = place_of(turn, token)
    target = process.nodes.get(to)
    reasons = list(_against_leaving(token))
    if target is None or target.parent != scope:
        return [*reasons, "目标不在同一层流程图中。请选择同一层的环节。"]
    reasons += _against_entering(target)
    if not reasons:
        alone = not any(is_live(other) and not _beside(other, token) for other in token.workflow.tasks.values())
        here, there = reached(process, str(token.element_id)), reached(process, to)
        reasons += [
            f"会使并行汇合“{name}”缺少或多出一路。请在同一并行分支内移动。"
            for name in upset(process, here, there, alone=alone)
        ]
    return reasons


def place_of(turn: Turn, token: Token) -> tuple[Process, str]:
    """Return the process whose diagram draws a token's node, and the id of the (sub-)process it stands in."""
    top = token.workflow.top_workflow
    process_id = top.process_of(token)
    return turn.parsed.diagrams[process_id].processes[process_id], token.workflow.key.rpartition("/")[2]


def _against_leaving(token: Token) -> list[str]:
    if kind_of(token) not in MOVABLE:
        return ["这一步现在不在等待。请刷新后重新选择。"]
    if hasattr(token.task_spec, "cancel_activity"):
        return ["边界事件随它所在的环节等待。请移动所在的环节。"]
    parent = token.parent.task_spec if token.parent is not None else None
    if isinstance(token.task_spec, Items) or isinstance(parent, Items):
        return ["这一步属于多实例，移走会使汇总缺项。请先办完或取消多实例。"]
    if isinstance(parent, EventGateway):
        return ["这一步与其他事件一起等待，只能等其中一个先到。"]
    return []


def _against_entering(target: Node) -> list[str]:
    if target.kind in ("boundaryEvent", "startEvent"):
        return ["不能移动到开始事件或边界事件。请选择环节。"]
    if target.loop is not None:
        return ["不能移动到多实例。请移动到它前面的环节。"]
    if target.kind == "callActivity":
        return ["不能移动到调用的流程。请移动到它前面的环节。"]
    if target.kind == "parallelGateway" and len(target.incoming) > 1:
        return ["不能移动到并行汇合。请移动到它后面的环节。"]
    return []


def _beside(other: Token, token: Token) -> bool:
    """Tell whether a token is the moved one, waits at the end, or is a boundary event armed on the same activity."""
    if other is token or isinstance(other.task_spec, EndJoin):
        return True
    return hasattr(other.task_spec, "cancel_activity") and other.parent is token.parent
