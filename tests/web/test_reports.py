"""Reporting an event and seeing what became of it."""

import re
from collections.abc import Callable
from io import BytesIO

from demo_installation import EVENT, Person, preset

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
