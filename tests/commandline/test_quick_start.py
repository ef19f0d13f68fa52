"""A command imports what it needs itself: checking a file does not wait for the database and the engine."""

import subprocess
import sys

import pytest

HEAVY = {"flask", "sqlalchemy", "SpiffWorkflow", "weasyprint", "apscheduler", "marshmallow"}
LIGHT = {"marshmallow"}
"""Forms are read with it."""


def imported_by(program: str) -> set[str]:
    """Return the packages a program has imported in a fresh interpreter."""
    end = "import sys; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", f"{program}\n{end}"], capture_output=True, text=True, check=True)  # noqa: S603  -- our own program
    return set(done.stdout.split())


def test_the_command_itself_imports_none_of_the_application() -> None:
    assert imported_by("import gridflow.cli") & HEAVY == set()


@pytest.mark.parametrize("module", ["gridflow.checking", "gridflow.showing"])
def test_checking_and_making_procedures_needs_neither_database_nor_engine(module: str) -> None:
    assert imported_by(f"import {module}") & HEAVY <= LIGHT


def test_a_process_that_serves_pages_loads_neither_typesetter_nor_geometry_nor_scheduler() -> None:
    unneeded = {"weasyprint", "pikepdf", "fontTools", "PIL", "shapely", "numpy", "apscheduler", "alembic"}
    assert imported_by("import gridflow.web") & unneeded == set()
