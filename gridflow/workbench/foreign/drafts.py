"""What became of a foreign file."""

import re
from dataclasses import dataclass

from gridflow.workbench.foreign.remarks import Remark

CODE = re.compile(r"[a-z][a-z0-9_]*\Z")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """A foreign file in our own words, with what is to be said about it."""

    content: bytes
    code: str
    """What the file is called here."""
    remarks: tuple[Remark, ...]


def code_of(name: str) -> str:
    """Return a name as files here are called; empty where nothing is left of it."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).strip("_").lower()
    return words[:LONGEST] if CODE.match(words) else ""
