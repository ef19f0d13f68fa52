"""The order a version is published by: numbered, set by a worker, to be read by whoever answers for the procedure."""

import io
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from demo_installation import EVENT, Person, application, proved
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from gridflow import clock
from gridflow.application import office
from gridflow.config import ROOT
from gridflow.db import db
from gridflow.documents import fonts, verify
from gridflow.documents.sealing import public_key
from gridflow.jobs.nightly import named_files
from gridflow.jobs.tick import tick
from gridflow.people.models import User
from gridflow.workbench.models import Publication, Restoration
from gridflow.workbench.publishing.orders import JOB
from gridflow.workbench.publishing.restoring import JOB as RESTORING

Meet = Callable[[str], Person]
FONTS = ROOT / "var" / "fonts"
LIMITS = "processes/_shared/limit.dmn"
OWNER, HEAD = "nb-process_owner", "nb-city_head"


@pytest.fixture(scope="module")
def app(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the faces of the installation: the order is set here."""
    fonts.install(FONTS)
    folder = tmp_path_factory.mktemp("orders")
    shutil.copy(installed, folder / "gridflow.db")
    with application(installed, folder, fonts=FONTS) as app:
        yield app


@pytest.fixture(scope="module")
def approved(app: Flask) -> str:
    """The address of a revision that halves a limit, approved and in force."""
    owner, head = Person(app, OWNER), Person(app, HEAD)
    owner.get(f"/workbench?slug={EVENT}")
    revision = str(owner.post("/workbench/begin", slug=EVENT, title="缩短签收时限").headers["Location"])
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(f"{revision}/edit?plain=1&path={LIMITS}").text)[1]
    text = (ROOT / LIMITS).read_text(encoding="utf-8").replace("<text>2</text>", "<text>1</text>", 1)
    assert owner.put(f"{revision}/files", {"path": LIMITS, "text": text, "seen": seen}).status_code == 200
    proved(app, revision)
    owner.get(f"{revision}?tab=publication")
    owner.post(f"{revision}/ask", reason="群众反映签收太慢。", basis="甬网格〔2026〕3号")
    head.get(f"{revision}?tab=publication")
    assert head.post(f"{revision}/approve", comment="同意。").status_code == 302
    return revision


def test_an_approval_is_an_order_with_number_reasons_people_changes_and_digest(app: Flask, approved: str) -> None:
    owner = Person(app, OWNER)
    assert owner.get(f"{approved}/order").status_code == 404
    assert "正在生成" in owner.get(f"{approved}?tab=publication").text
    with app.app_context():
        tick(office(), {JOB})
        asked = db.session.scalars(select(Publication).where(Publication.state == "approved")).one()
        names = dict(db.session.execute(select(User.login, User.name)).all())
        digest, number, sha256 = asked.digest, asked.order_number, asked.order_file
        assert sha256 in named_files(db.session())  # the nightly sweep leaves it

    answer = owner.get(f"{approved}/order")

    assert answer.mimetype == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    assert re.fullmatch(r"甬网格流〔\d{4}〕1号", number)
    for words in (
        number, "“网格事件”流程（第2版）发布令", "群众反映签收太慢。", "甬网格〔2026〕3号",
        "与第1版相比，改动1个文件、1处", "个与预期一致", f"起草：{names[OWNER]}", f"批准：{names[HEAD]}", "意见：同意",
        "办理时限表第7行", "2个工作小时", "1个工作小时", digest,
    ):  # fmt: skip
        assert words in said, words


def test_the_order_is_made_once_and_found_from_the_revision_and_the_version(app: Flask, approved: str) -> None:
    owner = Person(app, OWNER)
    with app.app_context():
        tick(office(), {JOB})
    link = f'href="{approved}/order"'

    assert link in owner.get(f"{approved}?tab=publication").text
    assert link in owner.get(f"/procedures/{EVENT}?tab=versions").text
    assert owner.get(f"{approved}/order").data == Person(app, HEAD).get(f"{approved}/order").data


@pytest.fixture(scope="module")
def restored(app: Flask, approved: str) -> str:
    """The address of the order by which the version of the files was restored."""
    head = Person(app, HEAD)
    head.get(f"/procedures/{EVENT}?tab=versions")
    answer = head.post(f"/workbench/procedures/{EVENT}/restore", number="1", reason="新版派单出错，先用旧版。")
    assert answer.status_code == 302
    return f"/workbench/procedures/{EVENT}/versions/3/order"


def test_an_emergency_restoration_is_an_order_of_the_same_series(app: Flask, restored: str) -> None:
    owner = Person(app, OWNER)
    assert owner.get(restored).status_code == 404
    assert "紧急恢复令" in owner.get(f"/procedures/{EVENT}?tab=versions").text
    with app.app_context():
        tick(office(), {RESTORING})
        done = db.session.scalars(select(Restoration)).one()
        name = db.session.scalar(select(User.name).where(User.login == HEAD))
        assert done.order_file in named_files(db.session())

    answer = owner.get(restored)

    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages))
    assert re.fullmatch(r"甬网格流〔\d{4}〕2号", done.order_number)
    for words in (
        done.order_number, "“网格事件”流程紧急恢复令", "第2版自", "恢复第1版的内容，作为第3版施行",
        "新版派单出错，先用旧版。",
        "改动1个文件、1处", "随之回退的修改：“缩短签收时限”", f"紧急恢复由一人决定，不经送审：{name}",
    ):  # fmt: skip
        assert words in said, words
    assert f'href="{restored}"' in owner.get(f"/procedures/{EVENT}?tab=versions").text


def test_both_orders_are_sealed_with_the_key_of_the_installation(
    app: Flask, approved: str, restored: str, tmp_path: Path
) -> None:
    with app.app_context():
        tick(office(), {JOB, RESTORING})
        key = public_key(office().sealing_key).hex()
    for number, address in enumerate((f"{approved}/order", restored)):
        (tmp_path / f"{number}.pdf").write_bytes(Person(app, OWNER).get(address).data)
        assert verify.main([str(tmp_path / f"{number}.pdf"), "--key", key]) == verify.INTACT


def test_nothing_is_ordered_where_nothing_would_change(app: Flask, restored: str) -> None:
    head = Person(app, HEAD)
    head.get(f"/procedures/{EVENT}?tab=versions")
    answer = head.post(restored.replace("versions/3/order", "restore"), number="1", reason="再来一次")
    assert (answer.status_code, "内容相同，不用恢复" in answer.text) == (422, True)
    with app.app_context():
        assert len(db.session.scalars(select(Restoration)).all()) == 1


def test_nobody_else_reads_the_order(app: Flask, approved: str) -> None:
    assert Person(app, "bh-process_owner").get(f"{approved}/order").status_code == 404
    assert Person(app, "nb-field_worker").get(f"{approved}/order").status_code == 403


def test_nobody_else_reads_the_order_of_a_restoration(app: Flask, restored: str) -> None:
    assert Person(app, "bh-process_owner").get(restored).status_code == 404
    assert Person(app, "nb-field_worker").get(restored).status_code == 403


def test_an_order_names_the_day_a_freeze_lets_the_version_begin(app: Flask) -> None:
    owner, head = Person(app, OWNER), Person(app, HEAD)
    owner.get("/workbench")
    revision = str(owner.post("/workbench/begin", slug="revisit", title="冻结期里批准").headers["Location"])
    form = "forms/revisit/redo.json"
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(f"{revision}/edit?plain=1&path={form}").text)[1]
    owner.put(f"{revision}/files", {"path": form, "text": (ROOT / form).read_text() + "\n", "seen": seen})
    proved(app, revision)
    owner.get(f"{revision}?tab=publication")
    assert owner.post(f"{revision}/ask", reason="改字句。", basis="甬网格〔2026〕4号").status_code == 302
    last, head_page = clock.today() + timedelta(days=2), head.get("/workbench").text
    assert "全市冻结期" in head_page
    head.post("/workbench/freezes", slug="", since=clock.today().isoformat(), until=last.isoformat(), reason="全市会议")
    head.get(f"{revision}?tab=publication")
    assert head.post(f"{revision}/approve", comment="同意。").status_code == 302
    with app.app_context():
        tick(office(), {JOB})

    pages = PdfReader(io.BytesIO(owner.get(f"{revision}/order").data)).pages
    said = re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
    begins = last + timedelta(days=1)
    assert f"自{begins.year}年{begins.month}月{begins.day}日起施行" in said
