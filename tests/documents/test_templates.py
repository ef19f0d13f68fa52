"""Every shipped template: compiles, sets, and keeps its tables fixed."""

import io
import re

import pytest
from pypdf import PdfReader

from documents import samples
from gridflow.catalogue.bases import Bases
from gridflow.documents.errors import TemplateBroken
from gridflow.documents.rendering import render, set_text
from gridflow.documents.templating import check as check_template
from gridflow.documents.templating import fill

DOCUMENTS = sorted(name for name in samples.files() if name.endswith(".html") and not name.startswith("_"))
SHARED = sorted(name for name in samples.files() if name.startswith("_shared/"))
EVERY = sorted({*DOCUMENTS, *SHARED})
CITIES = ["ningbo", "beihai"]
CASE = "SJ-330203-20261122-00042-7"


def case_withheld(name: str) -> bool:
    """Tell whether a document states, with the reason, that its reader is not told of the case."""
    return re.search(r'^\{% set case_withheld = "[一-鿿，]{8,}" %\}$', samples.files()[name], re.MULTILINE) is not None


def test_the_documents_of_the_event_loop_are_all_there() -> None:
    assert {name.partition("/")[2] for name in EVERY} >= {
        "event_registration.html", "dispatch_order.html", "closing_record.html", "refusal_notice.html",
        "rejection_notice.html", "verification_sheet.html", "feedback_sheet.html", "objection_ruling.html",
        "extension_decision.html", "phased_report.html", "revisit_record.html", "supervision_order.html",
        "listing_notice.html", "reply_sheet.html", "clearing_slip.html", "transfer_letter.html",
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted(name for name in samples.files() if name.endswith(".html")))
def test_every_template_compiles(name: str) -> None:
    assert refusal(name) is None


def refusal(name: str) -> str | None:
    """Return why a template cannot be used, or None where it can."""
    try:
        check_template(samples.files(), name)
    except TemplateBroken as broken:
        return broken.message
    return None


@pytest.mark.parametrize("city", CITIES)
@pytest.mark.parametrize("name", EVERY)
def test_every_document_sets_with_the_number_the_case_and_the_organ(city: str, name: str, text_of) -> None:
    values = samples.values(city, "测试文书", "CS-2026-7", steps=[*samples.STEPS, *samples.OTHER])
    text = text_of(render(samples.files(), name, values))
    assert "CS-2026-7" in text
    assert values["document"]["unit"] in text
    assert (CASE in text) is not case_withheld(name)


@pytest.mark.parametrize("name", [name for name in EVERY if case_withheld(name)])
def test_a_document_that_keeps_its_case_from_the_reader_tells_it_nowhere(name: str) -> None:
    values = {**samples.values("ningbo", "测试文书", "CS-2026-7"), "missing": []}
    html = fill(samples.files(), name, values)
    assert CASE not in html
    assert values["case"]["title"] not in html
    assert html != fill(samples.files(), name, {**values, "document": {**values["document"], "number": "CS-2026-8"}})
    assert codes(html) == codes(fill(samples.files(), name, {**values, "case": {**values["case"], "number": "其他"}}))


def codes(html: str) -> list[str]:
    """Return the pictures of a document: the code to check it by is one."""
    return re.findall(r'src="(data:[^"]+)"', html)


@pytest.mark.parametrize("name", EVERY)
def test_every_document_sets_when_the_case_has_nothing_yet(name: str) -> None:
    bare = samples.bare_values()
    pdf = render(samples.files(), name, bare)
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 2
    assert "None" not in fill(samples.files(), name, {**bare, "missing": []})


@pytest.mark.parametrize("name", EVERY)
def test_every_document_says_in_its_first_line_what_it_is_called(name: str) -> None:
    assert re.match(r"\{# [一-鿿（）]{3,16} #\}\n(\{# 送达：.+ #\}\n)?\{% extends", samples.files()[name])


@pytest.mark.parametrize(("code", "article"), [("N18-3", "第十八条第三款"), ("B18-1", "第十八条第一款")])
def test_a_document_quotes_the_articles_of_its_own_city_only(code: str, article: str, text_of) -> None:
    values = {**samples.values(), "articles": {code: {"heading": "第十八条", "text": "限时办结。"}}, "steps": []}
    text = text_of(render(samples.files(), "_shared/dispatch_order.html", values))
    assert f"《宁波市城乡网格化服务管理条例》{article}" in text
    assert text.count("《宁波市城乡网格化服务管理条例》") == 1


def test_a_document_of_a_later_city_quotes_what_stands_there_for_the_articles_of_the_template(text_of) -> None:
    bases = Bases({frozenset({"N18-3"}): ("X2-1",), frozenset({"N18-2"}): ("X2-2",)})
    values = {**samples.values(), "articles": {"X2-1": {"heading": "第二条", "text": "限时办结。"}}, "steps": []}
    text = text_of(render(samples.files(), "_shared/dispatch_order.html", {**values, "bases": bases}))
    assert "第二条第一款" in text
    assert "第二条第二款" in text
    assert "第十八条" not in text


def test_a_form_without_legal_effect_bears_no_seal(text_of) -> None:
    sealed, plain = (
        render(samples.files(), f"{name}.html", samples.values())
        for name in ("_shared/dispatch_order", "event/feedback_sheet")
    )
    assert "样章 无效" in text_of(sealed)
    assert "样章 无效" not in text_of(plain)


def test_a_city_without_a_letterhead_of_its_own_gets_the_common_one(text_of) -> None:
    values = samples.values("ningbo")
    values["city"] = {**values["city"], "code": "elsewhere"}
    assert "海曙区城乡网格化服务管理中心" in text_of(render(samples.files(), "_shared/dispatch_order.html", values))


@pytest.mark.parametrize("name", EVERY)
def test_every_table_of_a_document_is_laid_out_fixed(name: str) -> None:
    html = set_text(samples.files(), name, samples.values("ningbo"))
    laid = layouts(html)

    assert laid <= {"fixed"}
    assert laid or "<table" not in html


@pytest.mark.parametrize("name", sorted(name for name in samples.files() if name.startswith("_dossier_")))
def test_every_table_of_the_sealed_file_is_laid_out_fixed(name: str) -> None:
    html = set_text(samples.files(), name, samples.page_values())
    laid = layouts(html)

    assert laid <= {"fixed"}
    assert laid or "<table" not in html


@pytest.mark.parametrize("name", sorted(samples.files()))
def test_no_style_asks_for_an_automatic_table(name: str) -> None:
    assert not re.search(r"table-layout:\s*auto", samples.files()[name])


def layouts(html: str) -> set[str]:
    """Return how the typesetter laid out the tables: an automatic one costs four times the time."""
    import weasyprint
    from weasyprint.formatting_structure.boxes import InlineTableBox, TableBox

    pages = weasyprint.HTML(string=html).render().pages
    boxes = (box for page in pages for box in page._page_box.descendants())
    return {box.style["table_layout"] for box in boxes if isinstance(box, TableBox | InlineTableBox)}


def test_days_that_bring_their_unit_are_not_given_another(text_of) -> None:
    asked = [("days_asked", "申请天数", "5个工作日"), ("approved_days", "同意天数", "3")]
    steps = [samples.step("ask", "申请", samples.HANDLER, samples.at(11, 24, 9), *asked)]
    text = text_of(render(samples.files(), "_shared/extension_decision.html", {**samples.values(), "steps": steps}))
    assert "5个工作日" in text
    assert "工作日 个工作日" not in text
    assert "延长 3 个工作日" in text


def test_a_closing_record_cuts_nothing_of_what_was_done(text_of) -> None:
    said = "第一步，" + "围挡现场并张贴告示，通知相邻各户；" * 12 + "最后一步，清点归还。"
    steps = [samples.step("handle", "处置", samples.HANDLER, samples.at(11, 24, 9), ("measures", "措施", said))]
    text = text_of(render(samples.files(), "event/closing_record.html", {**samples.values(), "steps": steps}))
    assert "最后一步，清点归还" in text
    assert "…" not in text


def html(name: str, **variables: str) -> str:
    """Fill a document of a case whose variables came from no form."""
    values = {**samples.values(), "missing": [], "steps": []}
    return fill(samples.files(), name, {**values, "values": variables})


def test_only_a_paper_to_the_office_above_names_who_signed_it() -> None:
    assert "签发人" in html("grid_change/submission_letter.html")
    assert "签发人" not in html("grid_change/review_opinion.html")
    assert "签发人" not in html("complaint/transfer_letter.html")


def test_a_letter_between_organs_has_the_letter_form_without_the_printing_line() -> None:
    letter, decision = html("list_enforcement/urging_letter.html"), html("list_enforcement/exit_decision.html")
    assert ("foot-line" in letter, "印发" in letter) == (True, False)
    assert ("foot-line" in decision, "印发" in decision) == (False, True)


def test_a_recorded_order_says_whose_it_is_and_that_it_is_no_order() -> None:
    said = html("emergency/start_order_copy.html", issuer="海曙区人民政府", order_no="海应急〔2026〕7号")
    assert "本件是海曙区人民政府命令（海应急〔2026〕7号）的登记件" in said
    assert "不是命令原件" in said


def test_what_no_form_gave_is_said_in_words_all_the_same() -> None:
    review = html("list_change/list_application.html", apply_type="review")
    assert "年度评估" in review
    assert "内容和分工" not in review
    event = html("event/event_registration.html", category="0605", source_channel="direct")
    assert "公共安全与风险隐患" in event
    assert "越级直报转入" in event
    assert "0605" not in event


def test_a_closing_record_tells_what_a_village_settled_and_no_result_of_a_case_withdrawn() -> None:
    settled = html("event/closing_record.html", village_result="solved", coordination_note="两家谈妥了。")
    withdrawn = html("event/closing_record.html", withdraw_reason="已经自行解决。")

    assert "两家谈妥了" in settled
    assert "主办单位" in settled
    assert "已经自行解决" in withdrawn
    assert "主办单位" not in withdrawn
    assert "办结人" in withdrawn


def test_a_decision_after_a_trial_is_what_the_evaluation_came_to() -> None:
    trial = {"change": "adjust", "term": "trial", "valid_until": "2027-06-09", "apply_type": "in"}
    before = html("list_change/list_decision.html", **trial)
    after = html("list_change/list_decision.html", **trial, evaluation="keep")

    assert "试行。自公布之日起生效，到2027年6月9日止" in before
    assert "同意长期列入。自公布之日起生效。" in after
    assert "责任单继续有效" in after


def test_the_item_of_the_ordinance_is_quoted_in_its_own_words() -> None:
    item = {"heading": "第十条第四项", "text": "（四）排查、报送各类矛盾纠纷；"}
    values = {**samples.values(), "missing": [], "steps": [], "articles": {"N10(4)": item}}
    decision = fill(samples.files(), "list_change/list_decision.html", {**values, "values": {"scope_item": "N10(4)"}})
    assert "排查、报送各类矛盾纠纷（《宁波市城乡网格化服务管理条例》第十条第（四）项）" in decision
    assert "N10" not in decision


def test_the_map_of_a_plan_follows_the_seal_as_an_annex() -> None:
    plan = {"plan_map": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'}
    text = html("grid_change/review_opinion.html", **plan)
    assert text.index('class="end"') < text.index('class="annex"') < text.index('class="record"')
    assert 'class="annex"' not in html("grid_change/review_opinion.html")


@pytest.mark.parametrize(
    ("given", "contact"),
    [
        ({"appellant_name": "钱一鸣", "identity": "open"}, "钱**"),
        ({"appellant_name": "钱一鸣", "identity": "secret"}, "由派单机构转联系"),
        ({"reporter_name": "孙二娘"}, "孙**"),
        ({}, "群众"),
    ],
)
def test_a_dispatch_order_says_whom_to_ask_without_saying_who_it_is(given: dict[str, str], contact: str) -> None:
    values = samples.bare_values()
    values = {**values, "case": {**values["case"], "reporter": "群众"}, "values": given, "missing": []}

    cell = fill(samples.files(), "_shared/dispatch_order.html", values).partition("联系人")[2].partition("</tr>")[0]

    assert contact in cell
    assert "群*" not in cell
    assert given.get("appellant_name", "一个人") not in cell


def test_the_printing_record_stands_at_the_foot_of_the_last_page() -> None:
    values = samples.values("ningbo", "准入决定书", "甬网格清〔2026〕2号", steps=[*samples.STEPS, *samples.OTHER])
    pages = PdfReader(io.BytesIO(render(samples.files(), "list_change/list_decision.html", values))).pages
    found: list[tuple[int, float]] = []
    for number, page in enumerate(pages):
        page.extract_text(
            visitor_text=lambda text, _user, place, _font, _size, number=number: (
                found.append((number, float(place[5]))) if "印发" in text else None
            )
        )
    ((number, height),) = found
    assert number == len(pages) - 1 > 0
    assert 960 < height < 995  # of 1123 pixels from the top; the page number stands below it


def test_a_dispatch_order_with_two_units_and_a_long_story_is_one_page() -> None:
    values = samples.values("ningbo", "交办单", "CS-2026-7", steps=[*samples.STEPS, *samples.OTHER])
    assert len(PdfReader(io.BytesIO(render(samples.files(), "_shared/dispatch_order.html", values))).pages) == 1


def test_no_sign_of_a_label_stands_alone_on_a_line() -> None:
    html = set_text(samples.files(), "emergency/special_report.html", samples.values("ningbo"))
    labels = re.findall(r"<th>([^<]+(?:<br>[^<]+)?)</th>", html)
    assert labels
    assert all(2 < len(part) < 7 or "<br>" not in label for label in labels for part in label.split("<br>"))
    assert all(len(label) <= 6 or "<br>" in label for label in labels)


@pytest.mark.parametrize(("level", "threat"), [("first", True), ("key", False)])
def test_an_order_threatens_the_next_level_only_where_there_is_one(level: str, threat: bool) -> None:
    own = {**samples.STEPS[-1], "element": "issue_order", "name": "下达督办单"}
    values = samples.values("ningbo", "督办单", "CS-2026-7", steps=[*samples.STEPS, own])
    values = {**values, "values": {**values["values"], "sup_level": level}, "missing": []}

    text = fill(samples.files(), "supervision/supervision_order.html", values)

    assert ("提高一级督办" in text) is threat
    assert "下达督办单" not in text  # the order tells what happened before it
