"""What can be wrong with a diagram file before any rule is checked."""

from gridflow.errors import GridflowError


class BpmnError(GridflowError):
    """The base of the errors of this package."""


class BpmnUnreadable(BpmnError):
    """The file is not a BPMN file that may be read; `line` is where it stopped, or None."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"第 {line} 行：{message}")
        self.line = line


class NothingToDraw(BpmnError):
    """The diagram has no drawing, or none of the process asked for."""
