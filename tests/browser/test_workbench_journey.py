"""A limit is shortened in the browser: refused, corrected, approved; new cases take it, a running one goes over."""

import re
from collections.abc import Callable

import pytest
from browser_sizes import DESK, PHONE, ready
from demo_installation import EVENT, Person, proved
from flask import Flask
from playwright.sync_api import Page, expect

from gridflow.application import office
from gridflow.jobs.tick import tick

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
LIMITS = "limit.dmn"


def edit_limits(page: Page, old: str, new: str) -> None:
    """Change the first cell that says so in the table of limits, as text."""
    page.get_by_role("link", name="文件", exact=True).click()
    file = page.locator(f"a[href*='{LIMITS}']").first
    if not file.is_visible():
        page.locator("details").filter(has=file).locator("summary").click()
    file.click()
    plain = page.get_by_role("link", name="文本和各稿")
    if plain.count():
        plain.click()
    area = page.get_by_label("内容")
    text = area.input_value()
    assert f"<text>{old}</text>" in text
    area.fill(text.replace(f"<text>{old}</text>", f"<text>{new}</text>", 1))
    page.get_by_role("button", name="保存这一稿").click()
    expect(page.get_by_text("已保存为第")).to_be_visible()
    page.get_by_role("link", name="回到修改稿").click()


def send(app: Flask, page: Page) -> None:
    """Send the revision on the screen for approval, its worked examples being green."""
    proved(app, re.search(r"/workbench/revisions/\w+", page.url)[0])
    page.get_by_role("link", name="送审和发布").click()
    page.get_by_label("修改理由").fill("群众反映签收太慢。")
    page.get_by_label("依据（条款或文件号）").fill("第十八条")
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("已送审。由另一位")).to_be_visible()


def work(app: Flask) -> None:
    with app.app_context():
        tick(office(), {"operate"})


@pytest.mark.parametrize("size", [DESK], ids=["desk"])
def test_a_limit_is_shortened_refused_corrected_approved_followed_and_taken_back(
    app: Flask, visit: Visit, address: str, size: tuple[int, int]
) -> None:
    worker = Person(app, "nb-field_worker")
    worker.report()
    owner, head = visit("nb-process_owner", size), visit("nb-city_head", PHONE)

    owner.goto(f"{address}/workbench")
    owner.get_by_role("searchbox", name="流程、环节或条款").fill("村居协调")
    owner.get_by_role("button", name="查找").click()
    owner.get_by_role("link", name="网格事件", exact=True).click()
    owner.get_by_label("要改什么").fill("缩短签收时限")
    owner.get_by_role("button", name="从现行版本起草").click()
    owner.wait_for_url("**/revisions/*")
    edit_limits(owner, "2", "3")
    send(app, owner)
    revision = re.search(r"/workbench/revisions/\w+", owner.url)[0]

    head.goto(f"{address}/workbench")
    head.get_by_role("link", name="缩短签收时限").click()
    head.get_by_role("link", name="送审和发布").click()
    head.get_by_label("意见（退回时必填）").fill("应当缩短，不是延长。")
    head.get_by_role("button", name="退回起草人").click()
    expect(head.get_by_role("status").get_by_text("已退回起草人。")).to_be_visible()

    owner.goto(f"{address}{revision}")
    expect(owner.get_by_role("alert").get_by_text("应当缩短，不是延长。")).to_be_visible()
    owner.get_by_role("link", name="历史和里程碑").click()
    owner.get_by_label("给现在的内容设里程碑").fill("第一次送审")
    owner.get_by_role("button", name="设里程碑").click()
    edit_limits(owner, "3", "1")
    owner.get_by_role("link", name="历史和里程碑").click()
    owner.get_by_role("link", name="第一次送审").click()
    expect(owner.get_by_role("row").filter(has_text="3").filter(has_text="1").first).to_be_visible()
    owner.get_by_role("link", name="回到修改稿").click()
    send(app, owner)
    expect(owner.get_by_text("应当缩短，不是延长。").and_(owner.locator("[role=alert] *"))).to_have_count(0)

    head.goto(f"{address}{revision}?tab=publication")
    head.get_by_role("button", name="同意，到生效日起按新版办理").click()
    expect(head.get_by_text("已批准。到生效日起")).to_be_visible()

    worker.report()
    owner.goto(f"{address}/workbench")
    row = owner.get_by_role("row").filter(has_text="网格事件").first
    expect(row.get_by_text("第 2 版 1 件")).to_be_visible()
    expect(row.get_by_text("第 1 版 1 件")).to_be_visible()

    row.get_by_role("link", name="按旧版办理的案件").click()
    ready(owner)
    owner.get_by_role("button", name="全部勾选或全不勾选").click()
    owner.get_by_label("理由（记入案件记录）").fill("新时限对在办案件也适用。")
    owner.get_by_role("button", name="申请把勾选的案件迁移到第 2 版").click()
    expect(owner.get_by_text("等待批准")).to_be_visible()
    head.goto(f"{address}/running/requests")
    head.get_by_role("link", name="迁移版本 网格事件").click()
    head.get_by_role("button", name="批准，迁移这 1 件").click()
    work(app)
    expect(head.get_by_text("共 1 件，完成 1 件")).to_be_visible()
    owner.goto(f"{address}/workbench")
    expect(row.get_by_text("第 2 版 2 件")).to_be_visible()

    head.goto(f"{address}/workbench/procedures/{EVENT}")
    head.get_by_role("link", name="紧急恢复旧版").click()
    ready(head)
    head.get_by_label("理由（记入操作日志）").fill("时限太短，派单赶不上。")
    head.get_by_role("button", name="恢复第 1 版，马上生效").click()
    expect(head.get_by_text("已恢复第 1 版")).to_be_visible()
    owner.goto(f"{address}{revision}")
    expect(owner.get_by_role("alert").get_by_text("已被紧急恢复旧版回退")).to_be_visible()


def test_the_library_works_by_keyboard(visit: Visit, address: str) -> None:
    owner = visit("nb-process_owner")
    owner.goto(f"{address}/workbench")
    owner.get_by_role("searchbox", name="流程、环节或条款").press("Tab")
    owner.keyboard.press("Tab")
    expect(owner.locator(":focus")).to_have_attribute("href", re.compile("/workbench/procedures/"))
