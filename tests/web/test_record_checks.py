"""Inspectors have the record verified and see what came of it."""

from collections.abc import Callable

import pytest
from demo_installation import Person
from flask import Flask
from sqlalchemy import select, text

from gridflow.audit.models import AuditEntry, OperationEntry
from gridflow.db import db, writing
from gridflow.jobs.tick import tick

Meet = Callable[[str], Person]
CARD = 'class="gf-card"'


def work(app: Flask) -> None:
    """Let a worker do what waits."""
    with app.app_context():
        while tick(app.extensions["gridflow"], {"check_record"}):
            pass
        db.session.remove()


def check(app: Flask, inspector: Person) -> str:
    inspector.get("/operations/record")
    assert inspector.post("/operations/record").status_code == 302
    waiting = inspector.get("/operations/record").text
    assert "正在核验" in waiting
    work(app)
    return inspector.get("/operations/record").text


def test_the_home_of_an_inspector_leads_to_cases_log_and_record(person: Meet) -> None:
    home = person("nb-inspector").get("/").text

    for address in ("/cases", "/operations", "/operations/record"):
        assert f'href="{address}"' in home


def test_a_sound_record_is_found_sound_and_the_check_is_logged(app: Flask, person: Meet) -> None:
    person("nb-field_worker").report()

    page = check(app, person("nb-inspector"))

    assert "全部完好" in page
    assert "正在核验" not in page
    with app.app_context():
        actions = set(db.session.scalars(select(OperationEntry.action)))
        db.session.remove()
    assert "check_record" in actions


def test_a_second_press_while_one_waits_asks_for_nothing_more(app: Flask, person: Meet) -> None:
    inspector = person("nb-inspector")
    inspector.get("/operations/record")
    before = inspector.get("/operations/record").text.count(CARD)

    inspector.post("/operations/record")
    inspector.post("/operations/record")

    assert inspector.get("/operations/record").text.count(CARD) == before + 1
    work(app)


def tamper(app: Flask, action: str, case: str = "") -> tuple[str, str]:
    """Change the first entry of a case, the latest unless one is named, past the triggers; returns what it was."""
    with app.app_context():
        with writing() as session:
            chosen = select(AuditEntry).order_by(AuditEntry.at.desc())
            chosen = chosen.where(AuditEntry.case_id == case) if case else chosen
            entry = session.scalars(chosen.where(AuditEntry.seq == 1)).first()
            guards = (
                select(text("name, sql"))
                .select_from(text("sqlite_master"))
                .where(text("type = 'trigger' AND tbl_name = 'audit_entry' AND sql LIKE '%UPDATE ON%'"))
            )
            kept = session.execute(guards).all()
            for name, _sql in kept:
                session.execute(text(f'DROP TRIGGER "{name}"'))
            changed = text("UPDATE audit_entry SET action = :action WHERE case_id = :case AND seq = 1")
            session.execute(changed, {"action": action, "case": entry.case_id})
            for _name, sql in kept:
                session.connection().exec_driver_sql(sql)
            found = entry.case_id, entry.action
        db.session.remove()
    return found


def test_a_changed_entry_is_named_to_inspectors_of_its_city_only(app: Flask, person: Meet) -> None:
    person("nb-field_worker").report()
    case, action = tamper(app, "x")

    here, elsewhere = check(app, person("nb-inspector")), check(app, person("bh-inspector"))
    tamper(app, action, case)

    assert "发现 1 处问题" in here
    assert case in here
    assert case not in elsewhere
    assert "全部完好" in elsewhere


@pytest.mark.parametrize("login", ["nb-town", "nb-administrator", "nb-process_owner"])
def test_nobody_else_has_the_record_verified(person: Meet, login: str) -> None:
    assert person(login).get("/operations/record").status_code == 403
