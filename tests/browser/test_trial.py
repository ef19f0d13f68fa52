"""A process owner tries a revision in a real browser: at a desk and on a phone."""

from collections.abc import Callable

import pytest
from axe import flaws
from browser_sizes import DESK, PHONE, ready
from demo_installation import Person
from flask import Flask
from playwright.sync_api import Page, expect

from gridflow import clock
from gridflow.application import office
from gridflow.db import db
from gridflow.jobs.tick import next_due, tick

pytestmark = pytest.mark.browser
SMALL = "list_enforcement"
"""A procedure with few examples."""


def worked(app: Flask) -> None:
    """Let a worker do the runs that wait."""
    with app.app_context():
        while (due := next_due({"prove"})) is not None:
            with clock.set_to(max(due, clock.now())):
                tick(office(), {"prove"})
        db.session.remove()


def fine(page: Page, size: tuple[int, int]) -> list[str]:
    """Return what is wrong with a page at a size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("scrollTo(0, 0)")
    return flaws(page)


def test_a_revision_is_tried_kept_as_an_example_and_run(visit: Callable[..., Page], address: str, app: Flask) -> None:
    owner = Person(app, "nb-process_owner")
    owner.get("/workbench")
    revision = address + owner.post("/workbench/begin", slug=SMALL, title="试办").headers["Location"]
    page = visit("nb-process_owner", DESK)
    page.goto(f"{revision}?tab=trial")
    ready(page)
    page.get_by_role("button", name="开始试办").click()
    page.get_by_role("link", name="以市网格化主管单位经办人的身份发起").click()
    page.locator("[name=matter_code]").select_option(index=1)
    page.locator("[name=failing_unit]").select_option(index=1)
    page.locator("[name=failure_items]").first.check()
    page.get_by_role("button", name="发起").click()
    page.locator("[data-summary]").wait_for()  # the evidence is missing
    page.locator("[name=failure_evidence]").fill("列入清单后一直没有指定联系人，三次打电话找不到人。")
    page.get_by_role("button", name="发起").click()
    page.wait_for_url("**/trial")
    expect(page.get_by_role("main")).to_contain_text("拟督促整改函")
    found = {size: fine(page, size) for size in (PHONE, DESK)}
    assert page.locator(".gf-trial-picture").first.evaluate("image => image.naturalWidth") > 100

    page.get_by_role("button", name="过一个工作日").click()
    expect(page.locator("ol").last).to_contain_text("时间到")
    page.get_by_role("button", name="撤回上一步").click()
    expect(page.locator("ol").last).not_to_contain_text("时间到")
    page.locator("[name=title]").fill("发现后先拟函")
    page.get_by_role("button", name="存成这份修改稿的案例").click()
    page.wait_for_url("**/example?**")
    assert 'open = ["draft_letter"]' in page.locator("textarea").input_value()

    page.goto(f"{revision}?tab=trial")
    page.get_by_role("button", name="在这一稿上跑全部 4 个案例").click()
    expect(page.locator("#examples progress")).to_be_visible()
    worked(app)
    expect(page.locator("#examples")).to_contain_text("全部一致")
    assert {size: wrong for size, wrong in found.items() if wrong} == {}
