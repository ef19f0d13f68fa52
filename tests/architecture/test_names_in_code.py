"""A procedure is data: no Python names a procedure or a city."""

import re
import tokenize
from pathlib import Path

import pytest

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT

CATALOGUE = Catalogue.read(ROOT)
CITIES = [word for city in CATALOGUE.cities.values() for word in (city.code, city.name, city.name.removesuffix("市"))]
MODULES = [*sorted((ROOT / "gridflow").rglob("*.py")), ROOT / "app.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_python_names_a_city_or_a_procedure(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    found = [word for word in CITIES if word in text.lower()]
    found += [slug for slug in CATALOGUE.slugs if slug in literals(path)]

    assert not found


def literals(path: Path) -> set[str]:
    """Return the plain string literals of a module."""
    with path.open("rb") as file:
        texts = [token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.STRING]
    return {text.strip("\"'") for text in texts if re.fullmatch(r"[\"'][a-z_]+[\"']", text)}
