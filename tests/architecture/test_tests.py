"""What the tests may not do: prove nothing in their own words, or measure by the wall clock of a busy machine."""

import ast
import re
from pathlib import Path

import pytest

from gridflow.config import ROOT

WALL = re.compile(r"^\s*assert .*(?:perf_counter|monotonic|time\.time)\(", re.MULTILINE)
PROVING = {"expect", "raises"}
TAKEN = re.compile(r"(\w+)(?:\[[^]]*\])? = .*(?:perf_counter|time\.time)\(")


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_no_test_asserts_how_long_something_took_by_the_wall(path: Path) -> None:
    if path == Path(__file__):
        return
    text = path.read_text(encoding="utf-8")
    taken = {f"{name}\\b" for name in TAKEN.findall(text)}

    assert not WALL.search(text)
    assert not [name for name in taken if re.search(rf"^\s*assert .*\b{name}", text, re.MULTILINE)]


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("test_*.py")), ids=lambda path: path.name)
def test_every_test_says_itself_what_must_hold(path: Path) -> None:
    functions = [each for each in ast.walk(ast.parse(path.read_bytes())) if isinstance(each, ast.FunctionDef)]

    assert [each.name for each in functions if each.name.startswith("test_") and not proves(each)] == []


def proves(test: ast.FunctionDef) -> bool:
    """Tell whether an assertion stands in a test's own body."""
    called = (each.func for each in ast.walk(test) if isinstance(each, ast.Call))
    names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in called}
    return bool(names & PROVING) or any(isinstance(each, ast.Assert) for each in ast.walk(test))
