"""Errors of the vault."""

from gridflow.errors import GridflowError


class VaultError(GridflowError):
    """The base of the errors of this package."""


class ValueMissing(VaultError):
    """The vault holds no such value for this city."""


class ValueDestroyed(VaultError):
    """The value was destroyed as the law demands; what remains is that it existed."""


class VaultLocked(VaultError):
    """The value cannot be opened: wrong key, or the row was altered."""
