"""The files a new procedure, and each new file of one, begins with; words between @ signs are filled in."""

from collections.abc import Mapping
from importlib import resources


def filled(name: str, words: Mapping[str, str]) -> str:
    """Return one of the files with its words filled in."""
    text = resources.files("gridflow.starter").joinpath(name).read_text(encoding="utf-8")
    for mark, word in words.items():
        text = text.replace(f"@{mark}@", word)
    return text
