"""What people type about themselves and others is nowhere but in the vault, sealed."""

import json
import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gridflow.cases import service as cases
from gridflow.catalogue import Catalogue
from gridflow.config import ROOT
from gridflow.db import db, new_id, writing
from gridflow.engine.models import Job, WorkItem
from gridflow.forms import Form
from gridflow.inbox import service as inbox
from gridflow.scenarios.playing import typed

SENTENCE = "off-list-need-goes-to-a-unit-and-is-revisited"
LOGGERS = ("gridflow", "sqlalchemy", "spiff", "alembic")


def secrets_of(play, scenario):
    """Return every text typed into a field that is not public."""
    found = set()
    office = play.office
    with db.session() as session:
        for step in scenario.steps:
            form_id = step.target
            for form in forms_named(session, office, scenario, form_id):
                private = {field.key for field in flat(form.components) if field.class_ != "public"}
                found |= {value for key, value in pairs(step.values) if key in private}
    return {value for value in found if isinstance(value, str) and len(value) > 2}


def forms_named(session, office, scenario, form_id):
    catalogue = Catalogue.read(ROOT)
    for slug in catalogue.procedures(scenario.city):
        content = catalogue.bundle(scenario.city, slug).form(form_id)
        if content is not None:
            yield Form.read(content)


def flat(components):
    for field in components:
        yield field
        yield from flat(getattr(field, "components", ()))


def pairs(values):
    for key, value in values.items():
        if isinstance(value, list):
            for row in value:
                yield from pairs(row) if isinstance(row, dict) else [(key, row)]
        else:
            yield key, value


def spellings(secret):
    """Return the ways a text may be written down in a file."""
    return {secret.encode(), secret.encode("utf-16-le"), json.dumps(secret)[1:-1].encode()}


def stored_bytes(folder):
    """Return the raw bytes of the database: SQLite's files with their log, or every row of PostgreSQL as text."""
    if db.engine.dialect.name == "sqlite":
        return b"\n".join(path.read_bytes() for path in sorted(folder.glob("gridflow.db*")))
    with db.engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [
            row
            for name in tables
            for row in connection.scalars(text(f'SELECT t::text FROM "{name}" t'))  # noqa: S608  -- names of our own
        ]
    return "\n".join(rows).encode()


def test_no_name_phone_or_narrative_is_in_the_database_the_jobs_the_record_or_the_log(
    travelling, tmp_path, caplog, capsys
):
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    with travelling(SENTENCE) as (_, play, scenario):
        secrets = secrets_of(play, scenario)
        secrets -= set(leaks(secrets, stored_bytes(tmp_path)))  # the names of staff, who have accounts
        assert {"许家宁", "13800000001", "家里老人八十多了，腿脚不好，想在楼道装个扶手。"} <= secrets
        for step in scenario.steps:
            keep_a_draft(play, scenario, step)
            play.step(step)
            found = leaks(secrets, stored_bytes(tmp_path))
            assert found == [], step.target
        assert db.session.query(Job).count() > 10
        said = capsys.readouterr()
        assert leaks(secrets, (caplog.text + said.out + said.err).encode()) == []
        assert "register" in caplog.text
    assert leaks(secrets, stored_files(tmp_path)) == []


def test_a_refused_form_and_a_failed_command_tell_the_log_nothing(travelling, tmp_path, caplog):
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    with travelling(SENTENCE) as (_, play, scenario):
        play.step(scenario.steps[0])
        step = scenario.steps[1]
        who = play.person(step.who)
        secret = "住户张三丰电话13912345678"
        item = db.session.query(WorkItem).filter_by(element_id="register").one().id
        task = cases.task_form(db.session(), play.office, who, item)
        ready = cases.check(play.office, task.opened, typed({**step.values, "site_note": secret}))
        with pytest.raises(DBAPIError) as failed:
            complete_badly(play, who, task, ready, secret)
        logging.getLogger("gridflow").error("failed", exc_info=failed.value)
        assert "nothing" in caplog.text
        assert leaks({secret, "张三丰", "13912345678"}, caplog.text.encode()) == []
        assert leaks({secret, "张三丰", "13912345678"}, stored_bytes(tmp_path)) == []
        db.session.remove()
        assert db.session.query(WorkItem).filter_by(element_id="register").one().status == "open"


def test_what_is_destroyed_is_overwritten(travelling, tmp_path):
    with travelling(SENTENCE) as (_, play, scenario):
        play.step(scenario.steps[0])
        if db.engine.dialect.name != "sqlite":
            return
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA secure_delete")).scalar_one() == 1
            rows = connection.execute(text("SELECT id, box FROM vault_item WHERE box IS NOT NULL")).all()
        boxes = [bytes(row.box) for row in rows]
        assert boxes
        assert all(box in stored_bytes(tmp_path) for box in boxes)
        with writing() as session:
            play.office.vault.destroy(session, scenario.city, [f"v:{row.id}" for row in rows], "依法销毁")
        db.session.remove()
        with db.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        assert not any(box in stored_bytes(tmp_path) for box in boxes)


def complete_badly(play, who, task, ready, secret):
    """Complete a task in a transaction that fails afterwards, with typed text among its parameters."""
    with writing() as session:
        cases.complete_task(session, play.office, who, task, ready, new_id())
        session.execute(text("SELECT nothing FROM job WHERE id = :id"), {"id": secret})


def keep_a_draft(play, scenario, step):
    """Keep what is about to be handed in as a draft, as a page does while somebody types."""
    if step.kind != "task":
        return
    who = play.person(step.who)
    item = db.session.query(WorkItem).filter_by(element_id=step.target, status="open").first()
    with writing() as session:
        inbox.save_draft(session, play.office, who, item.id if item else new_id(), typed(step.values).values)


def stored_files(folder):
    return b"\n".join(path.read_bytes() for path in sorted(folder.glob("gridflow.db*")))


def leaks(secrets, content):
    return sorted(secret for secret in secrets if any(spelling in content for spelling in spellings(secret)))
