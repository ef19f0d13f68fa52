"""A revision is tried before it is published: a case act by act, its worked examples, cases of the past."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from demo_installation import EVENT, Person, answered, option, preset
from flask import Flask
from sqlalchemy import func, select, update

from gridflow import clock
from gridflow.application import office
from gridflow.cases.models import Case
from gridflow.db import db, writing
from gridflow.jobs.tick import run_until
from gridflow.workbench.models import Revision

Meet = Callable[[str], Person]
REPORT = {"location_text": "望京路 8 号东侧", "description": "绿化带里堆了三天的装修垃圾，有异味。"}


def begun(owner: Person, slug: str = EVENT, title: str = "试办") -> str:
    """Begin a revision and return its address."""
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=slug, title=title).headers["Location"])


def trying(owner: Person, revision: str) -> str:
    """Begin a trial and return its page."""
    owner.get(f"{revision}?tab=trial")
    answer = owner.post(f"{revision}/trial", begins="2026-11-23T09:00")
    assert answer.status_code == 302, answer.text
    return owner.get(f"{revision}/trial").text


def link(page: str, words: str) -> str:
    """Return the address behind the first link that says something."""
    found = next(one for one in re.findall(r'href="([^"]*)"[^>]*>([^<]*)<', page) if words in one[1])
    return unescape(found[0])


def reported(owner: Person, revision: str) -> str:
    """Report an event in the trial and return its page."""
    form = link(trying(owner, revision), "专职网格员的身份发起")
    page = owner.get(form).text
    values = {
        **preset(page), **REPORT,
        "category": option(page, "category", "暴露垃圾"),
        "matter_code": option(page, "matter_code", "暴露垃圾清理督促"),
        "grid_code": option(page, "grid_code", "第一网格"),
    }  # fmt: skip
    answer = owner.post(form, **values)
    assert answer.status_code == 302, answer.text
    return owner.get(f"{revision}/trial").text


def cases(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Case))


def test_a_case_is_tried_as_every_role_and_leaves_no_trace(app: Flask, person: Meet) -> None:
    owner, before = person("nb-process_owner"), cases(app)
    revision = begun(owner)

    page = reported(owner, revision)
    assert "村居协调" in page
    assert owner.get(unescape(re.search(r'src="([^"]+/trial/\d+\.svg[^"]*)"', page)[1])).data.startswith(b"<svg")

    task = link(page, "办理“村居协调”")
    form = owner.get(task).text
    assert "协调结果" in form
    wrong = owner.post(task, village_result="")
    assert wrong.status_code == 422
    assert "这一栏必填" in wrong.text
    assert owner.post(task, **answered(form)).status_code == 302
    late = owner.post(task, **answered(form))  # from another window
    assert late.status_code == 422
    assert 'role="alert"' in late.text
    assert late.headers["HX-Retarget"] == late.headers["HX-Reselect"] == "#main"
    done = owner.get(f"{revision}/trial").text
    assert "办理“村居协调”" in done.split("试办的步骤")[1]

    owner.post(f"{revision}/trial/time", to="workday")
    assert "11月24日（周二）09:00" in owner.get(f"{revision}/trial").text
    for _ in range(2):
        owner.post(f"{revision}/trial/back")
    assert "办理“村居协调”" not in owner.get(f"{revision}/trial").text.split("试办的步骤")[1]
    assert cases(app) == before


def test_in_english_a_trial_names_its_buttons_in_english(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner)
    page = reported(owner, revision)
    start, task = link(page, "专职网格员的身份发起"), link(page, "办理“村居协调”")
    owner.get("/")
    owner.post("/language", language="en", back="/")

    button = re.compile(r'type="submit">([^<]+)</button>\s*<progress')
    assert [button.search(owner.get(each).text)[1] for each in (start, task)] == ["Begin", "Finish “村居协调”"]


def worked(app: Flask) -> None:
    """Let workers do the runs that wait."""
    with app.app_context(), clock.set_to(clock.now()) as hand:
        run_until(office(), hand, clock.now() + timedelta(hours=1), {"prove"})


def test_a_trial_becomes_an_example_and_an_instant_is_no_way_back(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner)
    reported(owner, revision)

    assert "时间不能倒退" in owner.post(f"{revision}/trial/time", to="2026-11-01T09:00").text
    assert "一行写一个" in owner.post(f"{revision}/trial/message", target="x", key="y", values="no value").text
    assert owner.post(f"{revision}/trial/message", target="nobody_waits", key="1", values="a = 1").status_code == 302
    assert owner.post(f"{revision}/trial/example", title="").status_code == 422
    address = owner.post(f"{revision}/trial/example", title="上报后由村居协调").headers["Location"]

    text = unescape(owner.get(address).text)
    assert 'message = "nobody_waits"' in text
    assert 'open = ["coordinate_village"]' in text
    page = owner.get(f"{revision}?tab=trial").text
    assert "上报后由村居协调" in page
    assert "本稿写的" in page
    assert "上报后由村居协调" not in owner.get(f"{revision}?tab=files").text  # no part of the procedure
    (kept,) = re.findall(r'href="([^"]+)"[^>]*>[^<]*\.toml', owner.get(f"{revision}?tab=history").text)
    assert owner.get(unescape(kept)).status_code == 200
    assert owner.get(address.replace("/example?", "/edit?")).status_code == 404
    assert person("bh-process_owner").get(address).status_code == 404


@pytest.mark.parametrize(("state", "said"), [("asked", "撤回送审以后"), ("published", "请另起一份修改稿")])
def test_a_revision_that_takes_no_more_examples_says_so(app: Flask, person: Meet, state: str, said: str) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner)
    reported(owner, revision)
    assert "存成案例" in owner.get(f"{revision}/trial").text
    with app.app_context():
        db.session.execute(update(Revision).where(Revision.id == revision.rpartition("/")[2]).values(state=state))
        db.session.commit()

    page = owner.get(f"{revision}/trial").text
    assert said in page
    assert "存成这份修改稿的案例" not in page


def test_a_milestone_compares_the_procedure_and_not_its_examples(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, SMALL)
    address = unescape(re.search(r'href="([^"]*/example\?[^"]*)"', owner.get(f"{revision}?tab=trial").text)[1])
    shown = owner.get(address).text
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    path = unescape(re.search(r'name="path" value="([^"]+)"', shown)[1])
    text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)[1])
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=f"# 另写\n{text}").status_code == 302
    assert owner.post(f"{revision}/milestones", title="案例写好").status_code == 302

    assert path not in owner.get(link(owner.get(f"{revision}?tab=history").text, "案例写好")).text


def test_the_history_of_an_example_that_was_taken_out_leads_nowhere_and_its_page_says_so(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, SMALL)
    address = unescape(re.search(r'href="([^"]*/example\?[^"]*)"', owner.get(f"{revision}?tab=trial").text)[1])
    shown = owner.get(address).text
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    path = unescape(re.search(r'name="path" value="([^"]+)"', shown)[1])
    assert owner.post(f"{revision}/example", path=path, seen=seen, do="remove").status_code == 302

    history = owner.get(f"{revision}?tab=history").text
    assert f"{path} 第 1 稿" in history
    assert "案例已去掉" in history
    assert not re.findall(r'href="[^"]*/example\?', history)
    gone = owner.get(address)
    assert gone.status_code == 404
    assert "没有这个案例" in gone.text


SMALL = "list_enforcement"
"""A procedure with few examples."""


def test_examples_are_run_and_what_fails_is_named_until_people_mean_it(app: Flask, person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, SMALL)
    owner.get(f"{revision}?tab=trial")
    owner.post(f"{revision}/proving/examples")
    worked(app)
    page = owner.get(f"{revision}?tab=trial").text
    assert "全部一致" in page

    address = unescape(re.search(r'href="([^"]*/example\?[^"]*)"', page)[1])
    shown = owner.get(address).text
    text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)[1])
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    path = unescape(re.search(r'name="path" value="([^"]+)"', shown)[1])
    otherwise = re.sub(r'^state = "\w+"', 'state = "merged"', text, flags=re.MULTILINE)
    other = otherwise.replace('articles = ["', 'articles = ["N99-1", "')
    assert owner.post(f"{revision}/example", path=path, seen=seen, text="title = 1").status_code == 422
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=other).status_code == 302
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=text).status_code == 422  # from an older one

    assert "修改稿或案例后来又改过" in owner.get(f"{revision}?tab=trial").text
    owner.post(f"{revision}/proving/examples")
    worked(app)
    shown = owner.get(address).text
    assert "案件状态应为“并案”" in shown
    assert "依据的条款 N99-1" in shown

    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=otherwise).status_code == 302
    shown = owner.get(address).text
    seen = re.search(r'name="seen" value="(\w+)"', shown)[1]
    assert owner.post(f"{revision}/example", path=path, seen=seen, text=text, do="accept").status_code == 302
    owner.post(f"{revision}/proving/examples")
    worked(app)
    assert "全部一致" in owner.get(f"{revision}?tab=trial").text


def test_a_run_can_be_called_off(app: Flask, person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, SMALL)
    owner.get(f"{revision}?tab=trial")
    owner.post(f"{revision}/proving/examples")
    assert "停止，已跑的结果保留" in owner.get(f"{revision}?tab=trial").text
    owner.post(f"{revision}/proving/examples/cancel")
    worked(app)
    assert "中途停止" in owner.get(f"{revision}?tab=trial").text


def withdrawn(app: Flask, worker: Person) -> None:
    """Report an event and take it back."""
    worker.report()
    case = re.search(r"/cases/\w+", worker.get("/my-reports").text)[0]
    offer = re.search(r'href="(/offers/\w+)"', worker.get(case).text)[1]
    assert worker.post(offer, **answered(worker.get(offer).text)).status_code == 302
    with app.app_context():
        run_until(office(), clock.Hand(clock.now()), clock.now())


def test_cases_of_the_past_go_through_the_draft_as_they_went_or_it_is_said_where_not(app: Flask, person: Meet) -> None:
    withdrawn(app, person("nb-field_worker"))
    owner = person("nb-process_owner")
    revision = begun(owner)
    owner.get(f"{revision}?tab=trial")
    assert owner.post(f"{revision}/proving/history", since="2020-01-01", until="2020-01-31").status_code == 422
    owner.post(f"{revision}/proving/history")
    worked(app)
    page = owner.get(f"{revision}?tab=trial").text
    assert "走法相同" in page

    form = "forms/_shared/withdraw.json"
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(f"{revision}/edit?path={form}&plain=1").text)[1]
    text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", owner.page.text, re.DOTALL)[1])
    asked = (
        '{"type": "radio", "key": "agreed", "label": "是否同意", "values": [{"value": "yes", "label": "同意"}],'
        ' "validate": {"required": true}, "properties": {"class": "public", "basis": "N18-1 B18-1"}},'
    )
    changed = re.sub(r'("components": \[)', rf"\1{asked}", text, count=1)
    owner.post(f"{revision}/edit", path=form, seen=seen, text=changed)
    owner.get(f"{revision}?tab=trial")
    owner.post(f"{revision}/proving/history")
    worked(app)
    page = unescape(owner.get(f"{revision}?tab=trial").text)
    assert "办不下去" in page
    assert "agreed：这一栏必填" in page


def test_a_replay_says_how_many_cases_it_leaves_out_and_why(app: Flask, person: Meet) -> None:
    withdrawn(app, person("nb-field_worker"))
    withdrawn(app, person("nb-field_worker"))
    owner = person("nb-process_owner")
    revision = begun(owner)
    owner.get(f"{revision}?tab=trial")
    with app.app_context(), writing() as session:
        closed = session.scalars(select(Case).where(Case.city == "ningbo", Case.closed_at.is_not(None))).all()
        closed[0].restricted = True
    owner.post(f"{revision}/proving/history")
    assert "另有 1 件限定知悉或有人回避，没有取。" in owner.get(f"{revision}?tab=trial").text

    with app.app_context(), writing() as session:
        session.execute(update(Case).where(Case.city == "ningbo").values(handlers_only=True))
    refused = owner.post(f"{revision}/proving/history")
    assert refused.status_code == 422
    assert f"这段时间办结的 {len(closed)} 件都限定知悉或有人回避" in refused.text


def test_an_example_is_read_in_words_and_run_alone_before_it_is_saved(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner)
    found = re.findall(r'href="([^"]*/example\?[^"]*fire-lane[^"]*)"', owner.get(f"{revision}?tab=trial").text)
    address = unescape(found[0])
    shown = owner.get(address).text
    text = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", shown, re.DOTALL)[1])
    seen, path = (unescape(re.search(rf'name="{name}" value="([^"]+)"', shown)[1]) for name in ("seen", "path"))
    words = unescape(re.sub(r"\s+", " ", shown.partition("<textarea")[0]))
    assert "发起“网格事件”" in words
    assert "案件状态：已办结" in words
    assert "差别是有意的" not in shown

    asked = {"path": path, "seen": seen, "do": "run"}
    assert "结果和案例写的一致" in owner.post(f"{revision}/example", **asked, text=text).text
    other = text.replace('state = "closed"', 'state = "merged"')
    tried = owner.post(f"{revision}/example", **asked, text=other).text
    assert "案件状态应为“并案”，实际为“已办结”" in tried
    assert "差别是有意的" in tried
    assert "本稿写的" not in owner.get(f"{revision}?tab=trial").text
    unreadable = owner.post(f"{revision}/example", **asked, text="title = ")
    assert (unreadable.status_code, "这个案例说什么" in unreadable.text) == (200, False)


@pytest.mark.parametrize("address", ["trial", "trial/do?kind=start&who=town", "example?path=x"])
def test_only_owners_of_the_city_try(person: Meet, address: str) -> None:
    revision = begun(person("nb-process_owner"))

    assert person("nb-field_worker").get(f"{revision}/{address}").status_code == 403
    assert person("bh-process_owner").get(f"{revision}/{address}").status_code == 404
