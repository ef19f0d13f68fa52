"""Have the record verified by a worker, and read what it found. The caller opens the transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.models import ChainHead
from gridflow.audit.proof import Fault
from gridflow.audit.service import Operation, log_operation
from gridflow.audit.verify import Report
from gridflow.cases.viewer import Viewer
from gridflow.engine.jobs import add_job
from gridflow.inspection.models import RecordCheck
from gridflow.people.models import User

KIND = "check_record"
"""The job, and what the operation log calls it."""
SHOWN = 10
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A verification."""

    who: str
    asked_at: datetime
    ended_at: datetime | None
    seen: dict[str, int]
    faults: Sequence[str]


def ask_for_check(session: Session, viewer: Viewer) -> None:
    """Ask a worker to verify the record; while one is asked for already, nothing more."""
    waiting = select(RecordCheck.id).where(RecordCheck.city == viewer.city.code, RecordCheck.ended_at.is_(None))
    if session.scalar(waiting.limit(1)):
        return
    row = RecordCheck(city=viewer.city.code, asked_by=viewer.user.id, asked_at=clock.now())
    session.add(row)
    session.flush()
    add_job(session, KIND, viewer.city.code, {"check": row.id})


def check_lines(session: Session, viewer: Viewer) -> list[CheckLine]:
    """Return the latest verifications of the viewer's city, newest first, in one statement."""
    rows = session.execute(
        select(RecordCheck, User.name)
        .join(User, User.id == RecordCheck.asked_by)
        .where(RecordCheck.city == viewer.city.code)
        .order_by(RecordCheck.asked_at.desc())
        .limit(SHOWN)
    )
    return [CheckLine(name, row.asked_at, row.ended_at, row.seen or {}, row.faults or ()) for row, name in rows]


def note_result(session: Session, check_id: str, report: Report) -> None:
    """Write down what a verification found, and log that it was done."""
    row = session.get_one(RecordCheck, check_id)
    row.ended_at = clock.now()
    row.seen = {
        "cases": report.cases,
        "entries": report.entries,
        "operations": report.operations,
        "roots": report.roots,
    }
    row.faults = [str(fault) for fault in _of_city(session, row.city, report.faults)][:MOST_FAULTS]
    log_operation(
        session,
        Operation(
            city=row.city, at=row.ended_at, action=KIND, actor=row.asked_by, detail={"faults": len(row.faults)}
        ),
    )  # fmt: skip


def _of_city(session: Session, city: str, faults: Sequence[Fault]) -> list[Fault]:
    """Return the faults of a city's chains, and those of chains nobody knows any more."""
    chains = {fault.chain for fault in faults}
    owners = {row.chain: row.city for row in session.scalars(select(ChainHead).where(ChainHead.chain.in_(chains)))}
    return [fault for fault in faults if owners.get(fault.chain, city) == city]
