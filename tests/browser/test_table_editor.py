"""Decision tables in a real browser: changed, tried, checked cell by cell, saved as they were meant."""

import re
from collections.abc import Callable

import pytest
from axe import flaws
from browser_sizes import DESK, PHONE, ready
from demo_installation import Person
from lxml import etree
from playwright.sync_api import Locator, Page, expect

from gridflow.config import ROOT
from gridflow.feel import read_decisions

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Begun = Callable[..., str]
LIMITS = "processes/_shared/limit.dmn"
CLASSIFY = "processes/event/decisions/classify.dmn"
SIZES = "processes/grid_change/decisions/grid_size.dmn"
MISSES = "() => [...document.querySelector('[data-table]').misses]"
ON_TOP = """mark => {
    const box = mark.getBoundingClientRect();
    return mark.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
}"""
OF_THE_LIBRARY = ("minor empty-table-header: .index-column",)
"""What axe finds in the library's own table: the head above the numbers of the rules has no words."""


@pytest.fixture
def begun(person: Callable[[str], Person], address: str) -> Begun:
    """Return how a revision of a procedure is begun, and where it is."""

    def begun(slug: str = "event") -> str:
        owner = person("nb-process_owner")
        owner.get("/workbench/exchange")
        return address + owner.post("/workbench/begin", slug=slug, title="改决策表").headers["Location"]

    return begun


def shown(page: Page, revision: str, path: str) -> None:
    """Open the editor of a file and wait until the table stands."""
    page.goto(f"{revision}/edit?path={path}")
    ready(page)
    page.locator("[data-shown=yes]").wait_for()


def opened(page: Page, revision: str, path: str) -> None:
    """Open the editor of a file and wait until the server has spoken as well."""
    shown(page, revision, path)
    page.locator("[data-analysis] > *").first.wait_for()


def cell(page: Page, rule: int, column: int) -> Locator:
    """Return a cell by its rule and column, both from 1."""
    return page.locator(f"[data-coords='{rule - 1}:{column - 1}']")


def write(page: Page, place: Locator, text: str) -> None:
    """Replace the text of a cell as somebody types it."""
    place.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def saved(page: Page) -> None:
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("[data-saved]")).to_contain_text("已保存为第")


def test_a_limit_is_shortened_tried_and_saved_and_a_wrong_cell_is_told_in_its_place(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    revision = begun()
    opened(page, revision, LIMITS)
    page.get_by_label("环节", exact=True).fill("relay")
    result, told = page.locator("[data-result]"), page.locator("[data-problems]")
    expect(result).to_contain_text("命中第 1 条规则")
    expect(result).to_contain_text("120")
    expect(cell(page, 1, 4)).to_have_css("background-color", "rgb(238, 248, 241)")

    write(page, cell(page, 1, 4), "60")
    expect(result).to_contain_text("60")
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    expect(result).to_contain_text("120")
    page.get_by_role("button", name="重做").click()
    page.get_by_role("button", name="重做").click()
    expect(result).to_contain_text("60")

    write(page, cell(page, 2, 1), '"off_list')
    problem = told.get_by_role("button", name="第 2 条规则，环节：文字缺少右引号")
    expect(problem).to_be_visible()
    expect(page.locator("[data-cell]")).to_contain_text("第 2 条规则，环节")
    expect(cell(page, 2, 1)).to_have_css("background-color", "rgb(253, 240, 239)")
    page.get_by_label("环节", exact=True).click()
    problem.press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type('"off_list"')
    expect(told).to_contain_text("没有写错的格子")

    saved(page)
    opened(page, revision, LIMITS)
    expect(cell(page, 1, 4)).to_have_text("60")


def test_gaps_are_filled_with_a_rule_and_overlaps_point_to_theirs(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    opened(page, begun(), LIMITS)
    gaps, rules = page.locator("[data-analysis] ul").first.locator("li"), page.locator("td.rule-index")
    before = gaps.count(), rules.count()
    gap = gaps.filter(has_text="“handling” 且 等级 不是").first
    gap.get_by_role("button", name="按这个缺口新增规则").click()
    expect(rules).to_have_count(before[1] + 1)
    expect(page.locator("[data-cell]")).to_contain_text(f"已新增第 {before[1] + 1} 条规则")
    expect(cell(page, before[1] + 1, 1)).to_have_text('"handling"')
    expect(cell(page, before[1] + 1, 2)).to_contain_text('? != "L1"')
    expect(gaps).not_to_have_count(before[0])


def test_rules_that_hit_together_are_pointed_at(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    opened(page, begun(), CLASSIFY)
    page.locator(".hit-policy .dms-input").click()
    page.locator(".options .option", has_text="唯一").click()

    overlap = page.get_by_role("button", name="条规则同时命中").first
    numbers = re.findall(r"\d+", overlap.inner_text().split("条")[0])
    overlap.click()
    for number in numbers:
        expect(cell(page, int(number), 1)).to_have_css("background-color", "rgb(238, 243, 251)")


def test_values_come_from_a_case(visit: Visit, begun: Begun) -> None:
    worker = visit("nb-field_worker")
    worker.goto(worker.url + "report/event")
    ready(worker)
    worker.locator("[name=category]").select_option(label="暴露垃圾")
    worker.locator("[name=matter_code]").select_option(label="暴露垃圾清理督促")
    worker.locator("[name=grid_code]").select_option(index=1)
    worker.locator("[name=location_text]").fill("望京路 8 号东侧")
    worker.locator("[name=description]").fill("绿化带里堆了三天的装修垃圾，有异味。")
    worker.get_by_role("button", name="上报").click()
    told = worker.get_by_role("status").first
    expect(told).to_contain_text("已上报")
    number = re.findall(r"SJ-[\d-]+", told.inner_text())[0]
    page = visit("nb-process_owner")
    opened(page, begun(), CLASSIFY)

    page.get_by_label("从案件取值").fill(number)
    page.get_by_role("button", name="取值").click()

    expect(page.locator("[data-case-said]")).to_contain_text(f"已取案件 {number} 的值")
    expect(page.get_by_label("类别大类")).to_have_value("06")


def test_everything_the_library_says_is_in_chinese(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    opened(page, begun("grid_change"), SIZES)
    page.locator("[data-result] > *").first.wait_for()  # it marks the rule it hits, which would close a menu
    for head in (page.locator("th.input-cell").first, page.locator("th.output-cell").first):
        head.dblclick()
        page.locator(".context-menu .dms-input-select").first.click()
        expect(page.locator(".options .option", has_text="是或否")).to_be_visible()
        page.mouse.click(5, 400)
        head.click(button="right")
        expect(page.locator(".context-menu-group-entry", has_text="复制")).to_be_visible()
        page.mouse.click(5, 400)
    for kind in ("文字", "数字", "是或否", "日期", "时刻", "日期和时间", "时长（日、时）", "时长（年、月）"):
        for side in ("input", "output"):
            page.locator(f"th.{side}-cell").first.dblclick()
            page.locator(".context-menu .dms-input-select").first.click()
            page.locator(".options .option", has_text=re.compile(f"^{kind}$")).click()
            page.mouse.click(5, 400)
            expect(page.locator(f"th.{side}-cell").first).to_contain_text(kind)
            page.locator(f"tbody tr:first-child td.{side}-cell").first.click()
            if page.locator(".simple-mode-button").is_visible():
                page.locator(".simple-mode-button").click()
                page.locator(".context-menu").wait_for()
                page.mouse.click(5, 400)
    page.locator("td.input-cell").first.click(button="right")
    page.locator(".context-menu-group-entry", has_text="给这一格加说明").click()
    page.mouse.click(5, 400)
    page.locator(".add-input").first.click()
    page.locator(".add-output").first.click()
    page.mouse.click(5, 400)
    page.locator("tfoot .add-rule").first.click()
    page.locator(".hit-policy .dms-input").click()
    expect(page.locator(".options .option")).to_have_count(11)
    page.mouse.click(5, 400)
    assert page.evaluate(MISSES) == []

    page.get_by_role("button", name="关系图").click()
    page.locator(".djs-element.djs-shape").last.click()
    page.locator(".djs-context-pad").first.wait_for()
    page.locator("[data-action=replace]").click()
    expect(page.locator(".djs-popup")).to_contain_text("表达式")
    expect(page.locator(".djs-palette .entry").nth(2)).to_have_attribute("aria-label", "新建决策")
    page.locator(".djs-popup .entry", has_text="空").first.click()
    assert page.evaluate(MISSES) == []


def test_every_shipped_table_is_saved_as_it_was_meant(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    shipped = sorted((ROOT / "processes").glob("*/**/*.dmn"))
    revisions: dict[str, str] = {}
    for file in shipped:
        path = file.relative_to(ROOT).as_posix()
        slug = "event" if path.startswith("processes/_") else path.split("/")[1]
        revisions[slug] = revisions.get(slug) or begun(slug)
        shown(page, revisions[slug], path)
        saved(page)
        kept = page.request.get(f"{revisions[slug]}/files?path={path}").body()

        assert meaning(kept) == meaning(file.read_bytes()), path
        assert {one.id: one.outputs for one in read_decisions(kept).decisions.values()} == {
            one.id: one.outputs for one in read_decisions(file.read_bytes()).decisions.values()
        }
    assert len(shipped) == 20


def meaning(xml: bytes) -> object:
    """Return a file of decisions without its layout and its drawing."""
    return _meaning(etree.fromstring(xml))


def _meaning(element: etree._Element) -> object:
    attributes = {name: value for name, value in element.attrib.items() if (name, value) != ("hitPolicy", "UNIQUE")}
    inside = [_meaning(child) for child in element if "DMNDI" not in str(child.tag)]
    return element.tag, attributes, (element.text or "").strip(), inside


def test_what_is_no_table_is_left_to_its_text(visit: Visit, begun: Begun) -> None:
    page = visit("nb-process_owner")
    revision = begun()
    page.goto(f"{revision}/edit?path={CLASSIFY}&plain=1")
    table = re.compile(r"<decisionTable.*</decisionTable>", re.DOTALL)
    text = page.get_by_label("内容")
    text.fill(table.sub("<context><contextEntry><literalExpression><text>1</text></literalExpression>"
                        "</contextEntry></context>", text.input_value()))  # fmt: skip
    page.get_by_role("button", name="保存这一稿").click()
    page.goto(f"{revision}/edit?path={CLASSIFY}")

    expect(page.locator("[data-table]")).to_contain_text("里面没有决策表或表达式。 请在“文本和各稿”里修改")
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_hidden()


def test_who_approves_reads_the_table_and_tries_it(visit: Visit, begun: Begun) -> None:
    page = visit("nb-city_head")
    opened(page, begun(), CLASSIFY)

    expect(page.get_by_role("button", name="保存", exact=True)).to_have_count(0)
    expect(page.locator("[data-table] [contenteditable], [data-table] textarea")).to_have_count(0)
    page.get_by_label("紧急程度").fill("critical")
    page.get_by_label("类别大类").fill("04")
    expect(page.locator("[data-result]")).to_contain_text("命中第 1 条规则")
    expect(page.locator(".bjs-powered-by")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_of_a_table_has_no_violation_but_the_librarys(
    visit: Visit, begun: Begun, size: tuple[int, int]
) -> None:
    page = visit("nb-process_owner", size)
    opened(page, begun(), CLASSIFY)
    write(page, cell(page, 1, 1), '"critical')
    page.locator("[data-problems] button").wait_for()

    found = flaws(page)

    assert [each for each in found if each not in OF_THE_LIBRARY] == []
    watermark = page.locator(".bjs-powered-by")
    expect(watermark).to_be_visible()
    watermark.scroll_into_view_if_needed()
    assert watermark.evaluate(ON_TOP)
