"""A document template while it is written: its pages, the names it may print, and what it must not do."""

import base64
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from demo_installation import EVENT, Person, application
from flask import Flask
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from gridflow.cases.models import Case
from gridflow.cases.printed import PRINTED, ROWS
from gridflow.cases.viewer import viewer
from gridflow.catalogue import Catalogue
from gridflow.checking import check_bundle
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents.bounded import preview
from gridflow.documents.errors import PreviewFailed
from gridflow.people.models import User
from gridflow.workbench.editing.document_preview import printed_of_case
from gridflow.workbench.errors import FileRefused
from gridflow.workbench.revising.files import accept

Meet = Callable[[str], Person]
PATH = f"templates/documents/{EVENT}/event_registration.html"
TEXT = (ROOT / PATH).read_text(encoding="utf-8")
FONTS = ROOT / "var" / "fonts"
TYPED = "绿化带里堆了三天的装修垃圾，有异味。"


@pytest.fixture(scope="module")
def app(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the faces of the installation: pages are set here."""
    folder = tmp_path_factory.mktemp("templates")
    shutil.copy(installed, folder / "gridflow.db")
    with application(installed, folder, fonts=FONTS) as app:
        yield app


@pytest.fixture
def writing(person: Meet) -> tuple[Person, str]:
    """An owner with a revision: the person and its address."""
    owner = person("nb-process_owner")
    owner.get(f"/workbench?slug={EVENT}")
    return owner, owner.post("/workbench/begin", slug=EVENT, title="改登记表").headers["Location"]


def ask(owner: Person, revision: str, text: str, path: str = PATH, case: str = "") -> dict[str, Any]:
    """Ask for the pages as the editor does."""
    owner.get(f"{revision}?tab=files")
    token = re.search(r'name="csrf_token" value="([^"]+)"', owner.page.text)[1]
    body = {"path": path, "text": text, "case": case}
    answer = owner.client.post(f"{revision}/preview", json=body, headers={"X-CSRFToken": token})
    assert answer.status_code in (200, 422)
    return dict(answer.json)


def words(answer: dict[str, Any]) -> str:
    """Return the text of the pages."""
    pages = PdfReader(io.BytesIO(base64.b64decode(answer["pdf"]))).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_a_template_is_shown_as_pages_with_examples(writing: tuple[Person, str]) -> None:
    answer = ask(*writing, TEXT.replace("登记信息", "登记情况"))

    assert "problem" not in answer, answer["problem"]
    assert answer["count"] == len(answer["pages"]) == 1
    picture = Image.open(io.BytesIO(base64.b64decode(answer["pages"][0])))
    assert picture.width > 800
    said = words(answer)
    assert "登记情况" in said
    assert "示例" in said
    assert answer["findings"] == []


def test_a_real_case_is_printed_without_names_and_typed_words(
    app: Flask, person: Meet, writing: tuple[Person, str]
) -> None:
    person("nb-field_worker").report()
    with app.app_context():
        reporter = db.session.scalar(select(User.name).where(User.login == "nb-field_worker"))
    owner, revision = writing
    case = owner.get(f"{revision}/printable").json["cases"][0]

    said = words(ask(owner, revision, TEXT, case=case["number"]))

    assert case["number"] in said
    assert "暴露垃圾" in said
    assert TYPED not in said
    assert "望京路" not in said
    assert reporter not in said
    assert "problem" in ask(owner, revision, TEXT, case="SJ-000000-20260101-99999-9")


def test_a_name_nobody_knows_is_printed_in_red_and_told_with_its_line(writing: tuple[Person, str]) -> None:
    wrong = TEXT.replace("case.opened_at", "case.opened").replace('"secrecy_flag" | field', '"secret" | field')

    answer = ask(*writing, f"{wrong}{{% block style %}}{{{{ nothing }}}}{{% endblock %}}")

    found = {one["element"]: one["line"] for one in answer["findings"]}
    lines = wrong.splitlines()
    for name in ("case.opened", "secret"):
        assert name in lines[found[name] - 1]
    assert "nothing" in found
    assert "〔opened？〕" in words(answer)
    assert "〔secret？〕" in words(answer)


def test_a_name_nobody_knows_is_refused_at_publication() -> None:
    bundle = Catalogue.read(ROOT).bundle("ningbo", EVENT)
    wrong = TEXT.replace("case.opened_at", "case.opened").encode()

    (found,) = check_bundle(bundle.with_file(PATH, wrong))

    assert (found.file, found.finding.rule, found.finding.severity) == (PATH, "document-unknown-name", "error")


@pytest.mark.parametrize("hostile", ["{{ ''.__class__.__mro__ }}", "{% for i in range(100000000) %}{% endfor %}"])
def test_what_no_template_may_do_is_refused_at_upload_and_found_by_the_check(hostile: str) -> None:
    bundle = Catalogue.read(ROOT).bundle("ningbo", EVENT)
    line = TEXT[: TEXT.index("{% block content %}")].count("\n") + 1
    wrong = TEXT.replace("{% block content %}", "{% block content %}" + hostile, 1).encode()

    with pytest.raises(FileRefused, match=f"第 {line} 行 有误"):
        accept(bundle, PATH, wrong)
    (found,) = check_bundle(bundle.with_file(PATH, wrong))
    assert (found.file, found.finding.severity, found.finding.line) == (PATH, "error", line)


def test_what_no_template_may_do_is_found_in_a_part_too() -> None:
    bundle = Catalogue.read(ROOT).bundle("ningbo", EVENT)
    part = f"templates/documents/{EVENT}/part.html"
    taking = TEXT.replace("{% block content %}", "{% block content %}{% include '" + EVENT + "/part.html' %}", 1)
    draft = bundle.with_file(PATH, taking.encode()).with_file(part, b"{{ ''.__class__.__mro__ }}")

    (found,) = check_bundle(draft)

    assert (found.file, found.finding.severity, found.finding.line) == (part, "error", 1)


def test_a_range_too_long_is_told_in_chinese_with_the_pages(writing: tuple[Person, str]) -> None:
    answer = ask(*writing, "{% set most = 100000000 %}{% for i in range(most) %}{% endfor %}")

    assert "range 一次最多数 100000 个数。请按提示改正" in answer["problem"]


def test_a_name_that_is_asked_about_first_may_be_missing() -> None:
    bundle = Catalogue.read(ROOT).bundle("ningbo", EVENT)
    optional = "{% if case.nickname is defined %}{{ case.nickname }}{% endif %}{{ ' ' if 'pet' is filled }}"
    asked = TEXT.replace("{% block content %}", "{% block content %}" + optional, 1).encode()

    assert list(check_bundle(bundle.with_file(PATH, asked))) == []


HOSTILE = {
    "reads a file": '<img src="file:///etc/passwd">',
    "calls another host": '<link rel="stylesheet" href="http://127.0.0.1:1/x.css">',
    "climbs to the program": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "takes itself in": '{% include "event/event_registration.html" %}',
    "says too much": "{% for a in range(99999) %}<p>abcdefghijklmnopqrstuvwxyz</p>{% endfor %}",
    "fills the memory": (
        "{% set all = namespace(x='ab') %}{% for a in range(60) %}"
        "{% set all.x = all.x ~ all.x %}{% endfor %}{{ all.x }}"
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_template_gets_no_page_that(writing: tuple[Person, str], what: str) -> None:
    answer = ask(*writing, HOSTILE[what])

    assert answer["problem"]
    assert "pages" not in answer
    assert "root:" not in str(answer)


def test_a_template_that_never_ends_is_stopped() -> None:
    endless = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

    with pytest.raises(PreviewFailed, match="已停止"):
        preview(FONTS, {PATH: endless}, PATH, {"values": {}}, frozenset(), seconds=2)


def test_every_name_offered_is_one_that_is_printed(person: Meet, writing: tuple[Person, str]) -> None:
    owner, revision = writing
    groups = owner.get(f"{revision}/printable").json["groups"]
    inserted = [name["text"] for group in groups for name in group["names"]]
    assert len(inserted) > 60

    answer = ask(owner, revision, TEXT.replace("{% endblock %}", "\n".join(inserted) + "{% endblock %}", 1))

    assert answer["findings"] == []
    assert "problem" not in answer, answer["problem"]
    assert "？〕" not in words(answer)


def test_what_the_check_takes_for_known_is_what_a_case_prints(app: Flask, person: Meet) -> None:
    person("nb-field_worker").report()
    with app.app_context():
        session, office = db.session(), app.extensions["gridflow"]
        case = session.scalars(select(Case).where(Case.city == "ningbo").limit(1)).one()
        owner = viewer(session, office.cities, session.scalar(select(User.id).where(User.login == "nb-process_owner")))
        bundle = Catalogue.read(ROOT).bundle("ningbo", EVENT)
        printed = printed_of_case(session, office, owner, bundle, PATH, case.number)
        db.session.remove()

    assert printed.keys() | {"missing"} == PRINTED.keys()
    for root in ("case", "city", "document"):
        assert printed[root].keys() == PRINTED[root]
    for name in ("steps", "limits"):
        assert all(row.keys() == ROWS[name] for row in printed[name])
        assert printed[name]


def test_only_those_who_may_look_at_a_revision_may_preview_it(person: Meet, writing: tuple[Person, str]) -> None:
    _owner, revision = writing

    assert person("nb-field_worker").get(f"{revision}/printable").status_code == 403
    assert person("bh-process_owner").get(f"{revision}/printable").status_code == 404
