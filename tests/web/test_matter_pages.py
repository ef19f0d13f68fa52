"""The pages of the matter list and of the normative documents."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

from demo_installation import Person
from flask import Flask

from gridflow import clock
from gridflow.db import db, writing
from gridflow.people.models import User
from gridflow.registers.matters.models import DutySheet, OffListDemand
from gridflow.registers.matters.service import count_demand, sign_duties

Meet = Callable[[str], Person]
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def kept(app: Flask, row: DutySheet | OffListDemand) -> None:
    with app.app_context(), writing() as session:
        if isinstance(row, DutySheet):
            sign_duties(session, row)
        else:
            count_demand(session, row)
        db.session.remove()


def test_everybody_signed_in_sees_what_grid_staff_do_and_do_not_do(person: Meet) -> None:
    for login in ("nb-resident", "nb-field_worker", "nb-city_office"):
        page = person(login).get("/registers/matters/N04-013").text

        assert "路灯损坏报送" in page
        assert "网格人员不做什么" in page
        assert "不当场处置，只发现和报送。" in page


def test_a_resident_sees_neither_duty_sheets_nor_how_units_do(person: Meet) -> None:
    page = person("nb-resident").get("/registers/matters/N04-013").text

    assert "责任单" not in page.replace("签订责任单后显示", "")
    assert "单位履责" not in page


def test_a_search_finds_units_and_says_when_nothing_fits(person: Meet) -> None:
    worker = person("nb-field_worker")

    assert "路灯损坏报送" in worker.get("/registers/matters?search=综合行政").text
    assert "没有找到" in worker.get("/registers/matters?search=不存在的事").text


def test_another_citys_matter_is_not_found(person: Meet) -> None:
    answer = person("bh-city_office").get("/registers/matters/N04-013")

    assert answer.status_code == 404
    assert "请核对代码" in answer.text


def test_a_duty_sheet_shows_the_contacts_by_their_accounts(app: Flask, person: Meet) -> None:
    with app.app_context():
        guide = db.session.query(User).filter_by(login="nb-handler-fire_rescue").one()
        guide_id, name = guide.id, guide.name
    kept(
        app,
        DutySheet(
            city="ningbo", matter_code="N04-002", unit_code="330200-fire_rescue", contacts=[guide_id],
            office_phone="0574-87654321", it_support="位置图", fund=30000, training="每季一次", case_number="QD-1",
            signed_at=clock.now(),
        ),
    )  # fmt: skip

    page = person("nb-field_worker").get("/registers/matters/N04-002").text
    assert name in page
    assert "0574-87654321" in page


def test_a_refused_demand_counts_against_the_unit_where_everybody_sees_it(app: Flask, person: Meet) -> None:
    kept(
        app,
        OffListDemand(
            city="ningbo", unit_code="330203-big_data", county="330203", case_number="SJ-1", matter_code=None,
            refused_at=clock.now(),
        ),
    )  # fmt: skip

    page = person("nb-county_office").get("/registers/matters").text
    assert re.search(r"大数据[^<]*</th>\s*<td class=\"gf-number\">1</td>", page)
    assert "failing_unit=330203-big_data" in page


def test_the_list_opens_the_procedures_with_what_is_known_filled_in(person: Meet) -> None:
    office = person("nb-city_office")
    page = office.get("/registers/matters/N04-003").text
    links = re.findall(r'href="(/report/[^"]+matter_code=N04-003[^"]*)"', page)
    form = office.get(links[-1].replace("&amp;", "&")).text

    assert len(links) == 2
    assert re.search(r'<option value="N04-003"\s+selected', form)
    assert re.search(r'value="no_contact"[^>]*checked|checked[^>]*value="no_contact"', form)
    assert "/report/" not in re.sub(r'href="/report"', "", person("nb-resident").get("/registers/matters/N04-003").text)


def test_guidance_asked_for_waits_until_the_unit_answers(person: Meet) -> None:
    worker, guide = person("nb-field_worker"), person("nb-handler-city-justice")
    for _ in range(3):
        worker.get("/registers/matters/N04-006")
        worker.post("/registers/matters/N04-006/guidance")

    assert "三次以上请求指导没有答复" in worker.get("/registers/matters/N04-006").text
    guide.get("/registers/matters/N04-006")
    guide.post("/registers/matters/N04-006/answered")
    assert "三次以上请求指导没有答复" not in worker.get("/registers/matters/N04-006").text


def test_a_document_is_added_found_and_handed_out(person: Meet) -> None:
    office, today = person("nb-city_office"), date(2026, 11, 1).isoformat()
    given = {
        "title": "宁波市网格划分和调整办法", "number": "甬网格〔2026〕3号", "kind": "division",
        "issuer": "市网格化主管单位", "issued_on": today, "effective_on": today,
    }  # fmt: skip
    office.get("/registers/norms")
    office.post("/registers/norms", **given, file=(BytesIO(PDF), "办法.pdf"))

    page = person("nb-field_worker").get("/registers/norms?search=划分").text
    assert "甬网格〔2026〕3号" in page
    assert "存入一份文件" not in page
    address = re.search(r'href="(/registers/norms/\w+/file)"', page)[1]
    assert person("nb-resident").get(address).data == PDF
    assert person("bh-city_office").get(address).status_code == 404


def test_a_document_without_a_file_or_with_a_wrong_one_is_refused(person: Meet) -> None:
    office = person("nb-city_office")
    given = {
        "title": "人员配备办法", "number": "甬网格〔2026〕4号", "kind": "staffing", "issuer": "市网格化主管单位",
        "issued_on": "2026-11-01", "effective_on": "2026-11-01",
    }  # fmt: skip

    office.get("/registers/norms")
    without, wrong = office.post("/registers/norms", **given), (BytesIO(b"MZ\x90\x00"), "办法.pdf")

    assert without.status_code == 422
    assert "请选择文件" in without.text
    assert "不能上传" in office.post("/registers/norms", **given, file=wrong).text
    worker = person("nb-field_worker")
    worker.get("/registers/norms")
    assert worker.post("/registers/norms", **given).status_code == 403
