"""Errors of the file store."""

from gridflow.errors import GridflowError


class BlobError(GridflowError):
    """The base of the errors of this package."""


class BlobMissing(BlobError):
    """No file with this hash is in the store."""


class BlobAltered(BlobError):
    """A stored file no longer has the hash it is named by."""
