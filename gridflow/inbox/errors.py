"""What can go wrong in an inbox."""

from gridflow.errors import GridflowError


class InboxError(GridflowError):
    """The base of every error about inboxes."""


class DraftTooLong(InboxError):
    """A draft is longer than any form allows."""

    def __init__(self) -> None:
        super().__init__("草稿内容过长，未能保存。请缩短文字后再试。")
