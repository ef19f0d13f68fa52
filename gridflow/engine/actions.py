"""The verbs of service tasks. The engine's own are here; domains above hand in theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from gridflow.bpmn import Node
from gridflow.engine.errors import ActionInvalid, shown

if TYPE_CHECKING:
    from gridflow.engine.turn import Turn


@dataclass(frozen=True, slots=True)
class Call:
    """One service task about to be done."""

    turn: "Turn"
    task_id: str
    process_id: str
    node: Node
    data: Mapping[str, object]
    inputs: Mapping[str, object]
    """The gridflow:input parameters, evaluated."""

    @property
    def limit(self) -> str:
        """The limit the task names."""
        name = self.node.attributes.get("limit")
        if not name:
            raise ActionInvalid(
                f"环节“{self.node.name}”没有写明变更哪个时限。请流程负责人在流程图中补上 gridflow:limit。"
            )
        return name

    def text(self, name: str) -> str:
        """Return an input that must be a text."""
        value = self.inputs.get(name)
        if not isinstance(value, str) or not value:
            raise ActionInvalid(
                f"环节“{self.node.name}”的参数“{name}”应为文字，得到的是{shown(value)}。请补全数据后重试。"
            )
        return value


Result = Mapping[str, object] | None
"""Variables to set, or None when a job will report the result later."""
Action = Callable[[Call], Result]


def set_values(call: Call) -> Result:
    """Turn the inputs into variables."""
    return call.inputs


def limit_start(call: Call) -> Result:
    """Start a limit, replacing one of that name that still runs.

    Source: N18-3.
    """
    remind = call.node.attributes.get("remind", "")
    call.turn.limits.begin(call.limit, call.data, call.task_id, remind)
    return {}


def limit_extend(call: Call) -> Result:
    """Move the due instant of a limit by `days` working days or to the instant `until`.

    Source: B18-1, B19(2).
    """
    days, until = call.inputs.get("days"), call.inputs.get("until")
    if isinstance(until, datetime):
        call.turn.limits.extend(call.limit, call.task_id, until=until)
    elif isinstance(days, (int, Decimal)) and days > 0:
        call.turn.limits.extend(call.limit, call.task_id, days=Decimal(days))
    else:
        raise ActionInvalid(f"环节“{call.node.name}”没有得到延长的工作日数 days 或到期时间 until。请补全数据后重试。")
    return {}


def limit_pause(call: Call) -> Result:
    """Stop the clock of a limit."""
    call.turn.limits.pause(call.limit, call.task_id)
    return {}


def limit_restart(call: Call) -> Result:
    """Let a paused limit run on."""
    call.turn.limits.restart(call.limit, call.task_id)
    return {}


def limit_stop(call: Call) -> Result:
    """End a limit as met or late."""
    call.turn.limits.stop(call.limit, call.task_id)
    return {}


OWN: Mapping[str, Action] = {
    "set_values": set_values,
    "limit_start": limit_start,
    "limit_extend": limit_extend,
    "limit_pause": limit_pause,
    "limit_restart": limit_restart,
    "limit_stop": limit_stop,
}
