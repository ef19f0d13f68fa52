"""Open the files of bundles; a file that many bundles share is read once."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePosixPath

from gridflow.bpmn import Diagram, read
from gridflow.feel import DecisionSet, read_decisions
from gridflow.forms import Form

Reader = Callable[[bytes], object]
KEPT = 128
HEAD = 4_000


@lru_cache(maxsize=KEPT)
def diagram(content: bytes) -> Diagram:
    """Read a BPMN file."""
    return read(content)


@lru_cache(maxsize=KEPT)
def decisions(content: bytes) -> DecisionSet:
    """Read a DMN file."""
    return read_decisions(content)


READERS: dict[str, Reader] = {".bpmn": diagram, ".dmn": decisions, ".json": Form.read, ".form": Form.read}


def reader_of(path: str, content: bytes) -> Reader:
    """Choose a reader by the ending of the name, where that says nothing by how the content begins."""
    known = READERS.get(PurePosixPath(path).suffix.lower())
    if known:
        return known
    head = content[:HEAD].lstrip()
    if b"/spec/DMN/" in head and b"/spec/BPMN/" not in head:
        return decisions
    return Form.read if head.startswith(b"{") else diagram
