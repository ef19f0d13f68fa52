"""What can go wrong inside a running diagram, before any database is involved."""

from gridflow.engine.errors import EngineError, shown


class DiagramRefused(EngineError):
    """A diagram cannot be run safely; `element` is the id of the element at fault, or None."""

    def __init__(self, reason: str, element: str | None = None, name: str = "") -> None:
        where = f"元素“{name or element}”（{element}）：" if element else ""
        super().__init__(f"流程图不能运行。{where}{reason}")
        self.element = element


class TaskNotWaiting(EngineError):
    """The task does not wait for what was done to it: it is over, or it never was of that kind."""

    def __init__(self, task_id: str, action: str) -> None:
        super().__init__(f"现在不能{action}：该步骤已经结束或不在等待中。请刷新案件查看最新进展。")
        self.task_id = task_id


class TimerNotDue(EngineError):
    """A timer was fired before its instant, for instance because its limit has been moved."""

    def __init__(self, name: str) -> None:
        super().__init__(f"定时“{name}”尚未到期，不能触发。时限可能刚刚变更，请等新的到期时间。")


class ConditionUndecided(EngineError):
    """A condition is neither true nor false."""

    def __init__(self, expression: str, value: object) -> None:
        super().__init__(
            f"条件“{expression}”的结果应为真或假，得到的是{shown(value)}。"
            "请补全条件要看的数据，或请流程负责人改正条件，再重试。"
        )


class NoFlowMatches(EngineError):
    """No condition of a gateway holds and it has no default flow."""

    def __init__(self) -> None:
        super().__init__("网关的条件都不成立，也没有默认流向。请修改条件或设置默认流向后重试。")


class TimerTextInvalid(EngineError):
    """The expression of a timer gave no instant."""

    def __init__(self, expression: str, value: object, wanted: str) -> None:
        super().__init__(
            f"定时“{expression}”应给出{wanted}，得到的是{shown(value)}。"
            "请补全它要看的数据，或请流程负责人改正定时，再重试。"
        )


class ItemsInvalid(EngineError):
    """A multi-instance has nothing countable to run over."""


class InputMissing(EngineError):
    """A called process is not given what it declares."""

    def __init__(self, process_id: str, name: str) -> None:
        super().__init__(f"调用流程“{process_id}”需要数据“{name}”，但目前没有。请补充该数据后重试。")


class ErrorUncaught(EngineError):
    """A BPMN error was thrown and no boundary event catches it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"流程抛出错误“{name}”，但没有边界事件接收。请在外层活动上画出接收该错误的边界事件。")


class ScriptRefused(EngineError):
    """Something in a diagram asks to execute a script."""

    def __init__(self) -> None:
        super().__init__("流程图中的脚本一律不执行。请改用决策表或 set_values 动作。")


class ValueRefused(EngineError):
    """A value is of a type that a case cannot keep."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"数据“{path or '（整体）'}”不是可以保存的内容。请改用文字、数字、带时区的日期时间、列表或它们的组合。"
        )


class StateUnreadable(EngineError):
    """Stored state does not fit this program or this version of the diagram."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"案件的流程状态无法读取：{reason}。请联系管理员，不要重复提交。")
