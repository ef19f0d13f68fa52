"""What can go wrong in an inbox."""

from gridflow.errors import GridflowError


class InboxError(GridflowError):
    """The base of every error about inboxes."""


class TooManySearches(InboxError):
    """Somebody keeps as many searches as fit beside the list."""

    def __init__(self, most: int) -> None:
        super().__init__(f"常用查找最多存 {most} 个。请先删去不用的，再存新的。")
