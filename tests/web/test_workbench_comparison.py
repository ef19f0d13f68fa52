"""Two versions of a procedure beside each other: drawings, tables, forms and lines, chosen from lists."""

import json
import re
from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person
from flask import Flask
from lxml.html import HtmlElement, fromstring

from gridflow.config import ROOT

Meet = Callable[[str], Person]
LIMITS, REPORT = "processes/_shared/limit.dmn", f"forms/{EVENT}/report.json"
TREATMENT = f"processes/{EVENT}/treatment.bpmn"
MAIN, NOTE = f"processes/{EVENT}/{EVENT}.bpmn", f"templates/documents/{EVENT}/closing_record.html"
PAGE = f"/workbench/procedures/{EVENT}/comparison"


def shipped(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def seen(owner: Person, revision: str, path: str) -> str:
    """Return the mark a file is saved with."""
    return str(re.search(r'name="seen" value="(\w+)"', owner.get(f"{revision}/edit?plain=1&path={path}").text)[1])


@pytest.fixture
def revised(person: Meet) -> tuple[Person, str]:
    """An owner with a revision that changes a file of each kind; its code in a comparison."""
    owner = person("nb-process_owner")
    owner.get("/workbench")
    revision = owner.post("/workbench/begin", slug=EVENT, title="每种文件改一处").headers["Location"]
    form = json.loads(shipped(REPORT))
    next(one for one in form["components"] if one.get("key") == "category")["label"] = "事件类别"
    changed = {
        MAIN: shipped(MAIN).replace('name="抽查核实"', 'name="实地核实"', 1),
        LIMITS: shipped(LIMITS).replace("<text>2</text>", "<text>1</text>", 1),
        REPORT: json.dumps(form, ensure_ascii=False),
        NOTE: shipped(NOTE).replace("结案", "办结", 1),
    }
    for path, text in changed.items():
        owner.put(f"{revision}/files", {"path": path, "text": text, "seen": seen(owner, revision, path)})
    return owner, f"r{revision.rsplit('/', 1)[-1]}"


def page(owner: Person, **asked: str) -> HtmlElement:
    return fromstring(owner.get(PAGE, query_string=asked).text)


def words(element: HtmlElement) -> str:
    return re.sub(r"\s+", "", element.text_content())


def test_a_revision_is_compared_with_what_it_began_with(revised: tuple[Person, str]) -> None:
    owner, code = revised

    found = page(owner, new=code)

    assert found.xpath("//select[@id='old']/option[@selected]/@value") == ["v1"]
    assert found.xpath("//select[@id='new']/option[@selected]/@value") == [code]
    files = [re.search(r"path=([^&]+)", link)[1] for link in found.xpath("//nav[@class='gf-compare-files']//a/@href")]
    assert files == [REPORT, LIMITS, MAIN, NOTE]


def test_both_drawings_mark_the_element_and_the_list_leads_to_it(revised: tuple[Person, str]) -> None:
    owner, code = revised

    found = page(owner, new=code, path=MAIN)

    assert len(found.xpath("//*[@id='old-spot_check'] | //*[@id='new-spot_check']")) == 2
    (row,) = found.xpath("//ol[@class='gf-differs-list']/li")
    assert row.xpath(".//a/@href") == ["#new-spot_check"]
    assert words(row) == "修改实地核实名称抽查核实实地核实"
    ids = found.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_what_a_revision_changes_is_told_without_codes(revised: tuple[Person, str]) -> None:
    owner, code = revised
    revision = f"/workbench/revisions/{code[1:]}"
    gateway = shipped(MAIN).replace("bpmn:exclusiveGateway", "bpmn:inclusiveGateway", 2)
    treatment = (
        shipped(TREATMENT)
        .replace('gridflow:role="handler"', 'gridflow:role="town"', 1)
        .replace('gridflow:limit="acknowledge" gridflow:remind="50 80"', 'gridflow:limit="handling"', 1)
        .replace("limit.acknowledge.due", "limit_share(limit.acknowledge.start, limit.acknowledge.due, 0.5)", 1)
        .replace("<bpmn:loopDataInputRef>co_units", "<bpmn:loopDataInputRef>others", 1)
    )
    form = json.loads(shipped(REPORT))
    next(one for one in form["components"] if one.get("key") == "urgency")["values"].pop()
    for path, text in {MAIN: gateway, TREATMENT: treatment, REPORT: json.dumps(form, ensure_ascii=False)}.items():
        owner.put(f"{revision}/files", {"path": path, "text": text, "seen": seen(owner, revision, path)})

    shown = fromstring(owner.get(f"{revision}?tab=changes").text)

    rows = [[words(cell) for cell in row] for row in shown.iter("tr")]
    assert ["紧急程度", "修改", "选项", "一般、紧急、特急", "一般、紧急"] in rows
    told = {tuple(row[2:]) for row in rows}
    assert told >= {
        ("种类", "排他网关", "包容网关"),
        ("镇街受理时限", "2个工作小时", "1个工作小时"),
        ("角色", "承办单位经办人", "镇（街道）经办人"),
        ("时限", "签收时限", "办理时限"),
        ("催办", "用去50%、80%时", ""),
        ("事件", "定时：到“签收时限”到期", "定时：到“签收时限”用去50%"),
    }
    (repeated,) = (row for row in rows if row[2] == "多次办理")
    assert "“协办单位”里每一项办一次，这一项叫“协办（其中一项）”，结果收进“协办（各项的结果）”" in repeated[3]
    assert "办理时限表" in [words(each) for each in shown.iter("h2")]


def test_in_english_a_table_is_compared_in_english(revised: tuple[Person, str]) -> None:
    owner, code = revised
    revision = f"/workbench/revisions/{code[1:]}"
    in_hours = shipped(LIMITS).replace('<text>"WH"</text>', '<text>"WD"</text>', 1)
    owner.put(f"{revision}/files", {"path": LIMITS, "text": in_hours, "seen": seen(owner, revision, LIMITS)})
    owner.get("/")
    owner.post("/language", language="en", back="/")

    table, told = page(owner, new=code, path=LIMITS), fromstring(owner.get(f"{revision}?tab=changes").text)

    (row,) = table.xpath("//tbody/tr")
    cells = [each.text_content().strip() for each in row.xpath("./td | .//del | .//ins")]
    assert {"any", "working hours", "working days"} <= set(cells)
    assert not {"不限", "工作日", "工作小时"} & set(cells)
    (subject,) = {each.text_content() for each in told.xpath("//tbody/tr/th") if "时限表" in each.text_content()}
    assert re.search(r", row \d+ \(", subject)
    assert not re.search("[，、：（）第]", subject)


def test_a_name_that_reads_like_a_code_stays_as_it_is(revised: tuple[Person, str]) -> None:
    owner, code = revised
    revision = f"/workbench/revisions/{code[1:]}"
    named = shipped(REPORT).replace('"label": "类别"', '"label": "task"', 1)
    owner.put(f"{revision}/files", {"path": REPORT, "text": named, "seen": seen(owner, revision, REPORT)})

    (field,) = page(owner, new=code, path=REPORT).xpath("//ol[@class='gf-differs-list']/li")

    assert words(field) == "修改taskcategory名称类别task"


def test_a_cell_a_field_and_a_line_say_what_was_and_what_is(revised: tuple[Person, str]) -> None:
    owner, code = revised

    (row,) = page(owner, new=code, path=LIMITS).xpath("//tbody/tr")
    assert [words(each) for each in row.xpath(".//del | .//ins")] == ["2", "1"]
    assert len(page(owner, new=code, path=LIMITS, whole="1").xpath("//tbody/tr")) > 50
    (field,) = page(owner, new=code, path=REPORT).xpath("//ol[@class='gf-differs-list']/li")
    assert words(field) == "修改事件类别category名称类别事件类别"
    note = page(owner, new=code, path=NOTE)
    assert [words(each) for each in note.xpath("//del/b | //ins/b")] == ["结案", "办结"]


def test_an_edition_is_compared_with_what_counts_now(revised: tuple[Person, str]) -> None:
    owner, code = revised
    revision = f"/workbench/revisions/{code[1:]}"
    again = shipped(REPORT).replace('"类别"', '"类型"', 1)
    owner.put(f"{revision}/files", {"path": REPORT, "text": again, "seen": seen(owner, revision, REPORT)})

    edit = fromstring(owner.get(f"{revision}/edit?plain=1&path={REPORT}").text)
    (address,) = edit.xpath("//a[contains(@href, '/comparison')]/@href")

    assert words(fromstring(owner.get(address).text).xpath("//ol[@class='gf-differs-list']")[0]).endswith(
        "名称事件类别类型"
    )


def test_the_same_version_twice_has_no_differences(revised: tuple[Person, str]) -> None:
    owner, _code = revised

    assert "两边没有差别" in owner.get(f"{PAGE}?old=v1&new=v1").text


def test_nothing_of_another_city_and_nothing_made_up_is_compared(app: Flask, person: Meet, revised: object) -> None:
    _owner, code = revised
    other = person("bh-process_owner")

    assert other.get(f"{PAGE}?new={code}").status_code == 404
    assert other.get(f"{PAGE}?new=v99").status_code == 404
    assert other.get(f"{PAGE}?old=../v1").status_code == 404
    assert other.get("/workbench/procedures/nothing/comparison").status_code == 404
    assert person("bh-field_worker").get(PAGE).status_code == 403
