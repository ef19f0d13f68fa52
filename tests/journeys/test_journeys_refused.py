"""Whatever is refused gets its message, its status and a line in the operation log, and changes no case."""

import re

import pytest
from demo_installation import Person, answered

from gridflow.audit.models import AuditEntry, OperationEntry
from gridflow.audit.verify import verify_database
from gridflow.db import db, writing
from gridflow.web import create_app


@pytest.fixture
def app(database, tmp_path, settings_for):
    app = create_app(settings_for(tmp_path, database))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def task_id(app):
    Person(app, "nb-field_worker").report()
    return Person(app, "nb-village").tasks()[-1]


def refusals(app):
    with app.app_context():
        rows = db.session.query(OperationEntry).filter_by(outcome="refused").order_by(OperationEntry.seq).all()
        return [(row.city, row.detail["error"], row.subject) for row in rows]


def test_every_refusal_is_logged_and_both_chains_are_sound(app, task_id):
    village, town, stranger = (Person(app, login) for login in ("nb-village", "nb-town", "bh-village"))
    page = village.get(f"/tasks/{task_id}").text
    address = f"/tasks/{task_id}"
    answer = answered(page)
    with app.app_context():
        before = db.session.query(AuditEntry).count()

    assert stranger.get(address).status_code == 404
    assert town.get(address).status_code == 403
    choice = re.search(r'type="radio"\s+name="(\w+)"', page)[1]
    assert village.post(address, **{**answer, choice: "forged"}).status_code == 422
    with app.app_context():
        assert db.session.query(AuditEntry).count() == before
    assert village.post(address, **answer).status_code == 302
    assert village.post(address, **{**answer, "_request": "another-window"}).status_code == 409

    assert refusals(app) == [
        ("beihai", "WorkItemUnknown", address),
        ("ningbo", "NotYours", address),
        ("ningbo", "FormInvalid", address),
        ("ningbo", "DoneByYou", address),
    ]
    with app.app_context(), writing() as session:  # pages read outside transactions, which a check cannot
        report = verify_database(session.connection())
    assert report.sound, report.lines()


def test_a_form_sent_twice_is_answered_twice_and_done_once(app, task_id):
    village = Person(app, "nb-village")
    answer = answered(village.get(f"/tasks/{task_id}").text)

    first = village.post(f"/tasks/{task_id}", **answer)
    again = village.post(f"/tasks/{task_id}", **answer)

    assert (first.status_code, again.status_code) == (302, 302)
    assert refusals(app) == []
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="complete_task").count() == 1
