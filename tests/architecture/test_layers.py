"""The shape of the program: layers, sizes, and no city or procedure in it. Contracts lie in pyproject.toml."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT

MODULES = sorted((ROOT / "gridflow").rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_FUNCTION, MOST_LINES_OF_A_TABLE = 300, 40, 60
VAGUE = {"utils", "util", "helpers", "helper", "manager", "base", "misc", "common", "tools"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def literals(path: Path) -> Iterator[str]:
    """Yield the text of every literal that is not a docstring."""
    tree = ast.parse(path.read_text())
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def test_imports_keep_to_the_contracts() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)  # noqa: S603  -- our own check

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_module_stays_short(path: Path) -> None:
    tree = ast.parse(path.read_text())
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    longest = MOST_LINES_OF_A_TABLE if "migrations" in path.parts else MOST_LINES_OF_A_FUNCTION

    assert len(path.read_text().splitlines()) <= MOST_LINES
    assert [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= longest] == []


def test_no_module_has_a_vague_name() -> None:
    assert [name(path) for path in MODULES if {path.stem, path.parent.name} & VAGUE] == []


def test_no_module_names_a_city() -> None:
    cities = Catalogue.read(ROOT).cities.values()
    words = {word for city in cities for word in (city.code, city.name, city.name.removesuffix("市"), city.division)}
    pattern = re.compile("|".join(sorted(words)))

    assert [name(path) for path in MODULES if pattern.search(path.read_text())] == []


def test_no_literal_is_the_name_of_a_procedure() -> None:
    slugs = set(Catalogue.read(ROOT).slugs)
    named = {f"{name(path)}: {text}" for path in MODULES for text in literals(path) if text in slugs}

    assert named == set()
