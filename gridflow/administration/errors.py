"""What can go wrong in the hands of an operator."""

from gridflow.errors import GridflowError


class AdministrationError(GridflowError):
    """The base of every error of this package."""


class RequestOver(AdministrationError):
    """The request is decided, or there is none of that id in this city."""

    def __init__(self) -> None:
        super().__init__("这项申请已经处理完毕，或不属于本市。请刷新申请列表。")


class SecondPersonNeeded(AdministrationError):
    """Whoever asks cannot be the one who approves."""

    def __init__(self) -> None:
        super().__init__("申请人不能批准自己的申请。请由另一位有权限的人员批准。")


class MayNotDecide(AdministrationError):
    """The person's posts do not include deciding on this request."""

    def __init__(self) -> None:
        super().__init__(
            "您的岗位不能批准这项申请：更改数据由流程负责人或案件所在地的网格办批准，其他由管理员或流程负责人批准。"
        )


class MayNotAsk(AdministrationError):
    """The person's posts do not include migrating cases of this procedure, or asking for it."""

    def __init__(self) -> None:
        super().__init__("只有管理员、这个流程的负责人和代理人可以迁移或申请迁移案件。请与他们联系。")


class ReasonMissing(AdministrationError):
    """No reason is given for something that must have one."""

    def __init__(self) -> None:
        super().__init__("没有写明理由。请写明理由后再操作，理由会记入记录。")


class ValueUnreadable(AdministrationError):
    """A new value is none."""

    def __init__(self, name: str, why: str) -> None:
        how = '文字请加英文双引号，如 "urgent"；数字、true、date("2026-03-01") 直接写。'
        super().__init__(f"数据“{name or '（无名称）'}”的新值读不出来：{why}{how}")


class ValueUnfit(AdministrationError):
    """A new value does not fit the data dictionary of the procedure."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"数据“{name}”不能这样改：{why}")


class NothingToDo(AdministrationError):
    """A batch would be empty."""

    def __init__(self) -> None:
        super().__init__("没有需要处理的案件。请换一个版本或条件。")


class AccountRefused(AdministrationError):
    """An account or a post cannot be as it was asked for; the message says why."""


class OwnAccount(AdministrationError):
    """Nobody changes his own account or posts. Source: domain 6.1, 三员分立."""

    def __init__(self) -> None:
        super().__init__("不能更改自己的账号和岗位。请由另一位管理员办理。")


class NotOfThisCity(AdministrationError):
    """There is no such account, post or unit in this city."""

    def __init__(self, what: str) -> None:
        super().__init__(f"没有找到这个{what}，它可能属于其他城市。请从列表重新进入。")


class CountRefused(AdministrationError):
    """The figures of a grid cannot be registered as given."""
