"""A store of files named by their hash, safe against a crash at any point."""

import hashlib
import os
import secrets
import time
from collections.abc import Container
from datetime import timedelta
from pathlib import Path

from gridflow.blobs.errors import BlobAltered, BlobMissing

GRACE = timedelta(days=1)


class BlobStore:
    """Files under a folder as `ab/cd/abcd….`; a file is on the disk before the commit that names it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Return where a file lies or would lie."""
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def put(self, content: bytes) -> str:
        """Store a file and return its SHA-256 in hex; returns only when the bytes survive a power cut."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            os.utime(path)  # young again, so that a sweep leaves it until the commit that names it
        except FileNotFoundError:
            self._write(path, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a file, checked against its hash."""
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise BlobMissing(f"文件 {sha256[:12]} 不在文件库中，请联系管理员从备份恢复。") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise BlobAltered(f"文件 {sha256[:12]} 的内容与登记的哈希值不符，请勿使用，并联系管理员。")
        return content

    def erase(self, sha256: str) -> None:
        """Remove one file at once, as a lawful destruction asks; one that is gone already is no error."""
        self.path(sha256).unlink(missing_ok=True)

    def sweep(self, named: Container[str], grace: timedelta = GRACE) -> list[str]:
        """Remove files whose hash is not named and that are older than the grace, and return their names.

        `named` must hold the hashes of every table that points into the store. The age is that of the disk, not of
        the injected clock: it guards files whose commit is still under way. Half-written files go the same way.
        """
        before = time.time() - grace.total_seconds()
        swept = [path for path in self.root.glob("*/*/*") if path.name not in named and path.stat().st_mtime < before]
        for path in swept:
            path.unlink()
        return sorted(path.name for path in swept)

    def _write(self, path: Path, content: bytes) -> None:
        made = [folder for folder in (path.parent.parent, path.parent) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        for folder in {path.parent, *(folder.parent for folder in made)}:
            _sync(folder)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
