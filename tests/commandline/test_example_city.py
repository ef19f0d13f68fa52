"""The city the guide shows: its files alone make a city that works."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridflow.catalogue import Catalogue
from gridflow.cli import main
from gridflow.config import ROOT

CITY = "xinhe"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with the files of the example laid over it."""
    home = tmp_path_factory.mktemp("home")
    for folder in ("processes", "forms", "templates", "data"):
        shutil.copytree(ROOT / folder, home / folder)
    shutil.copytree(ROOT / "docs/new-city", home, dirs_exist_ok=True)
    return home


def run(home: Path, *words: str) -> str:
    answer = CliRunner().invoke(main, list(words), env={"GRIDFLOW_HOME": str(home)})
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_check_finds_nothing_but_procedures_without_an_example(home: Path) -> None:
    lines = run(home, "procedures", "check").splitlines()[:-1]

    assert [line for line in lines if "scenario-missing" not in line] == []


def test_nothing_is_left_to_translate(home: Path) -> None:
    assert run(home, "city", "bases", CITY) == ""


def test_every_duty_of_its_ordinance_is_carried_or_explained(home: Path) -> None:
    duties = Catalogue.read(home).obligations(CITY)

    assert len(duties) > 25
    assert {duty.state for duty in duties} == {"carried", "outside"}


def test_its_worked_examples_run_on_its_own_units_matters_and_articles(home: Path) -> None:
    said = run(home, "scenarios", "run", "--city", CITY).splitlines()

    assert said[-1] == "4 passed, 0 failed"


def test_its_ordinance_is_what_the_command_makes_of_a_plain_text(home: Path, tmp_path: Path) -> None:
    catalogue = Catalogue.read(home)
    text = tmp_path / "条例.txt"
    text.write_text(catalogue.files[f"processes/_cities/{CITY}.ordinance.md"].decode(), encoding="utf-8")

    run(
        home, "city", "new", "second", "--name", "二河市", "--division", "990200", "--law", "Y", "--prefix", "EH",
        "--like", CITY, "--ordinance", str(text),
    )  # fmt: skip

    second = Catalogue.read(home).city("second").ordinance
    assert len(second.articles) == len(catalogue.city(CITY).ordinance.articles)
