"""What the tests may not do: measure by the wall clock, which a busy machine makes long."""

import re
from pathlib import Path

import pytest

from gridflow.config import ROOT

WALL = re.compile(r"^\s*assert .*(?:perf_counter|monotonic|time\.time)\(", re.MULTILINE)
TAKEN = re.compile(r"(\w+)(?:\[[^]]*\])? = .*(?:perf_counter|time\.time)\(")


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_no_test_asserts_how_long_something_took_by_the_wall(path: Path) -> None:
    if path == Path(__file__):
        return
    text = path.read_text(encoding="utf-8")
    taken = {f"{name}\\b" for name in TAKEN.findall(text)}

    assert not WALL.search(text)
    assert not [name for name in taken if re.search(rf"^\s*assert .*\b{name}", text, re.MULTILINE)]
