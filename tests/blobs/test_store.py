import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from gridflow.blobs.errors import BlobAltered, BlobMissing
from gridflow.blobs.models import Blob
from gridflow.blobs.queries import blob, blobs
from gridflow.blobs.service import keep, sweep_orphans
from gridflow.blobs.store import BlobStore


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "files")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{tmp_path / 'blobs.db'}")
    Blob.metadata.create_all(engine, [Blob.__table__])
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_a_file_is_named_by_its_hash_and_stored_once(store: BlobStore) -> None:
    name = store.put(b"photo")
    assert name == hashlib.sha256(b"photo").hexdigest()
    assert store.put(b"photo") == name
    assert store.get(name) == b"photo"
    assert [path.name for path in store.root.rglob("*") if path.is_file()] == [name]


def test_a_missing_or_altered_file_is_not_handed_out(store: BlobStore) -> None:
    name = store.put(b"photo")
    store.path(name).write_bytes(b"other")
    with pytest.raises(BlobAltered, match=name[:12]):
        store.get(name)
    with pytest.raises(BlobMissing):
        store.get("0" * 64)


def test_a_row_names_the_file_for_its_city_only(session: Session, store: BlobStore) -> None:
    row = keep(session, store, "aa", b"photo", "image/jpeg", "现场.jpg")
    assert (row.size, row.sha256) == (5, store.put(b"photo"))
    assert blob(session, "aa", row.id) is row
    assert blobs(session, "aa", [row.id, "unknown"]) == {row.id: row}
    with pytest.raises(BlobMissing):
        blob(session, "bb", row.id)


def test_only_old_files_without_a_row_are_swept(session: Session, store: BlobStore) -> None:
    named = keep(session, store, "aa", b"named", "text/plain", "a.txt").sha256
    orphan, young = store.put(b"orphan"), store.put(b"young")
    half_written = store.path(orphan).with_name(".half.1234")
    half_written.write_bytes(b"ha")
    two_days_ago = time.time() - 2 * 86400
    for path in (store.path(named), store.path(orphan), half_written):
        os.utime(path, (two_days_ago, two_days_ago))
    assert sweep_orphans(session, store, timedelta(days=1)) == sorted([half_written.name, orphan])
    assert store.get(named) == b"named"
    assert store.get(young) == b"young"


def test_putting_an_old_orphan_again_saves_it_from_the_sweep(session: Session, store: BlobStore) -> None:
    orphan = store.put(b"orphan")
    os.utime(store.path(orphan), (0, 0))
    store.put(b"orphan")
    assert sweep_orphans(session, store, timedelta(days=1)) == []


def test_a_process_killed_while_writing_leaves_no_wrong_file(store: BlobStore) -> None:
    program = (
        "import sys; from pathlib import Path; from gridflow.blobs.store import BlobStore\n"
        "store = BlobStore(Path(sys.argv[1])); print('go', flush=True)\n"
        "for n in range(10**6): store.put(str(n).encode() * 20000)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(store.root)], stdout=subprocess.PIPE)  # noqa: S603
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"go\n"
    time.sleep(0.3)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    whole = [path.name for path in store.root.glob("*/*/*") if not path.name.startswith(".")]
    assert whole
    for name in whole:
        store.get(name)
