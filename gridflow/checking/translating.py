"""Lay out the rows a city has still to fill in its table of bases: one for each code, with the words of the rule."""

import re
from collections.abc import Iterator

from gridflow.catalogue import Catalogue, City
from gridflow.catalogue.bases import UNDECIDED
from gridflow.checking.articles import untold

WORDS, PLACES = 60, 3
"""How much a row says of the rule, in characters, and of the places that rest on it."""


def rows_missing(catalogue: Catalogue, city: City) -> Iterator[str]:
    """Yield a line for each code of other cities this one says nothing of, in the order of their ordinances."""
    bundles = [catalogue.bundle(city.code, slug) for slug in catalogue.procedures(city.code)]
    places: dict[str, dict[str, None]] = {}
    for codes, found in untold(city, bundles).items():
        for code in codes.split():
            places.setdefault(code, {}).update(dict.fromkeys(found))
    for ledger in catalogue.all_ledgers(city.code):
        if city.based_on(ledger.basis) is None:
            for code in ledger.basis.split():
                places.setdefault(code, {})[f"台账“{ledger.title}”，不填就不开"] = None
    for code in sorted(places, key=_order):
        yield f"{code},{UNDECIDED},{_plain(_words(catalogue, code))}——{_plain(_some(list(places[code])))}"


def _words(catalogue: Catalogue, code: str) -> str:
    """Say what the rule says, in the words of the city it is from."""
    owner = next((city for city in catalogue.cities.values() if city.owns(code)), None)
    words = " ".join(owner.article(code).text.split()) if owner else ""
    return f"{words[:WORDS]}…" if len(words) > WORDS else words


def _some(places: list[str]) -> str:
    return "；".join(places[:PLACES]) + (f"等 {len(places)} 处" if len(places) > PLACES else "")


def _plain(text: str) -> str:
    """Leave nothing in a text that a comma-separated table would take for its own."""
    return text.replace(",", "，").replace('"', "”")


def _order(code: str) -> tuple[str, list[int]]:
    return code.partition(next(filter(str.isdigit, code)))[0], [int(each) for each in re.findall(r"\d+", code)]
