"""Signing a document, setting it, voiding it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from documents import samples
from gridflow.documents.errors import DocumentError, DocumentNotFound
from gridflow.documents.queries import document_of, documents_of_case
from gridflow.documents.rendering import render
from gridflow.documents.service import Issue, attach_rendering, issue, note_failure, void

AT = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # already 2027 in China
SHA = "a" * 64


def order(case: str = "c1", pattern: str = "JB-{area}-{year}-{serial:06d}", **more: object) -> Issue:
    asked = {
        "city": "ningbo", "county_code": "330203", "case_id": case, "case_number": f"SJ-{case}",
        "kind": "dispatch_order",
        "title": "交办单", "template": "_shared/dispatch_order.html", "template_digest": "d" * 64, "organ": "330203",
        "area": "330203", "inputs": samples.values(), "issued_at": AT, "issued_by": "u1", "pattern": pattern,
    }  # fmt: skip
    return Issue(**{**asked, **more})


def test_signing_gives_the_number_of_the_year_in_china_and_keeps_the_inputs(session: Session) -> None:
    document = issue(session, order())
    session.commit()
    session.expire_all()
    assert document.number == "JB-330203-2027-000001"
    assert document.inputs["document"]["number"] == "JB-330203-2027-000001"
    assert document.inputs["limits"][1]["due"] == "2026-12-02T17:30:00+08:00"
    assert document.state == "waiting"


def test_what_was_frozen_is_what_is_set(session: Session, text_of) -> None:
    document = issue(session, order())
    session.commit()
    session.expire_all()
    text = text_of(render(samples.files(), document.template, document.inputs))
    assert "JB-330203-2027-000001" in text
    assert "2027年1月1日（周五）00:30" in text


def test_documents_of_a_case_come_in_the_order_of_signing(session: Session) -> None:
    first, other, second = issue(session, order("c1")), issue(session, order("c2")), issue(session, order("c1"))
    assert [document.seq for document in (first, other, second)] == [1, 1, 2]
    assert list(documents_of_case(session, "ningbo", "c1")) == [first, second]
    assert list(documents_of_case(session, "beihai", "c1")) == []


def test_a_form_of_the_case_takes_the_number_of_the_case_twice_if_need_be(session: Session) -> None:
    assert [issue(session, order(pattern="{case}")).number for _ in range(2)] == ["SJ-c1", "SJ-c1"]


def test_another_city_cannot_read_a_document(session: Session) -> None:
    document = issue(session, order())
    with pytest.raises(DocumentNotFound):
        document_of(session, "beihai", document.id)


def test_a_failed_rendering_keeps_the_number_and_may_succeed_later(session: Session) -> None:
    document = issue(session, order())
    note_failure(session, "ningbo", document.id, "字体缺失")
    assert (document.state, document.fault) == ("failed", "字体缺失")
    attach_rendering(session, "ningbo", document.id, SHA)
    assert (document.state, document.fault, document.sha256) == ("rendered", None, SHA)


def test_a_rendered_document_is_never_replaced(session: Session) -> None:
    document = issue(session, order())
    attach_rendering(session, "ningbo", document.id, SHA)
    attach_rendering(session, "ningbo", document.id, SHA)
    with pytest.raises(DocumentError, match="不能替换"):
        attach_rendering(session, "ningbo", document.id, "b" * 64)


def test_a_void_document_keeps_its_number_and_the_next_one_gets_the_next(session: Session) -> None:
    document = issue(session, order())
    void(session, "ningbo", document.id, reason="主办单位填错", at=AT, by="u2")
    assert (document.state, document.number, document.fault) == ("void", "JB-330203-2027-000001", "主办单位填错")
    assert issue(session, order()).number == "JB-330203-2027-000002"
    with pytest.raises(DocumentNotFound, match="已作废"):
        attach_rendering(session, "ningbo", document.id, SHA)


def test_voiding_needs_a_reason(session: Session) -> None:
    document = issue(session, order())
    with pytest.raises(DocumentError, match="原因"):
        void(session, "ningbo", document.id, reason=" ", at=AT, by="u2")


def test_a_value_that_is_not_data_cannot_be_frozen(session: Session) -> None:
    with pytest.raises(DocumentError, match="float"):
        issue(session, order(inputs={**samples.values(), "values": {"share": 0.5}}))
