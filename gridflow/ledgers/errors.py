"""What can go wrong with a ledger."""

from gridflow.errors import GridflowError
from gridflow.formats import gettext as _


class LedgerError(GridflowError):
    """The base of every error of this package."""


class LedgerUnknown(LedgerError):
    """The city keeps no such ledger, or the entry is not there for this person."""

    def __init__(self) -> None:
        super().__init__(_("没有这本台账或这一条记录，或者不在您的范围内。请回到台账列表。"))


class NotKept(LedgerError):
    """Somebody whose role does not keep the ledger was to change it."""

    def __init__(self, title: str) -> None:
        super().__init__(_("您的岗位不记“%(title)s”，只能查看。需要记录时请联系本单位经办人。", title=title))


class EntryEnded(LedgerError):
    """An entry was to be ended twice, or without a reason."""
