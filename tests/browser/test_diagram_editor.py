"""A diagram is drawn in the browser: by hand, by keys alone, without losing or executing anything that stands in it."""

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from axe import violations
from browser_sizes import DESK, PHONE
from demo_installation import EVENT, Person
from playwright.sync_api import Locator, Page, expect

from gridflow.bpmn import with_drawing
from gridflow.bpmn.model import Diagram
from gridflow.bpmn.reading.diagram import read
from gridflow.config import ROOT

pytestmark = pytest.mark.browser
MAIN = f"processes/{EVENT}/{EVENT}.bpmn"
Open = Callable[..., Page]


@pytest.fixture
def revision(person: Callable[[str], Person]) -> str:
    """The address of a revision somebody has just begun."""
    owner = person("nb-process_owner")
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title="加一道会签").headers["Location"])


@pytest.fixture
def opened(visit: Callable[..., Page], address: str, revision: str) -> Open:
    """Return how a file of the revision is opened in its editor."""

    def opened(path: str = MAIN, size: tuple[int, int] = DESK, login: str = "nb-process_owner") -> Page:
        page = visit(login, size)
        page.goto(f"{address}{revision}/edit?path={path}")
        page.locator("[data-editor][data-ready=yes]").wait_for()
        return page

    return opened


def entry(page: Page, element: str) -> Locator:
    return page.locator(f"[role=option][data-element={element}]")


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-part=panel] [name={name}]")


def put(page: Page, name: str, text: str) -> None:
    """Write into a field and leave it."""
    field(page, name).fill(text)
    field(page, name).press("Tab")


def saved(page: Page) -> Diagram:
    """Save, and read what the server has now."""
    page.get_by_role("button", name="保存").click()
    expect(page.locator("[data-saved]")).to_contain_text("已保存为")
    return read(held(page).encode())


def held(page: Page) -> str:
    """Return the file as it is kept."""
    address = page.url.replace("/edit?", "/files?")
    return str(page.evaluate("async (address) => (await fetch(address)).text()", address))


def test_a_task_a_gateway_and_a_condition_are_drawn_kept_and_found_again(opened: Open) -> None:
    page = opened()
    entry(page, "spot_check").click()
    page.locator(".djs-context-pad [data-action='append.userTask']").click()
    page.keyboard.type("会签")
    page.keyboard.press("Enter")
    put(page, "id", "countersign")
    put(page, "form", "countersign_sheet")
    put(page, "article", "N18-1")
    expect(page.locator("[data-part=panel] li").filter(has_text="N18-1").first).to_contain_text("网格")
    page.locator(".djs-context-pad [data-action='append.exclusiveGateway']").click()
    put(page, "name", "都同意吗？")
    put(page, "id", "ask_signed")

    expect(page.locator(".djs-overlays[data-container-id=spot_check] .gf-finding-sign")).to_be_visible()
    expect(page.locator("[data-part=findings] li[data-severity=error]").first).to_contain_text("错误")
    entry(page, "spot_check_to_ask_checked").click()
    page.get_by_text("加、连、换、删").click()
    page.get_by_role("button", name="删除").click()
    for target, answer, condition in (("ask_checked", "同意", 'signed = "yes"'), ("spot_check", "不同意", "")):
        entry(page, "ask_signed").click()
        page.get_by_label("连到").select_option(target)
        page.get_by_role("button", name="连上").click()
        put(page, "name", answer)
        if condition:
            put(page, "condition", condition)
        else:
            field(page, "default").check()
    diagram = saved(page)

    task, flow = diagram.nodes["countersign"], diagram.flows["ask_signed_to_ask_checked"]
    assert (task.kind, task.name) == ("userTask", "会签")
    assert dict(task.attributes) == {"form": "countersign_sheet", "article": "N18-1"}
    assert (flow.name, flow.condition) == ("同意", 'signed = "yes"')
    assert diagram.nodes["ask_signed"].default == "ask_signed_to_spot_check"
    page.reload()
    entry(page, "countersign").click()
    expect(field(page, "form")).to_have_value("countersign_sheet")


def test_a_condition_is_tried_with_a_case(opened: Open, person: Callable[[str], Person]) -> None:
    person("nb-field_worker").report()
    page = opened()
    entry(page, "ask_off_list_to_triage").click()
    number = page.locator("[data-part=panel] [name=case] ~ datalist option").first.get_attribute("value")

    for condition, said in (("case.number != null", "会走这条"), ("case.number = null", "不走这条"), ("1 =", "第 ")):
        put(page, "condition", condition)
        put(page, "case", str(number))
        page.get_by_role("button", name="试一试").click()
        expect(page.locator("[data-part=panel]").get_by_role("status").filter(has_text=said).first).to_be_visible()


def test_a_limit_leads_to_its_rows_and_each_row_back_to_its_steps(opened: Open) -> None:
    page = opened(f"processes/{EVENT}/treatment.bpmn#handle")
    row = page.locator("[data-part=panel] li", has_text="三级（较复杂）")
    expect(row).to_contain_text("5 个工作日")

    row.get_by_role("link", name="改这一行").click()
    page.locator("[data-shown=yes]").wait_for()
    expect(page.locator("td[data-row-id=limit_rule_20] :focus")).to_have_value("5")
    expect(page.locator("td[data-row-id=limit_rule_20]").first).to_be_in_viewport()

    page.locator("[data-users]").get_by_role("link", name="用时八成").click()
    page.locator("[data-editor][data-ready=yes]").wait_for()
    expect(entry(page, "almost_due")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-part=panel] li", has_text="三级（较复杂）")).to_have_count(1)


def test_a_change_is_undone_and_done_again(opened: Open) -> None:
    page = opened()
    entry(page, "spot_check").click()
    put(page, "name", "抽查")
    field(page, "limit").select_option("")

    page.get_by_role("button", name="撤销").click()
    page.get_by_role("button", name="撤销").click()
    expect(field(page, "name")).to_have_value("抽查核实")
    expect(field(page, "limit")).to_have_value("verification")

    page.get_by_role("button", name="重做").click()
    assert saved(page).nodes["spot_check"].name == "抽查"


def test_a_step_that_becomes_another_kind_leaves_behind_what_does_not_count_there(opened: Open) -> None:
    page = opened()
    entry(page, "spot_check").click()
    page.get_by_text("加、连、换、删").click()
    page.get_by_label("换成").select_option(label="服务任务（动作）")
    page.get_by_role("button", name="换", exact=True).click()
    field(page, "action").select_option("issue_document")
    put(page, "input-0-value", '"verification_sheet"')

    task = saved(page).nodes["spot_check"]
    assert task.kind == "serviceTask"
    assert task.inputs == {"document": '"verification_sheet"'}
    assert sorted(task.attributes) == ["action", "article", "document", "limit", "remind"]


def test_what_is_added_lands_where_nothing_stands(opened: Open) -> None:
    page = opened()
    entry(page, "conclude_to_end_event").focus()
    page.keyboard.press("Delete")
    expect(entry(page, "conclude_to_end_event")).to_have_count(0)
    entry(page, "conclude").click()
    page.get_by_text("加、连、换、删").click()
    page.get_by_label("在后面加").select_option("userTask")
    page.locator(".gf-diagram-act").filter(has_text="在后面加").get_by_role("button").click()
    put(page, "id", "look_again")

    diagram = saved(page)
    added, end = diagram.shapes["look_again"].bounds, diagram.shapes["end_event"].bounds
    assert [flow.target for flow in diagram.flows.values() if flow.source == "conclude"] == ["look_again"]
    assert added.x >= end.right
    frame = diagram.shapes[next(key for key in diagram.shapes if key.endswith("pool"))].bounds
    assert frame.right >= added.right


def test_a_drawing_is_arranged_when_asked_and_one_undo_brings_it_back(opened: Open) -> None:
    page = opened()
    before = saved(page)
    page.get_by_role("button", name="自动排列").click()
    expect(page.locator("[data-part=said]")).to_contain_text("已自动排列")
    arranged = saved(page)

    page.get_by_role("button", name="撤销").click()
    undone = saved(page)

    wanted = with_drawing((ROOT / MAIN).read_bytes(), anew=True)
    assert drawn(arranged) == drawn(read(wanted)) != drawn(before)
    assert drawn(undone) == drawn(before)
    assert arranged.nodes.keys() == before.nodes.keys()


def drawn(diagram: Diagram) -> Any:
    """Return where a diagram has its shapes and flows."""
    shapes = {key: shape.bounds for key, shape in diagram.shapes.items()}
    return shapes, {key: edge.points for key, edge in diagram.edges.items()}


def test_an_unnamed_shape_is_called_by_what_stands_before_it(opened: Open) -> None:
    page = opened()
    entry(page, "ask_checked").click()
    put(page, "name", "")
    expect(entry(page, "ask_checked")).to_contain_text("排他网关（在“抽查核实”之后）")
    expect(entry(page, "spot_check_to_ask_checked")).to_contain_text("走到排他网关（在“抽查核实”之后）")
    expect(page.locator("#panel-title")).to_have_text("排他网关（在“抽查核实”之后）")

    found = page.locator("[data-part=findings] li").filter(has_text="没有写出要回答的问题").first
    expect(found.get_by_role("button")).to_have_text("排他网关（在“抽查核实”之后）")
    expect(found).to_contain_text("ask_checked")


def test_what_is_copied_is_pasted_into_another_procedure(
    opened: Open, person: Callable[[str], Person], address: str
) -> None:
    owner = person("nb-process_owner")
    owner.get("/workbench")
    other = owner.post("/workbench/begin", slug="direct_report", title="抄一步").headers["Location"]
    page = opened()
    entry(page, "handle_off_list").click()
    page.get_by_role("button", name="复制").click()

    page.goto(f"{address}{other}/edit?path=processes/direct_report/direct_report.bpmn")
    page.locator("[data-editor][data-ready=yes]").wait_for()
    page.get_by_role("button", name="粘贴").click()
    room = page.locator(".djs-container").bounding_box()
    assert room
    page.mouse.move(room["x"] + 400, room["y"] + 400)
    page.mouse.click(room["x"] + 420, room["y"] + 420)
    expect(entry(page, "handle_off_list")).to_be_visible()

    was = read((ROOT / MAIN).read_bytes()).nodes["handle_off_list"]
    now = saved(page).nodes["handle_off_list"]
    assert (now.kind, now.name, now.attributes) == (was.kind, was.name, was.attributes)


def test_copies_made_with_keys_alone_land_beside_what_was_copied_and_one_undo_takes_them_back(opened: Open) -> None:
    page = opened()
    before = saved(page)
    entry(page, "spot_check").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator("[data-part=said]")).to_contain_text("已粘贴 1 个元素")
    expect(field(page, "name")).to_have_value("抽查核实")
    expect(field(page, "id")).not_to_have_value("spot_check")
    page.keyboard.press("Control+v")

    after = saved(page)
    first, second = sorted(after.nodes.keys() - before.nodes.keys())
    old = before.shapes["spot_check"].bounds
    copies = sorted(
        (after.shapes[name].bounds.x - old.x, after.shapes[name].bounds.y - old.y) for name in (first, second)
    )
    assert [0 < x <= 75 and 0 < y <= 75 for x, y in copies] == [True, True]
    assert copies[0] != copies[1]
    assert after.nodes[first].name == after.nodes[second].name == "抽查核实"
    entry(page, first).focus()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert drawn(saved(page)) == drawn(before)


def test_several_copies_land_in_the_middle_of_what_is_seen_where_the_originals_are_not(
    opened: Open, person: Callable[[str], Person], address: str
) -> None:
    owner = person("nb-process_owner")
    owner.get("/workbench")
    other = owner.post("/workbench/begin", slug="direct_report", title="抄两步").headers["Location"]
    page = opened()
    chosen = (
        "(names) => { const { studio } = document.querySelector('[data-editor]'); "
        "studio.get('selection').select(names.map((name) => studio.registry.get(name))); }"
    )
    page.evaluate(chosen, ["spot_check", "ask_checked", "spot_check_to_ask_checked"])
    page.get_by_role("button", name="复制").press("Enter")

    page.goto(f"{address}{other}/edit?path=processes/direct_report/direct_report.bpmn")
    page.locator("[data-editor][data-ready=yes]").wait_for()
    page.get_by_role("button", name="粘贴").press("Enter")

    expect(page.locator("[data-part=said]")).to_contain_text("已粘贴 3 个元素")
    chosen = page.evaluate("document.querySelector('[data-editor]').studio.get('selection').get().length")
    assert chosen > 3  # the name of one is chosen with it
    assert {"spot_check", "ask_checked"} <= saved(page).nodes.keys()
    page.get_by_role("button", name="撤销").click()
    assert "spot_check" not in saved(page).nodes


def test_a_boundary_event_is_copied_along_the_edge_it_sits_on(opened: Open) -> None:
    page = opened()
    before = saved(page)
    entry(page, "withdraw").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")

    after = saved(page)
    (copy,) = after.nodes.keys() - before.nodes.keys()
    assert after.nodes[copy].attached_to == before.nodes["withdraw"].attached_to


def test_a_flow_named_after_its_ends_follows_a_new_id(opened: Open) -> None:
    page = opened()
    entry(page, "spot_check").click()
    put(page, "id", "look_there")
    expect(entry(page, "look_there_to_ask_checked")).to_be_attached()

    page.get_by_role("button", name="撤销").click()
    expect(entry(page, "spot_check_to_ask_checked")).to_be_attached()


def test_a_message_is_declared_once_and_forgotten_with_its_last_event(opened: Open) -> None:
    page = opened()
    entry(page, "withdraw").click()
    put(page, "reference", "taken_back")

    assert saved(page).nodes["withdraw"].event.name == "taken_back"
    assert 'name="withdraw"' not in held(page)


def test_a_box_that_is_ticked_is_saved_once_while_the_eye_stays_on_it(opened: Open) -> None:
    page, sent = opened(), []
    page.clock.install()
    page.reload()
    page.locator("[data-editor][data-ready=yes]").wait_for()
    page.on("request", lambda request: sent.append(request) if request.method == "PUT" else None)
    entry(page, "handle_off_list").click()

    field(page, "afresh").check()
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.clock.run_for(60_000)
    page.evaluate("fetch('/health')")  # whatever the editor asked for in that minute was asked before

    assert len(sent) == 1


def test_everything_is_done_with_keys_alone(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="目录").focus()
    until(page, "Tab", "document.activeElement.matches('[role=option]')")
    until(page, "ArrowDown", "document.activeElement.dataset.element === 'handle_off_list'")

    page.keyboard.press("Enter")
    expect(field(page, "name")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    until(page, "ArrowDown", "document.activeElement.value === 'parallelGateway'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(field(page, "name")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("split_work")
    page.keyboard.press("Tab")
    expect(entry(page, "split_work")).to_have_attribute("aria-selected", "true")
    entry(page, "handle_off_list_to_ask_off_list").focus()
    page.keyboard.press("Delete")
    expect(entry(page, "handle_off_list_to_ask_off_list")).to_have_count(0)

    diagram = saved(page)
    assert diagram.nodes["split_work"].kind == "parallelGateway"
    assert [flow.target for flow in diagram.flows.values() if flow.source == "handle_off_list"] == ["split_work"]


def until(page: Page, key: str, reached: str) -> None:
    """Press a key until one is where one wants to be, forty times at most."""
    for _ in range(40):
        if page.evaluate(reached):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} never leads to {reached}")


def test_an_id_is_refused_where_the_engine_or_the_diagram_has_it(opened: Open) -> None:
    page = opened()
    entry(page, "spot_check").click()

    for taken, said in (("handling", "已经用了"), ("case", "保留"), ("End", "小写字母")):
        put(page, "id", taken)
        expect(page.locator("[data-part=panel]").get_by_role("alert").filter(has_text=said)).to_be_visible()

    assert "spot_check" in saved(page).nodes


def test_no_shipped_diagram_loses_anything(opened: Open) -> None:
    page = opened()
    again = (
        "async (xml) => { const { studio } = document.querySelector('[data-editor]'); "
        "await studio.modeler.importXML(xml); return studio.xml(); }"
    )
    lost = []
    for path in sorted((ROOT / "processes").rglob("*.bpmn")):
        if plain(read(page.evaluate(again, path.read_text()).encode())) != plain(read(path.read_bytes())):
            lost.append(path.name)

    assert lost == []


def plain(diagram: Diagram) -> Any:
    """Return what a diagram says, whatever line it says it on."""
    return without_lines(replace(diagram, anonymous=()))


def without_lines(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        names = [name for name in value.__dataclass_fields__ if name != "line"]
        return {name: without_lines(getattr(value, name)) for name in names}
    if hasattr(value, "items"):
        return {key: without_lines(each) for key, each in value.items()}
    return [without_lines(each) for each in value] if isinstance(value, tuple) else value


def test_what_stands_in_a_name_is_never_carried_out(
    opened: Open, person: Callable[[str], Person], revision: str
) -> None:
    evil = escape("""<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}""")
    text = (ROOT / MAIN).read_text().replace("抽查核实", evil).replace('name="是"', f'name="{evil}"')
    text = text.replace('gridflow:limit="verification"', f'gridflow:limit="{evil}"')
    keep(person("nb-process_owner"), revision, text)
    page = opened()

    entry(page, "spot_check").click()
    expect(field(page, "name")).to_have_value(
        """<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}"""
    )
    page.locator(".djs-context-pad [data-action=replace]").click()
    page.keyboard.press("Escape")
    entry(page, "ask_village_to_spot_check").click()
    page.get_by_role("button", name="查找").click()
    page.locator(".djs-search-container.open").wait_for()  # what is typed before is not looked for
    page.locator(".djs-search-input input").press_sequentially("i")
    page.locator(".djs-search-result").first.wait_for()
    page.locator("[data-part=findings] li").first.wait_for()

    assert page.evaluate("window.hacked") is None
    assert page.locator(".djs-container img[src=x], [data-part] img[src=x]").count() == 0


def keep(owner: Person, revision: str, text: str) -> None:
    """Put a file into a revision as it stands."""
    page = owner.get(f"{revision}/edit?path={MAIN}").text
    seen = page.split('data-seen="')[1].split('"')[0]
    sent = {"path": MAIN, "text": text, "seen": seen, "draft": False}
    assert owner.put(f"{revision}/files", sent).status_code == 200


def test_the_library_speaks_chinese(opened: Open) -> None:
    page = opened()
    for element in (
        "spot_check",
        "ask_village",
        "withdraw",
        "report",
        "end_event",
        "ask_village_to_handling",
        "town_lane",
    ):
        entry(page, element).click()
        page.wait_for_selector(".djs-context-pad.open")
        change = page.locator(".djs-context-pad [data-action=replace]")
        if change.count():
            change.click()
            page.keyboard.press("Escape")
    page.get_by_role("button", name="小地图").click()
    page.get_by_role("button", name="查找").click()

    titled = page.locator(":is(.djs-container [title], .djs-container [aria-label]):not(.bjs-powered-by)")
    spoken = titled.evaluate_all("(all) => all.map((each) => each.getAttribute('title') ?? each.ariaLabel)")
    assert page.evaluate("[...window.gridflowMissed]") == []
    assert [each for each in spoken if each and each.isascii() and len(each) > 1] == []


def test_who_may_only_read_changes_nothing(opened: Open) -> None:
    page = opened(login="nb-city_head")
    entry(page, "spot_check").click()

    expect(field(page, "name")).to_be_disabled()
    assert page.locator(".djs-palette, [data-save], [data-tool=undo]").count() == 0
    expect(page.locator(".bjs-powered-by")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_around_the_drawing_has_no_violation(opened: Open, size: tuple[int, int]) -> None:
    page = opened(size=size)
    found = {}
    for element in ("spot_check", "count_redispatch", "withdraw", "ask_village_to_spot_check", "town_lane"):
        entry(page, element).click()
        expect(field(page, "id")).to_have_value(element)
        found[element] = violations(page, [".djs-container"])

    assert {element: names for element, names in found.items() if names} == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
