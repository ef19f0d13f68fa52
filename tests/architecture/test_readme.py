"""What the README and the guides say is true: commands, folders, links, settings."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gridflow.cli import main
from gridflow.config import ROOT

README = (ROOT / "README.md").read_text()
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "processes").glob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):.*## ", MAKEFILE, re.MULTILINE))
UNSAID = {"__pycache__", "var", "build"}
"""Folders that are made, not written."""


def commands(group: click.Group, words: str = "gridflow") -> Iterator[str]:
    """Yield every command in full."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{words} {name}")
        else:
            yield f"{words} {name}"


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_every_command_stands_in_the_readme() -> None:
    assert [each for each in commands(main) if f"`{each}" not in README] == []


@pytest.mark.parametrize("command", list(commands(main)))
def test_every_command_has_its_help(command: str) -> None:
    answer = CliRunner().invoke(main, [*command.split()[1:], "--help"])

    assert answer.exit_code == 0
    assert re.search(r"[\u4e00-\u9fff]", answer.output)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_target_a_guide_names_exists(guide: Path) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)\b", guide.read_text(), re.MULTILINE))

    assert named - TARGETS == set()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_guide_leads_somewhere(guide: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", guide.read_text())

    assert [each for each in targets if not (guide.parent / each).exists()] == []


def test_every_folder_stands_on_the_map() -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    said = set(re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE))

    assert {each for each in folders - UNSAID if not each.endswith(".egg-info")} == said


def test_every_package_stands_on_the_map() -> None:
    inside = ROOT / "gridflow"
    packages = {path.parent.name for path in inside.glob("*/__init__.py")} | {path.stem for path in inside.glob("*.py")}

    assert {each for each in packages if not each.startswith("__") and f"`{each}`" not in README} == set()


def test_the_guide_names_every_setting() -> None:
    program = "".join(path.read_text() for path in (ROOT / "gridflow" / "config.py", ROOT / "app.py"))
    guide = (ROOT / "docs" / "operations.md").read_text()

    assert set(re.findall(r"GRIDFLOW_[A-Z_]+", program)) == set(
        re.findall(r"^\| `(GRIDFLOW_[A-Z_]+)`", guide, re.MULTILINE)
    )


def test_every_make_target_says_what_it_does() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)

    assert phony is not None
    assert set(phony[1].split()) == TARGETS
