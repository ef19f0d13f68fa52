"""A home folder with one toy city and one toy procedure, written as files only."""

from pathlib import Path

import pytest
from toy_files import MANIFEST, ORDINANCE, Write, bpmn, city_file, dmn


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def write(home: Path) -> Write:
    def write(path: str, content: str) -> None:
        place = home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(content, encoding="utf-8")

    return write


@pytest.fixture
def toy(home: Path, write: Write) -> Path:
    write("processes/_cities/toytown.toml", city_file("toytown", "玩具市", "T"))
    write("processes/_cities/toytown.ordinance.md", ORDINANCE)
    write("processes/_shared/objection.bpmn", bpmn("objection", task="object", form="object", calls=("archive",)))
    write("processes/_shared/archive.bpmn", bpmn("archive", task="file", form="file"))
    write("processes/_shared/unused.bpmn", bpmn("unused", task="idle", form="idle"))
    write("processes/_shared/limit.dmn", dmn("limit"))
    write("processes/tree/procedure.toml", MANIFEST)
    write("processes/tree/README.md", "谁用、做什么。")
    write("processes/tree/tree.bpmn", bpmn("tree", calls=("objection",)))
    write("processes/tree/decisions/fee.dmn", dmn("fee"))
    write("processes/tree/scenarios/a_tree_is_cut.toytown.toml", "")
    write("forms/tree/ask.json", "{}")
    write("forms/tree/look.json", '{"own": true}')
    write("forms/_shared/look.json", '{"own": false}')
    write("forms/_shared/file.json", "{}")
    write("forms/_shared/idle.json", "{}")
    write("templates/documents/_base.html", "<html>{% block body %}{% endblock %}")
    write("templates/documents/base.css", "body {}")
    write("templates/documents/_shared/dossier.html", "卷宗")
    write("templates/documents/_cities/toytown/head.html", "玩具市")
    write("templates/documents/_cities/elsewhere/head.html", "别处")
    write("templates/documents/tree/permit.html", "许可")
    return home
