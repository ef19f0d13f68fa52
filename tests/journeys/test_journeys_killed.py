"""A document whose worker is killed while it is set: done again, and once only as far as the database sees."""

import os
import signal
import time
from multiprocessing import get_context

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from gridflow.audit.verify import verify_database
from gridflow.db import db
from gridflow.documents.models import Document
from gridflow.engine.jobs import LEASE
from gridflow.engine.models import Job
from gridflow.jobs.tick import do_jobs

SENTENCE = "fire-lane-cleared-on-the-spot"
RENDERS = ("render",)


def rendering():
    with Session(db.engine) as session:
        return session.scalars(select(Job).where(Job.kind == "render").order_by(Job.id)).first()


def killed_while_rendering(app, office):
    """Kill the worker while the page is being set."""
    child = fork(app, office)
    until = time.monotonic() + 60
    while rendering().state != "claimed" and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    return child


def killed_before_the_commit(app, office):
    """Let the worker kill itself with the page in the store, when it is about to commit its name."""
    return fork(app, office, in_the_end=True)


def fork(app, office, *, in_the_end=False):
    db.session.remove()
    db.engine.dispose()
    stored = app.extensions["gridflow_settings"].files

    def pages():
        return sum(path.is_file() for path in stored.rglob("*"))

    def work():
        before = pages()

        def kill_with_a_page(_):
            if in_the_end and pages() > before:
                os.kill(os.getpid(), signal.SIGKILL)

        with app.app_context():
            event.listen(db.engine, "commit", kill_with_a_page)
            do_jobs(office, RENDERS)
        os._exit(0)

    child = get_context("fork").Process(target=work)
    child.start()
    return child


@pytest.mark.parametrize("killed", [killed_while_rendering, killed_before_the_commit])
def test_a_document_whose_worker_is_killed_is_set_once(travelling, killed):
    with travelling(SENTENCE) as (app, play, scenario):
        for step in scenario.steps:
            play.act(step)
            if rendering() is not None:
                break
        child = killed(app, play.office)
        child.join(60)
        assert child.exitcode == -signal.SIGKILL
        job = rendering()
        assert (job.state, job.attempts) == ("claimed", 1)
        play.hand.advance(LEASE * 2)
        do_jobs(play.office, RENDERS)
        assert (rendering().state, rendering().attempts) == ("done", 2)
        with Session(db.engine) as session:
            documents = session.scalars(select(Document).where(Document.case_id == play.case_id)).all()
        (document,) = [one for one in documents if one.id == job.payload["document"]]
        assert document.sha256
        assert play.office.blobs.get(document.sha256).startswith(b"%PDF")
        with db.engine.connect() as connection:
            assert verify_database(connection).sound
