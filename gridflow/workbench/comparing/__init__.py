"""What changed between two versions of a procedure, in the words of each kind of file."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from gridflow.catalogue import Bundle
from gridflow.workbench.comparing.changes import ADDED, CHANGED, REMOVED, Change, FileChange, Line
from gridflow.workbench.comparing.diagrams import diagrams, marks
from gridflow.workbench.comparing.forms import FieldChange, fields_of, forms
from gridflow.workbench.comparing.lines import lines
from gridflow.workbench.comparing.meanings import NOTHING_KNOWN, Meanings, meanings
from gridflow.workbench.comparing.tables import Grid, grids, tables

__all__ = [
    "Change", "FieldChange", "FileChange", "Grid", "Line", "Meanings", "compare", "fields_of", "grids", "lines",
    "marks", "meanings", "told",
]  # fmt: skip

Reading = Callable[[bytes | None, bytes | None, Meanings], Iterator[Change]]
READINGS: Mapping[str, Reading] = {".bpmn": diagrams, ".dmn": tables, ".json": forms}


def compare(old: Bundle, new: Bundle, known: Meanings = NOTHING_KNOWN) -> list[FileChange]:
    """Return what differs, file by file; files that can be read are compared by what they say, not by their text.

    Codes are told in words as far as it is known what they mean.
    """
    return [
        compare_file(path, old.files.get(path), new.files.get(path), known)
        for path in sorted({*old.files, *new.files})
        if old.files.get(path) != new.files.get(path)
    ]


def told(session: Session, old: Bundle, new: Bundle) -> list[FileChange]:
    """Return what differs, told in words."""
    return compare(old, new, meanings(session, old, new))


def compare_file(path: str, old: bytes | None, new: bytes | None, known: Meanings = NOTHING_KNOWN) -> FileChange:
    """Return what differs in one file, of which one of the two may not be there."""
    reading = READINGS.get(PurePosixPath(path).suffix)
    found = list(reading(old, new, known)) if reading else []
    kind = ADDED if old is None else REMOVED if new is None else CHANGED
    return FileChange(
        path, known.files.get(path, PurePosixPath(path).name), kind, found, () if found else lines(old, new)
    )
