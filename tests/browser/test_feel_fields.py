"""Fields for expressions in a real browser: checked after a pause, names completed from the keyboard and by touch."""

from collections.abc import Callable
from pathlib import Path

import pytest
from browser_sizes import PHONE
from demo_installation import EVENT, Person
from playwright.sync_api import Page, Route, expect

from gridflow.config import ROOT

pytestmark = pytest.mark.browser
SCRIPTS = ROOT / "frontend" / "src" / "workbench"
MAIN = f"processes/{EVENT}/{EVENT}.bpmn"
AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text() + "; undefined"
RUN = """async () => (await axe.run(document.querySelector(".gf-editor"), { runOnly: ["wcag2a", "wcag2aa"] }))
    .violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(" ")}`)"""
SET_UP = """
async ([files, token, path, tag]) => {
  const { feelField } = await import("/scripts/feel.js");
  const place = Object.assign(document.createElement("div"), { className: "gf-editor" });
  const words = Object.assign(document.createElement("script"), { type: "application/json" });
  words.textContent = '{"names": "可用的名称", "position": "{message}（第 {place} 个字符）。"}';
  words.dataset.feelWords = "";
  document.head.append(words);
  Object.assign(place.dataset, { files, token, path });
  place.innerHTML = '<label for="expression">条件</label>';
  place.append(Object.assign(document.createElement(tag), { className: "form-control", id: "expression" }));
  document.querySelector("main").prepend(place);
  feelField(place.querySelector("#expression"), { place, more: () => ["新变量"] });
}
"""


def served(route: Route) -> None:
    """Send a script as it is written, which a page gets as a part of its editor."""
    route.fulfill(path=SCRIPTS / Path(route.request.url).name, content_type="text/javascript")


@pytest.fixture(params=["input"])
def field(request: pytest.FixtureRequest, visit: Callable[..., Page], person: Callable[[str], Person]) -> Page:
    """A page of a revision with one field for an expression."""
    owner = person("nb-process_owner")
    owner.get("/workbench")
    revision = owner.post("/workbench/begin", slug=EVENT, title="改条件").headers["Location"]
    page = visit("nb-process_owner")
    page.route("**/scripts/*.js", served)
    page.goto(page.url + revision.removeprefix("/"))
    token = page.locator("[name=csrf_token]").first.input_value()
    page.evaluate(SET_UP, [f"{revision}/files", token, MAIN, request.param])
    return page


def test_a_wrong_expression_is_told_beneath_its_field_and_a_right_one_is_not(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.fill('categry = "01"')

    expect(condition).to_have_attribute("aria-invalid", "true")
    told = field.locator(f"#{condition.get_attribute('aria-describedby')}")
    expect(told).to_have_text("没有变量“categry”，是不是“category”（第 1 个字符）。")

    condition.fill('category = "01" and 新变量 = 1')
    expect(condition).not_to_have_attribute("aria-invalid", "true")
    expect(told).to_be_hidden()


def test_names_are_completed_from_the_keyboard_and_by_a_tap(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.press_sequentially("catego")
    names = field.get_by_role("listbox").get_by_role("option")
    expect(names.first).to_contain_text("category")
    expect(names.first).to_have_attribute("aria-selected", "true")
    assert condition.get_attribute("aria-activedescendant") == names.first.get_attribute("id")
    condition.press("Tab")
    expect(condition).to_have_value("category")
    expect(field.get_by_role("listbox")).to_be_hidden()

    condition.press_sequentially(" = limit.handling.du")
    names.filter(has_text="limit.handling.due").first.click()
    expect(condition).to_have_value("category = limit.handling.due")
    expect(condition).to_be_focused()


@pytest.mark.parametrize("field", ["textarea"], indirect=True)
def test_enter_takes_the_chosen_name_and_otherwise_breaks_the_line(field: Page) -> None:
    condition, offered = field.get_by_label("条件"), field.get_by_role("listbox")
    names = offered.get_by_role("option")
    condition.press_sequentially("c")
    expect(offered).to_be_visible()
    expect(offered.locator("[aria-selected=true]")).to_have_count(0)
    condition.press_sequentially("a")
    expect(names.first).to_have_attribute("aria-selected", "true")
    condition.press("ArrowDown")
    expect(names.nth(1)).to_have_attribute("aria-selected", "true")
    second = names.nth(1).locator("span").inner_text()
    condition.press("ArrowUp")
    condition.press("ArrowUp")
    expect(names.last).to_have_attribute("aria-selected", "true")
    condition.press("ArrowDown")
    condition.press("ArrowDown")
    condition.press("Enter")
    expect(condition).to_have_value(second)

    condition.press("Enter")
    condition.press_sequentially("catego")
    expect(names.first).to_have_attribute("aria-selected", "true")
    condition.press("Escape")
    expect(offered).to_be_hidden()
    condition.press("Enter")
    expect(condition).to_have_value(f"{second}\ncatego\n")


@pytest.mark.parametrize("field", ["textarea"], indirect=True)
def test_a_name_that_is_written_whole_stays_as_it_is(field: Page) -> None:
    condition, offered = field.get_by_label("条件"), field.get_by_role("listbox")
    condition.press_sequentially("case")
    expect(offered).to_be_visible()
    expect(offered.locator("[aria-selected=true]")).to_have_count(0)
    condition.press("Enter")
    expect(condition).to_have_value("case\n")


def test_nothing_is_offered_inside_a_text_in_quotes(field: Page) -> None:
    condition = field.get_by_label("条件")
    condition.press_sequentially('category = "catego')

    expect(field.get_by_role("listbox")).to_be_hidden()
    condition.press_sequentially('" and catego')
    expect(field.get_by_role("listbox")).to_be_visible()


@pytest.mark.parametrize("field", ["input", "textarea"], indirect=True)
def test_a_field_with_its_names_and_its_message_passes_axe(field: Page) -> None:
    field.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    field.evaluate(AXE)
    condition = field.get_by_label("条件")
    condition.fill("categry")
    expect(condition).to_have_attribute("aria-invalid", "true")
    condition.fill("")
    condition.press_sequentially("categ")
    expect(field.get_by_role("listbox").locator("[aria-selected=true]")).to_be_visible()

    assert field.evaluate(RUN) == []
    box = field.get_by_role("listbox").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    assert field.get_by_role("option").first.bounding_box()["height"] >= 44
