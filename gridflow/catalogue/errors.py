"""What can be wrong with the files a procedure is made of."""

from gridflow.errors import GridflowError


class CatalogueError(GridflowError):
    """The base of every error of the catalogue."""


class FileInvalid(CatalogueError):
    """One file is missing or cannot be used."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"文件 {path}：{problem}")
        self.path = path


class CityUnknown(CatalogueError):
    """No city file has this code."""


class ProcedureUnknown(CatalogueError):
    """No procedure has this slug, or it has no edition for the city."""


class CalledProcessMissing(FileInvalid):
    """A diagram calls a process that no diagram defines."""


class IdRepeated(FileInvalid):
    """Two files define the same process or decision, so that one of them would win in silence."""


class ArticleUnknown(CatalogueError):
    """The ordinance has no such article, paragraph or item."""
