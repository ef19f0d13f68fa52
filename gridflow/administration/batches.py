"""One command for many instances: a row and a job for each, so that progress is a query and none holds up the rest."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import NothingToDo
from gridflow.administration.models import Batch, BatchItem
from gridflow.administration.requests import needed
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import new_id, table
from gridflow.engine.directory import Actor
from gridflow.engine.errors import OperationRefused
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Incident, Instance, Job
from gridflow.errors import GridflowError

BATCHES, ITEMS, INSTANCES, INCIDENTS = map(table, (Batch, BatchItem, Instance, Incident))
KIND = "operate"
"""The job that carries out one item."""


def migrate_all(session: Session, viewer: Viewer, slug: str, old: str, new: str, reason: str) -> str:
    """Have every running instance of a version go over to another one; returns the batch."""
    running = select(INSTANCES.c.id, INSTANCES.c.case_id).where(
        INSTANCES.c.city == viewer.city.code, INSTANCES.c.slug == slug, INSTANCES.c.version_id == old,
        INSTANCES.c.status == "running",
    )  # fmt: skip
    batch = {"kind": "migrate", "slug": slug, "version_id": new, "reason": needed(reason)}
    return _begin(session, viewer, batch, session.execute(running.order_by(INSTANCES.c.id)).all())


def retry_all(session: Session, viewer: Viewer, incident_ids: Sequence[str], reason: str) -> str:
    """Have every one of these incidents tried again; returns the batch."""
    parked = select(INCIDENTS.c.id, INCIDENTS.c.case_id).where(
        INCIDENTS.c.city == viewer.city.code, INCIDENTS.c.id.in_(incident_ids), INCIDENTS.c.ended_at.is_(None)
    )
    batch = {"kind": "retry", "slug": None, "version_id": None, "reason": needed(reason)}
    return _begin(session, viewer, batch, session.execute(parked.order_by(INCIDENTS.c.id)).all())


def _begin(session: Session, viewer: Viewer, batch: Mapping[str, Any], subjects: Sequence[Any]) -> str:
    if not subjects:
        raise NothingToDo
    city, batch_id = viewer.city.code, new_id()
    asked = {"id": batch_id, "city": city, "asked_by": viewer.user.id, "asked_at": clock.now()}
    session.execute(insert(BATCHES), [{**batch, **asked}])
    items = [
        {
            "id": new_id(),
            "batch_id": batch_id,
            "case_id": row.case_id,
            "subject": row.id,
            "state": "waiting",
            "reasons": [],
        }
        for row in subjects
    ]
    session.execute(insert(ITEMS), items)
    session.execute(insert(table(Job)), [job_row(KIND, city, {"item": item["id"]}) for item in items])
    return batch_id


def carry_out(session: Session, office: Office, item_id: str) -> None:
    """Do one item, or note why it was refused; what was done before is not done again."""
    found = session.execute(
        select(ITEMS, BATCHES.c.kind, BATCHES.c.city, BATCHES.c.version_id, BATCHES.c.reason, BATCHES.c.asked_by)
        .join(BATCHES, BATCHES.c.id == ITEMS.c.batch_id)
        .where(ITEMS.c.id == item_id, ITEMS.c.state == "waiting")
    ).one_or_none()
    if found is None:
        return
    actor = Actor(found.asked_by, office.engine.directory.user_name(session, found.asked_by), found.city)
    why = {"reason": found.reason, "batch": found.batch_id}
    state, reasons = "done", []
    try:
        with session.begin_nested():
            if found.kind == "migrate":
                office.engine.migrate(session, found.subject, found.version_id, actor, why)
            else:
                office.engine.retry(session, found.subject, actor, why)
    except OperationRefused as refused:
        state, reasons = "refused", refused.reasons
    except GridflowError as error:
        state, reasons = "refused", [error.message]
    ended = {"state": state, "reasons": reasons, "ended_at": clock.now()}
    session.execute(update(ITEMS).where(ITEMS.c.id == item_id).values(ended))
