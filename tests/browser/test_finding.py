"""A long list is narrowed by a few words, with keys alone; nothing of it counts as filled in."""

from collections.abc import Callable

import pytest
from browser_sizes import PHONE, ready
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_long_list_is_narrowed_by_words_and_chosen_with_keys(visit: Callable[..., Page], address: str) -> None:
    page = visit("nb-resident", PHONE)
    page.goto(f"{address}/report/event")
    ready(page)
    page.get_by_role("button", name="上报").click()
    page.locator("[data-summary]").wait_for()
    chosen = page.locator("[name=category]")
    typed = page.get_by_role("searchbox", name="类别")

    typed.press_sequentially("暴露")
    assert chosen.locator("option:not([hidden])").all_text_contents() == ["请选择", "暴露垃圾"]
    expect(chosen).to_have_attribute("aria-invalid", "true")
    typed.press("Enter")

    assert chosen.evaluate("list => list.selectedOptions[0].text") == "暴露垃圾"
    expect(chosen).not_to_have_attribute("aria-invalid", "true")
    typed.fill("没有这样的类别")
    expect(page.get_by_role("status").filter(has_text="没有含这几个字的")).to_be_visible()
    assert chosen.evaluate("list => list.selectedOptions[0].text") == "暴露垃圾"
