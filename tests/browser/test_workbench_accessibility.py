"""axe-core finds nothing on any page of the workbench on a phone, and at a desk as well nothing is cut off."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from types import UnionType
from typing import get_args, get_type_hints

import pytest
from axe import at_a_desk, flaws
from browser_sizes import PHONE, ready
from demo_installation import EVENT, Person, proved
from flask import Flask, url_for
from playwright.sync_api import Page

from gridflow import clock
from gridflow.db import writing
from gridflow.workbench.models import Proving, Revision

pytestmark = pytest.mark.browser
OWNER, HEAD = "nb-process_owner", "nb-city_head"
CHANGED = {
    f"processes/{EVENT}/{EVENT}.bpmn": ('name="抽查核实"', 'name="实地核实"'),
    "processes/_shared/limit.dmn": ("<text>2</text>", "<text>1</text>"),
    f"forms/{EVENT}/report.json": ('"label": "类别"', '"label": "种类"'),
    f"templates/documents/{EVENT}/event_registration.html": ("一、登记信息", "一、登记的信息"),
}
"""What is changed in the draft: a file for each editor."""
DRAWN = [".djs-container", ".index-column"]
"""Canvases, and the head above the numbers of the rules in the library's own table."""
FOREIGN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn"
  id="d" targetNamespace="x"><process id="Leave" name="请假" isExecutable="true"><startEvent id="begin"/>
  <userTask id="fill" name="填写" c:formKey="embedded:x" c:candidateGroups="village"/><exclusiveGateway id="long"/>
  <scriptTask id="count" scriptFormat="groovy"><script>x = 1</script></scriptTask><endEvent id="done"/>
  <sequenceFlow id="a" sourceRef="begin" targetRef="fill"/><sequenceFlow id="b" sourceRef="fill" targetRef="long"/>
  <sequenceFlow id="e" sourceRef="long" targetRef="count"><conditionExpression>${days &gt; 3}</conditionExpression>
  </sequenceFlow><sequenceFlow id="f" sourceRef="long" targetRef="done"/>
  <sequenceFlow id="g" sourceRef="count" targetRef="done"/></process></definitions>"""
RESULTS = [
    {"went": "same", "passed": True},
    {"went": "other", "passed": False, "parts": {"was": "派单", "is": "会签"}},
    {"went": "late", "passed": False, "late": ["签收"]},
    {"went": "stuck", "passed": False, "why": "停在“会签”"},
    {"went": "skipped", "passed": True},
]


def begun(owner: Person, title: str) -> str:
    """Begin a revision and return its address."""
    owner.get("/workbench")
    return str(owner.post("/workbench/begin", slug=EVENT, title=title).headers["Location"])


def change(owner: Person, revision: str, path: str) -> None:
    """Write something else into a file of a revision."""
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(f"{revision}/edit?plain=1&path={path}").text)[1]
    text = owner.client.get(f"{revision}/files?path={path}").text
    changed = text.replace(*CHANGED[path], 1)
    assert changed != text
    sent = {"path": path, "text": changed, "seen": seen, "draft": False}
    assert owner.put(f"{revision}/files", sent).status_code == 200


def sent(owner: Person, app: Flask, revision: str) -> None:
    """Send a revision for approval."""
    proved(app, revision)
    owner.get(f"{revision}?tab=publication")
    answer = owner.post(f"{revision}/ask", reason="群众反映太慢。", basis="第十八条", effective_on="")
    assert answer.status_code == 302


def name_of(address: str) -> str:
    """Return the last part of an address."""
    return address.rpartition("/")[2]


def linked(page: str, pattern: str) -> str:
    """Return the first address a page leads to that looks like this."""
    return next(
        each for each in map(unescape, re.findall(r'(?:href|action)="([^"]+)"', page)) if re.search(pattern, each)
    )


def replayed(app: Flask, revision_id: str) -> None:
    """Write down how cases of the past went in a revision: to run them takes workers a minute."""
    results = [{"of": "x", "title": "暴露垃圾", "number": "SJ-1", **each} for each in RESULTS]
    with app.app_context(), writing() as session:
        revision, now = session.get_one(Revision, revision_id), clock.now()
        session.add(
            Proving(
                city=revision.city, revision_id=revision.id, kind="history", digest="", examples="",
                by=str(revision.author), begun_at=now, ended_at=now, state="done", wanted=["x"] * len(results),
                results=results, chosen={"since": "2026-01-01", "until": "2026-02-01", "number": 9},
            )
        )  # fmt: skip


@pytest.fixture(scope="module")
def places(app: Flask) -> Mapping[str, list[str]]:
    """Whose pages they are, and where: a second version in force, a draft with everything one can do to it."""
    worker, owner, head = (Person(app, login) for login in ("nb-field_worker", OWNER, HEAD))
    worker.report()
    new = begun(owner, "缩短签收时限")
    change(owner, new, "processes/_shared/limit.dmn")
    sent(owner, app, new)
    head.get(f"{new}?tab=publication")
    assert head.post(f"{new}/approve").status_code == 302
    running = f"/running/procedures/{EVENT}"
    case = re.search(r'name="instance"\s+value="(\w+)"', owner.get(running).text)[1]
    batch = owner.post(f"{running}/migrate", instance=case, reason="对在办案件也适用。").headers["Location"]
    asked = begun(owner, "改登记表")
    change(owner, asked, f"templates/documents/{EVENT}/event_registration.html")
    sent(owner, app, asked)

    draft = begun(owner, "什么都改")
    for path in CHANGED:
        change(owner, draft, path)
        if "limit" in path:
            owner.get(f"{draft}?tab=history")
            owner.post(f"{draft}/milestones", title="第一步")
    proved(app, draft)
    replayed(app, name_of(draft))
    owner.get(f"{draft}/exchange")
    foreign = owner.post(f"{draft}/exchange", file=(io.BytesIO(FOREIGN.encode()), "leave.bpmn")).headers["Location"]
    owner.get(f"{draft}?tab=trial")
    owner.post(f"{draft}/trial", begins="2026-11-23T09:00")

    tabs = sorted(set(re.findall(r"\?tab=\w+", owner.get(draft).text)))
    assert len(tabs) > 4
    edit = [f"?path={path}" for path in CHANGED]
    asked_of_a_page = {
        "index": ["", "?search=zz"],
        "show": tabs,
        "edit": [*edit, f"{edit[0]}&plain=1&number=1"],
        "form": [each for each in edit if "forms" in each],
        "comparison": [f"?new=r{name_of(draft)}&{each[1:]}" for each in edit],
        **{
            page: [f"?{linked(owner.get(found_on).text, pattern).partition('?')[2]}"]
            for page, found_on, pattern in (
                ("example", f"{draft}?tab=trial", r"/example\?"),
                ("trial_form", f"{draft}/trial", r"/trial/do\?"),
                ("insight_cases", f"/workbench/procedures/{EVENT}/insight", r"/insight/cases\?.*element=\w"),
            )
        },
    }
    values = {
        "slug": EVENT,
        "revision_id": name_of(draft),
        "file_id": name_of(foreign),
        "milestone_id": name_of(linked(owner.get(f"{draft}?tab=history").text, "/milestones/")),
    }
    found = {OWNER: [running], HEAD: ["/workbench", batch, f"{asked}?tab=publication"]}
    with app.test_request_context():
        for page, arguments in addressed(app):
            address = url_for(f"workbench.{page}", **{name: values[name] for name in arguments})
            for login in {"rollback": [HEAD], "procedure": [OWNER, HEAD]}.get(page, [OWNER]):
                found[login] += [address + query for query in asked_of_a_page.get(page, [""])]
    return found


def addressed(app: Flask) -> Iterator[tuple[str, set[str]]]:
    """Yield every page of the workbench, and what its address names; what sends a file or data is none."""
    for rule in app.url_map.iter_rules():
        blueprint, _, page = rule.endpoint.partition(".")
        if blueprint == "workbench" and "GET" in (rule.methods or ()):
            answers = get_type_hints(app.view_functions[rule.endpoint])["return"]
            if answers is str or (isinstance(answers, UnionType) and str in get_args(answers)):
                yield page, rule.arguments


@pytest.mark.parametrize("login", [OWNER, HEAD])
def test_no_page_of_the_workbench_has_a_violation(
    visit: Callable[..., Page], address: str, places: Mapping[str, list[str]], login: str
) -> None:
    page, found = visit(login, PHONE), {}
    for place in places[login]:
        answer = page.goto(address + place)
        ready(page)
        page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
        if page.locator("[hx-trigger=load], [data-editor]").count():
            page.wait_for_load_state("networkidle")
        opened = answer is not None and answer.ok
        found[place] = flaws(page, DRAWN) + at_a_desk(page) if opened else ["cannot be opened"]

    assert {place: names for place, names in found.items() if names} == {}
