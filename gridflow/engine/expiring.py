"""What is kept only for a time: messages that nobody took, and what it would take to undo a migration."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gridflow import clock
from gridflow.audit.chain import lock
from gridflow.audit.service import Entry, append
from gridflow.db import table
from gridflow.engine.models import Instance, MessageIn

KEPT, INSTANCES = table(MessageIn), table(Instance)
AT_ONCE = 100
"""Messages of one transaction, so that nobody waits long for their cases."""


def expire_messages(session: Session) -> int:
    """Remove up to AT_ONCE messages whose time is over, each noted in the record of its case unless it was taken."""
    over = select(KEPT).where(KEPT.c.expires_at <= clock.now()).order_by(KEPT.c.case_id, KEPT.c.id).limit(AT_ONCE)
    rows = session.execute(over).all()
    for row in rows:
        if row.taken_by is None and row.case_id is not None:
            lock(session, row.case_id, row.city)
            facts = session.scalar(select(INSTANCES.c.facts).where(INSTANCES.c.case_id == row.case_id).limit(1))
            changes = {"message": row.name, "key": row.key, "received_at": row.received_at}
            append(
                session,
                Entry(
                    case_id=row.case_id, city=row.city, county=facts["county"] if facts else "", at=clock.now(),
                    actor=None, role=None, unit=None, action="expire_message", changes=changes,
                ),
            )  # fmt: skip
        session.execute(delete(KEPT).where(KEPT.c.id == row.id))
    return len(rows)
