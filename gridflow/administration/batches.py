"""One command for many instances: a row and a job for each, so that progress is a query and none holds up the rest."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.administration.errors import MayNotAsk, MayNotDecide, NothingToDo, RequestOver, SecondPersonNeeded
from gridflow.administration.models import Batch, BatchItem
from gridflow.administration.requests import needed
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.keeping import not_kept
from gridflow.cases.models import Case
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import new_id, table, touched
from gridflow.engine.directory import Actor
from gridflow.engine.errors import OperationRefused
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Incident, Instance, Job
from gridflow.engine.operations.models import Migration
from gridflow.errors import GridflowError
from gridflow.people.ownership import answers_for, owners
from gridflow.people.permissions import Permission

BATCHES, ITEMS, INSTANCES, INCIDENTS, CASES, MIGRATIONS = map(
    table, (Batch, BatchItem, Instance, Incident, Case, Migration)
)
UNDO = "undo_migration"
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


def migrate_chosen(session: Session, viewer: Viewer, slug: str, instances: Sequence[str], new: str, reason: str) -> str:
    """Have some running instances of a procedure go over to a version; returns the batch.

    An operator begins it; whoever answers for the procedure asks for it, and a second person decides. Raises
    MayNotAsk.
    """
    chosen = (
        select(INSTANCES.c.id, INSTANCES.c.case_id)
        .join(CASES, CASES.c.id == INSTANCES.c.case_id)
        .where(INSTANCES.c.city == viewer.city.code, INSTANCES.c.slug == slug, INSTANCES.c.id.in_(instances))
        .where(INSTANCES.c.status == "running", INSTANCES.c.version_id != new, not_kept(viewer))
    )
    batch = {
        "kind": "migrate", "slug": slug, "version_id": new, "reason": needed(reason),
        "state": state_when_begun(session, viewer, slug),
    }  # fmt: skip
    return _begin(session, viewer, batch, session.execute(chosen.order_by(INSTANCES.c.id)).all())


def undo_all(session: Session, viewer: Viewer, batch_id: str, reason: str) -> str:
    """Have what a batch migrated go back, as far as it has not gone on; returns the new batch.

    One person is enough, of those who may decide or had a hand in it: afterwards everything is as before.
    """
    found = session.execute(select(BATCHES).where(_mine(viewer, batch_id), BATCHES.c.kind == "migrate")).one_or_none()
    if found is None or not (viewer.user.id in (found.asked_by, found.decided_by) or may_decide_batch(viewer)):
        raise MayNotAsk
    batch = {"kind": UNDO, "slug": found.slug, "version_id": None, "reason": needed(reason)}
    rows = session.execute(undoable(batch_id).order_by(INSTANCES.c.id)).all()
    return _begin(session, viewer, batch, rows)


def undoable(batch_id: str) -> Select[Any]:
    """Return the query for the instances of a batch whose migration can still be undone."""
    return (
        select(INSTANCES.c.id, INSTANCES.c.case_id)
        .join(ITEMS, ITEMS.c.subject == INSTANCES.c.id)
        .join(MIGRATIONS, MIGRATIONS.c.instance_id == INSTANCES.c.id)
        .where(ITEMS.c.batch_id == batch_id, ITEMS.c.state == "done", INSTANCES.c.status == "running")
        .where(MIGRATIONS.c.undone_at.is_(None), MIGRATIONS.c.blob.is_not(None))
        .where(MIGRATIONS.c.row_version == INSTANCES.c.row_version)
    )


def state_when_begun(session: Session, viewer: Viewer, slug: str) -> str:
    """Return whether a migration is begun at once or waits for a second person; raises MayNotAsk."""
    if viewer.may(Permission.INSTANCE_OPERATE):
        return "begun"
    today = clock.today()
    named = owners(session, viewer.city.code, today, slug).get(slug, ())
    answers = answers_for(named, {viewer.user.id, *viewer.actor.stands_for}, today)
    if viewer.may(Permission.PROCEDURE_DRAW) and answers:
        return "asked"
    raise MayNotAsk


def may_decide_batch(viewer: Viewer) -> bool:
    """Tell whether a person may be the second one for a migration."""
    return viewer.may(Permission.PROCEDURE_APPROVE) or viewer.may(Permission.INSTANCE_OPERATE)


def decide(session: Session, viewer: Viewer, batch_id: str, *, approved: bool) -> None:
    """Let a migration that was asked for begin, or decline it; raises RequestOver, SecondPersonNeeded, MayNotDecide."""
    found = session.execute(select(BATCHES).where(_mine(viewer, batch_id), BATCHES.c.state == "asked")).one_or_none()
    if found is None:
        raise RequestOver
    if found.asked_by == viewer.user.id:
        raise SecondPersonNeeded
    if not may_decide_batch(viewer):
        raise MayNotDecide
    values = {"state": "begun" if approved else "declined", "decided_by": viewer.user.id, "decided_at": clock.now()}
    decided = update(BATCHES).where(BATCHES.c.id == batch_id, BATCHES.c.state == "asked").values(values)
    if touched(session, decided) != 1:
        raise RequestOver
    if approved:
        waiting = select(ITEMS.c.id).where(ITEMS.c.batch_id == batch_id).order_by(ITEMS.c.id)
        _enqueue(session, viewer.city.code, session.scalars(waiting).all())
    _log(session, viewer, "approve_batch" if approved else "decline_batch", batch_id)


def retry_all(session: Session, viewer: Viewer, incident_ids: Sequence[str], reason: str) -> str:
    """Have every one of these incidents tried again; returns the batch."""
    parked = (
        select(INCIDENTS.c.id, INCIDENTS.c.case_id)
        .join(CASES, CASES.c.id == INCIDENTS.c.case_id)
        .where(INCIDENTS.c.city == viewer.city.code, INCIDENTS.c.id.in_(incident_ids), INCIDENTS.c.ended_at.is_(None))
        .where(not_kept(viewer))
    )
    batch = {"kind": "retry", "slug": None, "version_id": None, "reason": needed(reason)}
    return _begin(session, viewer, batch, session.execute(parked.order_by(INCIDENTS.c.id)).all())


def halt_all(
    session: Session, viewer: Viewer, command: Literal["suspend", "resume"], slug: str, version: str | None, reason: str
) -> str:
    """Have every instance of a procedure, or of one version of it, suspended or resumed; returns the batch."""
    status = "running" if command == "suspend" else "suspended"
    found = select(INSTANCES.c.id, INSTANCES.c.case_id).where(
        INSTANCES.c.city == viewer.city.code, INSTANCES.c.slug == slug, INSTANCES.c.status == status
    )
    if version is not None:
        found = found.where(INSTANCES.c.version_id == version)
    batch = {"kind": command, "slug": slug, "version_id": version, "reason": needed(reason)}
    return _begin(session, viewer, batch, session.execute(found.order_by(INSTANCES.c.id)).all())


def pause(session: Session, viewer: Viewer, batch_id: str) -> None:
    """Let workers begin nothing more of a batch; what is under way is finished."""
    running = update(BATCHES).where(_mine(viewer, batch_id), BATCHES.c.state == "begun", BATCHES.c.paused_at.is_(None))
    if touched(session, running.values(paused_at=clock.now())):
        _log(session, viewer, "pause_batch", batch_id)


def go_on(session: Session, viewer: Viewer, batch_id: str) -> None:
    """Let workers go on with a paused batch; does nothing for one that is not paused."""
    paused = update(BATCHES).where(_mine(viewer, batch_id), BATCHES.c.paused_at.is_not(None))
    if touched(session, paused.values(paused_at=None)):
        waiting = (
            select(ITEMS.c.id).where(ITEMS.c.batch_id == batch_id, ITEMS.c.state == "waiting").order_by(ITEMS.c.id)
        )
        _enqueue(session, viewer.city.code, session.scalars(waiting).all())
        _log(session, viewer, "continue_batch", batch_id)


def _mine(viewer: Viewer, batch_id: str) -> ColumnElement[bool]:
    return (BATCHES.c.id == batch_id) & (BATCHES.c.city == viewer.city.code)


def _enqueue(session: Session, city: str, items: Sequence[str]) -> None:
    """Write a job for each item; one that is begun twice is done once."""
    if items:
        session.execute(insert(table(Job)), [job_row(KIND, city, {"item": item}) for item in items])


def _begin(session: Session, viewer: Viewer, batch: Mapping[str, Any], subjects: Sequence[Any]) -> str:
    if not subjects:
        raise NothingToDo
    city, batch_id = viewer.city.code, new_id()
    asked = {"id": batch_id, "city": city, "asked_by": viewer.user.id, "asked_at": clock.now(), "state": "begun"}
    row = {**asked, **batch}
    session.execute(insert(BATCHES), [row])
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
    if row["state"] == "begun":
        _enqueue(session, city, [item["id"] for item in items])
    action = "begin_batch" if row["state"] == "begun" else "ask_batch"
    _log(session, viewer, action, batch_id, kind=batch["kind"], reason=batch["reason"], items=len(items))
    return batch_id


def _log(session: Session, viewer: Viewer, action: str, batch_id: str, **detail: object) -> None:
    city, actor = viewer.city.code, viewer.user.id
    done = Operation(city=city, at=clock.now(), action=action, actor=actor, subject=batch_id, detail=detail)
    log_operation(session, done)


def carry_out(session: Session, office: Office, item_id: str) -> None:
    """Do one item, or note why it was refused; nothing is done of a paused batch, and no item twice."""
    claimed = update(ITEMS).where(
        ITEMS.c.id == item_id,
        ITEMS.c.state == "waiting",
        ITEMS.c.batch_id.in_(select(BATCHES.c.id).where(BATCHES.c.state == "begun", BATCHES.c.paused_at.is_(None))),
    )
    if touched(session, claimed.values(state="done", ended_at=clock.now())) != 1:
        return
    found = session.execute(
        select(ITEMS.c.subject, BATCHES).join(BATCHES, BATCHES.c.id == ITEMS.c.batch_id).where(ITEMS.c.id == item_id)
    ).one()
    actor = Actor(found.asked_by, office.engine.directory.user_name(session, found.asked_by), found.city)
    why = {"reason": found.reason, "batch": found.id}
    if found.decided_by:
        why["approved_by"] = found.decided_by
    try:
        with session.begin_nested():
            _command(session, office, found, actor, why)
    except GridflowError as error:
        reasons = error.reasons if isinstance(error, OperationRefused) else [error.message]
        session.execute(update(ITEMS).where(ITEMS.c.id == item_id).values(state="refused", reasons=reasons))


def _command(session: Session, office: Office, found: Any, actor: Actor, why: Mapping[str, Any]) -> None:
    match found.kind:
        case "migrate":
            office.engine.migrate(session, found.subject, found.version_id, actor, why)
        case "undo_migration":
            office.engine.undo_migration(session, found.subject, actor, why)
        case "retry":
            office.engine.retry(session, found.subject, actor, why)
        case "suspend":
            office.engine.suspend(session, found.subject, actor, why)
        case "resume":
            office.engine.resume(session, found.subject, actor, why)
