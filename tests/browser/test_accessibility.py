"""axe-core finds nothing serious on any page, on a phone and at a desk; nothing is cut off or stuck together."""

from collections.abc import Callable

import pytest
from axe import at_a_desk, flaws, violations
from browser_sizes import DESK, PHONE, ready
from demo_installation import Person
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from gridflow import clock
from gridflow.db import writing
from gridflow.engine.models import Incident, WorkItem

pytestmark = pytest.mark.browser
PAGES = {
    None: ("/query", "/public/grids/{grid}"),
    "nb-county_office": (
        "/law", "/law?state=outside", "/figures", "/ledgers", "/ledgers/training", "/ledgers/training/new",
        "/registers/matters", "/registers/matters/N01-001", "/registers/norms", "/running/requests", "/cases",
        "/password", "/inbox?box=today", "/grids/{grid}", "/grids/due", "/grids/load", "/units/330203001", "/report",
        "/report/list_change",
    ),
    "nb-process_owner": (
        "/", "/procedures", "/procedures/event", "/procedures/event?tab=decisions", "/procedures/event?tab=versions",
        "/procedures/event?tab=running", "/running", "/running/batches", "/running/messages",
        "/procedures/event/check",
    ),
    "nb-inspector": ("/operations", "/operations/record"),
    "nb-administrator": ("/administration/accounts", "/administration/units"),
}  # fmt: skip
"""What each sees beside its own tasks and the workbench; {grid} is some grid."""


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_has_a_violation(visit: Callable[..., Page], address: str, size: tuple[int, int]) -> None:
    worker = visit("nb-field_worker", size)
    found = {"sign-in": violations(visit(None, size)), "home, empty": violations(worker)}
    worker.goto(f"{address}/report")
    ready(worker)
    found["what to report"] = violations(worker)
    worker.get_by_role("main").get_by_role("link", name="网格事件").click()
    worker.wait_for_url("**/report/*")
    ready(worker)
    worker.get_by_role("button", name="上报").click()
    worker.locator("[data-summary]").wait_for()
    found["report with errors"] = violations(worker)
    worker.locator("[name=category]").select_option(label="暴露垃圾")
    worker.locator("[name=matter_code]").select_option(label="暴露垃圾清理督促")
    worker.locator("[name=grid_code]").select_option(index=1)
    worker.locator("[name=location_text]").fill("望京路 8 号东侧")
    worker.locator("[name=description]").fill("绿化带里堆了三天的装修垃圾，有异味。")
    worker.get_by_role("button", name="上报").click()
    worker.wait_for_url("**/my-reports")
    found["my reports"] = violations(worker)
    case = worker.locator(".gf-card a").first.get_attribute("href")
    village = visit("nb-village", size)
    village.goto(f"{address}/inbox?box=unit")
    found["inbox"] = violations(village)
    task = village.locator("a[data-open]").first.get_attribute("href")
    pages = [task, "/inbox?search=zz", "/articles/N18-2", "/grids", "/grids/vacancies", "/nowhere", case]
    pages += [f"{case}?tab={tab}" for tab in ("diagram", "data", "documents", "attachments", "related")]
    for place in pages:
        village.goto(f"{address}{place}")
        ready(village)
        village.wait_for_load_state("networkidle")
        found[str(place)] = violations(village)

    assert {place: names for place, names in found.items() if names} == {}


def park(app: Flask) -> None:
    """Let a case stop with a cause as long as causes are."""
    Person(app, "nb-field_worker").report()
    with app.app_context(), writing() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.status == "open").limit(1)).one()
        of_item = {name: getattr(item, name) for name in ("city", "case_id", "instance_id", "task_id", "process_id")}
        session.add(
            Incident(
                **of_item, element_id=item.element_id, kind="routing", tries=3, opened_at=clock.now(),
                cause="表达式“unit = leader.code”在第 8 个字处没有名称 leader，请补上数据后重试。",
            )
        )  # fmt: skip


def test_no_page_to_look_things_up_has_one(app: Flask, visit: Callable[..., Page], address: str) -> None:
    park(app)
    worker, found = visit("nb-field_worker"), {}
    worker.goto(f"{address}/report/event")
    grid = worker.locator("[name=grid_code] option[value*='C']").first.get_attribute("value")
    for login, places in PAGES.items():
        page = visit(login, PHONE)
        for place in places:
            page.goto(address + place.format(grid=grid))
            ready(page)
            found[f"{login} {place}"] = flaws(page) + at_a_desk(page)

    assert {place: names for place, names in found.items() if names} == {}


def test_the_longest_navigation_fits_every_width(visit: Callable[..., Page]) -> None:
    page = visit("nb-administrator")
    page.locator(".gf-me summary").click()
    page.get_by_role("button", name="English").click()
    ready(page)

    for width in (640, 820, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 720})

        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_paper_shows_the_figures_and_their_period_without_what_one_presses(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit("nb-county_office")
    page.goto(f"{address}/figures")
    page.emulate_media(media="print")

    expect(page.get_by_label("从")).to_be_visible()
    expect(page.get_by_role("heading", name="比率")).to_be_visible()
    assert [each.inner_text() for each in page.locator("button, nav").all() if each.is_visible()] == []
