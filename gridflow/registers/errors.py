"""Errors of the registers."""

from gridflow.errors import GridflowError


class RegisterError(GridflowError):
    """The base of the errors of this package."""


class GridUnknown(RegisterError):
    """No grid of this city has the code."""


class MatterUnknown(RegisterError):
    """No matter of this city has the code."""


class MatterUnchanged(RegisterError):
    """A matter was to be listed, changed or taken off in a way that makes no sense."""


class RegisterFileInvalid(RegisterError):
    """A file of matters, categories or cells cannot be used."""


class BoundaryInvalid(RegisterError):
    """A boundary cannot be read, or cannot be cut or joined as asked."""


class GridChangeRefused(RegisterError):
    """A change of grids cannot be checked or put into effect as it stands."""
