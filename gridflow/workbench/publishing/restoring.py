"""An earlier version put in force again at once, by one person with a reason; its order is numbered and sealed too."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.service import Operation, log_operation
from gridflow.cases.jobs import Finish
from gridflow.cases.office import Office
from gridflow.cases.viewer import Viewer
from gridflow.db import db, table
from gridflow.engine.definitions import publish
from gridflow.engine.jobs import job_row
from gridflow.engine.models import Definition, DefinitionVersion, Job
from gridflow.people.queries import names_of
from gridflow.workbench.errors import NotReady, VersionUnknown
from gridflow.workbench.library.procedures import running_by_version
from gridflow.workbench.models import Publication, Restoration, Revision
from gridflow.workbench.publishing.orders import differing, headed, kept, next_number

JOB = "restoration_order"
RESTORED = "restored"
TITLE = "流程紧急恢复令"
TEMPLATE = "templates/documents/_restoration_order.html"
RESTORATIONS = table(Restoration)


def restore(session: Session, office: Office, viewer: Viewer, slug: str, number: int, reason: str) -> str:
    """Put an earlier version in force again at once, by one person with a reason: for emergencies, freeze or not.

    Revisions published after it are then rolled back, and an order says so: its number is the last act of the
    transaction. Returns the id of the new version; raises NotReady, also where nothing would change.
    """
    if not reason.strip():
        raise NotReady("请写明恢复旧版的理由，理由会记入操作日志。")
    row = session.execute(
        select(DefinitionVersion.id, DefinitionVersion.definition_id, Definition.in_force)
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .where(Definition.city == viewer.city.code, Definition.slug == slug, DefinitionVersion.number == number)
    ).one_or_none()
    if row is None:
        raise VersionUnknown
    if row.id == row.in_force:
        raise NotReady("这一版就是现行版本，不用恢复。")
    bundle = office.engine.versions.get(session, row.id).bundle
    running = running_by_version(session, viewer.city.code).get(slug, {})
    restored = publish(session, bundle, origin=RESTORED, author=viewer.user.id)
    if restored == row.in_force:
        raise NotReady(f"第 {number} 版和现行版本内容相同，不用恢复。")
    undone = _mark_rolled_back(session, row.definition_id, number)
    detail = {"number": number, "reason": reason.strip()[:500]}
    log_operation(
        session,
        Operation(
            city=viewer.city.code, at=clock.now(), action="restore_version", actor=viewer.user.id, subject=slug,
            detail=detail,
        ),
    )  # fmt: skip
    before = session.get_one(DefinitionVersion, row.in_force)
    _order(
        session, office, viewer,
        {
            "version_id": restored, "before_id": before.id, "source_id": row.id, "reason": detail["reason"],
            "undone": undone, "running": running.get(before.number, 0),
        },
    )  # fmt: skip
    return restored


def _mark_rolled_back(session: Session, definition_id: str, number: int) -> list[str]:
    """Mark what was published after a version that is in force again, and take the mark from that version itself.

    Returns the titles of what is rolled back now and was not before.
    """
    rows = session.execute(
        select(Publication, Revision, DefinitionVersion.number)
        .join(Revision, Revision.id == Publication.revision_id)
        .join(DefinitionVersion, DefinitionVersion.id == Publication.version_id)
        .where(DefinitionVersion.definition_id == definition_id, DefinitionVersion.number >= number)
        .order_by(DefinitionVersion.number)
    )
    undone = []
    for asked, revision, published in rows:
        back = published > number
        if back and asked.state != "rolled_back":
            undone.append(revision.title)
        asked.state, revision.state = ("rolled_back", "rolled_back") if back else ("approved", "published")
    session.flush()
    return undone


def _order(session: Session, office: Office, viewer: Viewer, told: Mapping[str, Any]) -> None:
    """Keep what was done and why, and have a worker set the order of it."""
    city, now = office.cities[viewer.city.code], clock.now()
    job = job_row(JOB, city.code, {"version": told["version_id"]})
    session.execute(insert(table(Job)), [job])
    number = next_number(session, city, now)
    row = {**told, "city": city.code, "by": viewer.user.id, "at": now, "order_number": number, "order_file": None}
    session.execute(insert(RESTORATIONS), [row])


def set_restoration_order(office: Office, job: Job) -> Finish:
    """Set the order with the templates of the version that was restored: those that were replaced may be broken."""
    session = db.session()
    done = session.get_one(Restoration, job.payload["version"])
    versions = {each: office.engine.versions.get(session, each) for each in (done.before_id, done.source_id)}
    before, source = versions[done.before_id], versions[done.source_id]
    by = names_of(session, [done.by])[done.by]
    values = {
        **headed(session, office.cities[done.city], TITLE, done.order_number, done.at, by),
        "order": {
            **differing(session, before.bundle, source.bundle),
            "procedure": source.bundle.title, "before": before.number, "source": source.number,
            "version": session.get_one(DefinitionVersion, done.version_id).number, "reason": done.reason, "by": by,
            "at": done.at, "undone": done.undone, "running": done.running, "digest": source.bundle.digest,
            "digest_before": before.bundle.digest,
        },
    }  # fmt: skip
    sha256 = kept(office, source.bundle, TEMPLATE, values)

    def finish(session: Session) -> Mapping[str, Any]:
        session.execute(
            update(RESTORATIONS).where(RESTORATIONS.c.version_id == done.version_id).values(order_file=sha256)
        )
        return {}

    return finish


def restoration_pdf(session: Session, office: Office, viewer: Viewer, slug: str, number: str) -> tuple[str, bytes]:
    """Return the name and content of the order a version was restored by; raises VersionUnknown where there is none."""
    row = restorations(session, viewer.city.code, slug).get(int(number) if number.isdecimal() else 0)
    if row is None or row.order_file is None:
        raise VersionUnknown
    return f"{TITLE} {row.order_number}.pdf", office.blobs.get(row.order_file)


def restorations(session: Session, city: str, slug: str) -> dict[int, Row[Any]]:
    """Return what is told of each restoration of a procedure, by the number of the version it made."""
    source = table(DefinitionVersion).alias()
    rows = session.execute(
        select(DefinitionVersion.number, source.c.number.label("source"))
        .add_columns(*(RESTORATIONS.c[each] for each in ("reason", "order_number", "order_file")))
        .join(Definition, Definition.id == DefinitionVersion.definition_id)
        .join(RESTORATIONS, RESTORATIONS.c.version_id == DefinitionVersion.id)
        .join(source, source.c.id == RESTORATIONS.c.source_id)
        .where(Definition.city == city, Definition.slug == slug)
    )
    return {row.number: row for row in rows}
