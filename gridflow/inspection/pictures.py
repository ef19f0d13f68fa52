"""Small pictures for lists: each made once in a process from what was handed in, and kept by its hash."""

from threading import Lock

from gridflow.blobs.store import BlobStore
from gridflow.documents.photos import small_jpeg

LONGEST = 240
"""Pixels of the longer side: a list shows 96 by 72, and screens have up to three for each."""
MOST_BYTES = 4 * 1024 * 1024
"""Of all that are kept, some 500; then it begins again."""
_kept: dict[str, bytes] = {}
_lock = Lock()


def small_picture(store: BlobStore, sha256: str) -> bytes:
    """Return a stored picture as a small JPEG, empty where it cannot be shown; raises BlobMissing once it is erased."""
    if sha256 in _kept and store.path(sha256).exists():
        return _kept[sha256]
    small = small_jpeg(store.get(sha256), LONGEST)
    with _lock:
        if sum(map(len, _kept.values())) + len(small) > MOST_BYTES:
            _kept.clear()
        _kept[sha256] = small
    return small
