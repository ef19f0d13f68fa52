"""What can go wrong while a procedure is being changed."""

from collections.abc import Sequence

from gridflow.errors import GridflowError


class WorkbenchError(GridflowError):
    """The base of every error of this package."""


class RevisionUnknown(WorkbenchError):
    """There is no such revision in this city."""

    def __init__(self) -> None:
        super().__init__("没有找到这份修改稿，它可能属于其他城市。请从修改稿列表重新进入。")


class ExampleUnknown(RevisionUnknown):
    """A revision has no such worked example, or none any more."""

    def __init__(self) -> None:
        super(RevisionUnknown, self).__init__(
            "这份修改稿没有这个案例，可能已经去掉。请在修改稿的“试办”里看现有的案例，在“历史和里程碑”里看是谁去掉的。"
        )


class RevisionOver(WorkbenchError):
    """The revision cannot be changed in the state it is in."""

    def __init__(self, state: str) -> None:
        said = {
            "asked": "已送审，撤回或退回后才能再改", "published": "已经发布", "rolled_back": "发布后已被回退",
            "discarded": "已经作废",
        }[state]  # fmt: skip
        super().__init__(f"这份修改稿{said}。请刷新页面。")


class NotOwner(WorkbenchError):
    """The person does not answer for this procedure."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"这个流程由{'、'.join(names)}负责，只有负责人和代理人可以起草、修改、送审。您仍可查看；需要改动请与负责人联系。"
        )


class OwnerRefused(WorkbenchError):
    """Somebody cannot be named or ended as owner; the message says why."""


class FreezeRefused(WorkbenchError):
    """A freeze cannot be set or lifted; the message says why."""


class MilestoneRefused(WorkbenchError):
    """A state cannot be named, or there is none of that name; the message says why."""


class FileRefused(WorkbenchError):
    """A file cannot become a part of the revision; the message says why."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        super().__init__(f"文件 {path} 不能采用：{why}")


class PackageRefused(WorkbenchError):
    """A ZIP cannot be taken in; the message says why. Nothing of it was kept."""


class NotReady(WorkbenchError):
    """The revision cannot be sent for approval or published; the message says what stands in the way."""


class SamePerson(WorkbenchError):
    """Whoever wrote a part of the revision or sent it cannot approve it."""

    def __init__(self) -> None:
        super().__init__("起草、修改或送审过这份修改稿的人不能批准它。请由另一位有权限的人员审批。")


class DecisionOver(WorkbenchError):
    """The request for publication is decided or withdrawn."""

    def __init__(self) -> None:
        super().__init__("这次送审已经处理完毕或已撤回。请刷新页面。")


class VersionUnknown(WorkbenchError):
    """The procedure has no version of that number."""

    def __init__(self) -> None:
        super().__init__("这个流程没有这一版。请从版本列表重新进入。")


class TrialFailed(WorkbenchError):
    """What was tried did not come to its end; the message says why. The trial stands where it stood."""


class TrialRefused(WorkbenchError):
    """What was asked of a trial cannot be done as things stand; the message says why."""


class SandboxBusy(WorkbenchError):
    """Too many people try drafts at once."""

    def __init__(self) -> None:
        super().__init__("同时试办的人太多，这一步没有办。请过一会儿再按一次。")
