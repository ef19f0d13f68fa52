"""An update of the product beside a city's own change: who changed which file, and whose writing is used."""

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from demo_installation import EVENT, Person
from flask import Flask

from gridflow.application import office, publish_all, settings
from gridflow.config import ROOT
from gridflow.db import writing
from gridflow.engine.definitions import publish, version_in_force

Meet = Callable[[str], Person]
BOTH, OURS, THEIRS = (f"forms/{EVENT}/{name}.json" for name in ("report", "merge", "accept_city"))
"""Forms that both changed, only the city, only the product."""


@pytest.fixture(scope="module")
def updated(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The city changes two forms and puts them in force; then an update of the product changes two."""
    home = tmp_path_factory.mktemp("newer")
    for folder in ("processes", "forms", "templates", "data"):
        shutil.copytree(ROOT / folder, home / folder)
    for path in (BOTH, THEIRS):
        written(home / path, " ")
    with app.app_context():
        with writing() as session:
            base = office().engine.versions.get(session, version_in_force(session, "ningbo", EVENT)).bundle
            own = base.with_file(BOTH, base.files[BOTH] + b"\n\n").with_file(OURS, base.files[OURS] + b"\n\n")
            publish(session, own, origin="edited")
        for _ in range(2):
            with writing() as session:
                publish_all(session, replace(settings(), home=home), ("ningbo",))
    return app


def written(path: Path, more: str) -> None:
    path.write_text(path.read_text() + more)


def update_of(owner: Person) -> str:
    """Return the address of the update."""
    page = owner.get(f"/workbench?search={EVENT}").text
    (found,) = set(re.findall(r'href="(/workbench/revisions/\w+)"[^>]*>\s*(?:<[^>]+>\s*)*产品更新', page))
    return str(found)


def told(page: str) -> dict[str, tuple[bool, str]]:
    """Return of each file whether both changed it, and whose writing is used."""
    table = page[page.index('aria-labelledby="brought"') :].split("</table>")[0]
    rows = re.findall(
        r'<th scope="row" class="gf-number">([^<]+)</th>\s*<td>(.*?)</td>\s*<td>([^<]+)</td>', table, re.S
    )
    return {path: ("产品和本市都改了" in who, taken.strip()) for path, who, taken in rows}


@pytest.mark.usefixtures("updated")
def test_an_update_brings_what_the_product_changed_and_asks_where_both_did(person: Meet) -> None:
    owner = person("nb-process_owner")
    page = owner.get(update_of(owner)).text

    assert told(page) == {BOTH: (True, "保留本市的"), THEIRS: (False, "采用产品的")}
    assert OURS not in page
    assert f'class="gf-quiet gf-digest">{THEIRS}</p>' in page  # the comparison stands on the first page
    link = re.search(r'href="(/workbench/[^"]*comparison[^"]*|[^"]*old=v[^"]*)"', page)
    assert link
    assert owner.get(link[1].replace("&amp;", "&")).status_code == 200


@pytest.mark.usefixtures("updated")
def test_each_file_is_taken_or_kept(person: Meet) -> None:
    owner = person("nb-process_owner")
    address = update_of(owner)

    owner.get(address)
    owner.post(f"{address}/update", path=BOTH, take="product")
    owner.get(address)
    owner.post(f"{address}/update", path=THEIRS, take="own")
    assert told(owner.get(address).text) == {BOTH: (True, "采用产品的"), THEIRS: (False, "保留本市的")}
    with zipfile.ZipFile(io.BytesIO(owner.get(f"{address}/files").data)) as packed:
        assert packed.read(BOTH).endswith(b" ")
        assert packed.read(OURS).endswith(b"\n\n")
        assert not packed.read(THEIRS).endswith(b" ")


@pytest.mark.usefixtures("updated")
def test_only_an_update_can_be_chosen_from(person: Meet) -> None:
    owner = person("nb-process_owner")
    owner.get("/workbench")
    revision = str(owner.post("/workbench/begin", slug=EVENT, title="不是产品更新").headers["Location"])
    owner.get(revision)
    assert owner.post(f"{revision}/update", path=BOTH, take="own").status_code == 404


def test_a_version_is_taken_out_and_comes_back_without_a_difference(person: Meet) -> None:
    owner = person("bh-process_owner")
    assert f"/workbench/procedures/{EVENT}/versions/1/files" in owner.get(f"/procedures/{EVENT}?tab=versions").text
    package = owner.get(f"/workbench/procedures/{EVENT}/versions/1/files").data
    owner.get("/workbench")
    revision = str(owner.post("/workbench/begin", slug=EVENT, title="原样交回").headers["Location"])
    owner.get(revision)
    assert owner.post(f"{revision}/files", files=(io.BytesIO(package), "event.zip")).status_code == 302

    assert "已采用 0 个有改动的文件" in owner.get(revision).text
    assert "还没有改动" in owner.get(f"{revision}?tab=changes").text
    single = owner.get(f"/workbench/procedures/{EVENT}/versions/1/files?path={BOTH}")
    with zipfile.ZipFile(io.BytesIO(package)) as packed:
        assert single.data == packed.read(BOTH)
    for wrong in ("99/files", "1/files?path=../../etc/passwd", "1/files?path=nothing"):
        assert owner.get(f"/workbench/procedures/{EVENT}/versions/{wrong}").status_code == 404
    assert person("bh-field_worker").get(f"/workbench/procedures/{EVENT}/versions/1/files").status_code == 403
