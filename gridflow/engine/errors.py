"""What can go wrong when a procedure runs."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from gridflow.errors import GridflowError
from gridflow.feel.values import chinese_kind

TIERS = {"village": "村（社区）", "town": "镇（街道）", "county": "县（区）", "city": "市", "unit": "承办单位"}


def shown(value: object) -> str:
    """Return a value as a message says it: what kind it is, and short ones in full."""
    if isinstance(value, str):
        return f"文字“{value[:40]}{'…' if len(value) > 40 else ''}”" if value else "空的文字"
    if isinstance(value, bool):
        return "“是”" if value else "“否”"
    if isinstance(value, int | float | Decimal):
        return f"数字 {value}"
    if isinstance(value, date | time):
        return f"{chinese_kind(value)} {value.isoformat()}"
    if isinstance(value, list):
        return f"{len(value)} 项的列表"
    return "空值" if value is None else chinese_kind(value)


def about(step: str, message: str) -> str:
    """Begin a message with the step it is about, unless it says so itself."""
    return message if not step or f"“{step}”" in message else f"环节“{step}”：{message}"


class EngineError(GridflowError):
    """The base of every error of the engine."""


class WorkItemUnknown(EngineError):
    """There is no such task in this city."""

    def __init__(self) -> None:
        super().__init__("没有找到这项任务，它可能属于其他单位，或链接有误。请回到收件箱重新打开。")


class WorkItemTaken(EngineError):
    """Somebody else finished the task, or holds it until then."""

    def __init__(self, who: str, when: str, *, holds: bool = False) -> None:
        stands = f"正由{who}办理，占用至{when}" if holds else f"已由{who}于{when}办结"
        super().__init__(f"这项任务{stands}，您填写的内容已保存为草稿，没有重复提交。")


class WorkItemGone(EngineError):
    """The task was withdrawn because the case went another way."""

    def __init__(self) -> None:
        super().__init__("案件已转入其他环节，这项任务已收回，不用再办理。您填写的内容已保存为草稿。")


class NotYours(EngineError):
    """The actor may not do this task."""

    def __init__(self, why: str) -> None:
        super().__init__(f"您不能办理这项任务：{why}。如需办理，请联系本单位负责人移交。")


class OfferGone(EngineError):
    """The offer is no longer open."""

    def __init__(self, label: str) -> None:
        super().__init__(f"现在不能“{label}”：办理环节已经变化。请刷新案件查看最新进展。")


class IncidentOver(EngineError):
    """The incident is settled, or there is none of that id in this city."""

    def __init__(self) -> None:
        super().__init__("这项故障已经处理完毕，或不属于本市，不用再重试。请刷新故障列表。")


class NotYet(EngineError):
    """Something else must happen before a job can be done: it waits, and that is no failure."""


class LimitUnknown(EngineError):
    """An action names a limit that does not run."""

    def __init__(self, name: str) -> None:
        super().__init__(f"时限“{name}”没有在计时，无法变更。请检查流程图中该时限的起算环节。")
        self.name = name


class TermsInvalid(EngineError):
    """The decision `limit` gave no usable time limit."""

    def __init__(self, name: str, outputs: Mapping[str, object]) -> None:
        super().__init__(
            f"时限“{name}”不能起算：决策表 limit 给出的数量是{shown(outputs.get('amount'))}，"
            f"单位是{shown(outputs.get('unit'))}。请流程负责人在表中补上这一时限的行"
            "（数量大于零，单位用 WD 工作日、WH 工作小时、H 小时、M 分钟之一），再重试。"
        )
        self.name = name


class ActionUnknown(EngineError):
    """A service task names a verb that nobody registered."""

    def __init__(self, verb: str) -> None:
        super().__init__(f"流程图使用了不存在的动作“{verb}”。请改用已登记的动作。")
        self.verb = verb


class ActionInvalid(EngineError):
    """A service task calls a verb with wrong inputs."""


class RoutingFailed(EngineError):
    """Nobody can be given the task."""

    def __init__(self, cause: str, kind: str = "routing") -> None:
        super().__init__(cause)
        self.kind = kind


class DefinitionUnknown(EngineError):
    """The city has no such procedure in force."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"本市没有启用流程“{slug}”。请管理员先发布该流程。")


class InstanceChanged(EngineError):
    """Another command changed the instance in between."""

    def __init__(self) -> None:
        super().__init__("案件刚刚被其他操作更新，请刷新后重试，您填写的内容已保存为草稿。")


class InstanceOver(EngineError):
    """The instance has ended."""

    def __init__(self, number: object) -> None:
        super().__init__(
            f"案件 {number} 的这一流程已经结束，不能再办理。请刷新案件查看结果；还有事要办的，请另行上报或发起。"
        )


class InstanceSuspended(NotYet):
    """The instance waits for an operator to resume it."""

    def __init__(self, reason: str | None) -> None:
        super().__init__(
            f"案件的这一流程已由管理员暂停（{reason or '未写理由'}），暂时不能办理；时限照常计算。"
            "恢复后任务会回到收件箱。您填写的内容已保存为草稿。"
        )


class InstanceUnknown(EngineError):
    """There is no such instance in this city."""

    def __init__(self) -> None:
        super().__init__("没有找到这个流程实例，它可能属于其他城市。请从案件编号重新查找。")


class OperationRefused(EngineError):
    """What an operator wants would lose something; `reasons` says what, each with a remedy."""

    def __init__(self, what: str, reasons: list[str]) -> None:
        super().__init__(f"不能{what}：{' '.join(reasons)}")
        self.reasons = reasons


class UndoTooLate(EngineError):
    """There is no migration that could be undone."""

    def __init__(self) -> None:
        super().__init__("没有可以撤销的迁移：迁移后案件已经继续办理。请改为迁移到需要的版本。")


class RunawayLoop(EngineError):
    """A diagram runs in a circle without ever waiting."""

    def __init__(self, title: str, steps: Sequence[str] = ()) -> None:
        where = f"在{'、'.join(f'“{step}”' for step in steps)}之间" if steps else "与本案的其他流程之间"
        super().__init__(
            f"流程“{title}”{where}自动循环不止，已停止并撤回本次操作。"
            "请流程负责人在这条回路中加上人工环节或等待，发布新版本后迁移本案，再办理。"
        )
        self.steps = steps
