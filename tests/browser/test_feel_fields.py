"""Fields for expressions in a real browser: checked after a pause, names completed from the keyboard and by touch."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from gridflow.config import ROOT

pytestmark = pytest.mark.browser
SCRIPTS = ROOT / "frontend" / "src" / "workbench"
MAIN = "processes/event/event.bpmn"
SET_UP = """
async ([files, token, path]) => {
  const { feelField } = await import("/scripts/feel.js");
  const place = Object.assign(document.createElement("div"), { className: "gf-editor" });
  Object.assign(place.dataset, { files, token, path });
  place.innerHTML = '<label for="expression">条件</label><input class="form-control" id="expression">';
  document.querySelector("main").prepend(place);
  feelField(place.querySelector("input"), { place, more: () => ["新变量"] });
}
"""


def served(route: Route) -> None:
    """Send a script as it is written, which a page gets as a part of its editor."""
    route.fulfill(path=SCRIPTS / Path(route.request.url).name, content_type="text/javascript")


@pytest.fixture
def field(visit: Callable[..., Page]) -> Page:
    """A page of a revision with one field for an expression."""
    page = visit("nb-process_owner")
    page.route("**/scripts/*.js", served)
    page.goto(page.url + "workbench")
    page.locator("[name=slug]").select_option("event")
    page.locator("[name=title]").fill("改条件")
    page.locator("form[action$=begin] button[type=submit]").click()
    page.wait_for_url("**/workbench/revisions/*")
    files = page.url.split("?")[0].split("/", 3)[3] + "/files"
    token = page.locator("[name=csrf_token]").first.input_value()
    page.evaluate(SET_UP, [f"/{files}", token, MAIN])
    return page


def test_a_wrong_expression_is_told_beneath_its_field_and_a_right_one_is_not(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.fill('categry = "01"')

    expect(condition).to_have_attribute("aria-invalid", "true")
    told = field.locator(f"#{condition.get_attribute('aria-describedby')}")
    expect(told).to_contain_text("没有变量“categry”，是不是“category”")

    condition.fill('category = "01" and 新变量 = 1')
    expect(condition).not_to_have_attribute("aria-invalid", "true")
    expect(told).to_be_hidden()


def test_names_are_completed_from_the_keyboard_and_by_a_tap(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.press_sequentially("catego")
    names = field.get_by_role("listbox").get_by_role("option")
    expect(names.first).to_contain_text("category")
    condition.press("ArrowDown")
    assert condition.get_attribute("aria-activedescendant") == names.first.get_attribute("id")
    condition.press("Enter")
    expect(condition).to_have_value("category")
    expect(field.get_by_role("listbox")).to_be_hidden()

    condition.press_sequentially(" = limit.handling.du")
    names.filter(has_text="limit.handling.due").first.click()
    expect(condition).to_have_value("category = limit.handling.due")
    expect(condition).to_be_focused()


def test_nothing_is_offered_inside_a_text_in_quotes(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.press_sequentially('category = "catego')

    expect(field.get_by_role("listbox")).to_be_hidden()
    condition.press_sequentially('" and catego')
    expect(field.get_by_role("listbox")).to_be_visible()
