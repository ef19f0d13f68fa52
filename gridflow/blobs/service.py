"""Record the files that cases, forms and documents name."""

import time
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.blobs.models import Blob
from gridflow.blobs.store import BlobStore

GRACE = timedelta(days=1)


def keep(session: Session, store: BlobStore, city: str, content: bytes, media_type: str, name: str) -> Blob:
    """Store a file and add the row that names it; the caller commits.

    Writing to the disk takes time: outside a short transaction call `store.put` first, which makes this call cheap.
    """
    blob = Blob(
        city=city,
        sha256=store.put(content),
        size=len(content),
        media_type=media_type,
        name=name,
        at=clock.now(),
    )
    session.add(blob)
    session.flush()
    return blob


def sweep_orphans(session: Session, store: BlobStore, grace: timedelta = GRACE) -> list[str]:
    """Remove stored files that no row names and that are older than the grace, and return their hashes.

    The age is that of the disk, not of the injected clock: it guards uploads whose commit is still under way.
    """
    named = set(session.scalars(select(Blob.sha256).distinct()))
    return store.sweep(named, time.time() - grace.total_seconds())
