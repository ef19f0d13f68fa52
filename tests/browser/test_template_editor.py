"""A process owner changes a document in the browser and sees its pages while writing."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe import flaws
from browser_sizes import DESK, PHONE, ready
from demo_installation import EVENT, Person, application
from flask import Flask
from playwright.sync_api import Page, expect

from gridflow.config import ROOT

pytestmark = pytest.mark.browser
PATH = f"templates/documents/{EVENT}/event_registration.html"
WAIT = 60_000
"""Milliseconds the typesetter may take on a machine with other work."""
MISTAKE = """(area) => {
    area.value = area.value.replace("case.opened_at", "case.opened");
    area.dispatchEvent(new Event("input"));
}"""


@pytest.fixture(scope="module")
def app(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the faces of the installation: pages are set here."""
    folder = tmp_path_factory.mktemp("editor")
    shutil.copy(installed, folder / "gridflow.db")
    with application(installed, folder, fonts=ROOT / "var" / "fonts") as app:
        yield app


def test_a_document_is_written_beside_its_pages(app: Flask, visit: Callable[..., Page], address: str) -> None:
    Person(app, "nb-field_worker").report()
    owner = Person(app, "nb-process_owner")
    owner.get(f"/workbench?slug={EVENT}")
    revision = owner.post("/workbench/begin", slug=EVENT, title="改登记表").headers["Location"]
    page = visit("nb-process_owner")
    page.goto(f"{address}{revision}/edit?path={PATH}")
    ready(page)
    pages, problems, source = (
        page.locator("[data-pages] img"),
        page.locator("[data-problems] li"),
        page.locator("#source"),
    )
    expect(pages).to_have_count(1, timeout=WAIT)
    expect(problems).to_have_count(0)
    first = pages.get_attribute("src")

    page.locator("[data-case]").select_option(index=1)  # a case of the city
    expect(pages).not_to_have_attribute("src", first or "", timeout=WAIT)

    source.evaluate(MISTAKE)
    expect(problems).to_have_text("第 7 行 没有定义的名称 case.opened", timeout=WAIT)
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存", timeout=WAIT)
    problems.get_by_role("button").click()
    assert "case.opened |" in source.evaluate("(area) => area.value.slice(area.selectionStart, area.selectionEnd)")

    source.evaluate("(area) => { area.value = area.value.replace('case.opened ', 'case.opened_at '); }")
    source.evaluate("(area) => area.setSelectionRange(area.value.length, area.value.length)")
    page.locator("[data-names] summary").click()
    page.locator("[data-filter]").fill("条例名称")
    page.get_by_role("button", name="条例名称").click()
    assert source.input_value().endswith("{{ city.law_title | shown }}")
    expect(problems).to_have_count(0, timeout=WAIT)

    source.press("Tab")
    assert source.input_value().endswith("  ")
    source.press("Escape")
    source.press("Tab")
    expect(source).not_to_be_focused()
    assert flaws(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert flaws(page) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_difference_in_the_list_leads_to_the_shape_in_both_drawings(
    app: Flask, visit: Callable[..., Page], address: str, size: tuple[int, int]
) -> None:
    owner = Person(app, "nb-process_owner")
    owner.get(f"/workbench?slug={EVENT}")
    revision = owner.post("/workbench/begin", slug=EVENT, title="改名").headers["Location"]
    main = f"processes/{EVENT}/{EVENT}.bpmn"
    text = (ROOT / main).read_text(encoding="utf-8")
    seen = owner.get(f"{revision}/edit?plain=1&path={main}").text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    changed = text.replace('name="抽查核实"', 'name="实地核实"', 1).replace('name="抽查？"', 'name="要抽查？"', 1)
    assert owner.put(f"{revision}/files", {"path": main, "text": changed, "seen": seen}).status_code == 200
    page = visit("nb-process_owner", size)
    page.goto(f"{address}{revision}?tab=changes")
    page.get_by_role("link", name="两边对照着看").click()
    ready(page)

    page.get_by_role("link", name="实地核实").click()

    for side in ("old", "new"):
        expect(page.locator(f"[id='{side}-spot_check']")).to_have_attribute("data-shown", "")
    expect(page.locator("[id='new-spot_check']")).to_be_in_viewport()
    assert flaws(page) == []
