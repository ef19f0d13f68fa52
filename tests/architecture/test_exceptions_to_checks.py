"""Who asks a check to look away says why, on the same line."""

import re
import tokenize
from pathlib import Path

import pytest

from gridflow.config import ROOT

ASKED = re.compile(r"# (noqa|type: ignore)")
EXPLAINED = re.compile(r"# noqa: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*  -- \w|# type: ignore\[[a-z-]+(, [a-z-]+)*\]  # \w")
MODULES = [path for folder in ("gridflow", "bench", "scripts", "tests") for path in (ROOT / folder).rglob("*.py")]


def unexplained(path: Path) -> list[str]:
    with path.open("rb") as file:
        comments = [token for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]
    return [each.line for each in comments if ASKED.search(each.string) and not EXPLAINED.search(each.string)]


@pytest.mark.parametrize("path", [ROOT / "app.py", *sorted(MODULES)], ids=lambda path: str(path.relative_to(ROOT)))
def test_whoever_asks_a_check_to_look_away_says_why(path: Path) -> None:
    assert unexplained(path) == []


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        ("import a  # noqa: F401  -- for its effect", True),
        ("import a  # noqa: F401, E501  -- for its effect", True),
        ("a.b()  # type: ignore[misc]  # of another class", True),
        ("import a  # noqa: F401", False),
        ("import a  # noqa", False),
        ("import a  # noqa: F401 - for its effect", False),
        ("a.b()  # type: ignore[misc]", False),
        ("a.b()  # type: ignore  # of another class", False),
    ],
)
def test_a_bare_exception_is_found(tmp_path: Path, line: str, passes: bool) -> None:
    module = tmp_path / "module.py"
    module.write_text(line + "\n", encoding="utf-8")

    assert (unexplained(module) == []) is passes
