"""What can go wrong in an inbox."""

from gridflow.errors import GridflowError


class InboxError(GridflowError):
    """The base of every error about inboxes."""


class TooManySearches(InboxError):
    """Somebody keeps as many searches as fit beside the list."""

    def __init__(self, most: int) -> None:
        super().__init__(f"常用查找最多存 {most} 个。请先删去不用的，再存新的。")


class OfferPending(InboxError):
    """Somebody asked for the same before, and it is not answered yet."""

    def __init__(self, name: str, step: str) -> None:
        super().__init__(f"“{name}”已经提出，正在等待“{step}”，不用再提一次。有了结果会通知提出的人，并写在任务上。")


class DoneByYou(InboxError):
    """Whoever asks has done the task before."""

    def __init__(self, step: str, when: str) -> None:
        super().__init__(f"“{step}”您已于{when}办好送出，这次没有重复提交，不用再办。")
