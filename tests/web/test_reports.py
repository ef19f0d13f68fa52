"""Reporting an event and seeing what became of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from demo_installation import EVENT, Person, preset

from gridflow import clock

Meet = Callable[[str], Person]
NUMBER = re.compile(r"SJ-\d{6}-\d{8}-\d{5}-\d")


def test_a_report_gets_a_number_and_shows_where_it_is(person: Meet) -> None:
    worker = person("nb-field_worker")

    answer = worker.report()
    page = worker.get("/my-reports").text

    assert answer.location == "/my-reports"
    assert NUMBER.search(page)
    assert "现在：村居协调" in page


def test_a_resident_reports_on_the_phone(person: Meet) -> None:
    resident = person("bh-resident")

    answer = resident.report(matter_code="", reporter_name="钱一鸣", reporter_phone="13800138000")

    assert answer.status_code == 302
    assert NUMBER.search(resident.get("/my-reports").text)


@pytest.mark.parametrize("address", ["/", "/report"])
@pytest.mark.parametrize(
    ("login", "first"),
    [("nb-field_worker", ["event", "appeal"]), ("bh-town", ["event", "appeal"]), ("bh-resident", ["appeal", "event"])],
)
def test_daily_work_is_offered_first(person: Meet, login: str, first: list[str], address: str) -> None:
    offered = re.findall(r'href="/report/([a-z_]+)"', person(login).get(address).text)

    assert offered[:2] == first
    assert "complaint" in offered[2:]


def test_missing_and_too_long_fields_are_named_and_nothing_typed_is_lost(person: Meet) -> None:
    worker = person("nb-field_worker")

    answer = worker.report(location_text="", description="有垃圾" * 1000)

    assert answer.status_code == 422
    assert "请先改正 2 处" in answer.text
    assert "有垃圾有垃圾" in answer.text
    assert 'href="#field-location_text"' in answer.text


def test_pressing_twice_opens_one_case(person: Meet) -> None:
    worker = person("nb-grid_head")

    first = worker.report(_request="pressed-twice")
    second = worker.report(_request="pressed-twice")

    assert first.status_code == second.status_code == 302
    assert len(set(NUMBER.findall(worker.get("/my-reports").text))) == 1


def test_a_file_of_a_wrong_type_is_refused_by_its_content(person: Meet) -> None:
    worker = person("nb-field_worker")

    answer = worker.report(attachments=(BytesIO(b"MZ\x90\x00 not a picture"), "photo.jpg"))

    assert answer.status_code == 422
    assert "的类型不能上传" in answer.text


def test_a_draft_is_there_again_and_gone_after_the_report(person: Meet) -> None:
    worker = person("nb-field_worker")
    typed = preset(worker.get(f"/report/{EVENT}").text) | {"location_text": ["半路写下的地点"]}

    saved = worker.post(f"/report/{EVENT}/draft", **typed)
    restored = worker.get(f"/report/{EVENT}").text
    worker.report()

    assert saved.json == {"held": True}
    assert "半路写下的地点" in restored
    assert "已恢复您上次的草稿" in restored
    assert "半路写下的地点" not in worker.get(f"/report/{EVENT}").text


def test_the_page_asks_the_server_which_fields_to_hide(person: Meet) -> None:
    worker = person("nb-field_worker")
    worker.get(f"/report/{EVENT}")

    hidden = worker.post(f"/report/{EVENT}/visible", urgency="normal").json["hidden"]

    assert "late_reason" in hidden


def test_the_form_can_be_filled_without_a_script(person: Meet) -> None:
    page = person("nb-field_worker").get(f"/report/{EVENT}").text

    assert f'action="/report/{EVENT}"' in page
    assert 'enctype="multipart/form-data"' in page


def test_an_old_draft_is_offered_and_not_put_in_and_can_be_given_up(person: Meet) -> None:
    with clock.set_to(clock.now()) as hand:
        worker = person("nb-grid_head")
        typed = preset(worker.get(f"/report/{EVENT}").text)
        found_at = typed["found_at"]
        worker.post(f"/report/{EVENT}/draft", **typed | {"location_text": ["三天前写下的地点"]})
        hand.advance(timedelta(days=3))
        worker = person("nb-grid_head")

        offered = worker.get(f"/report/{EVENT}").text
        resumed = worker.get(f"/report/{EVENT}?draft=use").text
        dropped = worker.post("/drafts/drop", key=f"start:{EVENT}", back=f"/report/{EVENT}")
        blank = worker.get(f"/report/{EVENT}").text

    assert "三天前写下的地点" not in offered
    assert "接着填这份草稿" in offered
    assert "三天前写下的地点" in resumed
    assert found_at[0] not in resumed
    assert "放弃草稿" in resumed
    assert dropped.location == f"/report/{EVENT}"
    assert "接着填这份草稿" not in blank
    assert "三天前写下的地点" not in blank


def test_dropping_a_draft_leads_nowhere_else(person: Meet) -> None:
    worker = person("nb-grid_head")
    worker.get(f"/report/{EVENT}")

    assert worker.post("/drafts/drop", key="start:x", back="//example.org").location == "/"


def test_photos_are_asked_for_again_only_where_there_were_any(person: Meet) -> None:
    worker = person("nb-field_worker")

    without = worker.report(location_text="")
    with_one = worker.report(location_text="", attachments=(BytesIO(b"\x89PNG\r\n\x1a\n"), "photo.png"))

    assert "需要重新选择" not in without.text
    assert "需要重新选择" in with_one.text


def test_a_date_reads_in_words_beside_its_field(person: Meet) -> None:
    page = person("nb-field_worker").get(f"/report/{EVENT}").text

    assert re.search(r"data-date-words>\s*\d+月\d+日（周.） \d\d:\d\d", page)


def test_why_a_field_is_asked_is_folded_into_one_line(person: Meet) -> None:
    page = person("nb-field_worker").get(f"/report/{EVENT}").text

    assert page.count("各栏依据") < 3
    assert 'href="/articles/N' in page
