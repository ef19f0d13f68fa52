import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gridflow.blobs.errors import BlobAltered, BlobMissing
from gridflow.blobs.store import BlobStore


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "files")


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


def test_only_old_files_that_nothing_names_are_swept(store: BlobStore) -> None:
    named, orphan, young = (store.put(content) for content in (b"named", b"orphan", b"young"))
    half_written = store.path(orphan).with_name(".half.1234")
    half_written.write_bytes(b"ha")
    for path in (store.path(named), store.path(orphan), half_written):
        os.utime(path, (0, 0))
    assert store.sweep({named}) == sorted([half_written.name, orphan])
    assert store.get(named) == b"named"
    assert store.get(young) == b"young"


def test_putting_an_old_orphan_again_saves_it_from_the_sweep(store: BlobStore) -> None:
    orphan = store.put(b"orphan")
    os.utime(store.path(orphan), (0, 0))
    store.put(b"orphan")
    assert store.sweep(set()) == []


def test_a_process_killed_while_writing_leaves_no_wrong_file(store: BlobStore) -> None:
    program = (
        "import sys; from pathlib import Path; from gridflow.blobs.store import BlobStore\n"
        "store = BlobStore(Path(sys.argv[1])); print('go', flush=True)\n"
        "for n in range(10**6): store.put(str(n).encode() * 20000)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(store.root)], stdout=subprocess.PIPE)  # noqa: S603  -- our own program
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"go\n"
    time.sleep(0.3)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    whole = [path.name for path in store.root.glob("*/*/*") if not path.name.startswith(".")]
    assert whole
    for name in whole:
        store.get(name)
