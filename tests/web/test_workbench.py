"""A procedure changed by its owners: revised, compared, checked, approved by another person, in force from a day."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from demo_installation import EVENT, Person, proved
from flask import Flask
from sqlalchemy import select

from gridflow import clock
from gridflow.application import office, publish_all, settings
from gridflow.db import db, writing
from gridflow.engine.models import Definition, DefinitionVersion, Instance
from gridflow.jobs.tick import tick

Meet = Callable[[str], Person]
LIMITS = "processes/_shared/limit.dmn"
REPORT = f"forms/{EVENT}/report.json"
ASKED = {"reason": "群众反映签收太慢。", "basis": "第十八条"}


def begun(owner: Person, title: str = "缩短签收时限") -> str:
    """Begin a revision and return its address."""
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title=title).headers["Location"])


def text_of(owner: Person, revision: str, path: str) -> tuple[str, str]:
    """Return the text of a file and the mark it is saved with again."""
    page = owner.get(f"{revision}/edit?path={path}&plain=1").text
    area = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1]
    unescaped = area.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&#39;", "'")
    return unescaped.replace("&amp;", "&"), re.search(r'name="seen" value="(\w+)"', page)[1]


def shortened(owner: Person, revision: str) -> None:
    """Halve the first limit of two."""
    text, seen = text_of(owner, revision, LIMITS)
    changed = text.replace("<text>2</text>", "<text>1</text>", 1)
    assert changed != text
    owner.post(f"{revision}/edit", path=LIMITS, seen=seen, text=changed)


def versions(city: str) -> tuple[int, str, int]:
    """Return the number and origin of the version in force, and how many there are."""
    found = select(DefinitionVersion).join(Definition, Definition.id == DefinitionVersion.definition_id)
    mine = found.where(Definition.city == city, Definition.slug == EVENT)
    every = db.session.scalars(mine).all()
    in_force = db.session.scalar(mine.where(Definition.in_force == DefinitionVersion.id))
    return in_force.number, in_force.origin, len(every)


def test_a_limit_is_shortened_refused_corrected_approved_and_holds_for_new_cases(app: Flask, person: Meet) -> None:
    owner, head, worker = person("nb-process_owner"), person("nb-city_head"), person("nb-field_worker")
    worker.report()
    revision = begun(owner)
    shortened(owner, revision)

    changes = owner.get(f"{revision}?tab=changes").text
    assert re.search(r">2 个工作小时</td>\s*<td[^>]*>1 个工作小时</td>", changes)
    assert "没有发现问题" in owner.get(f"{revision}/check").text

    page = owner.get(f"{revision}?tab=publication").text
    assert "还没有用这份修改稿跑过案例" in page
    assert "没有差别" not in page
    assert "没有差别" in owner.get(f"{begun(owner)}?tab=publication").text
    assert owner.post(f"{revision}/ask", reason="", basis="").status_code == 422
    assert "还没有用这份修改稿跑过案例" in owner.post(f"{revision}/ask", **ASKED).text
    proved(app, revision)
    assert "案例已经按这一稿全部跑通" in owner.get(f"{revision}?tab=publication").text
    assert owner.post(f"{revision}/ask", **ASKED).status_code == 302
    assert owner.post(f"{revision}/approve").status_code == 422  # who wrote it may not
    assert owner.post(f"{revision}/edit", path=LIMITS, seen="1", text="x").status_code == 422  # it waits

    head.get(f"{revision}?tab=publication")
    assert head.post(f"{revision}/refuse", comment="").status_code == 422
    assert head.post(f"{revision}/refuse", comment="请写明文件号。").status_code == 302
    page = owner.get(f"{revision}?tab=publication").text
    assert "请写明文件号。" in page
    typed = page.split('name="reason"')[1].split("</form>")[0]
    assert ASKED["reason"] in typed
    assert ASKED["basis"] in typed
    owner.post(f"{revision}/ask", **{**ASKED, "basis": "甬网格〔2026〕3号"})
    head.get(f"{revision}?tab=publication")
    assert head.post(f"{revision}/approve", comment="同意").status_code == 302
    assert head.post(f"{revision}/approve").status_code == 422  # once

    worker.report()
    with app.app_context():
        assert versions("ningbo") == (2, "edited", 2)
        taken = db.session.scalars(
            select(DefinitionVersion.number)
            .join(Instance, Instance.version_id == DefinitionVersion.id)
            .where(Instance.slug == EVENT, Instance.city == "ningbo")
            .order_by(Instance.opened_at)
        ).all()
        assert taken[-2:] == [1, 2]
        assert versions("beihai")[:2] == (1, "shipped")


def test_an_update_of_the_product_does_not_overwrite_what_a_city_changed(app: Flask, person: Meet) -> None:
    owner = person("nb-process_owner")
    with app.app_context():
        before = versions("ningbo")
        assert before[1] == "edited"
        for _ in range(2):
            with writing() as session:
                publish_all(session, settings(), ("ningbo",))
        assert versions("ningbo") == before

    assert "随产品更新而来" not in owner.get("/workbench").text  # the product says what it said before


def test_an_earlier_version_is_restored_at_once_with_a_reason(app: Flask, person: Meet) -> None:
    head = person("nb-city_head")
    head.get("/workbench")
    address = f"/workbench/procedures/{EVENT}/restore"

    assert head.post(address, number="1", reason="").status_code == 422
    assert head.post(address, number="99", reason="不存在").status_code == 404
    assert head.post(address, number="1", reason="新版派单出错，先用旧版。").status_code == 302
    with app.app_context():
        assert versions("ningbo")[:2] == (3, "restored")


def test_two_windows_that_save_one_file_both_keep_their_work(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner)
    text, seen = text_of(owner, revision, REPORT)

    owner.post(f"{revision}/edit", path=REPORT, seen=seen, text=text.replace("类别", "事件类别", 1))
    owner.post(f"{revision}/edit", path=REPORT, seen=seen, text=text.replace("清单事项", "事项", 1))

    page = owner.get(f"{revision}/edit?path={REPORT}&number=2&plain=1").text
    assert "同时写成，没有采用" in page
    assert "事件类别" in text_of(owner, revision, REPORT)[0]
    assert "有 1 稿没有采用" in owner.get(revision).text
    owner.post(f"{revision}/use", path=REPORT, number="2")
    now = text_of(owner, revision, REPORT)[0]
    assert "事件类别" not in now
    owner.post(f"{revision}/use", path=REPORT, number="0")
    assert text_of(owner, revision, REPORT) == (text, seen)


def test_what_an_editor_saves_by_itself_is_one_edition_until_somebody_else_writes(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, "自动保存")
    text, seen = text_of(owner, revision, REPORT)

    def keep(words: str, seen: str, *, draft: bool = True) -> dict[str, Any]:
        body = {"path": REPORT, "text": text.replace("类别", words, 1), "seen": seen, "draft": draft}
        return dict(owner.put(f"{revision}/files", body).json)

    first = keep("种类", seen)
    second = keep("门类", first["seen"])
    whole = keep("分类", second["seen"], draft=False)
    after = keep("大类", whole["seen"])
    assert [each["number"] for each in (first, second, whole, after)] == [1, 1, 1, 2]
    assert not after["aside"]

    late = keep("小类", seen)  # from a window opened before all of it
    later = keep("细类", late["seen"])
    assert (late["number"], late["aside"], later["number"], later["aside"]) == (3, True, 3, True)
    assert "大类" in text_of(owner, revision, REPORT)[0]

    assert "problem" in owner.put(f"{revision}/files", {"path": REPORT}).json


def test_an_approved_revision_waits_for_its_day(app: Flask, person: Meet) -> None:
    owner, head = person("bh-process_owner"), person("bh-city_head")
    revision = begun(owner)
    shortened(owner, revision)
    proved(app, revision)
    day = clock.today() + timedelta(days=3)
    owner.get(f"{revision}?tab=publication")
    owner.post(f"{revision}/ask", **ASKED, effective_on=day.isoformat())
    head.get(f"{revision}?tab=publication")
    head.post(f"{revision}/approve")

    with app.app_context(), clock.set_to(clock.now()) as hand:
        tick(office(), {"publish"})
        assert versions("beihai")[0] == 1
        hand.advance(timedelta(days=3))
        tick(office(), {"publish"})
        assert versions("beihai")[:2] == (2, "edited")


def package(files: dict[str, bytes]) -> bytes:
    """Return files as a ZIP."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in files.items():
            packed.writestr(path, content)
    return out.getvalue()


def damaged(method: int) -> bytes:
    """Return a ZIP packed by a method, its one file damaged in the middle of what is packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr("a.bpmn", bytes(range(256)) * 400)
    content = bytearray(out.getvalue())
    content[50:60] = b"\xff" * 10
    return bytes(content)


def hand_in(owner: Person, revision: str, name: str, content: bytes) -> int:
    """Hand in one file and return the status."""
    owner.get(revision)
    return owner.post(f"{revision}/files", files=(io.BytesIO(content), name)).status_code


def test_a_package_goes_out_and_only_what_differs_comes_back(person: Meet) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner)
    with zipfile.ZipFile(io.BytesIO(owner.get(f"{revision}/files").data)) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    files[REPORT] = files[REPORT].replace("类别".encode(), "事件类别".encode(), 1)

    assert hand_in(owner, revision, "all.zip", package(files)) == 302
    page = owner.get(f"{revision}?tab=changes").text
    assert re.findall(r'class="gf-quiet gf-digest">([^<]+)</p>', page) == [REPORT]
    assert "事件类别" in page


HOSTILE = {
    "an entity": (
        f"processes/{EVENT}/{EVENT}.bpmn",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><definitions>&e;</definitions>',
    ),
    "a form with foreign HTML": (REPORT, b'{"type":"default","components":[{"type":"html","content":"<script>"}]}'),
    "a template that does not end": (f"templates/documents/{EVENT}/closing_record.html", b"{% if case %}"),
    "the file of the city": ("processes/_cities/beihai.toml", b'code = "beihai"'),
    "a way out of the folder": (f"processes/{EVENT}/../../app.bpmn", b"<definitions/>"),
    "a program": (f"processes/{EVENT}/run.py", b"print()"),
    "something that is no text": (REPORT, b"\xff\xfe\x00"),
    "a file of many megabytes": (REPORT, b" " * 5_000_000),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_package_is_refused_as_a_whole_for(person: Meet, what: str) -> None:
    owner = person("bh-process_owner")
    revision, (path, content) = begun(owner, what), HOSTILE[what]
    harmless = f"forms/{EVENT}/merge.json"
    text, _ = text_of(owner, revision, harmless)
    both = package({harmless: text.encode() + b"\n", path: content})

    assert hand_in(owner, revision, "all.zip", both) == 422
    assert hand_in(owner, revision, "all.zip", b"PK\x03\x04 no package") == 422
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert hand_in(owner, revision, "all.zip", damaged(method)) == 422
    assert hand_in(owner, revision, "all.zip", package({f"{n}.bpmn": b"\0" * 900_000 for n in range(30)})) == 422
    assert "还没有改动" in owner.get(f"{revision}?tab=changes").text


def test_only_those_who_answer_for_procedures_see_revisions(person: Meet) -> None:
    revision = begun(person("bh-process_owner"), "只给流程负责人看")

    assert person("bh-field_worker").get("/workbench").status_code == 403
    assert person("nb-process_owner").get(revision).status_code == 404  # another city's
    assert person("bh-city_head").get(revision).status_code == 200
