"""What people do in a real browser, on a phone and at a desk."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from browser_sizes import DESK, PHONE, ready
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def start(page: Page) -> None:
    """Open the form of an event, as one goes there from any page."""
    page.get_by_role("link", name="上报", exact=True).last.click()
    page.wait_for_url("**/report")
    page.get_by_role("main").get_by_role("link", name="网格事件").click()
    page.wait_for_url("**/report/*")


def fill_report(page: Page, place: str = "望京路 8 号东侧") -> None:
    page.locator("[name=category]").select_option(label="暴露垃圾")
    page.locator("[name=matter_code]").select_option(label="暴露垃圾清理督促")
    page.locator("[name=grid_code]").select_option(index=1)
    page.locator("[name=location_text]").fill(place)
    page.locator("[name=description]").fill("绿化带里堆了三天的装修垃圾，有异味。")


def report(visit: Visit) -> None:
    page = visit("nb-field_worker", PHONE)
    start(page)
    fill_report(page)
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/my-reports")


KEPT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("gridflow", 1);
    opening.onsuccess = () => {
        const counting = opening.result.transaction("files").objectStore("files").count();
        counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
})"""


def photo(name: str) -> FilePayload:
    picture = BytesIO()
    Image.effect_noise((300, 200), 60).convert("RGB").save(picture, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def answer(page: Page) -> None:
    """Answer a task: the first of each choice, a text for each area that is asked for."""
    for group in page.locator("fieldset[role=radiogroup]:visible").all():
        group.locator("input").first.check()
    for area in page.locator("textarea[aria-required]:visible").all():
        area.fill("双方当面说清，已经清走。")


def test_an_event_is_reported_on_a_phone_and_followed(visit: Visit) -> None:
    page = visit("nb-field_worker", PHONE)

    start(page)
    fill_report(page)
    page.get_by_role("button", name="上报").click()

    expect(page.get_by_role("status").first).to_contain_text(re.compile(r"已上报，编号 SJ-[\d-]+"))
    page.locator(".gf-card a").first.click()
    expect(page.get_by_role("link", name="经过")).to_have_attribute("aria-current", "page")
    expect(page.locator(".gf-timeline")).to_contain_text("登记上报")


def test_no_page_scrolls_sideways_on_a_phone(visit: Visit) -> None:
    report(visit)
    page = visit("nb-village", PHONE)
    task = page.locator("a[data-open]").first.get_attribute("href")

    for place in ("/", "/inbox?box=unit", task, "/report", "/report/event", "/my-reports", "/articles/N18-2", "/grids"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + str(place))

        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_what_is_wrong_is_said_beside_the_field_and_the_eye_is_led_there(visit: Visit) -> None:
    page = visit("nb-field_worker", PHONE)
    start(page)
    page.locator("[name=location_text]").fill("望京路 8 号")

    page.get_by_role("button", name="上报").click()

    summary = page.locator("[data-summary]")
    expect(summary).to_be_focused()
    expect(page.locator("[name=location_text]")).to_have_value("望京路 8 号")
    expect(page.locator("[name=category]")).to_have_attribute("aria-invalid", "true")


def test_a_task_opens_beside_the_list_and_the_keys_work(visit: Visit) -> None:
    report(visit)
    page = visit("nb-village", DESK)
    page.get_by_role("link", name="待办").first.click()
    page.get_by_role("navigation", name="收件箱").get_by_role("link", name="本单位").click()
    page.wait_for_url("**/inbox?box=unit")
    ready(page)

    page.keyboard.press("j")
    expect(page.locator("a[data-open]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#task h1")).to_have_text("村居协调")
    expect(page.locator("#task h1")).to_be_focused()
    expect(page).to_have_url(re.compile(r"/inbox\?.*task="))
    page.keyboard.press("c")
    expect(page.locator(".gf-holder")).to_contain_text("您已认领")

    page.context.set_offline(True)
    page.locator("a[data-open]").first.click()
    expect(page.locator("#task").get_by_role("alert")).to_contain_text("没有信号")


def test_a_task_is_finished_beside_the_list(visit: Visit) -> None:
    report(visit)
    page = visit("nb-village", DESK)
    page.get_by_role("link", name="待办").first.click()
    page.get_by_role("link", name="本单位").first.click()
    page.locator("a[data-open]").last.click()
    expect(page.locator("#task h1")).to_have_text("村居协调")
    answer(page)

    page.locator("#task").get_by_role("button", name="办好“村居协调”").click()

    expect(page.get_by_role("status").first).to_contain_text("已办“村居协调”")


def test_an_article_opens_in_place(visit: Visit) -> None:
    report(visit)
    page = visit("nb-village", DESK)
    page.locator("a[data-open]").first.click()
    page.wait_for_url("**/tasks/**")

    page.get_by_role("link", name="第十八条第二款").first.click()

    expect(page.locator("#article")).to_contain_text("第十八条")
    expect(page.locator("#task h1")).to_be_visible()


def test_typing_is_saved_and_comes_back(visit: Visit) -> None:
    page = visit("nb-part_time_worker", PHONE)
    start(page)
    page.locator("[name=location_text]").press_sequentially("望京路")

    expect(page.locator("[data-draft-words]")).to_have_text("草稿已保存")
    page.reload()

    expect(page.locator("[name=location_text]")).to_have_value("望京路")
    expect(page.locator("form[data-discard]")).to_be_visible()
    expect(page.get_by_text("已恢复您上次的草稿")).to_be_visible()

    page.get_by_role("button", name="放弃草稿").click()

    expect(page.get_by_text("已放弃草稿")).to_be_visible()
    expect(page.locator("[name=location_text]")).to_have_value("")


def test_without_a_signal_the_draft_stays_on_the_phone_and_is_sent_later(visit: Visit) -> None:
    page = visit("nb-grid_head", PHONE)
    start(page)
    page.context.set_offline(True)
    fill_report(page, "没有信号的地方")
    expect(page.locator("[data-draft-words]")).to_have_text("无信号，草稿已存在本机")
    page.get_by_role("button", name="上报").click()
    expect(page.locator("[data-draft-words]")).to_contain_text("没有送出")

    page.context.set_offline(False)

    page.wait_for_url("**/my-reports")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('gridflow.draft')).length") == 0


def test_fields_hide_and_show_while_one_types(visit: Visit) -> None:
    page = visit("nb-field_worker", PHONE)
    start(page)
    ready(page)
    late = page.locator("div[data-field=late_reason]").first
    expect(late).to_be_hidden()

    page.locator("[name=found_at]").fill("2020-01-01T08:00")
    page.locator("[name=found_at]").blur()

    expect(late).to_be_visible()


def test_a_long_list_is_narrowed_by_what_is_typed_and_by_the_category(visit: Visit) -> None:
    page = visit("nb-field_worker", PHONE)
    start(page)
    categories, matters = page.locator("[name=category]"), page.locator("[name=matter_code]")
    find = page.locator("div[data-field=category] input[type=search]")
    expect(page.locator("div[data-field=matter_code] input[type=search]")).to_be_visible()

    find.fill("市容 垃圾")
    shown = categories.locator("option:not([hidden]):not([value=''])")
    expect(shown.first).to_have_text("暴露垃圾")
    expect(categories.locator("option", has_text="邻里纠纷")).to_be_hidden()

    find.press("Enter")

    expect(categories).to_have_value(shown.first.get_attribute("value") or "")
    expect(matters.locator("option:enabled:not([value=''])")).to_have_text(["暴露垃圾清理督促"])


def test_a_double_click_reports_once(visit: Visit) -> None:
    page = visit("bh-field_worker", PHONE)
    start(page)
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=grid_code]").select_option(index=1)
    page.locator("[name=location_text]").fill("外沙岛渔港")
    page.locator("[name=description]").fill("码头灯杆倾斜，靠近行人通道。")

    page.get_by_role("button", name="上报").dblclick()

    page.wait_for_url("**/my-reports")
    assert page.locator(".gf-card").count() == 1


def test_a_photo_is_made_smaller_before_it_travels(visit: Visit, tmp_path: object) -> None:
    picture = BytesIO()
    Image.effect_noise((3000, 2000), 60).convert("RGB").save(picture, "JPEG", quality=95)
    page = visit("nb-field_worker", PHONE)
    start(page)

    page.locator("input[type=file]").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )

    expect(page.locator("[data-files] li")).to_contain_text("现场.jpg")
    size = page.evaluate("document.querySelector('input[type=file]').files[0].size")
    assert size < len(picture.getvalue()) / 2


def test_photos_chosen_without_a_signal_are_kept_and_sent_when_it_is_back(visit: Visit) -> None:
    page = visit("nb-grid_head", PHONE)
    start(page)
    ready(page)
    fill_report(page, "地下车库")
    expect(page.locator("[data-draft-words]")).to_have_text("草稿已保存")
    page.context.set_offline(True)
    page.locator("input[type=file]").set_input_files(photo("一.jpg"))
    expect(page.locator("[data-files] li")).to_contain_text("一.jpg")
    page.locator("input[type=file]").set_input_files(photo("二.jpg"))
    expect(page.locator("[data-files] li")).to_have_count(2)
    expect(page.locator("[data-files] li").last).to_contain_text("已存在本机")

    page.context.set_offline(False)
    page.reload()
    expect(page.locator("[data-files] li")).to_have_count(2)
    page.context.set_offline(True)
    page.get_by_role("button", name="上报").click()
    expect(page.locator("[data-draft-words]")).to_contain_text("有信号后自动送出")
    page.context.set_offline(False)

    page.wait_for_url("**/my-reports")
    page.locator(".gf-card a").first.click()
    page.get_by_role("link", name="附件").click()
    expect(page.locator(".gf-attached > li")).to_have_count(2)
    start(page)
    ready(page)
    assert page.evaluate(KEPT) == 0


def test_photos_stay_when_something_has_to_be_corrected_and_can_be_taken_out(visit: Visit) -> None:
    page = visit("nb-part_time_worker", PHONE)
    start(page)
    ready(page)
    page.locator("input[type=file]").set_input_files([photo("一.jpg"), photo("二.jpg")])
    expect(page.locator("[data-files] li").last).to_contain_text("已存在本机")

    page.get_by_role("button", name="上报").click()
    expect(page.locator("[data-summary]")).to_be_focused()

    expect(page.locator("[data-files] li")).to_have_count(2)
    expect(page.locator("[data-files-again]")).to_be_hidden()
    page.get_by_role("button", name="去掉 一.jpg").press("Enter")
    expect(page.locator("[data-files] li")).to_have_text(re.compile("二.jpg"))
    assert page.evaluate("[...document.querySelector('input[type=file]').files].map((file) => file.name)") == ["二.jpg"]


def test_a_draft_does_not_come_back_to_life_after_the_report(visit: Visit) -> None:
    page = visit("bh-part_time_worker", PHONE)
    start(page)
    ready(page)
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=grid_code]").select_option(index=1)
    page.locator("[name=location_text]").fill("外沙岛渔港")
    with page.expect_request("**/draft"):
        page.locator("[name=description]").fill("码头灯杆倾斜，靠近行人通道。")
    page.get_by_role("button", name="上报").click()
    page.wait_for_url("**/my-reports")

    start(page)

    expect(page.locator("[name=location_text]")).to_have_value("")


def test_a_handler_uncovers_a_phone_in_place(visit: Visit, address: str) -> None:
    resident = visit("nb-resident", PHONE)
    resident.goto(f"{address}/report/event")
    resident.locator("[name=category]").select_option(label="暴露垃圾")
    resident.locator("[name=grid_code]").select_option(index=1)
    resident.locator("[name=location_text]").fill("望京路 8 号东侧")
    resident.locator("[name=description]").fill("绿化带里堆了三天的装修垃圾，有异味。")
    resident.locator("[name=reporter_phone]").fill("13800138000")
    resident.get_by_role("button", name="上报").click()
    resident.wait_for_url("**/my-reports")
    case = resident.locator(".gf-card a").first.get_attribute("href")
    page = visit("nb-field_worker", DESK)
    page.goto(f"{address}{case}?tab=data")
    ready(page)
    expect(page.locator(".gf-covered")).to_contain_text("138****8000")

    page.get_by_role("button", name="显示“报送人电话”").click()

    expect(page.locator(".gf-covered")).to_contain_text("13800138000")
    expect(page.locator(".gf-covered")).to_contain_text("这次查看已记入日志")
    expect(page).to_have_url(f"{address}{case}?tab=data")


def test_a_search_is_kept_beside_the_list(visit: Visit, address: str) -> None:
    page = visit("nb-town", DESK)
    page.goto(f"{address}/inbox?box=unit&search=路灯")
    page.get_by_text("存为常用").click()
    page.get_by_label("名称").fill("我的路灯")
    page.get_by_role("button", name="存到列表旁").click()
    page.goto(f"{address}/inbox")

    page.get_by_role("link", name="我的路灯").click()

    expect(page.get_by_role("searchbox")).to_have_value("路灯")


def test_the_diagram_shows_where_the_case_stands(visit: Visit) -> None:
    report(visit)
    page = visit("nb-village", DESK)
    page.locator("a[data-open]").first.click()
    page.get_by_role("link", name="打开整个案件").click()
    page.get_by_role("link", name="流程图").click()

    expect(page.locator(".gf-taken").first).to_be_attached()
    expect(page.locator(".gf-active").first).to_be_attached()
    expect(page.locator(".djs-connection.gf-taken .djs-visual > path").first).to_have_css("stroke", "rgb(23, 113, 63)")
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_everything_works_without_a_script(visit: Visit, address: str) -> None:
    page = visit(None, PHONE, java_script_enabled=False)
    page.locator("[data-login=nb-field_worker]").click()
    page.goto(f"{address}/report/event")
    fill_report(page)
    page.get_by_role("button", name="上报").click()

    expect(page.get_by_role("status").first).to_contain_text("已上报")
