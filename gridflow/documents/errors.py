"""What can be wrong with a document."""

from gridflow.errors import GridflowError


class DocumentError(GridflowError):
    """A document cannot be numbered, set or sealed."""


class FontsMissing(DocumentError):
    """The faces documents are set in are not there, or were not installed before the typesetter was loaded."""


class TemplateBroken(DocumentError):
    """A document template cannot be read, or asks for something it was not given or may not have."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class NumberPatternInvalid(DocumentError):
    """A number pattern of a city file names a field that does not exist."""


class DocumentNotFound(DocumentError):
    """There is no such document in this city, or it is not in the state the step needs."""


class PreviewFailed(DocumentError):
    """A document could not be shown to whoever writes its template; the message says why."""
