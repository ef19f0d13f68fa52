"""Statements that are sent one after the other without waiting for each."""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from gridflow import clock
from gridflow.db import db, table, together, writing
from gridflow.engine.models import RequestSeen

SEEN = table(RequestSeen)


def noted(name):
    return {"id": name, "case_id": "case", "seen_at": clock.now()}


def stored():
    db.session.rollback()
    return sorted(db.session.scalars(select(SEEN.c.id)))


@pytest.mark.usefixtures("town")
def test_statements_sent_together_are_all_written():
    with writing() as session:
        with together(session):
            session.execute(insert(SEEN), noted("one"))
            session.execute(insert(SEEN), [noted("two"), noted("three")])
        assert session.scalar(select(SEEN.c.case_id).where(SEEN.c.id == "two")) == "case"
    assert stored() == ["one", "three", "two"]


@pytest.mark.usefixtures("town")
def test_what_the_database_refuses_of_them_is_told_as_of_any_statement_and_nothing_stays():
    def twice():
        with writing() as session, together(session):
            session.execute(insert(SEEN), noted("one"))
            session.execute(insert(SEEN), noted("one"))

    with pytest.raises(IntegrityError):
        twice()
    assert stored() == []
    with writing() as session:
        session.execute(insert(SEEN), noted("four"))
    assert stored() == ["four"]
