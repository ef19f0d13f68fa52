"""What a worker forgets once a night: done jobs, old requests, drafts, messages nobody took, what undoing took."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Table, delete, exists, select

from gridflow import clock
from gridflow.cases.models import Draft
from gridflow.db import table, touched, writing
from gridflow.engine.expiring import AT_ONCE as MESSAGES_AT_ONCE
from gridflow.engine.expiring import expire_messages
from gridflow.engine.models import Job, RequestSeen, WorkItem
from gridflow.engine.operations.keeping import forget_old

KEPT_JOBS = timedelta(days=30)
"""A done job tells nothing that the record does not; a month is enough to look into a complaint about a missing mail.

Jobs that were given up are kept: somebody has to see to them.
"""
KEPT_REQUESTS = timedelta(days=30)
"""A request is repeated by a browser within minutes, at the latest from a page left open over a holiday; after that the
step itself is done and refuses it."""
KEPT_DRAFTS = timedelta(days=30)
"""Who lost a task to somebody else, or to the course of the case, can read for a month what was typed.

A draft of a form that its own writer handed in goes at once: it was saved between reading and commit.
"""
AT_ONCE = 5_000
"""Rows of one transaction, so that nobody waits long for the lock of a small database."""


def sweep_rows() -> int:
    """Remove done jobs, seen requests and drafts of what is over that are old enough, and return how many rows."""
    now = clock.now()
    jobs, requests = table(Job), table(RequestSeen)
    done = jobs.c.state.in_(("done", "withdrawn")) & (jobs.c.ended_at < now - KEPT_JOBS)
    return (
        _sweep(jobs, done)
        + _sweep(requests, requests.c.seen_at < now - KEPT_REQUESTS)
        + _sweep_drafts()
        + _sweep_kept()
    )


def _sweep_drafts() -> int:
    """Remove the drafts of tasks that are over, and return how many."""
    drafts, items = table(Draft), table(WorkItem)
    handed_in = (items.c.status == "done") & (items.c.done_by == drafts.c.user_id)
    over = exists().where(items.c.id == drafts.c.key, handed_in | (items.c.done_at < clock.now() - KEPT_DRAFTS))
    with writing() as session:
        return touched(session, delete(drafts).where(over))


def _sweep_kept() -> int:
    """Remove what was kept for a time that is over, and return how many rows."""
    with writing() as session:
        swept = forget_old(session)
    while True:
        with writing() as session:
            gone = expire_messages(session)
        swept += gone
        if gone < MESSAGES_AT_ONCE:
            return swept


def _sweep(rows: Table, old: ColumnElement[bool]) -> int:
    swept = 0
    while True:
        with writing() as session:
            some = select(rows.c.id).where(old).limit(AT_ONCE)
            gone = touched(session, delete(rows).where(rows.c.id.in_(some)))
        swept += gone
        if gone < AT_ONCE:
            return swept
