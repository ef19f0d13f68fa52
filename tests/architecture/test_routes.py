"""Every page says who may open it, has a title and a heading, and keeps to the policy."""

import re

import pytest
from demo_installation import EVENT, Person
from flask import Flask
from lxml.html import fromstring

from gridflow.people.access import rule_of

OPEN_TO_ALL = {
    "home.health", "session.sign_in", "session.sign_out", "session.language",
    "public_grids.show_public", "public_grids.public_board", "public_grids.card", "reports.query",
    "reports.end_query", "reports.asked_offer", "reports.take_asked", "reports.asked_visible",
}  # fmt: skip
"""Whoever cannot read the sign-in page needs the other language before signing in; it changes the session alone.

What N14 and B14 want published of a grid, and whether a work card is good, is for everybody; how a case stands is for
whoever knows its query code, which no other page tells; who has shown it may do what the case offers its reporter.
"""


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    undeclared = {name for name, view in app.view_functions.items() if name != "static" and rule_of(view) is None}

    assert undeclared == set()


def test_only_signing_in_and_what_the_law_wants_published_is_public(app: Flask) -> None:
    public = {name for name, view in app.view_functions.items() if (rule := rule_of(view)) and rule.public}

    assert public == OPEN_TO_ALL


def test_only_the_address_for_messages_is_for_programs_and_it_wants_their_token(app: Flask) -> None:
    programs = {name for name, view in app.view_functions.items() if (rule := rule_of(view)) and rule.by_token}

    assert programs == {"api.receive"}
    assert app.test_client().post("/api/ningbo/messages", json={}).status_code == 401


def test_nothing_but_public_pages_opens_without_signing_in(app: Flask) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL | {"static"} or "GET" not in (rule.methods or ()):
            continue

        answer = client.get(re.sub(r"<[^>]+>", "x", rule.rule))

        assert answer.status_code in {302, 401}, rule.endpoint


@pytest.fixture(scope="module")
def pages(app: Flask) -> dict[str, str]:
    """Return every kind of page by address, full where it can be."""
    worker, village = Person(app, "nb-field_worker"), Person(app, "nb-village")
    worker.report()
    task = village.tasks()[0]
    case = re.search(r"/cases/\w+", village.get(f"/tasks/{task}").text)[0]
    found = {"/sign-in": app.test_client().get("/sign-in").text}
    for address in ("/", "/inbox", f"/inbox?task={task}", f"/tasks/{task}", "/articles/N18", "/nowhere"):
        found[address] = village.get(address).text
    for address in ("/", "/report", f"/report/{EVENT}", "/my-reports", case):
        found[f"{address} of the worker"] = worker.get(address, follow_redirects=True).text
    for tab in ("diagram", "data", "documents", "attachments", "related"):
        found[f"{case}?tab={tab}"] = village.get(f"{case}?tab={tab}").text
    operator, number = Person(app, "nb-administrator"), re.search(r"SJ-[\w-]+", worker.get("/my-reports").text)[0]
    for address in ("/running", "/running/requests", "/running/batches", "/running/messages"):
        found[address] = operator.get(address).text
    found["an instance"] = operator.get(f"/running/find?number={number}", follow_redirects=True).text
    return found


def test_every_page_has_a_title_a_language_and_one_heading(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        tree = fromstring(page)

        assert tree.findtext(".//title").strip(" ·"), address
        assert tree.get("lang") == "zh-Hans", address
        assert len(tree.findall(".//h1")) == (2 if "inbox?task" in address else 1), address


def test_no_page_has_inline_scripts_or_styles(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        tree = fromstring(page)

        assert tree.xpath("//script[not(@src)]") == [], address
        assert tree.xpath("//style") == [], address
        assert tree.xpath("//@style") == [], address
        assert tree.xpath("//@*[starts-with(name(), 'on')]") == [], address


def test_no_page_fetches_anything_from_elsewhere(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        fetched = fromstring(page).xpath("//script/@src | //link/@href | //img/@src | //form/@action")

        assert [each for each in fetched if "//" in each] == [], address


def test_every_id_stands_once_in_a_page(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        ids = fromstring(page).xpath("//*[not(ancestor::template)]/@id")

        assert sorted(ids) == sorted(set(ids)), address


def test_every_answer_carries_the_policy(app: Flask) -> None:
    answer = app.test_client().get("/sign-in")

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
