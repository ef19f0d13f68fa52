"""What every city shares says nothing in the words of one."""

import re

from gridflow.catalogue import Catalogue
from gridflow.config import ROOT

OWN = re.compile(r"/_cities/|/scenarios/|/README\.md$|\.[a-z]+\.(?:html|bpmn|dmn|json)$")
FOLDER = "templates/documents/"


def test_a_shared_paper_calls_offices_and_staff_by_what_the_city_at_hand_calls_them() -> None:
    catalogue = Catalogue.read(ROOT)
    cities = catalogue.cities.values()
    words = {word for city in cities for word in (city.office, city.staff, city.name.removesuffix("市"))}
    shared = {
        path: content.decode()
        for path, content in catalogue.files.items()
        if path.startswith(FOLDER) and path.endswith(".html") and not OWN.search(path)
    }

    said = [f"{path}: {word}" for path, text in shared.items() for word in words if word in text]

    assert len(words) == 6
    assert said == []


def test_a_shared_diagram_table_or_form_names_no_city() -> None:
    catalogue = Catalogue.read(ROOT)
    names = [city.name.removesuffix("市") for city in catalogue.cities.values()]
    shared = {path: content.decode() for path, content in catalogue.files.items() if not OWN.search(path)}

    assert len(shared) > 200
    assert [f"{path}: {name}" for path, text in shared.items() for name in names if name in text] == []
