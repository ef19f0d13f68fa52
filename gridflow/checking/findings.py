"""A finding with its file, and what a file that cannot be read is told."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from gridflow.bpmn import BpmnUnreadable, Finding
from gridflow.errors import GridflowError
from gridflow.feel import DecisionFileError

REMEDY = "请按提示修改文件后重新检查。"


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the file it is in."""

    file: str
    finding: Finding

    def as_dict(self) -> dict[str, object]:
        """Return it for JSON output."""
        return {"file": self.file, **asdict(self.finding)}


def unreadable(path: str, error: GridflowError) -> Iterator[Found]:
    """Say why a file cannot be read; for a decision file, decision by decision."""
    faults = error.faults if isinstance(error, DecisionFileError) else ()
    for fault in faults:
        yield Found(path, Finding("decision-invalid", "error", fault.id, fault.name, fault.message, REMEDY, fault.line))
    if not faults:
        line = (error.line or 0) if isinstance(error, BpmnUnreadable) else 0
        yield Found(path, broken(error.message, line=line))


def broken(message: str, remedy: str = REMEDY, *, rule: str = "unreadable", line: int = 0) -> Finding:
    """Return the finding about a file as a whole."""
    return Finding(rule, "error", "", "", message, remedy, line)
