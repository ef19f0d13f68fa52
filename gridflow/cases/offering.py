"""What somebody may do to a case beside any task: withdraw it, rate it, supervise it, end it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from gridflow.cases.viewer import Viewer
from gridflow.engine.models import OPEN, MessageWait, WorkItem


@dataclass(frozen=True, slots=True)
class Offered:
    """One thing the viewer may do."""

    id: str
    name: str


def offers_to(session: Session, viewer: Viewer, case_id: str) -> Sequence[Offered]:
    """Return the offers a case makes to the viewer, in two statements.

    Whoever holds a task of the instance finds them beside that task, with what an earlier one still waits for.
    """
    made = select(MessageWait).where(MessageWait.case_id == case_id, MessageWait.form.is_not(None))
    mine = [wait for wait in session.scalars(made.order_by(MessageWait.label, MessageWait.id)) if _is_to(viewer, wait)]
    if not mine:
        return ()
    beside = {wait.instance_id for wait in mine}
    open_items = select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.instance_id.in_(beside), OPEN)
    busy = {item.instance_id for item in session.scalars(open_items) if _is_to(viewer, item)}
    return [Offered(wait.id, wait.label) for wait in mine if wait.instance_id not in busy]


def _is_to(viewer: Viewer, row: MessageWait | WorkItem) -> bool:
    return (row.unit_id, row.role) in viewer.actor.posts or viewer.actor.is_person(row.person_id)
