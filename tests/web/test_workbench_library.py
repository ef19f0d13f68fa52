"""The library of procedures: what is in force, what runs, what is drafted; freezes, milestones, going back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

from demo_installation import EVENT, Person, proved
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy import select
from test_workbench import ASKED, LIMITS, begun, shortened, text_of, versions

from gridflow import clock
from gridflow.application import office, publish_all, settings
from gridflow.db import db, writing
from gridflow.engine.definitions import publish
from gridflow.engine.models import Definition
from gridflow.jobs.tick import tick
from gridflow.workbench.models import Publication, Revision

Meet = Callable[[str], Person]
PAGE = f"/workbench/procedures/{EVENT}"


def row_of(page: str, slug: str = EVENT) -> str:
    """Return the row of a procedure in the library."""
    rows = re.findall(r'<tr role="row">(.*?)</tr>', page, re.DOTALL)
    return next(row for row in rows if f'/workbench/procedures/{slug}"' in row)


def sent(owner: Person, revision: str, **changes: str) -> int:
    proved(owner.client.application, revision)
    owner.get(f"{revision}?tab=publication")
    return owner.post(f"{revision}/ask", **{**ASKED, **changes}).status_code


def approved(head: Person, revision: str) -> int:
    head.get(f"{revision}?tab=publication")
    return head.post(f"{revision}/approve").status_code


def begins_to_run(app: Flask, city: str = "ningbo") -> int:
    """Let workers put in force what is due, and return the number of the version in force."""
    with app.app_context():
        tick(office(), {"publish"})
        return versions(city)[0]


def test_every_procedure_is_listed_with_what_is_in_force_drafted_and_running(app: Flask, person: Meet) -> None:
    person("nb-field_worker").report()
    owner = person("nb-process_owner")
    begun(owner, "缩短签收时限")
    row = row_of(owner.get("/workbench").text)

    assert "第 1 版" in row
    assert "随产品而来" in row
    assert re.search(r"第 1 版 [1-9]\d* 件", row)
    assert "缩短签收时限" in row
    assert row.count("代理") == 1
    counted = owner.get(f"{PAGE}/findings", headers={"HX-Request": "true"}).text
    assert "没有问题" in counted
    assert "没有问题" in row_of(owner.get("/workbench").text)
    assert owner.get("/workbench/procedures/unheard_of").status_code == 404
    assert "缩短签收时限" not in row_of(person("bh-process_owner").get("/workbench").text)


def test_the_library_is_searched_by_title_step_and_article(person: Meet) -> None:
    owner = person("nb-process_owner")

    def found(words: str) -> list[str]:
        return re.findall(
            r'class="gf-row-title"\s+href="/workbench/procedures/(\w+)"', owner.get(f"/workbench?search={words}").text
        )

    everything = found("")
    assert len(everything) >= 10
    assert EVENT in found("村居协调")
    assert len(found("村居协调")) < len(everything)
    assert set() < set(found("网格 突发")) < set(everything)
    assert found("zzzz") == []
    assert "村居协调" in owner.get("/workbench?search=村居").text


def test_the_library_asks_the_database_as_often_for_many_revisions_as_for_one(app: Flask, person: Meet) -> None:
    owner, asked = person("bh-process_owner"), []

    def statements() -> int:
        asked.clear()
        owner.get("/workbench")
        return len(asked)

    with app.app_context():
        listening.listen(db.engine, "before_cursor_execute", lambda *_args: asked.append(1))
    statements()
    begun(owner, "第一份")
    one = statements()
    for number in range(5):
        begun(owner, f"又一份 {number}")
    assert statements() == one


def test_nothing_new_begins_in_a_freeze_but_going_back_does(app: Flask, person: Meet) -> None:
    owner, head = person("nb-process_owner"), person("nb-city_head")
    revision = begun(owner, "冻结期里送审")
    shortened(owner, revision)
    today = clock.today()
    last, free = (today + timedelta(days=2)).isoformat(), (today + timedelta(days=3)).isoformat()
    head.get(PAGE)
    freeze = {"since": today.isoformat(), "until": last, "slug": EVENT}
    assert head.post("/workbench/freezes", **freeze, reason="").status_code == 422
    assert owner.post("/workbench/freezes", **freeze, reason="x").status_code == 302  # owners may approve too
    assert "冻结" in row_of(owner.get("/workbench").text)

    assert f'value="{free}"' in owner.get(f"{revision}?tab=publication").text  # the first day that may be chosen
    assert sent(owner, revision) == 422
    assert sent(owner, revision, effective_on=free) == 302
    head.get(PAGE)
    head.post("/workbench/freezes", **{**freeze, "until": free, "slug": ""}, reason="全市会议")
    assert approved(head, revision) == 302
    with clock.set_to(clock.now()) as hand:
        assert begins_to_run(app) == 1
        hand.advance(timedelta(days=3))
        assert begins_to_run(app) == 1  # its day is frozen by now
        begins = today + timedelta(days=4)
        shown = row_of(Person(app, "nb-city_head").get("/workbench").text)
        assert re.search(rf"{begins.month}月{begins.day}日（周.） 起生效", shown)
        hand.advance(timedelta(days=1))
        assert begins_to_run(app) == 2
    for lift in re.findall(r"/workbench/freezes/\w+/lift", head.get(PAGE).text + head.get("/workbench").text):
        head.post(lift)
    assert "冻结，不启用新版" not in head.get(PAGE).text


def test_a_freeze_that_is_lifted_lets_what_waits_begin(app: Flask, person: Meet) -> None:
    owner, head = person("bh-process_owner"), person("bh-city_head")
    revision = begun(owner, "等冻结结束")
    shortened(owner, revision)
    sent(owner, revision)
    head.get("/workbench")
    day = clock.today().isoformat()
    head.post("/workbench/freezes", since=day, until=day, slug="", reason="系统维护")
    assert approved(head, revision) == 302
    with app.app_context():
        assert versions("beihai")[0] == 1
    lift = re.search(r"/workbench/freezes/\w+/lift", head.get("/workbench").text)[0]
    assert head.post(lift).status_code == 302
    assert begins_to_run(app, "beihai") == 2


def test_an_update_of_the_product_waits_as_a_revision_while_a_freeze_lasts(app: Flask, person: Meet) -> None:
    head, slug, day = person("nb-city_head"), "revisit", clock.today().isoformat()
    head.get("/workbench")
    head.post("/workbench/freezes", since=day, until=day, slug=slug, reason="回访季")
    with app.app_context(), writing() as session:
        mine = select(Definition.in_force).where(Definition.city == "ningbo", Definition.slug == slug)
        older = office().engine.versions.get(session, session.scalars(mine).one()).bundle
        path = next(path for path in older.files if path.endswith(f"{slug}.bpmn"))
        publish(session, older.with_file(path, older.files[path] + b"\n"))  # what an earlier edition shipped
        publish_all(session, settings(), ("ningbo",))

    assert "随产品更新而来" in row_of(head.get("/workbench").text, slug)
    assert "第 2 版" in row_of(head.page.text, slug)
    head.post(re.search(r"/workbench/freezes/\w+/lift", head.get(f"/workbench/procedures/{slug}").text)[0])
    with app.app_context(), writing() as session:
        publish_all(session, settings(), ("ningbo",))
    assert "第 3 版" in row_of(head.get("/workbench").text, slug)


def test_a_milestone_keeps_its_meaning_and_the_whole_state_comes_back(app: Flask, person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, "里程碑")
    text, seen = text_of(owner, revision, LIMITS)

    def keep(old: str, new: str, seen: str) -> str:
        body = {"path": LIMITS, "text": text.replace(old, new, 1), "seen": seen, "draft": True}
        return str(owner.put(f"{revision}/files", body).json["seen"])

    first = keep("<text>2</text>", "<text>1</text>", seen)
    owner.get(f"{revision}?tab=history")
    assert owner.post(f"{revision}/milestones", title="").status_code == 422
    assert owner.post(f"{revision}/milestones", title="时限改为一小时").status_code == 302
    keep("<text>2</text>", "<text>4</text>", first)
    merge = f"forms/{EVENT}/merge.json"
    other, seen_other = text_of(owner, revision, merge)
    owner.post(f"{revision}/edit", path=merge, seen=seen_other, text=other + "\n")

    page = owner.get(f"{revision}?tab=history").text
    named = re.search(rf'href="({revision}/milestones/\w+)"', page)[1]
    compared = owner.get(named).text
    assert re.search(r">1 个工作小时</td>\s*<td[^>]*>4 个工作小时</td>", compared)
    assert owner.post(f"{named}/restore").status_code == 302

    assert "<text>1</text>" in text_of(owner, revision, LIMITS)[0]
    assert text_of(owner, revision, merge)[0] == other
    page = owner.get(f"{revision}?tab=history").text
    assert "恢复“时限改为一小时”之前" in page
    assert owner.post(f"{named}/restore").status_code == 422  # nothing differs any more
    assert person("bh-process_owner").get(named).status_code == 404


def test_a_refusal_stands_on_the_revision_until_it_is_sent_again(person: Meet) -> None:
    owner, head = person("nb-process_owner"), person("nb-city_head")
    revision = begun(owner, "退回再送")
    text, seen = text_of(owner, revision, LIMITS)
    owner.post(f"{revision}/edit", path=LIMITS, seen=seen, text=text.replace("<text>2</text>", "<text>3</text>", 1))
    assert sent(owner, revision) == 302
    assert "1 份修改稿等您审批" in (home := head.get("/").text)
    assert "现在没有等您办理的事" not in home
    assert not any("份修改稿等您审批" in each.get("/").text for each in (owner, person("bh-city_head")))
    head.get(f"{revision}?tab=publication")
    head.post(f"{revision}/refuse", comment="请写明文件号。")
    assert "份修改稿等您审批" not in head.get("/").text

    for tab in ("files", "changes", "history"):
        assert "退回：请写明文件号。" in owner.get(f"{revision}?tab={tab}").text
    assert 'class="gf-step-late"' in owner.get(f"{revision}?tab=publication").text
    told = "修改稿“退回再送”退回来了，请看原因"
    assert told in owner.get("/").text
    assert not any(told in each.get("/").text for each in (head, person("nb-process_owner-2")))
    sent(owner, revision)
    assert told not in owner.get("/").text
    assert "退回：请写明文件号。" not in owner.get(f"{revision}?tab=files").text
    owner.get(f"{revision}?tab=publication")
    owner.post(f"{revision}/withdraw")


def test_a_refusal_says_something_of_a_file_where_the_author_changes_it(person: Meet) -> None:
    owner, head = person("nb-process_owner"), person("nb-city_head")
    revision = begun(owner, "逐个文件退回")
    shortened(owner, revision)
    assert sent(owner, revision) == 302
    asking = head.get(f"{revision}?tab=publication").text
    assert re.findall(r'name="remark:([^"]+)"', asking) == [LIMITS]
    other = f"forms/{EVENT}/merge.json"

    empty = head.post(f"{revision}/refuse", **{f"remark:{LIMITS}": "时限太短，办不完。"})
    assert (empty.status_code, 'value="时限太短，办不完。"' in empty.text) == (422, True)
    told = {"comment": "请改一处。", f"remark:{LIMITS}": "时限太短，办不完。", f"remark:{other}": "没有改过的文件。"}
    assert head.post(f"{revision}/refuse", **told).status_code == 302

    assert "时限太短，办不完。" in owner.get(f"{revision}?tab=publication").text
    assert "有意见" in owner.get(f"{revision}?tab=files").text
    for view in ("", "&plain=1"):
        assert "对这个文件的意见：时限太短，办不完。" in owner.get(f"{revision}/edit?path={LIMITS}{view}").text
        assert "对这个文件的意见" not in owner.get(f"{revision}/edit?path={other}{view}").text
    assert "没有改过的文件。" not in owner.get(f"{revision}?tab=publication").text
    sent(owner, revision)
    assert "对这个文件的意见" not in owner.get(f"{revision}/edit?path={LIMITS}").text
    owner.get(f"{revision}?tab=publication")
    owner.post(f"{revision}/withdraw")


def test_going_back_shows_what_differs_and_marks_what_is_rolled_back(app: Flask, person: Meet) -> None:
    owner, head = person("nb-process_owner"), person("nb-city_head")
    page = head.get(f"{PAGE}/rollback").text
    assert "恢复第 1 版，马上生效" in page
    assert re.search(r">1 个工作小时</td>\s*<td[^>]*>2 个工作小时</td>", page)
    assert "随之回退的修改：冻结期里送审" in page
    address = f"{PAGE}/restore"
    refused = head.post(address, number="1", reason="")
    assert (refused.status_code, "请写明恢复旧版的理由" in refused.text) == (422, True)
    assert head.post(address, number="1", reason="派单出错").status_code == 302

    with app.app_context():
        assert versions("ningbo")[:2] == (3, "restored")
        state = select(Revision.state, Publication.state).join(Publication, Publication.revision_id == Revision.id)
        assert db.session.execute(state.where(Revision.title == "冻结期里送审")).one() == ("rolled_back", "rolled_back")
    assert "已回退" in owner.get(PAGE).text
    assert head.post(address, number="3", reason="再来").status_code == 422  # it is in force
    assert head.get(f"{PAGE}/rollback?number=99").status_code == 404
    assert "没有可以恢复的旧版" in head.get(f"{PAGE}/rollback").text  # the second is rolled back, the first the same
    assert head.post(address, number="2", reason="其实没有错").status_code == 302
    assert "已回退" not in owner.get(PAGE).text


def test_the_list_of_versions_names_the_changes_they_came_with(person: Meet) -> None:
    for login in ("nb-city_head", "nb-process_owner", "nb-administrator", "nb-inspector"):
        page = person(login).get(f"/procedures/{EVENT}?tab=versions").text
        assert "冻结期里送审" in page
        assert "恢复的旧版" in page
    assert "/workbench/revisions/" not in page


def test_what_was_rolled_back_is_begun_again_with_its_changes(person: Meet) -> None:
    owner = person("bh-process_owner")
    old, later = begun(owner, "先起草"), begun(owner, "后起草，先发布")
    merge = f"forms/{EVENT}/merge.json"
    text, seen = text_of(owner, old, merge)
    owner.post(f"{old}/edit", path=merge, seen=seen, text=text + "\n")
    shortened(owner, old)
    shortened(owner, later)
    assert sent(owner, later) == 302
    assert approved(person("bh-city_head"), later) == 302

    assert "起草以后另有新版启用" in owner.get(old).text
    owner.post(f"{old}/again")
    assert "起草中" in owner.get(old).text  # nobody asked for it to be given up
    again = owner.post(f"{old}/again", discard="yes").headers["Location"]
    page = owner.get(again).text
    assert "原来的一份已作废" in page
    assert "已作废" in owner.get(old).text
    assert "有 1 稿没有采用" not in page  # both shortened the same limit in the same way
    assert text_of(owner, again, merge)[0].endswith("\n")
    assert "带上这些改动" not in page
    assert re.findall(rf'重新起草自\s*<a href="{old}">先起草</a>\s*<span[^>]*>已作废', page)
    followed = re.findall(r'重新起草为\s*<a href="([^"]+)">先起草</a>', owner.get(old).text)
    assert len(followed) == 2
    assert again in followed
    other = person("nb-process_owner")
    other.get("/workbench")
    assert other.post(f"{old}/again").status_code == 404


def test_an_example_counts_no_longer_when_the_version_it_came_with_is_rolled_back(person: Meet) -> None:
    owner, head = person("bh-process_owner"), person("bh-city_head")
    revision = begun(owner, "改一个案例")
    shortened(owner, revision)
    address = unescape(re.search(r'href="([^"]*/example\?[^"]*)"', owner.get(f"{revision}?tab=trial").text)[1])
    page = owner.get(address).text
    title = re.search(r'title = (?:"|&#34;)(.+?)(?:"|&#34;)\n', page)[1]
    text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
    text = text.replace(title, "本市另写的案例", 1)
    path, seen = address.partition("path=")[2], re.search(r'name="seen" value="(\w+)"', page)[1]
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=text).status_code == 302
    assert sent(owner, revision) == 302
    assert approved(head, revision) == 302
    assert "本市另写的案例" in owner.get(f"{begun(owner, '再改')}?tab=trial").text

    page = head.get(f"{PAGE}/rollback").text
    assert "随之不再算数的案例：本市另写的案例" in page
    number = re.search(r"恢复第 (\d+) 版，马上生效", page)[1]
    assert head.post(f"{PAGE}/restore", number=number, reason="派单出错").status_code == 302

    page = owner.get(f"{begun(owner, '回退以后再改')}?tab=trial").text
    assert "本市另写的案例" not in page
    assert title in page
    shortened(owner, again := begun(owner, "回退以后缩短"))
    assert sent(owner, again) == 302
    assert approved(head, again) == 302
    assert f"恢复自第 {number} 版" in head.get(f"{PAGE}/rollback").text
