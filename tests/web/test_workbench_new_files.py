"""A file that is new in a revision begins small and passes the check; what cannot be one is refused."""

from collections.abc import Callable

import pytest
from demo_installation import EVENT, Person
from flask import Flask

from gridflow.application import office
from gridflow.checking.kept import checked
from gridflow.db import db
from gridflow.workbench.models import Revision
from gridflow.workbench.revising.revisions import bundle_of

Meet = Callable[[str], Person]
PATHS = {
    "form": f"forms/{EVENT}/co_sign.json",
    "table": f"processes/{EVENT}/decisions/co_sign.dmn",
    "diagram": f"processes/{EVENT}/co_sign.bpmn",
    "document": f"templates/documents/{EVENT}/co_sign.html",
}


def begun(owner: Person, title: str) -> str:
    """Begin a revision and return its address."""
    owner.get("/workbench")
    address = str(owner.post("/workbench/begin", slug=EVENT, title=title).headers["Location"])
    owner.get(address)
    return address


@pytest.mark.parametrize("kind", PATHS)
def test_a_new_file_begins_as_one_the_check_has_nothing_against(app: Flask, person: Meet, kind: str) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, f"新增 {kind}")

    answer = owner.post(f"{revision}/new", kind=kind, name="co_sign", title="联合会签")

    assert answer.headers["Location"].endswith(f"edit?path={PATHS[kind]}")
    assert owner.get(answer.headers["Location"]).status_code == 200
    with app.app_context():
        found = checked(bundle_of(db.session(), office(), db.session.get_one(Revision, revision.rsplit("/", 1)[-1])))
    unused = {"form-unused"} if kind == "form" else set()  # no step asks for it yet
    assert {one.finding.rule for one in found} <= unused


def test_a_step_without_a_form_is_offered_one(person: Meet) -> None:
    owner = person("nb-process_owner")
    revision = begun(owner, "缺表单")
    owner.post(f"{revision}/new", kind="diagram", name="co_sign", title="联合会签")
    owner.get(f"{revision}/edit?path={PATHS['diagram']}&plain=1")
    renamed = owner.get(f"{revision}/files?path={PATHS['diagram']}").text.replace("co_sign_step", "sign_together")
    owner.get(revision)
    owner.post(f"{revision}/edit", path=PATHS["diagram"], seen="", text=renamed)
    owner.post(f"{revision}/use", path=PATHS["diagram"], number="2")

    assert "为“联合会签”建表单" in owner.get(revision).text
    owner.post(f"{revision}/new", kind="form", name="sign_together")
    assert "为“联合会签”建表单" not in owner.get(revision).text


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        ("form", "report", ""),  # there is one
        ("form", "../report", ""),
        ("diagram", "Co Sign", ""),
        ("document", "co_sign", "{{ case }}"),
        ("table", "co_sign", "<x>"),
        ("program", "co_sign", ""),
    ],
)
def test_a_new_file_is_refused(person: Meet, kind: str, name: str, title: str) -> None:
    owner = person("bh-process_owner")
    revision = begun(owner, f"{kind} {name}")

    assert owner.post(f"{revision}/new", kind=kind, name=name, title=title).status_code == 422
    assert "还没有改动" in owner.get(f"{revision}?tab=changes").text
