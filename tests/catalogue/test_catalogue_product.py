"""The cities and procedures of the product itself."""

from pathlib import Path

import pytest

from gridflow.catalogue import Bundle, Catalogue

CATALOGUE = Catalogue.read(Path(__file__).resolve().parents[2])
OFFERED = [(city, slug) for city in CATALOGUE.cities for slug in CATALOGUE.procedures(city)]


@pytest.mark.parametrize("city", CATALOGUE.cities)
def test_every_city_has_its_whole_ordinance(city: str) -> None:
    articles = [code for code in CATALOGUE.city(city).ordinance.articles if "-" not in code and "(" not in code]
    law = CATALOGUE.city(city).law
    assert articles == [f"{law}{number}" for number in range(1, len(articles) + 1)]
    assert len(articles) > 20


@pytest.mark.parametrize(("city", "slug"), OFFERED)
def test_every_procedure_comes_whole_and_back_from_its_bytes(city: str, slug: str) -> None:
    bundle = CATALOGUE.bundle(city, slug)
    assert bundle.process_ids[0] == slug
    assert Bundle.from_bytes(bundle.to_bytes()).digest == bundle.digest


@pytest.mark.parametrize(("city", "slug"), OFFERED)
def test_a_procedure_people_start_has_its_start_form(city: str, slug: str) -> None:
    bundle = CATALOGUE.bundle(city, slug)
    assert (bundle.manifest.start_form in bundle.forms) == bundle.manifest.people_may_start
