"""Whatever a TOML file holds, the answer is what it says or why it cannot be read."""

import time

import pytest

from gridflow.catalogue.errors import FileInvalid
from gridflow.catalogue.sections import Section

SECONDS = 20.0
"""Processor time, ten times what the slowest of these takes."""
HOSTILE = {
    "brackets without end": "a = " + "[" * 3000,
    "many brackets": "a = " + "[" * 900 + "]" * 900,
    "tables within tables": "a = " + "{a = " * 900,
    "a number of many digits": "a = " + "9" * 5000,
    "a key of many parts": ".".join("a" * 100_000) + " = 1",
    "a key of many quoted parts": " . ".join(['"a"'] * 50_000) + " = 1",
    "a table of many parts": "[" + ".".join("a" * 100_000) + "]",
    "no day of the calendar": "a = 9999-99-99",
    "no UTF-8": "a = 1\udcff",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_path(name: str) -> None:
    began = time.process_time()
    with pytest.raises(FileInvalid, match=r"procedure\.toml"):
        Section.read("procedure.toml", HOSTILE[name].encode(errors="surrogateescape"))
    assert time.process_time() - began < SECONDS


def test_dots_in_a_text_are_no_key() -> None:
    assert Section.read("x.toml", b'a = "1. 2. 3. and so on ...................................... 4."').text("a")
