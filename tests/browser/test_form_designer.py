"""The form designer: fields by keyboard and finger, a preview as the server shows it, nothing written is lost."""

import io
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from axe import flaws
from browser_sizes import DESK, PHONE
from playwright.sync_api import FrameLocator, Page, Route, expect

from gridflow.config import ROOT

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SMALL = """() => [...document.querySelectorAll("main :is(button, select, input:not([type=radio], [type=checkbox]))")]
    .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
    .map((each) => each.outerHTML)"""
"""What a finger would miss."""
REPORT = "forms/event/report.json"


def begun(page: Page, address: str, title: str) -> str:
    """Begin a revision of the events and return its address."""
    page.goto(f"{address}/workbench?slug=event")
    form = page.locator("form", has=page.locator("[name=title]"))
    token = form.locator("[name=csrf_token]").get_attribute("value")
    answer = page.request.post(
        f"{address}/workbench/begin",
        form={"csrf_token": token or "", "slug": "event", "title": title},
        headers={"Referer": page.url},
    )
    return answer.url


def designing(page: Page, revision: str, path: str = REPORT) -> FrameLocator:
    """Open a form in the designer; returns the preview."""
    page.goto(f"{revision}/edit?path={path}")
    page.locator("[data-editor][data-ready]").wait_for()
    preview = page.frame_locator("[data-form-preview]")
    preview.locator("html[data-ready=yes]").wait_for(state="attached")
    return preview


def saved_form(page: Page, revision: str, path: str = REPORT) -> dict[str, Any]:
    """Return a form as the revision has it now."""
    found: dict[str, Any] = page.request.get(f"{revision}/files?path={path}").json()
    return found


def labels(page: Page) -> list[str]:
    """Return what the list of fields shows."""
    return page.locator("[data-form-rows] .gf-form-name").all_inner_texts()


@pytest.fixture
def owner(visit: Visit) -> Page:
    return visit("nb-process_owner")


def test_a_choice_with_a_condition_is_added_by_keyboard_alone(owner: Page, address: str) -> None:
    revision = begun(owner, address, "加一栏")
    preview, keys = designing(owner, revision), owner.keyboard
    owner.locator("[data-form-rows] [aria-current]").focus()
    keys.press("End")
    owner.locator("[data-add-kind]").focus()
    for _ in range(5):
        keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Enter")
    expect(owner.locator("#set-label")).to_be_focused()
    keys.type("是否回访本人")
    keys.press("Tab")
    keys.press("Control+a")
    keys.type("call_back")
    owner.locator("summary", has_text="条件").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.type('urgency = "normal"')
    keys.press("Escape")
    owner.locator("#set-basis").focus()
    keys.type("N18-2")
    keys.press("Tab")
    keys.press("Enter")
    owner.locator("[name=class][value=public]").focus()
    keys.press("ArrowDown")
    keys.press("ArrowDown")

    field = preview.get_by_role("radiogroup", name="是否回访本人")
    urgent = preview.locator("[name=urgency]")
    urgent.last.check()
    expect(field).to_be_visible()
    urgent.first.check()
    expect(field).to_be_hidden()
    owner.locator("[data-form-rows] [aria-current]").focus()
    keys.press("Control+s")
    expect(owner.locator("[data-saved]")).to_contain_text("已保存为第")
    made = saved_form(owner, revision)["components"][-1]
    assert (made["type"], made["key"], made["label"]) == ("radio", "call_back", "是否回访本人")
    assert made["conditional"]["hide"] == '=urgency = "normal"'
    assert "required" not in made.get("validate", {})  # cases under way and examples do without it
    assert "N18-2" in made["properties"]["basis"].split()
    assert made["properties"]["class"] == "personal"

    designing(owner, revision)
    assert labels(owner)[-1] == "是否回访本人"


def test_a_condition_is_written_from_what_was_chosen_above(owner: Page, address: str) -> None:
    preview = designing(owner, begun(owner, address, "条件"))
    owner.locator("[data-form-rows] button", has_text="照片或附件").click()
    owner.locator("summary", has_text="条件").click()
    owner.locator("summary", has_text="按上面选了什么来显示").click()
    owner.get_by_label("看哪一栏").select_option("紧急程度")
    owner.get_by_label("选了哪一项").select_option("特急")
    owner.get_by_role("button", name="写成条件").click()

    expect(owner.locator("#set-hide")).to_have_value('urgency != "critical"')
    photos = preview.locator("[data-field=attachments]").first
    expect(photos).to_be_hidden()
    preview.locator("[name=urgency][value=critical]").check()
    expect(photos).to_be_visible()


def test_whoever_may_only_read_changes_nothing(visit: Visit, owner: Page, address: str) -> None:
    revision = begun(owner, address, "只看")
    reader = visit("nb-city_head")
    designing(reader, revision)
    before = labels(reader)
    reader.locator("[data-form-rows] button", has_text="类别").click()
    reader.keyboard.press("Delete")
    reader.keyboard.press("Alt+ArrowDown")

    assert labels(reader) == before
    expect(reader.locator("#set-label")).to_be_disabled()
    expect(reader.locator("[data-save], [data-add-field], [data-copy]")).to_have_count(0)


def test_fields_are_moved_by_keys_and_by_dragging_and_all_of_it_is_undone(owner: Page, address: str) -> None:
    designing(owner, begun(owner, address, "移动"))
    before = labels(owner)
    rows = owner.locator("[data-form-rows] li")
    rows.nth(1).locator("button").click()
    owner.keyboard.press("Alt+ArrowDown")
    assert labels(owner)[1:3] == [before[2], before[1]]
    expect(owner.locator("[data-form-live]")).to_have_text(f"“{before[1]}”移到第 3 位，共 {len(before)} 栏")

    expect(rows.nth(1)).to_contain_text("要改")  # it rests on the field that is below it now
    expect(owner.locator("[data-saved]")).to_contain_text("不能采用")
    start, end = (rows.nth(place).locator("[data-grip]").bounding_box() for place in (2, 0))
    assert start
    assert end
    owner.mouse.move(start["x"] + 10, start["y"] + start["height"] / 2)
    owner.mouse.down()
    owner.mouse.move(end["x"] + 10, end["y"] + 30, steps=5)
    owner.mouse.move(end["x"] + 10, end["y"] + 4)
    owner.mouse.up()
    assert labels(owner)[0] == before[1]

    owner.get_by_role("button", name="撤销").click()
    owner.keyboard.press("Control+z")
    assert labels(owner) == before
    owner.keyboard.press("Control+y")
    assert labels(owner)[1] == before[2]


def test_a_finger_moves_a_field_on_a_phone(visit: Visit, address: str) -> None:
    page = visit("nb-process_owner", PHONE, has_touch=True)
    designing(page, begun(page, address, "手机"))
    before = labels(page)
    grip = page.locator("[data-grip]").nth(1)
    box, target = grip.bounding_box(), page.locator("[data-form-rows] li").nth(3).bounding_box()
    assert box
    assert target
    grip.scroll_into_view_if_needed()
    touches = page.context.new_cdp_session(page)

    def touch(kind: str, y: float | None) -> None:
        points = [] if y is None else [{"x": box["x"] + 20, "y": y}]
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", box["y"] + 20)
    touch("touchMove", target["y"] + 10)
    touch("touchMove", target["y"] + target["height"] - 4)
    touch("touchEnd", None)

    expect(page.locator("[data-form-rows] .gf-form-name").nth(3)).to_have_text(before[1])


def test_what_the_reader_refuses_is_said_beside_the_field(owner: Page, address: str) -> None:
    designing(owner, begun(owner, address, "写错"))
    owner.locator("[data-form-rows] button", has_text="清单事项").click()
    owner.locator("#set-label").fill("")

    expect(owner.locator("[data-form-fault]")).to_contain_text("请写明这一栏叫什么")
    expect(owner.locator("[data-form-rows] li").nth(2)).to_contain_text("要改")
    expect(owner.locator("[data-saved]")).to_contain_text("不能采用")
    owner.locator("#set-label").fill("事项")
    expect(owner.locator("[data-form-fault]")).to_be_empty()
    expect(owner.locator("[data-saved]")).to_contain_text("已自动保存")


def test_two_who_design_at_once_both_keep_their_work(visit: Visit, address: str) -> None:
    first, second = visit("nb-process_owner"), visit("nb-process_owner")
    revision = begun(first, address, "两人")
    for page in (first, second):
        designing(page, revision)
    for page, words in ((first, "种类"), (second, "门类")):
        page.locator("[data-form-rows] button", has_text="类别").click()
        page.locator("#set-label").fill(words)
        page.locator("[data-save]").click()
    expect(first.locator("[data-saved]")).to_contain_text("已保存为第")
    expect(second.locator("[data-saved]")).to_contain_text("没有丢")

    assert saved_form(second, revision)["components"][1]["label"] == "种类"
    second.goto(f"{revision}/edit?path={REPORT}&plain=1")
    expect(second.get_by_text("同时写成，没有采用")).to_be_visible()


def test_a_preview_without_a_session_says_so_and_comes_back_after_signing_in(owner: Page, address: str) -> None:
    preview = designing(owner, begun(owner, address, "退出"))
    owner.locator("[data-form-rows] button", has_text="类别").click()
    owner.context.clear_cookies()
    owner.locator("#set-label").fill("退出以后改的名称")

    expect(owner.get_by_text("预览没有打开")).to_be_visible()
    expect(owner.locator("[data-form-preview]")).to_be_hidden()
    expect(owner.locator("#set-label")).to_have_value("退出以后改的名称")

    other = owner.context.new_page()
    other.goto(f"{address}/sign-in")
    other.locator("[data-login=nb-process_owner]").click()
    other.wait_for_url(f"{address}/")
    other.close()
    owner.locator("#set-label").fill("登录以后改的名称")

    expect(preview.get_by_role("combobox", name="登录以后改的名称")).to_be_visible()
    expect(owner.get_by_text("预览没有打开")).to_be_hidden()


def test_markup_in_a_label_stays_text(owner: Page, address: str) -> None:
    preview = designing(owner, begun(owner, address, "标记"))
    hostile = '<img src=x onerror="document.title=1"></script><script>document.title=2</script>'
    owner.locator("[data-form-rows] button", has_text="类别").click()
    owner.locator("#set-label").fill(hostile)
    expect(preview.get_by_text(hostile).first).to_be_visible()
    expect(owner.locator("[data-saved]")).to_contain_text("已自动保存")
    owner.reload()
    owner.locator("[data-editor][data-ready]").wait_for()

    assert hostile in labels(owner)
    assert owner.locator("[data-editor] img").count() == 0
    assert owner.title() not in ("1", "2")


def test_a_form_that_is_only_looked_at_stays_as_it_was(owner: Page, address: str) -> None:
    revision = begun(owner, address, "原样")
    with zipfile.ZipFile(io.BytesIO(owner.request.get(f"{revision}/files").body())) as packed:
        forms = {name: packed.read(name).decode() for name in packed.namelist() if name.startswith("forms/event/")}
    assert len(forms) > 5
    for path, text in forms.items():
        designing(owner, revision, path)
        owner.locator("[data-form-rows] [aria-current]").focus()
        for _ in owner.locator("[data-form-rows] [data-place]").all():
            owner.keyboard.press("ArrowDown")
        with owner.expect_request(lambda request: request.method == "PUT") as sent:
            owner.locator("[data-save]").click()
        assert sent.value.post_data_json["text"] == text, path


def test_every_shipped_form_goes_through_the_designer_unchanged() -> None:
    """What the page does to a file, without the page: held, every field chosen, written."""
    held = """
        import { readFileSync } from "node:fs";
        import { holdForm } from "./changing.js";
        import { every } from "./components.js";
        const differ = process.argv.slice(1).filter((path) => {
            const text = readFileSync(path, "utf-8"), form = holdForm(JSON.parse(text), () => {});
            for (const { place } of every(form.form)) form.choose(place);
            return form.text() !== text;
        });
        console.log(JSON.stringify(differ));
    """
    forms = sorted(str(path) for path in (ROOT / "forms").rglob("*.json"))
    ran = subprocess.run(  # noqa: S603  -- our own modules
        [str(shutil.which("node")), "--input-type=module", "--eval", held, *forms],
        cwd=ROOT / "frontend/src/workbench/form", capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert len(forms) > 100
    assert json.loads(ran.stdout) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_designer_passes_axe(visit: Visit, address: str, size: tuple[int, int]) -> None:
    page = visit("nb-process_owner", size)
    preview = designing(page, begun(page, address, "检查"))
    found = flaws(page)
    page.locator("[data-form-rows] button", has_text="紧急程度").click()
    page.wait_for_load_state("networkidle")
    found += flaws(page)

    assert found == []
    assert page.evaluate(SMALL) == []
    assert preview.locator("body").evaluate("document.documentElement.clientWidth") == 360


def test_a_key_is_changed_in_every_place_it_is_used_at_once(owner: Page, address: str) -> None:
    revision = begun(owner, address, "改名")
    verify = "forms/_shared/verify.json"
    designing(owner, revision, verify)
    owner.locator("[data-form-rows] button", has_text="核查结果").click()
    old = owner.locator("#set-key").input_value()
    owner.locator("#set-key").fill("checked_result")
    owner.keyboard.press("Tab")
    expect(owner.locator("#set-key-used")).to_contain_text(f"“{old}”在")
    assert owner.locator(".gf-form-places li").count() > 2
    expect(owner.locator(".gf-form-places ul")).to_contain_text("案例“")
    assert owner.locator(".gf-form-places ul").evaluate("list => list.scrollWidth - list.clientWidth") == 0
    owner.get_by_role("button", name="全部一起改").click()
    owner.wait_for_url("**#checked_result")
    owner.locator("[data-editor][data-ready]").wait_for()

    expect(owner.locator("#set-key")).to_have_value("checked_result")
    owner.goto(f"{revision}?tab=changes")
    expect(owner.get_by_role("main")).to_contain_text(".bpmn")
    keys = {each.get("key") for each in saved_form(owner, revision, verify)["components"]}
    assert "checked_result" in keys
    assert old not in keys


def test_a_new_key_is_kept_while_the_server_is_asked_where_else_it_is_used(owner: Page, address: str) -> None:
    revision = begun(owner, address, "马上改种类")
    verify = "forms/_shared/verify.json"
    designing(owner, revision, verify)
    waiting: list[Route] = []
    owner.route("**/rename", lambda route: waiting.append(route))
    owner.locator("[data-form-rows] button", has_text="核查结果").click()
    old = owner.locator("#set-key").input_value()
    owner.locator("#set-key").fill("checked_result")
    with owner.expect_request("**/rename"):
        owner.keyboard.press("Tab")
    owner.locator("#set-kind").select_option("select")
    expect(owner.locator("#set-key")).to_have_value("checked_result")
    waiting[0].continue_()

    expect(owner.locator("#set-key-used")).to_contain_text(f"“{old}”在")
    owner.locator(".gf-form-places button", has_text="只改").click()
    owner.locator("[data-save]").click()
    expect(owner.locator("[data-saved]")).to_contain_text("已保存为第")
    kinds = {each.get("key"): each["type"] for each in saved_form(owner, revision, verify)["components"]}
    assert kinds["checked_result"] == "select"
    assert old not in kinds
