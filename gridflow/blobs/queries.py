"""Find files."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.blobs.errors import BlobMissing
from gridflow.blobs.models import Blob


def blob(session: Session, city: str, blob_id: str) -> Blob:
    """Return a file's row; one of another city does not exist here."""
    found = session.scalar(select(Blob).where(Blob.id == blob_id, Blob.city == city))
    if found is None:
        raise BlobMissing(f"没有编号为 {blob_id} 的文件。")
    return found


def blobs(session: Session, city: str, blob_ids: Iterable[str]) -> dict[str, Blob]:
    """Return the rows of several files by id; unknown ids are left out."""
    rows = session.scalars(select(Blob).where(Blob.id.in_(list(blob_ids)), Blob.city == city))
    return {row.id: row for row in rows}
