"""What can go wrong with a case."""

from collections.abc import Iterable

from gridflow.engine.errors import NotYet
from gridflow.errors import GridflowError


class CaseError(GridflowError):
    """The base of every error about cases."""


class AccountClosed(CaseError):
    """The signed-in account does not exist any more."""

    def __init__(self) -> None:
        super().__init__("您的账号已停用。如仍需使用，请联系本单位管理员。")


class CaseUnknown(CaseError):
    """There is no such case for this person."""

    def __init__(self) -> None:
        super().__init__("没有找到这个案件，它可能属于其他地区，或编号有误。请核对编号。")


class NotYourCase(CaseError):
    """The person may look at the case but does not handle it."""

    def __init__(self) -> None:
        super().__init__("您不是本案的承办人，个人信息不能查看。确需查看时，请联系承办人。")


class GridUnknown(CaseError):
    """The grid does not exist in this city today."""

    def __init__(self, code: str) -> None:
        super().__init__(f"本市没有编码为“{code}”的网格。请从列表中选择所在网格。")


class MayNotStart(CaseError):
    """The person's role may not open this procedure."""

    def __init__(self, title: str) -> None:
        super().__init__(f"您的岗位不能发起“{title}”。请联系网格长或拨打公示的监督电话反映。")


class FormMissing(CaseError):
    """A task has no form in the bundle the case runs."""

    def __init__(self, form_id: str) -> None:
        super().__init__(f"流程包中缺少表单“{form_id}”，这项任务暂时无法办理。请联系流程负责人补充后重试。")


class DraftTooLong(CaseError):
    """A draft is longer than any form allows."""

    def __init__(self) -> None:
        super().__init__("草稿内容过长，未能保存。请缩短文字后再试。")


class DocumentsPending(CaseError):
    """The case file waits for a document that is not set yet."""

    def __init__(self, number: str) -> None:
        super().__init__(f"案件 {number} 还有文书正在生成，卷宗稍后自动封存。")


class PapersNamed(CaseError, NotYet):
    """A file that is to be destroyed waits until the papers that were set from it are set again."""

    def __init__(self, number: str) -> None:
        super().__init__(f"案件 {number} 的文书正在重新生成，应销毁的文件稍后删除。")


class JobLost(CaseError):
    """Another worker has taken a long job over."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"后台任务“{kind}”已由另一个工作进程接着做，本进程停下。")


class ItemsOpen(CaseError, NotYet):
    """The case file waits until every other task of the case is done."""

    def __init__(self, number: str, steps: Iterable[str]) -> None:
        super().__init__(f"案件 {number} 还有环节没有办完：{'、'.join(steps)}。全部办完后自动归档。")
