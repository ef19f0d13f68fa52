"""Pages and registers that are said to carry a duty exist in the application."""

from collections.abc import Iterator

import pytest

from gridflow.cases.carriers import PAGES, REGISTERS
from gridflow.catalogue import Catalogue
from gridflow.config import DEMO_SECRET, DEMO_VAULT_KEY, ROOT, Settings
from gridflow.db import Base
from gridflow.web import create_app

CATALOGUE = Catalogue.read(ROOT)


def named(kind: str) -> Iterator[tuple[str, str]]:
    """Yield article code and name of every carrier of a kind."""
    for city in CATALOGUE.cities:
        for one in CATALOGUE.obligations(city):
            yield from ((one.code, carrier.name) for carrier in one.carriers if carrier.kind == kind)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    folder = tmp_path_factory.mktemp("pages")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'empty.db'}", secret_key=DEMO_SECRET, vault_key=DEMO_VAULT_KEY, home=ROOT,
        files=folder / "files", fonts=ROOT / "var/fonts", smtp_url=None, demo=True, session_minutes=30,
    )  # fmt: skip
    return {rule.endpoint for rule in create_app(settings).url_map.iter_rules()}


def test_every_page_that_carries_a_duty_exists(pages: set[str]) -> None:
    found = list(named("page"))

    assert found
    assert [one for one in found if one[1] not in pages] == []


def test_every_register_that_carries_a_duty_exists(pages: set[str]) -> None:
    found = list(named("register"))

    assert found
    assert pages
    assert [one for one in found if one[1] not in Base.metadata.tables] == []


def test_the_page_of_the_ordinance_has_words_for_every_page_and_register() -> None:
    assert {name for _, name in named("page")} == PAGES.keys()
    assert {name for _, name in named("register")} == REGISTERS.keys()
