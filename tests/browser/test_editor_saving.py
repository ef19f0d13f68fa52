"""What somebody types in an editor is never lost: no connection, no session, a page that is closed, a wrong cell."""

from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
FORM = f"forms/{EVENT}/report.json"
TABLE = "processes/_shared/limit.dmn"
LABEL = "发生在哪里"
SAVED = "已自动保存"


@pytest.fixture
def revision(person: Callable[[str], Person]) -> str:
    """The address of a revision somebody has just begun."""
    owner = person("nb-process_owner")
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title="不丢").headers["Location"])


@pytest.fixture
def opened(visit: Callable[..., Page], address: str, revision: str) -> Callable[..., Page]:
    """Return how a file is opened in its editor, by somebody new or on another page of theirs."""

    def opened(path: str = FORM, beside: Page | None = None) -> Page:
        page = beside.context.new_page() if beside else visit("nb-process_owner")
        page.goto(f"{address}{revision}/edit?path={path}")
        page.locator("[data-editor][data-ready=yes], [data-shown=yes]").wait_for()
        return page

    return opened


def rename(page: Page, label: str = LABEL) -> None:
    """Give the first field that asks for something another name."""
    page.locator("[data-form-rows] button").nth(1).click()
    page.locator("#set-label").fill(label)


def leave(page: Page) -> None:
    """Close a page that has no connection, which the browser would give back to it for a moment."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new Error('offline')); }")
    page.close()


def state(page: Page) -> Locator:
    return page.locator("[data-saved]")


def held(page: Page) -> str:
    """Return the file as the server has it."""
    address = page.url.replace("/edit?", "/files?")
    return str(page.evaluate("async (address) => (await fetch(address)).text()", address))


def test_what_is_typed_without_a_connection_is_saved_once_there_is_one(opened: Callable[..., Page]) -> None:
    page = opened()
    page.context.set_offline(True)
    rename(page)
    expect(state(page)).to_contain_text("没有连上服务器。内容留在这台电脑上")

    page.context.set_offline(False)
    expect(state(page)).to_contain_text(SAVED)
    assert LABEL in held(page)


def test_a_page_that_is_closed_at_once_comes_back_as_it_was_left(opened: Callable[..., Page]) -> None:
    first = opened()
    rename(first)
    first.close()

    page = opened(beside=first)
    expect(state(page)).to_contain_text("没有存到服务器的内容")
    expect(page.locator("[data-form-rows]")).to_contain_text(LABEL)
    assert LABEL not in held(page)

    page.get_by_role("button", name="保存", exact=True).click()
    expect(state(page)).to_contain_text("已保存为第")
    assert LABEL in held(page)
    page.reload()
    expect(state(page)).to_have_text("尚未改动")


def test_what_came_back_is_given_up(opened: Callable[..., Page]) -> None:
    first = opened()
    rename(first)
    first.close()
    page = opened(beside=first)

    page.get_by_role("button", name="不要了，用服务器上的").click()

    expect(state(page)).to_have_text("尚未改动")
    expect(page.locator("[data-form-rows]")).not_to_contain_text(LABEL)


def test_two_pages_without_a_connection_each_keep_a_copy_and_both_are_offered(opened: Callable[..., Page]) -> None:
    first = opened()
    second = opened(beside=first)
    first.context.set_offline(True)
    for page, label in ((first, "先写的"), (second, "后写的")):
        rename(page, label)
        expect(state(page)).to_contain_text("没有连上服务器")
        leave(page)
    first.context.set_offline(False)

    page = opened(beside=first)
    fields, other = page.locator("[data-form-rows]"), page.locator("[data-copies] li")
    expect(fields).to_contain_text("后写的")
    expect(state(page)).to_contain_text("（最后写的）")
    expect(other).to_contain_text("在另一个窗口写的、没有存到服务器的内容")
    rename(page, "后来又写的")
    other.get_by_role("button", name="换成这一份").click()
    expect(fields).to_contain_text("先写的")
    expect(other).to_have_count(1)
    expect(other).to_contain_text("（最后写的）")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(state(page)).to_contain_text("已保存为第")
    assert "先写的" in held(page)

    page.reload()
    expect(fields).to_contain_text("后来又写的")
    expect(other).to_have_count(0)
    page.get_by_role("button", name="不要了，用服务器上的").click()
    expect(fields).to_contain_text("先写的")
    expect(state(page)).to_have_text("尚未改动")


def test_the_copy_of_another_page_is_given_up_by_itself(opened: Callable[..., Page]) -> None:
    first = opened()
    second = opened(beside=first)
    for page, label in ((first, "先写的"), (second, "后写的")):
        page.context.set_offline(True)
        rename(page, label)
        expect(state(page)).to_contain_text("没有连上服务器")
    for page in (first, second):
        leave(page)
    first.context.set_offline(False)

    page = opened(beside=first)
    page.get_by_role("button", name="不要这一份").click()
    page.reload()

    expect(page.locator("[data-form-rows]")).to_contain_text("后写的")
    expect(page.locator("[data-copies] li")).to_have_count(0)


def test_a_session_that_ends_while_one_types_is_begun_anew_in_another_window(
    opened: Callable[..., Page], address: str
) -> None:
    page = opened()
    page.context.clear_cookies()
    rename(page)
    expect(state(page)).to_contain_text("登录已过期，没有保存")

    for login, said in (("bh-process_owner", "另一个账号"), ("nb-process_owner", SAVED)):
        page.context.clear_cookies()
        other = page.context.new_page()
        other.goto(f"{address}/sign-in")
        other.locator(f"[data-login={login}]").click()
        other.wait_for_url(f"{address}/")
        other.close()
        page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(state(page)).to_contain_text(said)
    assert LABEL in held(page)


def test_signing_in_again_in_the_same_window_leads_back_to_what_was_typed(opened: Callable[..., Page]) -> None:
    page = opened()
    page.context.clear_cookies()
    rename(page)
    expect(state(page)).to_contain_text("登录已过期，没有保存")
    page.on("dialog", lambda dialog: dialog.accept())
    left = page.url

    page.reload()
    page.locator("[data-login=nb-process_owner]").click()
    page.wait_for_url(left)
    expect(state(page)).to_contain_text("已恢复")
    page.locator("[data-save]").click()
    expect(state(page)).to_contain_text("已保存为")
    assert LABEL in held(page)


def test_a_wrong_cell_stays_with_its_author_until_it_is_put_right(opened: Callable[..., Page]) -> None:
    first = opened(TABLE)
    cell = "[data-coords='0:3']"
    first.locator(cell).click()
    first.keyboard.press("Control+a")
    first.keyboard.type("60 +")
    expect(state(first)).to_contain_text("内容留在这台电脑上，改正后自动保存")
    first.close()

    page = opened(TABLE, beside=first)
    expect(page.locator(cell)).to_have_text("60 +")
    page.locator(cell).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("60")
    expect(state(page)).to_contain_text(SAVED)
    assert "<text>60</text>" in held(page)


def test_two_pages_of_one_file_both_keep_their_work(opened: Callable[..., Page]) -> None:
    first = opened()
    second = opened(beside=first)
    rename(first, "先写的")
    expect(state(first)).to_contain_text(SAVED)
    rename(second, "后写的")
    expect(state(second)).to_contain_text("没有丢")

    assert "先写的" in held(first)
    second.goto(second.url + "&plain=1")
    expect(second.locator("main")).to_contain_text("没有采用")
